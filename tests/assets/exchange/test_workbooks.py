"""What cells of workbooks hold: days of both calendars, errors, truth, texts that cells share, several sheets."""

from datetime import date, datetime, time
from io import BytesIO

import pytest

from registry.assets.exchange.columns import vocabulary
from registry.sheets import headings, parts, tables, unpacking
from registry.sheets.cells import LONGEST, Fault
from registry.sheets.models import Form
from registry.sheets.parts import Refused
from registry.sheets.workbooks import LateSerial
from tests.make import sheets as make

HEADINGS = [*make.HEADINGS, "Ngày đưa vào sử dụng"]
SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
TEXTS = "xl/sharedStrings.xml"
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def database() -> str:
    """Files are read without one; what is read is stored on both elsewhere."""
    return "sqlite"


def cells(content):
    (found,) = tables.tables(content, Form.XLSX)
    return [row for _number, row in found.rows][-1]


def with_cells(text, content=None):
    """A workbook whose last row has these cells as XML."""
    content = content or make.workbook(["x"])
    sheet = make.unpacked(content, SHEET).replace(b"</sheetData>", f'<row r="5">{text}</row></sheetData>'.encode())
    return make.changed(content, SHEET, sheet)


def late(content):
    book = make.unpacked(content, BOOK)
    assert b"<workbookPr " in book
    return make.changed(content, BOOK, book.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('<c r="A5"><v>1.5</v></c>', 1.5),
        ('<c r="A5" t="n"><v>1E3</v></c>', 1000.0),
        ('<c r="A5" t="b"><v>1</v></c>', True),
        ('<c r="A5" t="b"><v>false</v></c>', False),
        ('<c r="A5" t="str"><f>A1&amp;"x"</f><v>a &amp; b</v></c>', "a & b"),
        ('<c r="A5" t="inlineStr"><is><r><t>Đồng </t></r><r><t>hồ</t></r><rPh><t>không</t></rPh></is></c>', "Đồng hồ"),
        ('<c r="A5" t="str"><v>hai_x000D_dòng _x005F_x000D_</v></c>', "hai\rdòng _x000D_"),
        ('<c r="A5" t="d"><v>2026-01-31T00:00:00</v></c>', datetime(2026, 1, 31)),  # noqa: DTZ001 — no zone in a sheet
        ("<c><v>7</v></c>", 7.0),
        ('<x:c r="A5" xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:v>7</x:v></x:c>', 7.0),
    ],
)
def test_a_cell_is_what_it_says(text, value):
    assert cells(with_cells(text)) == [value]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<c r="A5" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A5" t="e"><v>#NEW!</v></c>', "#NEW!"),
        ('<c r="A5" t="b"><v>2</v></c>', "2"),
        ('<c r="A5"><v>abc</v></c>', "abc"),
        ('<c r="A5"><v>NaN</v></c>', "NaN"),
        ('<c r="A5"><v>1_0</v></c>', "1_0"),
        ('<c r="A5" t="s"><v>9999</v></c>', "9999"),
        ('<c r="A5" t="s"><v>-1</v></c>', "-1"),
        ('<c r="A5" t="d"><v>hôm qua</v></c>', "hôm qua"),
        ('<c r="A5" t="unknown"><v>x</v></c>', "x"),
    ],
)
def test_a_cell_without_a_value_is_told_and_the_others_are_read(text, said):
    (found,) = cells(with_cells(text))
    assert (type(found), found) == (Fault, said)


