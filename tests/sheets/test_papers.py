"""The workbook of a document holds the values of its tables, as numbers and days, and nothing that is calculated."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import load_workbook

from registry.kernel.papers.paper import Paragraph
from registry.sheets.papers import workbook
from tests.make import papers


def read(paper):
    book = load_workbook(BytesIO(workbook(paper)))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_every_table_has_its_sheet_with_the_values_of_the_document():
    found = read(papers.report()._replace(blocks=(papers.INSPECTED,)))
    assert list(found) == ["Bảng 1", "Bảng 2"]
    caption, groups, headings, *rows = found["Bảng 2"]
    assert caption[0] == papers.RESULTS.caption
    assert groups[4] == "Mục tiêu"
    assert headings == [column.heading for column in papers.RESULTS.columns]
    wanted = [["" if value is None else value for value in row] for row in papers.RESULTS.rows]
    assert rows == [[float(value) if isinstance(value, Decimal) else value for value in row] for row in wanted]
    assert found["Bảng 1"][3][4] == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-2", "https://elsewhere.example", "<&>", "–"])
def test_a_text_stays_a_text(text):
    content = workbook(papers.paper(papers.table([(text, 1)], text, "b", caption=text)))
    (rows,) = (load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python(),)
    assert rows == [[text, ""], [text, "b"], [text, 1]]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in archive.namelist() if "rels" in name and "worksheets" in name]
    assert "<f>" not in sheet


def test_numbers_keep_their_digits():
    long = Decimal("1.2345678901234567890")
    table = papers.table([(long, Decimal("0.10"), 21_415_000_000)], "a", "b", "c")
    assert read(papers.paper(table))["Bảng 1"][1] == [str(long), 0.1, 21_415_000_000]


def test_texts_are_as_long_as_a_cell_holds():
    (_head, (text, *_rest)) = read(papers.paper(papers.table([("ặ" * 40_000, 1)], "a", "b")))["Bảng 1"]
    assert text == "ặ" * 32_766 + "…"


def test_the_same_document_is_the_same_bytes_also_without_a_day_or_tables():
    for paper in (papers.report(), papers.paper(Paragraph("x"), head=papers.head(day=None))):
        assert workbook(paper) == workbook(paper)
