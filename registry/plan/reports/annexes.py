"""The annexes of a report: the plan as printed, every result, the evidence, the equipment, the units."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.kernel.papers.paper import Align, Annex, Block, Column, Paragraph, Section, Table, Value
from registry.plan.reports.words import (
    FALLS,
    GAPS,
    KINDS,
    MODES,
    RECORDS,
    UNIT_STATES,
    VERDICTS,
    day,
    number,
    percent,
    said,
)

Plain = Mapping[str, Any]


def annexes(content: Plain) -> tuple[Annex, ...]:
    """All annexes of a content; a unit's report has no list of units."""
    found = [_promised(content), _results(content), _evidence(content), _equipment(content)]
    return tuple(found + ([_units(content)] if content.get("units") else []))


def _promised(content: Plain) -> Annex:
    says = content["plan_says"]
    goals = _table(
        (("Mã", 0.8), ("Mục tiêu", 4), ("Chỉ tiêu", 1.2), ("Đơn vị tính", 2.2), ("Kỳ", 1.2), ("Cách tính", 1.3)),
        [
            (goal["code"], goal["title"], cell["raw"], goal["unit"], _title(content, code), said(MODES, goal["mode"]))
            for goal in says["goals"]
            for code, cell in goal["targets"].items()
        ],
        "Mục tiêu cụ thể của Kế hoạch",
    )
    codes = [period["code"] for period in content["periods"]]
    columns = (
        Column("Mã", 0.9),
        Column("Nội dung", 3.2),
        *(Column(_label(content, code), 1.5, group="Chỉ tiêu theo Kế hoạch") for code in codes),
        *(Column(_label(content, code), 1, group="Kinh phí, triệu đồng") for code in codes),
        Column("Tổng", 1.1, group="Kinh phí, triệu đồng"),
        Column("Đơn vị phối hợp", 2.6),
        Column("Nguồn", 1),
    )
    sources = _letters(says["annex"])
    rows = [_annex_line(row, codes, sources) for row in says["annex"]]
    totals = [says["period_totals"].get(code) for code in codes]
    blank = [None] * len(codes)
    rows.append(["", "Tổng cộng", *blank, *totals, says["total"]["value"], None, None])
    strong = {at for at, row in enumerate(says["annex"]) if row["kind"] != "leaf"} | {len(rows) - 1}
    annex = Table(columns, rows, "Nhiệm vụ và kinh phí theo Phụ lục của Kế hoạch", frozenset(strong))
    note = f"Đơn vị tính kinh phí: {says['unit']}. Dấu “-” và ô trống được giữ như bản in. Tổng theo giai đoạn và tổng "
    note += "của mục không in trong Kế hoạch được tính từ các dòng."
    legend = tuple(Paragraph(f"Nguồn {letter}: {text[:1].lower()}{text[1:]}.") for text, letter in sources.items())
    title = "Mục tiêu, nhiệm vụ và kinh phí theo Kế hoạch"
    return Annex(title, (goals, annex, *legend, Paragraph(note)), _belongs(content), landscape=True)


def _letters(rows: Sequence[Plain]) -> dict[str, str]:
    """A letter for each way in which the plan words where the money of a row comes from."""
    found = dict.fromkeys(row["funding"] for row in rows if row["funding"])
    return {text: chr(ord("A") + place) for place, text in enumerate(found)}


def _annex_line(row: Plain, codes: Sequence[str], sources: Mapping[str, str]) -> list[Value]:
    leaf = row["kind"] == "leaf"
    targets: list[Value] = [row["targets"][code]["raw"] if leaf and code in row["targets"] else None for code in codes]
    money = [_cell(row["budget"].get(code)) for code in codes]
    total = _cell(row["total"])
    return [row["code"], row["title"], *targets, *money, total, row["cooperating"], sources.get(row["funding"] or "")]


def _cell(cell: Plain | None) -> Value:
    """A number as a number; what is printed instead of one, such as a dash, as it is."""
    if cell is None:
        return None
    value: int | None = cell["value"]
    return value if value is not None else (cell["raw"] or None)