def test_an_error_in_a_cell_is_told_by_its_address(known):
    row = '<c r="A5" t="str"><v>Cân</v></c><c r="B5" t="str"><v>standard</v></c><c r="D5" t="e"><v>#DIV/0!</v></c>'
    found = make.checked(with_cells(row, make.workbook(make.HEADINGS, make.row(1))))
    assert found.counted == {"new": 1, "error": 1}
    assert "#DIV/0!" in make.wrong(found)["D5"]


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (46053, datetime(2026, 1, 31)),  # noqa: DTZ001 — no zone in a sheet
        (46053.75, datetime(2026, 1, 31, 18)),  # noqa: DTZ001 — no zone in a sheet
        (59, datetime(1900, 2, 28)),  # noqa: DTZ001 — no zone in a sheet
        (60, "29/02/1900"),
        (61, datetime(1900, 3, 1)),  # noqa: DTZ001 — no zone in a sheet
        (1, datetime(1900, 1, 1)),  # noqa: DTZ001 — no zone in a sheet
        (0.5, time(12)),
        (-1, -1.0),
        (2_958_465, datetime(9999, 12, 31)),  # noqa: DTZ001 — no zone in a sheet
        (2_958_466, 2_958_466.0),
        (1e300, 1e300),
    ],
)
def test_a_serial_is_a_day_of_the_calendar_from_1900_whose_day_60_never_was(serial, day):
    assert cells(with_cells(f'<c r="A5" s="1"><v>{serial}</v></c>', make.workbook([date(2026, 1, 1)]))) == [day]


def test_a_serial_is_a_day_of_the_calendar_from_1904_where_the_workbook_says_so():
    content = make.workbook([date(2026, 1, 1)])
    formatted, plain = '<c r="A5" s="1"><v>44591</v></c>', '<c r="A5"><v>44591</v></c>'
    assert cells(late(with_cells(formatted, content))) == [datetime(2026, 1, 31)]  # noqa: DTZ001 — no zone in a sheet
    (found,) = cells(late(with_cells(plain, content)))
    assert (type(found), found) == (LateSerial, 44591.0)


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("dd/mm/yyyy", True),
        ("[$-42A]d mmmm yyyy", True),
        ("[h]:mm", True),
        ("General", False),
        ("0.00", False),
        ('0 "tháng d"', False),
        ("#,##0\\ \\đ", False),
        ("[Red]0.0;[Blue]-0.0", False),
        ("0.00E+00", False),
        ("@", False),
    ],
)
def test_a_number_format_shows_days_or_not(code, is_day):
    content = make.workbook([date(2026, 1, 1)])
    styles = make.unpacked(content, STYLES)
    assert b"dd/mm/yyyy" in styles
    escaped = code.replace('"', "&quot;").encode()
    changed = make.changed(content, STYLES, styles.replace(b"dd/mm/yyyy", escaped))
    (found,) = cells(with_cells('<c r="A5" s="1"><v>46053</v></c>', changed))
    assert isinstance(found, datetime) is is_day


def test_of_several_sheets_with_headings_one_is_read_and_the_others_are_named(known):
    def draw(book, _sheet):
        other = book.add_worksheet("Phòng áp suất")
        for line, row in enumerate([make.HEADINGS, make.row(7)]):
            other.write_row(line, 0, row)
        book.add_worksheet("Ghi chú").write(0, 0, "không có gì")

    content = make.workbook(HEADINGS, make.row(1), draw=draw)
    assert headings.table(tables.tables(content, Form.XLSX), vocabulary()).left == ("Phòng áp suất",)
    found = make.checked(content)
    assert (found.counted, found.unread_sheets, found.unread_headings) == ({"new": 1}, ["Phòng áp suất"], [])


def test_rows_beyond_the_first_thirty_keep_their_numbers():
    content = make.workbook(make.HEADINGS, *(make.row(number) for number in range(1, 1200)))
    rows = list(headings.table(tables.tables(content, Form.XLSX), vocabulary()).rows)
    assert [(number, row[0]) for number, row in rows] == [(place + 1, f"Quả cân {place}") for place in range(1, 1200)]


LONG = [
    ('<c r="A5" t="str"><v>%s</v></c>', SHEET),
    ('<c r="A5"><v>%s</v></c>', SHEET),
    ('<c r="A5" t="inlineStr"><is>%s</is></c>', SHEET),
    ("<si><t>%s</t></si>", TEXTS),
]


