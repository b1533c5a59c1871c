"""A DOCX reads back with a foreign reader: parts, tables, headings, pages, and nothing that runs or asks elsewhere."""

import zipfile
from io import BytesIO

import docx as foreign
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from lxml import etree

from registry.kernel.papers import docx
from registry.kernel.papers.flow import pieces
from registry.kernel.papers.paper import Language
from registry.kernel.papers.words import value_text
from tests.make import papers


def read(paper):
    return foreign.Document(BytesIO(docx.document(paper)))


def cells_of(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_texts_stand_in_their_order_and_headings_are_headings():
    found = read(papers.minutes())
    headings = [one.text for one in found.paragraphs if one.style.name.startswith("Heading")]
    assert headings == [
        "I. Thành phần",
        "1. Đoàn kiểm tra",
        "2. Cơ sở được kiểm tra",
        "II. Nội dung kiểm tra",
        "III. Kết luận",
    ]
    texts = [one.text for one in found.paragraphs if one.text]
    assert texts[:4] == [
        "BIÊN BẢN",
        "Kiểm tra nhà nước về đo lường",
        "Căn cứ Luật Đo lường ngày 11 tháng 11 năm 2011;",
        "Căn cứ Quyết định số 15/QĐ-SKHCN.",
    ]
    said = next(one for one in found.paragraphs if one.text.startswith("Hai trong ba"))
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in said.runs][:3] == [
        ("Hai trong ba", True, False),
        (" phương tiện đo không đạt yêu cầu; cơ sở phải ", False, False),
        ("ngừng sử dụng", False, True),
    ]


def test_the_head_is_that_of_the_law():
    head = read(papers.minutes()).tables[0]
    left, right = (cell.text.split("\n") for cell in head.rows[0].cells)
    assert left[:2] == ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH SỐ 15/QĐ-SKHCN"]
    assert right[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert [cell.text for cell in head.rows[1].cells] == ["Số: 12/BB-ĐKT", "Bắc Kạn, ngày 05 tháng 01 năm 2026"]


def test_a_table_says_what_it_was_given_under_repeated_headings():
    found = read(papers.report())
    lines = found.tables[-1]
    rows = cells_of(lines)
    columns = papers.RESULTS.columns
    assert rows[0] == [column.group or column.heading for column in columns]
    assert rows[1] == [column.heading for column in columns]
    assert rows[2:] == [[said(value) for value in row] for row in papers.RESULTS.rows]
    repeated = [bool(row.xpath("w:trPr/w:tblHeader")) for row in found.element.body.xpath("w:tbl[last()]/w:tr")]
    assert repeated == [True, True, False, False, False]
    assert lines.rows[2].cells[10].text == "1.234,567"
    bold = [row.cells[2].paragraphs[0].runs[0].bold for row in lines.rows[2:]]
    assert bold == [None, None, True]


def said(value):
    with docx.speaking("vi"):
        return value_text(value)


def test_rows_stay_on_one_page_unless_they_are_taller_than_one():
    paper = papers.paper(papers.table([(1, "Cân bàn"), (2, "dài " * 3000)], "TT", "Tên"))
    rows = read(paper).element.body.xpath("w:tbl[last()]/w:tr")
    assert [bool(row.xpath("w:trPr/w:cantSplit")) for row in rows] == [True, True, False]


def test_pages_are_a4_and_a_wide_annex_lies():
    sections = read(papers.report()).sections
    assert [one.orientation for one in sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    assert [(round(one.page_width / Mm(1)), round(one.page_height / Mm(1))) for one in sections] == [
        (210, 297),
        (297, 210),
        (210, 297),
    ]
    for one in sections:
        margins = (one.top_margin, one.bottom_margin, one.left_margin, one.right_margin)
        assert [round(margin / Mm(1)) for margin in margins] == [20, 20, 30, 15]
    assert [one.different_first_page_header_footer for one in sections] == [True, False, False]
    assert "PAGE" in sections[0].header.part.element.xml


def test_pictures_are_in_it_and_say_what_they_show():
    found = read(papers.minutes())
    (shown,) = found.inline_shapes
    assert round(shown.width / Mm(1)) == 80
    assert found.element.body.xpath(".//wp:docPr/@descr") == ["Cột đo bị rách niêm phong"]
    assert any(one.text == "Hình 1. Niêm phong cột đo SN-1002" for one in found.paragraphs)


def test_the_properties_are_those_of_the_document():
    found = read(papers.report()).core_properties
    assert found.title == "Báo cáo Kết quả thực hiện Kế hoạch số 436/KH-UBND năm 2026"
    assert (found.author, found.language) == ("Sở Khoa học và Công nghệ", "vi-VN")
    assert f"{found.created:%Y-%m-%d} {found.modified:%Y-%m-%d}" == "2026-12-10 2026-12-10"


def test_in_english_the_head_stays_and_has_english_beneath():
    found = read(papers.report()._replace(language=Language.ENGLISH))
    head, beside = found.tables[0], found.tables[1]
    assert head.rows[0].cells[1].text.split("\n")[:4] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SOCIALIST REPUBLIC OF VIET NAM",
        "Independence - Freedom - Happiness",
    ]
    assert head.rows[1].cells[1].text == "Bắc Kạn, 10 December 2026"
    assert beside.rows[0].cells[0].text.startswith("Recipients:")
    assert found.tables[-1].rows[2].cells[10].text == "1,234.567"
    assert any(one.text.startswith("A rendering in English") for one in found.paragraphs)


def test_a_table_of_five_thousand_rows_is_written_row_by_row():
    paper = papers.paper(papers.table([(number, "Cân bàn") for number in range(5000)], "TT", "Tên"))
    parts = list(docx.Body().parts(pieces(paper)))
    assert len(parts) > 5000
    assert max(map(len, parts)) < 10_000


@pytest.mark.parametrize("make", [papers.minutes, papers.report])
def test_the_same_document_is_the_same_bytes(make):
    assert docx.document(make()) == docx.document(make())


def test_nothing_in_it_runs_or_asks_elsewhere():
    with zipfile.ZipFile(BytesIO(docx.document(papers.minutes()))) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "vba" in name.lower() or name.endswith(".bin")]
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            tree = etree.fromstring(content)
            assert not [one for one in tree.iter() if one.get("TargetMode") == "External"]
            targets = [one.get("Target", "") for one in tree.iter() if one.tag.endswith("Relationship")]
            assert not [target for target in targets if ":" in target]
