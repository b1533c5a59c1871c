"""Documents: a report of twenty pages with tables, and a table of thousands of rows against what libraries make of it.

The floors set the same cells and nothing else: python-docx with a text a cell, reportlab with its own long tables, a
few hundred rows each, as the square of their rows is their cost. Time is that of the processor.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import docx as foreign
from reportlab.lib.pagesizes import A4
from reportlab.platypus import SimpleDocTemplate

from registry.calibration.cases.texts import Texts
from registry.kernel import fonts
from registry.kernel.fonts import Face
from registry.kernel.papers import docx, pdf
from registry.kernel.papers.flow import MM
from registry.kernel.papers.paper import Paper, Paragraph, Section
from registry.sheets.papers import workbook
from tests.benchmarks.result import Result, at_most
from tests.make import papers

RUNS = 3
ROWS = 1500
COLUMNS = 6
MEGABYTES = 60
MAKERS: dict[str, Callable[[Paper], bytes]] = {"docx": docx.document, "pdf": pdf.document, "xlsx": workbook}


def results() -> Iterator[Result]:
    """Milliseconds and megabytes of a report, and the time of a long table as a ratio."""
    for name, make in MAKERS.items():
        taken = statistics.median(_seconds(lambda make=make: make(report())) for _run in range(RUNS))
        yield at_most(f"papers.report.{name}_ms", taken * 1000, None, 500)
        yield at_most(f"papers.5000_rows.{name}_mb", _megabytes(make), None, MEGABYTES)
    fonts.ready(Face.REGULAR, Face.BOLD)
    for name, floor in (("docx", by_python_docx), ("pdf", by_reportlab)):
        make = MAKERS[name]
        pairs = [(_seconds(lambda make=make: make(long(ROWS))), _seconds(floor)) for _run in range(RUNS)]
        ours, floors = (statistics.median(column) for column in zip(*pairs, strict=True))
        yield at_most(f"papers.{ROWS}_rows.{name}_s", ours, floors, 1)


def report() -> Paper:
    """About twenty pages: text, and a table in every section."""
    text = "Sở Khoa học và Công nghệ đã phối hợp với các sở, ngành triển khai các nhiệm vụ được giao đúng tiến độ. " * 4
    part = (*(Paragraph(text) for _number in range(4)), papers.table(cells(40), *"ABCDEF"))
    return papers.report()._replace(blocks=tuple(Section(f"Phần {number}", part) for number in range(1, 11)))


def long(rows: int) -> Paper:
    return papers.paper(papers.table(cells(rows), *"ABCDEF"))


def cells(rows: int) -> list[tuple[object, ...]]:
    return [(number, f"Cân bàn điện tử {number}", "Bắc Kạn", "SN-1001", "31/12/2026", "Đạt") for number in range(rows)]


def by_python_docx() -> bytes:
    made = foreign.Document()
    table = made.add_table(rows=ROWS, cols=COLUMNS)
    for row, values in zip(table.rows, cells(ROWS), strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = str(value)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def by_reportlab() -> bytes:
    text, widths, chunk = Texts(), [165 * MM / COLUMNS] * COLUMNS, 200
    rows = [[str(value) for value in row] for row in cells(ROWS)]
    story = [text.table("ABCDEF", rows[start : start + chunk], widths) for start in range(0, ROWS, chunk)]
    stream = BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, invariant=1).build(story)
    return stream.getvalue()


def _seconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _megabytes(make: Callable[[Paper], bytes]) -> float:
    """By how much memory grows at most while a table of 5,000 rows is set; Linux forgets the last peak when told to."""
    paper = long(5000)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _kilobytes("VmRSS")
    make(paper)
    return (_kilobytes("VmHWM") - before) / 1024


def _kilobytes(what: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))
