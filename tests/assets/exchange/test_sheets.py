"""Files as they come: encodings, separators, merged and hidden things, and what would take all memory."""

import gc
import io
import random
import re
import subprocess
import zipfile
from contextlib import suppress

import pytest

from registry.assets.exchange.columns import vocabulary
from registry.kernel.errors import Invalid
from registry.sheets import cells as limits
from registry.sheets import headings, parts, tables, unpacking, workbooks
from registry.sheets.cells import Uncalculated
from registry.sheets.models import Form
from tests.make import sheets as make

ROWS = [make.HEADINGS, make.row(1, name="Đồng hồ nước lạnh"), make.row(2)]
SHEET = "xl/worksheets/sheet1.xml"
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def database() -> str:
    """Files are read without one; what is read is stored on both elsewhere."""
    return "sqlite"


def table(content):
    return headings.table(tables.tables(content, tables.form_of(content)), vocabulary())


def keys(found):
    return [column.key for _place, column in found.columns]


def refusal(content):
    with pytest.raises(Invalid) as refused:
        list(table(content).rows)
    return " ".join(refused.value.errors["file"])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_whatever_wrote_it(separator, encoding):
    found = table(make.text(*ROWS, separator=separator, encoding=encoding))
    assert [(number, cells[0]) for number, cells in found.rows] == [(2, "Đồng hồ nước lạnh"), (3, "Quả cân 2")]


def test_the_code_page_of_vietnamese_windows_is_read():
    content = "Te\u0302n,Pha\u0302n loa\u0323i\nĐo\u0302\u0300ng ho\u0302\u0300,standard\n".replace("o\u0302", "ô")
    content = content.replace("e\u0302", "ê").replace("a\u0302", "â").encode("cp1258")
    found = table(content)
    assert keys(found) == ["name", "kind"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "ascii"])
@pytest.mark.parametrize("headings", [make.HEADINGS, [one.heading for one in vocabulary().columns.values()][:12]])
def test_letters_that_were_lost_are_the_cause_that_is_told(encoding, headings):
    content = ";".join(headings).encode(encoding, "replace") + b"\r\nC?n;standard\r\n"
    for lost in (content, content.replace(b"?", "\ufffd".encode())) if encoding == "ascii" else (content,):
        assert re.search(r"letters .*(were lost|no UTF-8).* “CSV UTF-8”,? or as .xlsx", refusal(lost))


def test_letters_of_another_code_page_are_told_and_a_question_is_no_lost_letter():
    assert "no UTF-8; save it again as “CSV UTF-8”" in refusal("Tôm,Lôại,Số\r\nx,y,z\r\n".encode("cp1258", "ignore"))
    assert "headings such as" in refusal(b"What? Why,How\r\nx,y\r\n")
    assert keys(table(make.text([*make.HEADINGS, "Đạt? Có/Không", "Ai?"], [*make.row(1), "x?y", "x?y"])))[0] == "name"


def test_a_first_line_that_names_the_separator_is_followed():
    found = table(b"sep=;\r\n" + make.text(*ROWS, separator=";", encoding="utf-8"))
    assert [number for number, _cells in found.rows] == [3, 4]


def test_bytes_that_are_no_letters_are_refused_with_a_remedy():
    assert "CSV UTF-8" in refusal("Tên,Phân loại\n".encode() + b"\xd2\x8d\x90")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first", [1, 40])
def test_a_quotation_mark_that_is_not_closed_is_refused_by_its_line_and_swallows_nothing(separator, first):
    """Whether it is closed nowhere, in the middle of a later cell, or at its end as if it were one cell."""
    rows = [make.HEADINGS, *(make.row(number) for number in range(60))]
    lines = make.text(*rows, separator=separator).decode("utf-8-sig").split("\r\n")
    cells = lines[first].split(separator)
    lines[first] = separator.join(['"' + cells[0], *cells[1:]])
    for later in (None, '"Cân" nhỏ', 'Cân 2"'):
        again = lines.copy()
        if later:
            again[first + 3] = separator.join([later, *cells[1:]])
        assert f"line {first + 1} " in refusal("\r\n".join(again).encode())


def test_a_cell_of_several_lines_is_one_cell():
    rows = [make.HEADINGS, make.row(1, name="hai\ndòng, ba; bốn"), make.row(2, name='Ống 2" dài')]
    for separator in ",;\t":
        found = table(make.text(*rows, separator=separator))
        assert [cells[0] for _number, cells in found.rows] == ["hai\ndòng, ba; bốn", 'Ống 2" dài']


