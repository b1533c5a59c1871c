"""The money of a report to the đồng: the same cells in DOCX, XLSX and PDF, numbers whole and at the right."""

import re
from datetime import date
from io import BytesIO

import docx as foreign
import pypdfium2
import pytest
from python_calamine import load_workbook

from registry.kernel.papers import flow
from registry.kernel.papers.flow import Grid
from registry.kernel.papers.paper import Column, Table, tables
from registry.kernel.papers.words import value_text
from registry.plan import queries
from registry.plan.models import MoneyKind
from registry.plan.reports import documents, files
from registry.plan.reports.files import Document
from tests.make import plan as make
from tests.make import reports as make_reports

ODD = 2_001_100_099  # đồng, so that triệu đồng have six decimals
WIDTH = flow.text_width(landscape=False)


@pytest.fixture
def paper(session, people, clock):
    clock(make_reports.DECEMBER)
    make.plan()
    for at, line in enumerate(queries.rollup(queries.by_code(make.CODE, None), make_reports.DECEMBER).money):
        for on, kind in ((date(2025, 5, 5), MoneyKind.ALLOCATED), (date(2026, 5, 5), MoneyKind.DISBURSED)):
            said = {"indicator": line.row.code, "kind": kind, "amount": ODD + at, "on": on, "document": "QĐ 1"}
            make.money(**said, reason="Ứng trước")
    made = make_reports.campaign()
    make_reports.submitted()
    return documents.report_paper(make_reports.frozen(made))


def test_its_cells_are_the_same_in_every_form_and_no_number_is_broken(paper):
    place, table = next((at, one) for at, one in enumerate(tables(paper)) if "theo nhiệm vụ" in one.caption)
    rows = [[value_text(value).strip() for value in row] for row in table.rows]
    assert len(rows) == 15
    drawn = foreign.Document(BytesIO(files.written(Document(paper), "docx"))).tables
    lined = [one for one in drawn if one.style.name == "Lines"][place]
    assert [[cell.text.strip() for cell in row.cells] for row in lined.rows][-15:] == rows
    book = load_workbook(BytesIO(files.written(Document(paper), "xlsx")))
    sheet = book.get_sheet_by_name(book.sheet_names[place]).to_python(skip_empty_area=False)[-15:]
    for cells, row in zip(sheet, table.rows, strict=True):
        assert [str(cell) for cell in cells[:2]] == [str(value) for value in row[:2]]
        assert cells[2:] == pytest.approx([float(value) for value in row[2:]])
    pages = pypdfium2.PdfDocument(files.written(Document(paper), "pdf"))
    texts = [page.get_textpage() for page in pages]
    first = next(at for at, text in enumerate(texts) if "Kinh phí theo nhiệm vụ" in text.get_text_bounded())
    texts = texts[first : first + 2]
    said = [re.sub(r"[\s\ufffe]+", " ", text.get_text_bounded()) for text in texts]
    for row in rows:
        numbers = " ".join(row[2:])
        whole = re.sub(r"\s", "", "".join(row))
        assert [whole in re.sub(r"\s", "", page) for page in said].count(True) == 1, row
        assert numbers in " ".join(said), row
    assert rows[0][0] in said[0]
    assert all("Từ đầu Kế hoạch" in page for page in said)
    assert len({edge for text in texts for edge in right_edges(text, rows[:-1])}) == 3


def right_edges(text, rows):
    """Where the numbers of the three columns that have long ones end, to four points."""
    for number in {cell for row in rows for cell in row[2:] if len(cell) > len("7.500")}:
        found = text.search(number, match_whole_word=True)
        while (at := found.get_next()) is not None:
            yield round(text.get_charbox(at[0] + at[1] - 1)[2] / 4)


def test_letters_shrink_only_where_a_column_has_not_what_it_needs():
    heads = (Column("Mã", 1.2), Column("Nhiệm vụ", 2.8), *(Column("Giải ngân") for _column in range(5)))
    title = "Khảo sát, lựa chọn doanh nghiệp cho chương trình đảm bảo đo lường"
    small, large = ([("II.4.a", title, *([amount] * 5))] for amount in (300, 123_456_789_012_345))
    assert flow.fitted(Grid(Table(heads, small), flow.TINY), WIDTH).size == flow.TINY
    shrunk = flow.fitted(Grid(Table(heads, large), flow.TINY), WIDTH)
    assert shrunk.size < flow.TINY
    widths = flow.columns_of(shrunk, WIDTH)
    assert sum(widths) == pytest.approx(WIDTH)
    assert widths[1] >= 3 * shrunk.size
