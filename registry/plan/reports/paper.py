"""A report as a document: its content in the layout of Decree 30/2020/NĐ-CP; the same content, the same document.

The sections are those that follow from 436/KH-UBND, IV.3: there is no official form.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from registry.kernel.i18n import speaking
from registry.kernel.papers.paper import (
    Block,
    Column,
    Facts,
    Head,
    Items,
    Paper,
    Paragraph,
    Section,
    Signature,
    Span,
    Table,
    Value,
)
from registry.plan.reports import annexes
from registry.plan.reports.words import (
    ACTIVITIES,
    ASPECTS,
    NONE,
    PEOPLE,
    SCORES,
    STAGES,
    STANDARDS,
    UNTYPED,
    VERDICTS,
    day,
    millions,
    percent,
    said,
)

Plain = Mapping[str, Any]
LAW: Final = "Căn cứ Luật Đo lường số 04/2011/QH13 (sửa đổi, bổ sung bởi Luật số 35/2018/QH14)"


class Issue(NamedTuple):
    """What a document says beside its content: its number, who signs it where and when, and the content's hash.

    `replaces` names the report that it takes the place of, and why, where there is one.
    """

    number: str = ""
    on: date | None = None
    authority: str = "GIÁM ĐỐC"
    signatory: str = ""
    content_hash: str | None = None
    frozen_at: str = ""
    replaces: str = ""


def paper(content: Plain, issue: Issue) -> Paper:
    """The document; without a hash it says that it is a draft."""
    with speaking("vi"):
        unit = content.get("unit")
        plan = content["plan"]
        now = plan["lead_now"]
        return Paper(
            head=Head(
                issuer=unit["name"] if unit else now,
                superior=unit.get("superior", "") if unit else plan["issuer_now"],
                number=issue.number or "……/BC-……",
                place=plan["place"],
                day=issue.on,
            ),
            kind="Báo cáo",
            subject=content["title"],
            basis=_basis(plan),
            blocks=(*_draft(issue), *_replacing(issue), _opening(content), *_sections(content, issue)),
            signatures=(Signature(issue.authority, issue.signatory),),
            recipients=_recipients(content),
            annexes=annexes.annexes(content),
        )


def _draft(issue: Issue) -> tuple[Block, ...]:
    if issue.content_hash is not None:
        return ()
    return (Paragraph((Span("BẢN DỰ THẢO – số liệu chưa được chốt.", bold=True),)),)


def _replacing(issue: Issue) -> tuple[Block, ...]:
    return (Paragraph((Span(issue.replaces, bold=True),)),) if issue.replaces else ()


def _basis(plan: Plain) -> tuple[str, ...]:
    issuer, issued = plan["issuer"], day(plan["issued_on"])
    found = [LAW]
    if plan["implements"]:
        found.append(f"Căn cứ Quyết định số {plan['implements']} của Thủ tướng Chính phủ")
    found.append(f"Căn cứ Kế hoạch số {plan['number']} ngày {issued} của {issuer}")
    if plan["decision"]:
        when = f" ngày {day(plan['decided_on'])}" if plan["decided_on"] else ""
        found.append(f"Căn cứ Quyết định điều chỉnh số {plan['decision']}{when}")
    return tuple(found)


def _opening(content: Plain) -> Paragraph:
    plan, unit = content["plan"], content.get("unit")
    if unit:
        to = "" if _is_lead(content) else f" {plan['lead_now']}"
        return Paragraph(f"{unit['name']} báo cáo{to} kết quả thực hiện Kế hoạch trong phạm vi được giao như sau:")
    return Paragraph(f"{plan['lead_now']} tổng hợp, báo cáo {plan['issuer_now']} kết quả thực hiện Kế hoạch như sau:")


def _is_lead(content: Plain) -> bool:
    """Whether the unit that reports is the body that puts the reports together."""
    return bool(content["unit"]["name"] == content["plan"]["lead_now"])


def _recipients(content: Plain) -> tuple[str, ...]:
    plan = content["plan"]
    if content.get("unit"):
        return ("Lưu: VT",) if _is_lead(content) else (f"{plan['lead_now']} (để tổng hợp)", "Lưu: VT")
    return (f"{plan['issuer_now']} (để báo cáo)", "Các đơn vị được giao nhiệm vụ (để biết)", "Lưu: VT")


def _sections(content: Plain, issue: Issue) -> tuple[Block, ...]:
    return (
        Section("THÔNG TIN CHUNG", (Facts(_general(content)),)),
        Section("CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, VĂN BẢN BAN HÀNH", _told(content, ("leadership", "documents"))),
        Section("KẾT QUẢ THỰC HIỆN MỤC TIÊU, NHIỆM VỤ", _reached(content)),
        Section("HẠ TẦNG ĐO LƯỜNG", _infrastructure(content)),
        Section("KIỂM ĐỊNH PHƯƠNG TIỆN ĐO NHÓM 2, KIỂM TRA NHÀ NƯỚC VỀ ĐO LƯỜNG", _controlled(content)),
        Section("HỖ TRỢ DOANH NGHIỆP", _enterprises(content)),
        Section("ĐÀO TẠO, BỒI DƯỠNG", _training(content)),
        Section("TUYÊN TRUYỀN VÀ HOẠT ĐỘNG KHÁC", _activities(content)),
        Section("KINH PHÍ", _money(content)),
        Section("KHÓ KHĂN, NGUYÊN NHÂN, ĐỀ XUẤT, KIẾN NGHỊ", _told(content, ("difficulties", "causes", "proposals"))),
        Section("KẾ HOẠCH NĂM SAU", _told(content, ("next_year",))),
        Section("VỀ SỐ LIỆU CỦA BÁO CÁO", _about(content, issue)),
    )


def _general(content: Plain) -> tuple[tuple[str, Value], ...]:
    plan, window, unit = content["plan"], content["window"], content.get("unit")
    named = "; ".join(unit["named"]) if unit else plan["lead"]
    now = unit["name"] if unit else plan["lead_now"]
    succession = f"{named}, nay là {now}" if named and named != now else now
    carried = (
        "kết quả từ sau hạn báo cáo năm trước được tính vào kỳ này"
        if window["carry_over"]
        else "kết quả sau hạn báo cáo đến hết năm chỉ được tính vào lũy kế"
    )
    version = f"số {plan['version']}" + (f", theo quyết định {plan['decision']}" if plan["decision"] else "")
    return (
        ("Cơ quan báo cáo (theo tên trong Kế hoạch)", succession),
        ("Kế hoạch", f"số {plan['number']}, {plan['title']}"),
        ("Phiên bản Kế hoạch được dùng", version),
        ("Kỳ báo cáo", f"từ {day(window['start'])} đến {day(window['end'])}; {carried}"),
        ("Số liệu tính đến", f"{day(window['as_of'])}; hạn báo cáo {day(window['due_on'])}"),
        ("Quy ước về giai đoạn", f"mỗi kết quả được tính vào đúng một giai đoạn theo ngày của nó: {_periods(content)}"),
    )


def _periods(content: Plain) -> str:
    return "; ".join(f"{one['title']} từ {day(one['start'])} đến {day(one['end'])}" for one in content["periods"])


HEADINGS: Final = {
    "leadership": "Công tác lãnh đạo, chỉ đạo",
    "documents": "Văn bản đã ban hành",
    "difficulties": "Khó khăn, vướng mắc",
    "causes": "Nguyên nhân",
    "proposals": "Đề xuất, kiến nghị",
    "next_year": "Nhiệm vụ năm sau",
}


def _told(content: Plain, fields: Sequence[str]) -> tuple[Block, ...]:
    """What the reporting body says, and beneath it what each unit says, under the unit's name."""
    found: list[Block] = []
    for field in fields:
        told = _told_of(content, field) or (Paragraph(NONE),)
        found += [Section(HEADINGS[field], told)] if len(fields) > 1 else told
    return tuple(found)