def _results(content: Plain) -> Annex:
    columns = (
        Column("Mã", 1),
        Column("Chỉ tiêu, nhiệm vụ", 2.8),
        Column("Giai đoạn", 1.1),
        Column("Chỉ tiêu", 0.9),
        Column("Trong kỳ", 0.9, group="Kết quả"),
        Column("Giai đoạn", 0.9, group="Kết quả"),
        Column("Từ đầu", 0.9, group="Kết quả"),
        Column("Cách tính", 1.1, group="Chính thức"),
        Column("%", 0.9, group="Chính thức"),
        Column("Đánh giá", 1.1, group="Chính thức"),
        Column("Cách tính", 1.1, group="Cách hiểu khác"),
        Column("%", 0.9, group="Cách hiểu khác"),
        Column("Đánh giá", 1.1, group="Cách hiểu khác"),
    )
    rows: list[list[Value]] = []
    for one in content["indicators"]:
        for period in one["periods"]:
            if period["official"]["target"] is None:
                continue
            sums = [reported(one, period), period["in_period"], period["cumulative"]]
            start = [one["code"], one["title"], _title(content, period["code"]), period["official"]["target"]]
            rows.append([*start, *sums, *_judged(period["official"]), *_judged(period["other"])])
        if one["total"]:
            whole = [one["code"], f"{one['title']} (tổng cả kỳ)", "Cả kỳ", one["total"]["target"], one["reported"]]
            rows.append([*whole, None, one["since_start"], *_judged(one["total"]), None, None, None])
    table = Table(columns, rows, "Kết quả từng chỉ tiêu theo hai cách hiểu")
    return Annex("Kết quả thực hiện từng chỉ tiêu", (table,), _belongs(content), landscape=True)


def reported(one: Plain, period: Plain) -> int:
    """What counted in those reported days that belong to a period; contents frozen before that was kept say all."""
    found: int = period.get("reported", one["reported"])
    return found


def _judged(result: Plain) -> list[Value]:
    return [said(MODES, result["mode"]), percent(result["percent"]), said(VERDICTS, result["verdict"])]


def _evidence(content: Plain) -> Annex:
    found, gone = content["evidence"]["indicators"], _fallen(content)
    rows = [_line(one["code"], line, gone) for one in found for line in one["lines"]]
    blocks: list[Block] = [_table(EVIDENCE, rows, "Minh chứng được tính trong kỳ báo cáo")] if rows else []
    blocks += [
        Paragraph(
            f"{one['code']}: {number(one['records'])} hồ sơ, {number(len(one['lines']))} hồ sơ đầu ghi ở trên, "
            f"{number(len(one.get('more', ())))} hồ sơ tiếp theo trong tệp XLSX của báo cáo này; "
            "tất cả đều có trong mã băm của danh mục."
        )
        for one in found
        if one["records"] > len(one["lines"])
    ]
    blocks += [] if rows else [Paragraph("Không có minh chứng nào được tính trong kỳ báo cáo.")]
    blocks.append(
        Paragraph(f"Mã băm SHA-256 của toàn bộ danh mục minh chứng: {content['evidence']['digest']}", Align.LEFT)
    )
    return Annex("Danh mục minh chứng", tuple(blocks), _belongs(content))


def further(content: Plain) -> tuple[Table, ...]:
    """The lines of evidence that the document does not name, as its workbook lists them: a table for each indicator."""
    gone = _fallen(content)
    return tuple(
        _table(
            EVIDENCE, [_line(one["code"], line, gone) for line in one["more"]], f"Minh chứng {one['code']}, tiếp theo"
        )
        for one in content.get("evidence", {}).get("indicators", ())
        if one.get("more")
    )


EVIDENCE: Final = (("Mã", 0.8), ("Loại hồ sơ", 1.6), ("Mã hồ sơ", 2), ("Tên", 3.4), ("Ngày tính", 2), ("Số", 0.7))


def _fallen(content: Plain) -> dict[tuple[str, str, str], str]:
    """Why what counts is not what it was, by indicator and record; contents from before that was kept say none."""
    items = content.get("fallen", {}).get("items", ())
    return {(one["code"], one["type"], one["id"]): said(FALLS, one["cause"]) for one in items}


def doubtful(content: Plain) -> tuple[Block, ...]:
    """What counts and is not what it was, and the numbers that rest on it; nothing where there is none."""
    found = content.get("fallen")
    if not found or not found["total"]:
        return ()
    text = f"{number(found['total'])} hồ sơ đã được tính vào kết quả mà nay đã thay đổi hoặc không còn hiệu lực."
    titles = {one["code"]: one["title"] for one in content["periods"]}
    numbers = [
        (one["code"], titles[one["period"]], one["value"], one["with_it"], one["without"]) for one in found["numbers"]
    ]
    moved = (Column(name) for name in ("Đang báo cáo", "Nếu gồm", "Nếu bỏ ra"))
    heads = (Column("Mã"), Column("Giai đoạn", 1.5), *moved)
    rows = [
        (one["code"], one["title"], day(one["counted_on"]), said(FALLS, one["cause"]), day(one["on"]))
        for one in found["items"]
    ]
    lines = (Column("Mã"), Column("Hồ sơ", 3.5), Column("Ngày tính", 1.3), Column("Nay", 2.5), Column("Từ ngày", 1.3))
    blocks: list[Block] = [Paragraph(text)]
    blocks += [Table(heads, numbers, "Chỉ tiêu dựa vào các hồ sơ đó")] if numbers else []
    blocks.append(Table(lines, rows, "Hồ sơ đã được tính mà nay đã thay đổi hoặc không còn hiệu lực"))
    return (Section("Hồ sơ cần xem lại", tuple(blocks)),)


