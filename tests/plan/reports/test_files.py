"""The files of a report: the same tables in DOCX, XLSX and the API, the same bytes for ever; LibreOffice reads them."""

import os
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx as foreign
import pypdfium2
import pytest
from python_calamine import load_workbook

from registry.kernel.i18n import speaking
from registry.kernel.papers.paper import tables
from registry.kernel.papers.words import value_text
from registry.plan.activities.rules import ActivityKind, Aspect
from registry.plan.models import RecordType
from registry.plan.reports import documents, files
from registry.plan.reports.files import Document
from tests.make import activities
from tests.make import plan as make
from tests.make import reports as make_reports

OFFICE = shutil.which("soffice")


@pytest.fixture
def report(session, people, clock):
    clock(make_reports.DECEMBER)
    make.plan()
    course = activities.course(date(2026, 3, 2), "An", "Bình", organiser="SKHCN")
    make.evidence("II.2.c", str(course.id), kind=RecordType.ACTIVITY)
    talk = activities.activity(ActivityKind.CONFERENCE, date(2026, 1, 20), aspect=Aspect.SEMINAR)
    make.evidence("I.2", str(talk.id), kind=RecordType.ACTIVITY)
    make.money(amount=1_500_250_000)
    made = make_reports.campaign()
    make_reports.submitted()
    return make_reports.frozen(made)


def said(value):
    return value_text(value).strip()


def test_docx_xlsx_and_api_hold_the_same_tables(report):
    paper = documents.report_paper(report)
    wanted = tables(paper)
    with speaking("vi"):
        texts = [[[said(value) for value in row] for row in table.rows] for table in wanted]
    in_docx = [
        [[cell.text.strip() for cell in row.cells] for row in table.rows]
        for table in foreign.Document(BytesIO(files.written(Document(paper), "docx"))).tables
        if table.style.name == "Lines"
    ]
    book = load_workbook(BytesIO(files.written(Document(paper), "xlsx")))
    sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    assert len(in_docx) == len(wanted) == len(sheets)
    told = documents.report_content(report)["tables"]
    for table, found, sheet, rows, api in zip(wanted, in_docx, sheets, texts, told, strict=True):
        assert found[-len(rows) :] == rows if rows else True
        values = sheet[-len(rows) :] if rows else []
        assert [[plain(value) for value in row] for row in values] == [
            [plain(value) for value in row] for row in table.rows
        ]
        assert [[plain(value) for value in row] for row in api["rows"]] == [
            [plain(value) for value in row] for row in table.rows
        ]
        assert api["caption"] == table.caption


def plain(value):
    """A cell as every form of a report holds it: numbers as numbers, nothing as nothing."""
    try:
        return Decimal(str(value)).normalize() if value not in {None, ""} else None
    except ArithmeticError:
        return str(value).strip()


def test_a_frozen_report_is_the_same_bytes_years_later_whatever_happened_since(report, session, clock):
    first = {form: files.written(documents.report_document(report), form) for form in files.MEDIA_TYPES}
    said = documents.report_content(report)
    clock(date(2029, 5, 1))
    report.campaign.plan.title_vi = "Một tên khác"
    make.money(amount=7_000_000, on=date(2029, 2, 1))
    session.flush()
    session.expire_all()
    assert {form: files.written(documents.report_document(report), form) for form in files.MEDIA_TYPES} == first
    assert documents.report_content(report) == said
    assert report.is_intact


@pytest.mark.parametrize("part", ["content", "document"])
def test_a_changed_number_is_found_out(report, session, part):
    kept = getattr(report, part)
    setattr(report, part, {**kept, "changed": 1})
    session.flush()
    assert not report.is_intact
    setattr(report, part, kept)
    assert report.is_intact


def test_the_document_prints_its_hash_its_version_and_its_convention(report):
    text = "\n".join(
        one.text
        for one in foreign.Document(BytesIO(files.written(documents.report_document(report), "docx"))).paragraphs
    )
    assert report.content_hash in text
    assert "Phiên bản Kế hoạch được dùng: số 1" in text
    assert "từ 11/12/2025 đến 10/12/2026" in text
    assert "Trung tâm đo lường: Thiếu kinh phí" in text
    assert "DỰ THẢO" not in text


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: no report was opened in it")
def test_libreoffice_prints_every_page_and_breaks_no_number(report, tmp_path):
    paper = documents.report_paper(report)
    (tmp_path / "report.docx").write_bytes(files.written(Document(paper), "docx"))
    asked = [OFFICE, f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--headless", "--convert-to", "pdf"]
    command = [*asked, "--outdir", str(tmp_path), str(tmp_path / "report.docx")]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"HOME": str(tmp_path)})
    pages = pypdfium2.PdfDocument((tmp_path / "report.pdf").read_bytes())
    text = [page.get_textpage().get_text_bounded() for page in pages]
    assert all(len(page.split()) > 3 for page in text)
    whole = " ".join(" ".join(text).split())
    for number in ("21.415", "12.940", "8.475", "20.865", "1.500,25", "II.3.a.2", "02/03/2026", "CỘNG HÒA XÃ HỘI"):
        assert number in whole
