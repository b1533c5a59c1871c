"""A PDF says what its DOCX says, on A4, with numbered pages, and cuts nothing off."""

import re
from io import BytesIO

import docx as foreign
import pypdfium2
import pytest

from registry.kernel.papers import docx, pdf
from registry.kernel.papers.flow import MM
from registry.kernel.papers.paper import Annex, Column, Paragraph, Table
from tests.make import papers

PAPERS = [papers.minutes, papers.report]


def opened(paper):
    return pypdfium2.PdfDocument(pdf.document(paper))


def texts(paper):
    return [page.get_textpage().get_text_bounded() for page in opened(paper)]


def words(text):
    return re.sub(r"[\s\ufffe]+", "", text)


def text_of_docx(paper):
    found = foreign.Document(BytesIO(docx.document(paper)))
    return "".join(node.text or "" for node in found.element.body.iter() if node.tag.endswith("}t"))


@pytest.mark.parametrize("make", PAPERS)
def test_it_has_the_letters_of_the_docx(make):
    paper = make()
    pages = texts(paper)
    numbered = [page.replace(str(number), "", 1) if number > 1 else page for number, page in enumerate(pages, 1)]
    assert sorted(words("".join(numbered))) == sorted(words(text_of_docx(paper)))


def test_pages_are_a4_numbered_from_the_second_and_a_wide_annex_lies():
    document = opened(papers.report())
    upright, lying = (210, 297), (297, 210)
    sizes = [tuple(round(side / MM) for side in page.get_size()) for page in document]
    assert sizes == [upright, upright, lying, upright]
    heads = [page.get_textpage().get_text_bounded(bottom=page.get_height() - 50) for page in document]
    assert [head.strip() for head in heads] == ["", "2", "3", "4"]


def test_the_file_says_its_title_language_and_headings():
    content = pdf.document(papers.report())
    document = pypdfium2.PdfDocument(content)
    assert document.get_metadata_dict()["Title"] == "Báo cáo Kết quả thực hiện Kế hoạch số 436/KH-UBND năm 2026"
    assert b"/Lang (vi-VN)" in content
    headings = [one.get_title() for one in document.get_toc()]
    assert headings[0] == "I. Công tác chỉ đạo, điều hành"
    assert headings[-2:] == ["Phụ lục I", "Phụ lục II"]


@pytest.mark.parametrize("make", PAPERS)
def test_the_same_document_is_the_same_bytes(make):
    assert pdf.document(make()) == pdf.document(make())


def test_it_is_made_on_the_day_of_issue_as_its_docx():
    paper = papers.minutes()
    made = foreign.Document(BytesIO(docx.document(paper))).core_properties.created
    for name in ("CreationDate", "ModDate"):
        assert opened(paper).get_metadata_value(name) == f"D:{made:%Y%m%d}000000+00'00'"


def test_a_long_table_has_its_headings_on_each_page_and_every_row_once():
    rows = [(number, f"Cân số {number}") for number in range(1, 201)]
    pages = texts(papers.paper(papers.table(rows, "Thứ tự", "Phương tiện đo")))
    assert len(pages) > 3
    assert all(page.count("Thứ tự") == 1 for page in pages)
    assert [int(one) for one in re.findall(r"Cân số (\d+)", " ".join(pages))] == list(range(1, 201))


def test_a_row_taller_than_a_page_goes_on_over_pages():
    long = " ".join(f"từ{number}" for number in range(3000))
    pages = texts(papers.paper(papers.table([(1, long), (2, "sau")], "TT", "Nội dung")))
    assert len(pages) > 2
    said = " ".join(pages).split()
    assert [one for one in said if re.fullmatch(r"từ\d+", one)] == long.split()
    assert said[-1] == "sau"


def test_headings_taller_than_a_page_are_said_once():
    tall = Table((Column("đầu " * 3000), Column("TT")), [("a", 1)])
    assert " ".join(texts(papers.paper(tall))).count("đầu") == 3000


def test_words_of_a_wide_table_are_not_broken():
    columns = tuple(Column(f"Cột {number}", share=5 if number == 3 else 0.1) for number in range(12))
    wide = Table(columns, [tuple(f"31/12/{2000 + number}" for number in range(12))])
    paper = papers.paper(annexes=(Annex("Rộng", (wide,), landscape=True),))
    assert re.findall(r"31/12/\d{4}", texts(paper)[1]) == [f"31/12/{2000 + number}" for number in range(12)]


def test_no_page_has_signatures_alone():
    signed = (papers.Signature("GIÁM ĐỐC", "Hoàng Văn Dũng"),)
    for filled in (29, 31):
        lines = tuple(Paragraph(f"dòng {number}.") for number in range(filled))
        page = next(page for page in texts(papers.paper(*lines, signatures=signed)) if "GIÁM ĐỐC" in page)
        assert f"dòng {filled - 1}." in page
        assert "Hoàng Văn Dũng" in page


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page():
    for filled in (34, 35, 36):
        lines = tuple(Paragraph(f"dòng {number}") for number in range(filled))
        section = papers.Section("Đầu đề", (Paragraph("Nội dung " * 40),))
        page = next(page for page in texts(papers.paper(*lines, section)) if "Đầu đề" in page)
        assert "Nội dung" in page