def _line(code: str, line: Plain, gone: Mapping[tuple[str, str, str], str]) -> tuple[Value, ...]:
    doubt = " (còn nghi vấn)" if line["in_doubt"] else ""
    why = gone.get((code, line["type"], line["id"]))
    doubt += f" ({why})" if why else ""
    return (
        code,
        said(RECORDS, line["type"]),
        line["id"],
        line["title"] + doubt,
        day(line["counted_on"]),
        line["quantity"],
    )


def _equipment(content: Plain) -> Annex:
    rows = [
        (
            at,
            item["name"] + (f"\n{item['maker']}" if item["maker"] else ""),
            said(KINDS, item["kind"]),
            item["serial_no"],
            "\n".join(measure(one) for one in item["measures"]),
            item["owner"],
            day(item["commissioned_on"]),
            ", ".join(item["rows"]),
        )
        for at, item in enumerate(content["acquired"]["items"], 1)
    ]
    heads = (
        ("TT", 0.5),
        ("Tên, hãng, kiểu", 3),
        ("Loại", 1.3),
        ("Số chế tạo", 1.2),
        ("Phạm vi đo, độ chính xác", 2.5),
        ("Đơn vị quản lý", 2.2),
        ("Ngày sử dụng", 1.5),
        ("Dòng Kế hoạch", 1),
    )
    gaps = [
        (
            at,
            gap["name"],
            gap["serial_no"],
            gap["owner"],
            day(gap["due_on"]),
            said(GAPS, gap["state"]),
        )
        for at, gap in enumerate(content["standards"]["gaps"], 1)
    ]
    gap_heads = (
        ("TT", 0.5),
        ("Chuẩn đo lường", 3),
        ("Số chế tạo", 1.3),
        ("Đơn vị quản lý", 2.5),
        ("Hạn", 1.5),
        ("Tình trạng", 1.5),
    )
    blocks: list[Block] = [
        _table(heads, rows, "Chuẩn đo lường, chất chuẩn, phương tiện đo đưa vào sử dụng trong kỳ báo cáo")
        if rows
        else Paragraph("Trong kỳ báo cáo không có chuẩn đo lường, chất chuẩn, phương tiện đo nào được đưa vào sử dụng.")
    ]
    if gaps:
        blocks.append(_table(gap_heads, gaps, "Chuẩn đo lường chưa bảo đảm liên kết chuẩn tại ngày báo cáo"))
    return Annex("Danh mục chuẩn đo lường, phương tiện đo", tuple(blocks), _belongs(content), landscape=True)


def measure(one: Plain) -> str:
    """A characteristic: quantity, range, permissible error or class."""
    spread = " ÷ ".join(_comma(one[end]) for end in ("low", "high") if one[end] is not None)
    parts = [one["quantity"] + (f" {spread} {one['unit']}" if spread else "")]
    if one["mpe"] is not None:
        parts.append(f"± {_comma(one['mpe'])} {one['unit']}")
    if one["class"]:
        parts.append(f"cấp {one['class']}")
    return "; ".join(parts)


def _comma(exact: str) -> str:
    return exact.replace(".", ",")


def _units(content: Plain) -> Annex:
    rows = [
        (
            at,
            one["name"],
            named_as(one),
            said(UNIT_STATES, one["state"]),
            day(one["submitted_on"]),
            "Quá hạn" if one["late"] else "",
        )
        for at, one in enumerate(content["units"], 1)
    ]
    heads = (
        ("TT", 0.5),
        ("Đơn vị báo cáo", 3),
        ("Tên trong Kế hoạch", 3),
        ("Tình trạng", 1.5),
        ("Ngày gửi", 2.1),
        ("Hạn", 0.9),
    )
    return Annex(
        "Tình hình gửi báo cáo của các đơn vị", (_table(heads, rows, "Báo cáo của các đơn vị"),), _belongs(content)
    )


def named_as(unit: Plain) -> str:
    """The names under which the plan knows a unit, where they are others than its own."""
    return "; ".join(name for name in unit["named"] if name != unit["name"]) or NONE_OTHER


NONE_OTHER = "như tên hiện nay"


def _table(heads: Sequence[tuple[str, float]], rows: Sequence[Sequence[Value]], caption: str) -> Table:
    return Table(tuple(Column(heading, share) for heading, share in heads), rows, caption)


def _title(content: Plain, code: str) -> str:
    return str(next(period["title"] for period in content["periods"] if period["code"] == code))


def _label(content: Plain, code: str) -> str:
    return str(next(period["label"] for period in content["periods"] if period["code"] == code))


def _belongs(content: Plain) -> str:
    return f"Kèm theo Báo cáo {content['title'][:1].lower()}{content['title'][1:]}"