@pytest.mark.parametrize(("form", "where"), LONG)
def test_a_text_no_cell_can_hold_is_told_by_its_row_and_not_read_to_its_end(form, where, monkeypatch):
    read = []
    monkeypatch.setattr(parts.Parts, "blocks", counted(parts.Parts.blocks, read))
    piece = "<r><t>%s</t></r>" if "<is>" in form else "%s"
    text = form % ((piece % ("a\n" * 20_000)) * 80)
    content = with_texts(text) if where == TEXTS else with_cells(text)
    with pytest.raises(Refused) as refusal:
        whole(content)
    assert (refusal.value.why, refusal.value.said) == ("text", (5 if where == SHEET else 1,))
    if where == SHEET:
        assert sum(read) < 4 * parts.BLOCK


def counted(blocks, read):
    def each(self, name):
        for block in blocks(self, name):
            if name == SHEET:
                read.append(len(block))
            yield block

    return each


def with_texts(text):
    content = with_cells('<c r="A5" t="s"><v>0</v></c>')
    return make.changed(content, TEXTS, f"<sst>{text}</sst>".encode())


def whole(content):
    """Every row of the first sheet, read in this process."""
    book = unpacking.Book(parts.Parts(BytesIO(content)))
    rows = []
    book.read(book.sheets[0][1], rows.append)
    return rows


@pytest.mark.parametrize("form", [LONG[0], LONG[3]], ids=["cell", "shared"])
def test_a_text_of_which_every_letter_is_escaped_is_as_long_as_it_reads(form):
    text = form[0] % ("_x000D_" * LONGEST)
    content = with_texts(text) if form[1] == TEXTS else with_cells(text)
    assert whole(content)[-1] == (5, ["\r" * LONGEST])


def test_what_is_packed_as_no_program_packs_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(parts, "SMALL", 1 << 16)
    content = make.changed(make.workbook(["x"]), STYLES, b"<!--" + b" " * (1 << 17) + b"-->")
    with pytest.raises(Refused, match="large"):
        parts.Parts(BytesIO(content))
    monkeypatch.setattr(parts, "SMALL", 1 << 18)
    assert STYLES in parts.Parts(BytesIO(content))


ZEROS = [("0" * 12, 1795889011, "001795889011"), ("00000;-0000", 42, "00042"), ("0000", 123456, "123456")]
NO_ZEROS = [("0", 7, "7"), ("000", 1.5, "1.5"), ("0.00", 3, "3"), ("", 8, "8"), ("#,##0", 1234, "1234")]


def test_a_serial_that_its_format_shows_with_zeros_is_read_as_it_is_shown(known):
    shown = [*ZEROS, *NO_ZEROS]

    def draw(book, sheet):
        for line, (code, number, _text) in enumerate(shown, 1):
            sheet.write_number(line, 5, number, book.add_format({"num_format": code}))

    rows = [make.row(number) for number in range(len(shown))]
    found = make.checked(make.workbook(make.HEADINGS, *rows, draw=draw))
    assert found.counted == {"new": len(shown)}
    assert [line.changes["serial_no"] for line in make.judged(found)] == [text for _code, _number, text in shown]


def test_a_number_that_its_format_shows_with_zeros_is_that_number_and_no_less_wrong(known):
    def draw(book, sheet):
        zeros = book.add_format({"num_format": "00000"})
        for place, value in ((1, 12), (5, 1e15), (7, 46053), (8, 12), (9, 25)):
            sheet.write_number(1, place, value, zeros)

    headings = [*make.HEADINGS, "Ngày đưa vào sử dụng", "Chu kỳ hiệu chuẩn", "Sai số", "Đại lượng", "Đơn vị"]
    row = [*make.row(1), "", "", "", "khối lượng", "kg"]
    wrong = make.wrong(make.checked(make.workbook(headings, row, draw=draw)))
    assert (list(wrong), "lost digits" in wrong["F2"]) == (["B2", "F2"], True)
    assert "“00012”" in wrong["B2"]