def test_the_separator_is_found_although_another_cannot_divide_the_file():
    content = '"Tên";"Phân loại";"Ghi chú, khác"\n"Cân";"standard";"a, b"\n'.encode()
    assert keys(table(content)) == ["name", "kind"]


def test_a_very_long_cell_is_refused():
    assert "too long" in refusal(make.text(*ROWS) + b'"' + b"x," * 100_000)


@pytest.mark.parametrize("content", [b"", b"  \n "])
def test_an_empty_file_is_refused(content):
    assert "empty" in refusal(content)


def test_an_old_workbook_is_refused_with_a_remedy():
    assert ".xlsx" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_zip_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "damaged" in refusal(file.getvalue())
    assert "damaged" in refusal(make.workbook(*ROWS)[:-300])


def test_headings_without_a_name_are_no_headings():
    assert "headings" in refusal(b"a,b\n1,2\n")


def test_a_workbook_is_read_from_its_visible_sheet_with_headings():
    def draw(book, _sheet):
        hidden = book.add_worksheet("Ẩn")
        for line, cells in enumerate([[*make.HEADINGS, "Kiểu"], make.row(9)]):
            hidden.write_row(line, 0, cells)
        hidden.hide()
        book.add_worksheet("Ghi chú").write(0, 0, "không có gì")

    found = table(make.workbook(*ROWS, draw=draw))
    assert [cells[0] for _number, cells in found.rows] == ["Đồng hồ nước lạnh", "Quả cân 2"]


def test_headings_may_stand_below_a_title_and_be_merged():
    def draw(book, sheet):
        bold = book.add_format({"bold": True})
        sheet.merge_range(0, 0, 0, 5, "DANH SÁCH PHƯƠNG TIỆN ĐO", bold)
        sheet.merge_range(2, 0, 3, 0, "Tên", bold)
        sheet.merge_range(2, 1, 3, 1, "Phân loại", bold)
        for place, title in ((2, "Đặc trưng 1"), (4, "Đặc trưng 2")):
            sheet.merge_range(2, place, 2, place + 1, title, bold)
            sheet.write(3, place, "Đại lượng")
            sheet.write(3, place + 1, "Đơn vị")
        sheet.write_row(4, 0, ["Cân", "standard", "khối lượng", "kg", "nhiệt độ", "°C"])

    found = table(make.workbook(draw=draw))
    assert keys(found) == [
        "name",
        "kind",
        "characteristics.0.quantity",
        "characteristics.0.unit",
        "characteristics.1.quantity",
        "characteristics.1.unit",
    ]
    assert [(number, cells[0]) for number, cells in found.rows] == [(5, "Cân")]
    assert found.cell("characteristics.1.unit", 5) == "F5"


def test_a_sheet_that_begins_further_right_keeps_its_addresses():
    found = table(make.workbook(*([], ["", "", *make.HEADINGS], ["", "", *make.row(1)])))
    assert found.cell("name", 3) == "C3"
    assert [cells[2] for _number, cells in found.rows] == ["Quả cân 1"]


def test_of_a_formula_the_value_is_read():
    def draw(_book, sheet):
        sheet.write_formula(1, 0, '="Quả " & "cân"', None, "Quả cân")

    found = table(make.workbook(make.HEADINGS, make.row(1), draw=draw))
    assert next(found.rows)[1][0] == "Quả cân"