def _told_of(content: Plain, field: str) -> tuple[Block, ...]:
    blocks: list[Block] = [*_paragraphs(content["words"].get(field))]
    for unit in content.get("units", ()):
        said_there = unit["words"].get(field)
        if said_there:
            blocks.append(Paragraph((Span(f"{unit['name']}: ", bold=True), Span(said_there))))
    return tuple(blocks)


def _paragraphs(text: str | None) -> list[Block]:
    return [Paragraph(line) for line in (text or "").split("\n") if line.strip()]


def _reached(content: Plain) -> tuple[Block, ...]:
    current = _current(content)
    if current is None:
        return (Paragraph("Kỳ báo cáo nằm ngoài các giai đoạn của Kế hoạch."), *_further_results(content))
    parts = (("body", "Mục tiêu cụ thể"), ("leaf", "Nhiệm vụ theo Phụ lục của Kế hoạch"))
    own = [_unit_results(content)] if content.get("unit") else []
    return (
        *own,
        *(Section(title, (_reached_table(content, kind, current, title),)) for kind, title in parts),
        *annexes.doubtful(content),
        Paragraph("Kết quả ở mọi giai đoạn, theo cả hai cách hiểu, ở Phụ lục II; minh chứng ở Phụ lục III."),
        *_further_results(content),
    )


