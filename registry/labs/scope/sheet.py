"""The lines of a scope as a sheet: read and checked row by row, written, and empty to be filled in."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from marshmallow import ValidationError

from registry.kernel.errors import flat_messages
from registry.kernel.i18n import _
from registry.labs.models import Lab, ScopeLine
from registry.labs.scope.fitting import fitting
from registry.labs.scope.lines import LineValues, line_faults
from registry.labs.scope.schemas import MOST_LINES, ScopeLineSchema
from registry.sheets import headings, tables
from registry.sheets.columns import Column, Named, Reading, Vocabulary, Words, column
from registry.sheets.downloads import Value, written
from registry.sheets.headings import Table
from registry.sheets.loading import Loader
from registry.sheets.models import Form
from registry.sheets.reading import CLEARED, Misread, Reader
from registry.sheets.running import error
from registry.sheets.tables import form_of, refused
from registry.sheets.template import Kind, made

PLACES: Final = (
    ("laboratory", "Tại phòng thí nghiệm", "In the laboratory"),
    ("on_site", "Tại hiện trường", "On site"),
    ("both", "Tại phòng thí nghiệm và tại hiện trường", "In the laboratory and on site"),
)
RELATIVE: Final = (("percent", "%", "%"), ("ppm", "ppm", "ppm"), ("ratio", "tỉ số", "ratio"))
COMBINED: Final = (("sum", "a + b·x", "a + b·x"), ("root_sum_squares", "Q[a; b·x]", "Q[a; b·x]"))
GROUPED: Final = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")
NO_TAGS: Final = 0
FIELDS: Final = (
    Words(
        *("quantity", "Đại lượng", "Quantity", "text"),
        ("Đại lượng đo, ví dụ khối lượng.", "The quantity, such as mass."),
        "Khối lượng",
        required=True,
        also=("dai luong do", "linh vuc"),
        example_en="Mass",
    ),
    Words(
        *("measurand", "Đối tượng hiệu chuẩn", "What is calibrated", "text"),
        ("Phương tiện đo hoặc đối tượng như ghi trong phạm vi.", "Instrument or measurand as the scope names it."),
        "Quả cân",
        also=("doi tuong", "phuong tien do", "ten phuong tien do", "measurand"),
        example_en="Weights",
    ),
    Words(
        *("unit", "Đơn vị", "Unit", "text"),
        ("Đơn vị của phạm vi đo.", "The unit of the range."),
        "g",
        required=True,
        also=("don vi do",),
    ),
    Words(
        *("range_low", "Phạm vi từ", "Range from", "number"),
        ("Đầu dưới của phạm vi đo.", "Lower end of the range."),
        "1",
        also=("tu", "pham vi do tu"),
    ),
    Words(
        *("range_high", "Phạm vi đến", "Range to", "number"),
        ("Đầu trên của phạm vi đo.", "Upper end of the range."),
        "20000",
        also=("den", "pham vi do den"),
    ),
    Words(
        *("cmc", "CMC", "CMC", "number"),
        ("Độ không đảm bảo đo mở rộng nhỏ nhất, k = 2.", "Best expanded uncertainty, k = 2."),
        "0.005",
        also=("kha nang do", "do khong dam bao do", "best uncertainty"),
    ),
    Words(
        *("cmc_unit", "Đơn vị CMC", "Unit of the CMC", "text"),
        ("Chỉ ghi khi khác đơn vị của phạm vi đo.", "Only where it is not the unit of the range."),
        "mg",
    ),
    Words(
        *("cmc_relative", "CMC theo giá trị đọc", "CMC of the reading", "number"),
        ("Phần CMC tỉ lệ với giá trị đọc.", "The part of the CMC that grows with the reading."),
        "0.02",
    ),
    Words(
        *("cmc_relative_unit", "Tính bằng", "Said in", "choice"),
        ("Đơn vị của phần theo giá trị đọc:", "How that part is said:"),
        "percent",
        choices=RELATIVE,
    ),
    Words(
        *("cmc_combined", "Kết hợp", "Both together", "choice"),
        ("Cách kết hợp hai phần của CMC:", "How both parts of the CMC go together:"),
        "sum",
        choices=COMBINED,
    ),
    Words(
        *("method", "Phương pháp", "Method", "text"),
        ("Phương pháp hoặc quy trình.", "Method or procedure."),
        "ĐLVN 285",
        also=("phuong phap hieu chuan", "quy trinh"),
    ),
    Words(
        *("place", "Nơi thực hiện", "Place", "choice"),
        ("Nơi dòng này có hiệu lực:", "Where the line holds:"),
        "laboratory",
        choices=PLACES,
    ),
    Words(*("site", "Cơ sở", "Site", "text"), ("Cơ sở của phòng, nếu có nhiều.", "Which site, if there are several.")),
    Words(
        *("instrument_type", "Mã loại phương tiện đo", "Instrument type", "text"),
        ("Chỉ ghi khi dòng dành cho một loại.", "Only where the line is for one type."),
    ),
    Words(*("price", "Giá (đồng)", "Price (đồng)", "number"), ("Giá của công việc.", "What the work costs."), "350000"),
    Words(
        *("valid_from", "Hiệu lực từ", "In force from", "day"),
        ("Để trống: từ ngày của quyết định.", "Empty: from the day of the decision."),
        "2026-01-31",
    ),
    Words(
        *("valid_to", "Hiệu lực đến", "In force until", "day"),
        ("Ngày cuối cùng; để trống nếu chưa biết.", "The last day; empty when it is open."),
        "2027-01-31",
    ),
    Words(
        *("accreditation", "Số công nhận", "Accreditation", "text"),
        (
            "Chỉ ghi khi phòng được công nhận nhiều lần cùng lúc.",
            "Only where the laboratory has several accreditations.",
        ),
    ),
)
NOTES: Final = (
    ("Mỗi dòng là một dòng của phạm vi công nhận.", "One line of the scope a row."),
    (
        "Tệp được kiểm tra từng ô trước khi ghi quyết định; chưa có gì thay đổi.",
        "Every cell is checked and shown before the decision is recorded.",
    ),
)


class Fault(NamedTuple):
    """What is wrong in a cell: the line it is of, counted from 0, its field, and the cell with what stands there."""

    line: int
    field: str
    told: dict[str, str]


class Read(NamedTuple):
    """What a sheet says: a line for each row, with the fields that could be read, and what is wrong."""

    lines: Sequence[dict[str, Any]]
    faults: Sequence[Fault]


def all_columns() -> list[Column]:
    """The columns of a sheet of lines."""
    return [column(one, one.key) for one in FIELDS]


def read(lab: Lab, content: bytes, file_name: str) -> Read:
    """The lines of a sheet of a laboratory, nothing of which is kept.

    Raises Invalid when it cannot be read or has too many.
    """
    words = Vocabulary(all_columns(), [Named("", FIELDS)], needs=("quantity", "unit"))
    table = headings.table(tables.tables(content, form_of(content, file_name)), words)
    reader, loader = Reader(table.style, {}, NO_TAGS), Loader(ScopeLineSchema())
    lines: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for number, cells in table.rows:
        if len(lines) >= MOST_LINES:
            raise refused(_("A scope has at most %(most)s lines at a time; divide the sheet.", most=MOST_LINES))
        wrong: dict[str, Sequence[str]] = {}
        said = _row(table, cells, reader, loader, wrong)
        wrong |= {name: [loader.needed(name)] for name in loader.required if name not in said and name not in wrong}
        if not wrong:
            line: Any = said
            wrong |= _checked(line, lab)
        for name, messages in wrong.items():
            told = error(table, name, " ".join(messages), number, cells)
            faults.append(Fault(len(lines), name, told | {"row": str(number)}))
        lines.append(said)
    return Read(lines, faults)


def _checked(line: LineValues, lab: Lab) -> dict[str, Sequence[str]]:
    """What is wrong with a line, also beside what the laboratory has."""
    return dict(line_faults(line)) | fitting(lab, line)


def _row(
    table: Table, cells: Sequence[Any], reader: Reader, loader: Loader, wrong: dict[str, Sequence[str]]
) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for place, one in table.columns:
        cell = cells[place] if place < len(cells) else ""
        if one.key == "price" and isinstance(cell, str) and GROUPED.fullmatch(cell.strip()):
            cell = "".join(filter(str.isdigit, cell))  # đồng have no fractions, so that these are thousands
        try:
            value = reader.value(one, cell)
            if value is not None and value is not CLEARED:
                said[one.key] = loader.value(one.key, _whole(value) if one.key == "price" else value)
        except Misread as misread:
            wrong[one.key] = [str(misread)]
        except ValidationError as refusal:
            wrong[one.key] = [text for texts in flat_messages(refusal.messages).values() for text in texts]
    return said


def _whole(value: str) -> object:
    try:
        number = Decimal(value)
    except ArithmeticError:
        return value
    return int(number) if number == number.to_integral_value() else value


def exported(form: Form, lines: Sequence[ScopeLine], *, locale: str) -> bytes:
    """Lines as a sheet that can be read again."""
    columns = all_columns()
    rows = ([_value(one, line, locale) for one in columns] for line in lines)
    return written(form, "Phạm vi - Scope", [one.heading for one in columns], rows)


def empty(form: Form, *, locale: str) -> bytes:
    """The sheet to fill in."""
    return made(form, Kind("Phạm vi - Scope", all_columns(), NOTES), {}, locale)


def _value(one: Column, line: ScopeLine, locale: str) -> Value:
    value = getattr(line, one.key)
    if one.reading is Reading.CHOICE and value is not None:
        return one.word(str(value), locale)
    found: Value = value
    return found
