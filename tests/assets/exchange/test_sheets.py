"""Files as they come: encodings, separators, merged and hidden things, and what would take all memory."""

import io
import random
import re
import zipfile
from contextlib import suppress

import pytest

from registry.assets.exchange import headings, sheets
from registry.assets.exchange.formulas import Uncalculated
from registry.assets.exchange.models import Form
from registry.kernel.errors import Invalid
from tests.make import sheets as make

ROWS = [make.HEADINGS, make.row(1, name="Đồng hồ nước lạnh"), make.row(2)]
SHEET = "xl/worksheets/sheet1.xml"
pytestmark = pytest.mark.usefixtures("english")


def table(content):
    return headings.table(sheets.tables(content, sheets.form_of(content)))


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


def test_a_first_line_that_names_the_separator_is_followed():
    found = table(b"sep=;\r\n" + make.text(*ROWS, separator=";", encoding="utf-8"))
    assert [number for number, _cells in found.rows] == [3, 4]


def test_bytes_that_are_no_letters_are_refused_with_a_remedy():
    assert "CSV UTF-8" in refusal("Tên,Phân loại\n".encode() + b"\xd2\x8d\x90")


def test_a_quotation_mark_that_is_never_closed_is_refused():
    assert "quotation mark" in refusal(make.text(*ROWS) + b'"' + b"x," * 100_000)


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
            sheets.form_of(b"Ten,Loai\nCan,x\n", name)
    assert sheets.form_of(b"Ten,Loai\nCan,x\n", "a.csv") is Form.CSV


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


def test_a_thousand_columns_are_refused():
    wide = [f"cột {number}" for number in range(1000)]
    assert "ALL" in refusal(make.workbook([*make.HEADINGS, *wide[: 1000 - len(make.HEADINGS)]]))
    assert "1,000" in refusal(make.text([*make.HEADINGS, *wide[: 1000 - len(make.HEADINGS)]], make.row(1)))


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "XFD2", "KN199999"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_one_cell_far_away_does_not_take_the_memory_of_a_table_that_large(reference, quote):
    content = make.workbook(*ROWS)
    cell = f'<row r="9"><c r={quote}{reference}{quote}><v>1</v></c></row></sheetData>'.encode()
    sheet = make.unpacked(content, SHEET).replace(b"</sheetData>", cell)
    assert refusal(make.changed(content, SHEET, sheet))


def test_a_small_file_that_unpacks_into_a_very_large_one_is_refused():
    content = make.workbook(*ROWS)
    bomb = make.changed(content, "xl/sharedStrings.xml", b"<sst>" + b" " * (sheets.MOST_TEXTS + 1) + b"</sst>")
    assert len(bomb) < 1_000_000
    assert "too large" in refusal(bomb)


def test_a_file_that_lies_about_its_size_is_refused(monkeypatch):
    content = bytearray(make.workbook(*ROWS))
    directory = content.rindex(b"PK\x01\x02" + content[content.index(b"PK\x01\x02") + 4 :][:2])
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(content))


def test_rows_are_not_endless(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    assert "more than 3 rows" in refusal(make.text(make.HEADINGS, *(make.row(number) for number in range(5))))


def test_a_workbook_with_macros_and_links_is_read_for_its_cells_alone():
    content = make.workbook(*ROWS)
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert sheets.form_of(file.getvalue()) is Form.XLSX
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
        assert len(list(table(whole).rows)) <= sheets.MOST_ROWS