def _further_results(content: Plain) -> tuple[Block, ...]:
    """Results that only the units know of, where any of them wrote some."""
    told = _told_of(content, "results")
    return (Section("Kết quả khác theo báo cáo của đơn vị", told),) if told else ()


def _unit_results(content: Plain) -> Block:
    rows = [(one["code"], one["records"], one["quantity"]) for one in content["evidence"]["indicators"]]
    if not rows:
        return Section(
            "Đóng góp của đơn vị", (Paragraph("Sổ đăng ký chưa có kết quả nào của đơn vị được tính trong kỳ."),)
        )
    table = Table(
        (Column("Mã"), Column("Số hồ sơ"), Column("Số lượng được tính")), rows, "Kết quả của đơn vị được tính"
    )
    return Section("Đóng góp của đơn vị", (table,))


def _current(content: Plain) -> Plain | None:
    as_of = content["window"]["as_of"]
    return next((one for one in content["periods"] if one["start"] <= as_of <= one["end"]), None)


def _reached_table(content: Plain, kind: str, current: Plain, title: str) -> Block:
    columns = (
        Column("Mã", 1.3),
        Column("Nội dung", 2.8),
        Column("Chỉ tiêu", 0.9),
        Column("Trong kỳ", 1),
        Column("Giai đoạn", 1),
        Column("Từ đầu", 0.9),
        Column("%", 0.9),
        Column("Đánh giá", 1.2),
    )
    rows = []
    for one in content["indicators"]:
        if one["kind"] != kind:
            continue
        period = next(found for found in one["periods"] if found["code"] == current["code"])
        official = period["official"]
        sums = (annexes.reported(one, period), period["in_period"], period["cumulative"])
        judged = (
            percent(official["percent"]),
            said(VERDICTS, official["verdict"]) if official["target"] is not None else "–",
        )
        rows.append((one["code"], one["title"], official["target"], *sums, *judged))
    return Table(columns, rows, f"{title}, giai đoạn {current['title']}")


