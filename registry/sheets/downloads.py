"""Tables as files that spreadsheets open: nothing in them is calculated, and they read back as they were written."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask import Response

from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import digits
from registry.sheets.models import Form
from registry.sheets.reading import EXCEL_DIGITS, quoted
from registry.sheets.unpacking import OURS

BOM: Final = "\ufeff"
WIDTH: Final = 18
MEDIA: Final = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}
Value = str | int | Decimal | date | None


def written(
    form: Form, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, ours: bool = True
) -> bytes:
    """A file with a row of headings and these rows; text that begins like a formula stays text.

    What is not `ours` may have decimals in its texts that are written in another way.
    """
    return _workbook(title, headings, rows, ours=ours) if form is Form.XLSX else _text(headings, rows)


def download(form: Form, name: str, content: bytes) -> Response:
    """A file as an answer that browsers save."""
    said = f'attachment; filename="{name}.{form.value}"'
    return Response(content, content_type=MEDIA[form], headers={"Content-Disposition": said})


def form_named(said: str) -> Form:
    """The kind of file that an address names; raises NotFound."""
    try:
        return Form(said)
    except ValueError as error:
        raise NotFound(_("There is such a file as xlsx and as csv.")) from error


def _text(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with its mark, by which Excel knows it; commas between cells and a dot in decimals."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    file.write(BOM)
    writer.writerow([quoted(heading, calculates=True) for heading in headings])
    writer.writerows([_word(value) for value in row] for row in rows)
    return file.getvalue().encode()


def _word(value: Value) -> str | int:
    match value:
        case None:
            return ""
        case str():
            return quoted(value, calculates=True)
        case Decimal():
            return digits(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, ours: bool) -> bytes:
    """A workbook written row by row; a hidden sheet of ours says that its texts have a dot in decimals."""
    book, file = new_workbook(constant_memory=True)
    sheet = book.add_worksheet(title)
    day, head = book.add_format({"num_format": "yyyy-mm-dd"}), heading_format(book)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, max(len(headings) - 1, 0), WIDTH)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, head)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _put(sheet, last, place, value, day)
    sheet.autofilter(0, 0, max(last, 1), max(len(headings) - 1, 0))
    if ours:
        book.add_worksheet(OURS).hide()
    book.close()
    return file.getvalue()


def _put(sheet: Any, row: int, place: int, value: Value, day: Any) -> None:  # noqa: ANN401 — XlsxWriter's objects
    match value:
        case None:
            return
        case str():
            sheet.write_string(row, place, quoted(value, calculates=False))
        case Decimal() if not is_held(value):
            sheet.write_string(row, place, digits(value))
        case date():
            sheet.write_datetime(row, place, value, day)
        case _:
            sheet.write_number(row, place, value)


def is_held(number: Decimal) -> bool:
    """Whether a cell of a spreadsheet keeps a number to its last digit; one that it does not is written as text."""
    return digits(Decimal(f"{number:.{EXCEL_DIGITS}g}")) == digits(number)


def new_workbook(**options: bool) -> tuple[Any, io.BytesIO]:
    """A workbook in memory, in which no text is taken for a formula, a number or a link."""
    import xlsxwriter  # noqa: PLC0415 — only who writes a workbook pays for it

    file = io.BytesIO()
    inert = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(file, inert | options), file


def heading_format(book: Any) -> Any:  # noqa: ANN401 — XlsxWriter's objects
    """How headings look."""
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E3EEF5", "border": 1})