@pytest.mark.parametrize("empty", ["", "<v/>", "<v></v>"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_formula_without_a_stored_value_is_told_apart_from_an_empty_cell(empty, quote):
    content = make.workbook(make.HEADINGS, make.row(1, location="Kho"))
    part = make.unpacked(content, "xl/worksheets/sheet1.xml").decode()
    cell = re.search(r'<c r="G2"[^>]*>.*?</c>', part)[0]
    formula = f"<c r={quote}G2{quote}><f>IF(A2&lt;3,B2,C2)</f>{empty}</c><c r={quote}AB2{quote}><f>B2</f></c>"
    found = table(make.changed(content, "xl/worksheets/sheet1.xml", part.replace(cell, formula).encode()))
    (row,) = [cells for _number, cells in found.rows]
    assert (row[6], row[27]) == ("=IF(A2<3,B2,C2)", "=B2")
    assert isinstance(row[6], Uncalculated)


def test_what_is_named_a_workbook_and_is_none_is_said_so():
    for name in ("a.xlsx", "A.XLSM"):
        with pytest.raises(Invalid, match="is not a workbook"):
            tables.form_of(b"Ten,Loai\nCan,x\n", name)
    assert tables.form_of(b"Ten,Loai\nCan,x\n", "a.csv") is Form.CSV


def test_the_word_of_the_form_for_the_kind_is_its_heading():
    found = table(make.text(["Tên", "Loại", "Loại phương tiện đo"], ["a", "b", "c"]))
    assert keys(found) == ["name", "kind", "instrument_type"]


def test_two_columns_that_mean_the_same_are_refused_by_their_addresses():
    assert "A1 and B1" in refusal(make.text(["Tên", "Name", "Kind"], ["a", "b", "standard"]))


def test_headings_that_are_not_ours_are_named():
    assert table(make.text([*make.HEADINGS, "Màu"], make.row(1))).unread == ["Màu"]


def test_headings_repeated_on_every_page_are_no_assets():
    found = table(make.text(make.HEADINGS, make.row(1), make.HEADINGS, make.row(2)))
    assert [number for number, _cells in found.rows] == [2, 4]


@pytest.mark.parametrize(
    ("cell", "said"), [('="00123"', "00123"), ('="a""b"', 'a"b'), ("=A1", "=A1"), ('="1"&"2"', '="1"&"2"'), ('=""', "")]
)
def test_a_text_that_excel_wrote_as_a_formula_is_that_text(cell, said):
    found = table(make.text(make.HEADINGS, make.row(1, serial_no=cell)))
    assert [cells[5] for _number, cells in found.rows] == [said]


def test_a_thousand_columns_are_refused():
    wide = [f"cột {number}" for number in range(1000)]
    assert "KO" in refusal(make.workbook([*make.HEADINGS, *wide[: 1000 - len(make.HEADINGS)]]))
    assert "1,000" in refusal(make.text([*make.HEADINGS, *wide[: 1000 - len(make.HEADINGS)]], make.row(1)))


FAR = {
    "a column": ("XFD", '<row r="9"><c r="XFD9"><v>1</v></c></row>'),
    "a row": ("200,000 rows", '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    "small letters": ("XFD", "<row r='9'><c r='xfd9'><v>1</v></c></row>"),
    "a row whose cells say no place": ("200,000 rows", '<row r="900000"><c><v>1</v></c></row>'),
    "a row beyond all numbers": ("200,000 rows", '<row r="4294967297"><c><v>1</v></c></row>'),
    "cells that say no place": ("KO", f'<row r="9">{"<c><v>1</v></c>" * 16_000}</row>'),
    "a cell in another row": ("damaged", '<row r="9"><c r="A8"><v>1</v></c></row>'),
    "a row twice": ("damaged", '<row r="2"><c r="A2"><v>1</v></c></row>'),
    "a cell of no column": ("damaged", '<row r="9"><c r="9"><v>1</v></c></row>'),
    "a long text": ("row 9", f'<row r="9"><c r="A9" t="str"><v>{"x" * 32_768}</v></c></row>'),
}


@pytest.mark.parametrize("what", FAR)
@pytest.mark.parametrize("name", [SHEET, "xl/worksheets/sheet1.dat", "other/place.bin"])
def test_one_cell_far_away_does_not_take_the_memory_of_a_table_that_large(what, name):
    why, row = FAR[what]
    assert why in refusal(renamed(with_row(row), SHEET, name))


def with_row(row):
    content = make.workbook(*ROWS)
    sheet = make.unpacked(content, SHEET).replace(b"</sheetData>", f"{row}</sheetData>".encode())
    return make.changed(content, SHEET, sheet)


def renamed(content, before, after):
    """A workbook with a part under another name, which its relations and content types say."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            part = old.read(one).replace(f"/{before}".encode(), f"/{after}".encode())
            part = part.replace(before.removeprefix("xl/").encode(), f"/{after}".encode()) if "rels" in one else part
            new.writestr(after if one == before else one, part)
    return file.getvalue()


STRINGS = "xl/sharedStrings.xml"
BOMBS = {
    "one long text": b"<si><t>" + b"x" * (limits.MOST_LETTERS + 1) + b"</t></si>",
    "empty texts": b"<si/>" * (limits.MOST_STRINGS + 1),
}


@pytest.mark.parametrize("what", BOMBS)
@pytest.mark.parametrize("name", [STRINGS, "xl/ss.dat"])
def test_a_small_file_that_unpacks_into_a_very_large_one_is_refused(what, name):
    content = make.changed(make.workbook(*ROWS), STRINGS, b"<sst>" + BOMBS[what] + b"</sst>")
    assert len(content) < 1_000_000
    assert "too large" in refusal(renamed(content, STRINGS, name))


def test_a_file_larger_than_any_workbook_is_refused_before_it_is_unpacked():
    content = bytearray(make.workbook(*ROWS))
    at = entry_of(content, SHEET) + 24
    content[at : at + 4] = (parts.MOST_UNPACKED + 1).to_bytes(4, "little")
    assert "too large" in refusal(bytes(content))


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml"])
def test_a_file_that_lies_about_its_size_is_refused(part):
    content = bytearray(make.workbook(*ROWS))
    at = entry_of(content, part) + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(content))


def entry_of(content, part):
    """Where a part stands in the directory of the archive."""
    return content.rindex(part.encode()) - 46


def test_texts_that_stand_for_much_longer_ones_are_refused():
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    assert "damaged" in refusal(make.changed(make.workbook(*ROWS), STRINGS, entities))


def test_millions_of_merged_areas_take_no_time():
    content = make.workbook(*ROWS)
    areas = b"".join(b'<mergeCell ref="A9:ZZ%d"/>' % place for place in range(30, 1_000_030))
    merges = b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
    sheet = make.unpacked(content, SHEET).replace(b"</sheetData>", merges)
    (found,) = tables.tables(make.changed(content, SHEET, sheet), Form.XLSX)
    assert len(found.merged) == unpacking.MOST_MERGES


def test_a_workbook_of_very_many_sheets_is_refused():
    def draw(book, _sheet):
        for _number in range(unpacking.MOST_SHEETS):
            book.add_worksheet()

    assert "50 sheets" in refusal(make.workbook(*ROWS, draw=draw))


@pytest.mark.parametrize("ending", ["os.abort()", "os._exit(0)", "bytearray(10**13)", "print('no pickle')"])
def test_whatever_ends_the_process_that_reads_a_workbook_is_a_refusal(monkeypatch, ending):
    monkeypatch.setattr(workbooks, "PROGRAM", f"import os; {ending}")
    assert "save it as .xlsx anew" in refusal(make.workbook(*ROWS))


def test_the_process_that_reads_a_workbook_gives_itself_little_memory(monkeypatch):
    limited = workbooks.PROGRAM.replace(
        "main()", "from registry.assets.exchange import unpacking; unpacking.MEMORY = 1 << 26; main()"
    )
    monkeypatch.setattr(workbooks, "PROGRAM", limited)
    content = make.changed(make.workbook(*ROWS), STRINGS, b"<sst><si><t>" + b"x" * 90_000_000 + b"</t></si></sst>")
    assert any(why in refusal(content) for why in ("too large", "save it as .xlsx anew"))


def test_the_process_that_reads_a_workbook_ends_with_the_reading(monkeypatch):
    started, popen = [], subprocess.Popen

    def start(*words, **said):
        started.append(popen(*words, **said))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    reading = tables.tables(make.workbook(*ROWS), Form.XLSX)
    first = next(reading)
    assert [process.poll() for process in started] == [None]
    del first, reading
    gc.collect()
    assert [process.poll() for process in started] != [None]


def test_rows_are_not_endless(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert "more than 3 rows" in refusal(make.text(make.HEADINGS, *(make.row(number) for number in range(5))))


def test_a_workbook_with_macros_and_links_is_read_for_its_cells_alone():
    content = make.workbook(*ROWS)
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert tables.form_of(file.getvalue()) is Form.XLSX
    assert len(list(table(file.getvalue()).rows)) == 2


@pytest.mark.parametrize("seed", range(40))
def test_a_workbook_that_was_damaged_is_read_or_refused(seed):
    pick = random.Random(seed)  # noqa: S311 — a repeatable choice, not a secret
    content = make.workbook(*ROWS)
    damaged = bytearray(make.unpacked(content, SHEET) if seed % 2 else content)
    for _time in range(3):
        damaged[pick.randrange(len(damaged))] = pick.choice(b'0123456789AZ<>"=/-')
    whole = make.changed(content, SHEET, bytes(damaged)) if seed % 2 else bytes(damaged)
    with suppress(Invalid):
        assert len(list(table(whole).rows)) <= tables.MOST_ROWS


def test_a_full_first_row_under_headings_in_both_languages_is_a_row():
    both = ["Tên / Name", "Phân loại / Kind", "Hãng sản xuất / Manufacturer", "Kiểu / Model"]
    found = table(make.text(both, make.row(1)[:4], make.row(2)[:4]))
    assert [cells[0] for _number, cells in found.rows] == ["Quả cân 1", "Quả cân 2"]