def _infrastructure(content: Plain) -> tuple[Block, ...]:
    counts, stood = content["acquired"]["counts"], content["standards"]["counts"]
    labs = content["laboratories"]
    new = f"Đưa vào sử dụng {counts['standard']} chuẩn đo lường, {counts['reference_material']} chất chuẩn, "
    new += f"{counts['instrument']} phương tiện đo (danh mục ở Phụ lục IV)."
    rows = [(said(STANDARDS, state), number) for state, number in stood.items()]
    table = Table(
        (Column("Tình trạng", 4), Column("Số chuẩn", 1)),
        rows,
        f"Chuẩn đo lường tại ngày {day(content['window']['as_of'])}, mỗi bộ được tính là một",
    )
    lines: list[Block] = [Paragraph(new), table]
    if labs["accredited"]:
        heads = (
            Column("Phòng thí nghiệm", 3),
            Column("Công nhận", 3),
            Column("Dòng phạm vi", 0.8),
            Column("Có CMC", 0.8),
        )
        lines.append(
            Table(heads, [_lab(lab) for lab in labs["accredited"]], "Phòng thí nghiệm được công nhận còn hiệu lực")
        )
    else:
        lines.append(Paragraph("Không có phòng thí nghiệm nào giữ công nhận còn hiệu lực tại ngày báo cáo."))
    scores = "; ".join(f"{said(SCORES, verdict)}: {number}" for verdict, number in labs["proficiency"].items())
    lines.append(Paragraph(f"Thử nghiệm thành thạo, so sánh liên phòng: {scores or 'không có kết quả trong kỳ'}."))
    return tuple(lines)


def _lab(lab: Plain) -> tuple[Value, ...]:
    held = "\n".join(
        f"{one['number']} ({one['standard']}), đến {day(one['valid_until'])}" for one in lab["accreditations"]
    )
    return (lab["name"], held, lab["lines"], lab["cmc"])


def _controlled(content: Plain) -> tuple[Block, ...]:
    rows = [_verified(one) for one in content["controlled"]["verifications"]]
    seen = content["controlled"]["inspections"]
    heads = (
        Column("Loại phương tiện đo", 3),
        Column("Ban đầu"),
        Column("Định kỳ"),
        Column("Sau sửa chữa", 1.2),
        Column("Tổng"),
        Column("Không đạt"),
    )
    if rows:
        sums = [sum(int(row[at] or 0) for row in rows) for at in range(1, 6)]
        table: Block = Table(heads, [*rows, ("Cộng", *sums)], "Kiểm định phương tiện đo nhóm 2", frozenset({len(rows)}))
    else:
        table = Paragraph("Sổ đăng ký không có kiểm định phương tiện đo nhóm 2 trong kỳ báo cáo.")
    said_there = f"Kiểm tra nhà nước về đo lường: {seen['visits']} cuộc tại {seen['units']} cơ sở, "
    said_there += f"{seen['checked']} phương tiện đo; "
    said_there += f"{seen['violation']} phương tiện đo có vi phạm (chưa hoặc hết kiểm định {seen['unverified']}, "
    said_there += f"niêm phong bị phá {seen['seal_broken']}, sai số vượt giới hạn {seen['over_limit']})."
    return (table, Paragraph(said_there))


def _verified(one: Plain) -> tuple[Any, ...]:
    return (one["name"] or UNTYPED, one["initial"], one["periodic"], one["after_repair"], one["total"], one["failed"])


def _enterprises(content: Plain) -> tuple[Block, ...]:
    found = content["done"]["enterprises"]
    surveyed = sum(one["quantity"] for one in content["done"]["activities"]["counts"] if one["kind"] == "survey")
    stages = tuple(f"{said(STAGES, stage)}: {number} doanh nghiệp" for stage, number in found["stages"].items())
    blocks: list[Block] = [
        Paragraph(f"Khảo sát, đánh giá doanh nghiệp: {surveyed} lượt (không tính là đã áp dụng)."),
        Paragraph("Doanh nghiệp trong Chương trình đảm bảo đo lường, theo bước đạt được trong kỳ:"),
        Items(stages),
    ]
    if found["adopted"]:
        rows = [(at, one["name"], day(one["on"]), one["document_no"]) for at, one in enumerate(found["adopted"], 1)]
        heads = (Column("TT", 0.5), Column("Doanh nghiệp", 4), Column("Ngày áp dụng", 1.3), Column("Văn bản", 2))
        blocks.append(Table(heads, rows, "Doanh nghiệp áp dụng Chương trình đảm bảo đo lường trong kỳ"))
    return tuple(blocks)


def _training(content: Plain) -> tuple[Block, ...]:
    found = content["done"]["training"]
    text = f"Tổ chức {found['courses']} lớp: {found['persons']} người, {found['attendances']} lượt người. "
    text += f"Mỗi người có trong danh sách được tính một lần ({found['listed']} người); "
    text += f"{found['unlisted']} người theo số báo cáo của lớp không có danh sách."
    rows = [(said(PEOPLE, one["kind"]), one["persons"], one["attendances"]) for one in found["kinds"]]
    heads = (Column("Đối tượng", 4), Column("Số người"), Column("Lượt người"))
    return (Paragraph(text), Table(heads, rows, "Người có trong danh sách theo đối tượng"))


def _activities(content: Plain) -> tuple[Block, ...]:
    counts = [
        one for one in content["done"]["activities"]["counts"] if one["kind"] not in {"training", "survey", "adoption"}
    ]
    if not counts:
        return (Paragraph("Sổ đăng ký không có hoạt động nào trong kỳ báo cáo."),)
    rows = [
        (said(ACTIVITIES, one["kind"]), said(ASPECTS, one["aspect"]), one["records"], one["quantity"]) for one in counts
    ]
    heads = (Column("Hoạt động", 3), Column("Hình thức", 2), Column("Số hồ sơ"), Column("Số lượt"))
    return (Table(heads, rows, "Hoạt động trong kỳ báo cáo"),)


def _money(content: Plain) -> tuple[Block, ...]:
    found = content["money"]
    groups = ("Trong kỳ báo cáo", "Từ đầu Kế hoạch")
    moved = tuple(Column(name, group=group) for group in groups for name in ("Được giao", "Giải ngân"))
    rows = [(one["code"], one["title"], millions(one["planned"]), *_moved(one)) for one in found["rows"]]
    total = ("", "Tổng cộng", millions(found["total"]["planned"]), *_moved(found["total"]))
    heads = (Column("Mã", 1.2), Column("Nhiệm vụ", 2.8), Column("Kế hoạch", 1.2), *moved)
    by_row = Table(heads, [*rows, total], "Kinh phí theo nhiệm vụ, triệu đồng", frozenset({len(rows)}))
    sources = [(one["name"], *_moved(one)) for one in found["sources"]]
    whole = ("Tổng cộng", *_moved(found["total"]))
    by_source = Table(
        (Column("Nguồn", 3.5), *moved), [*sources, whole], "Kinh phí theo nguồn, triệu đồng", frozenset({len(sources)})
    )
    return (by_row, by_source)


def _moved(one: Plain) -> tuple[Value, ...]:
    return tuple(millions(one[name]) for name in ("allocated", "disbursed", "allocated_since", "disbursed_since"))


def _about(content: Plain, issue: Issue) -> tuple[Block, ...]:
    text = "Số liệu lấy từ sổ đăng ký đo lường; mỗi số dẫn đến hồ sơ của nó. "
    text += "Số và minh chứng được chốt cùng mã băm dưới đây; báo cáo lập lại về sau cho đúng các số này."
    lines: list[tuple[str, Value]] = [("Phiên bản cấu trúc số liệu", str(content["schema"]))]
    if issue.content_hash is not None:
        lines += [("Chốt lúc", issue.frozen_at), ("Mã băm SHA-256 của số liệu và minh chứng", issue.content_hash)]
    else:
        lines.append(("Mã băm", "chưa có, vì số liệu chưa được chốt"))
    return (Paragraph(text), Facts(tuple(lines)))
