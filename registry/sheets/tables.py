"""Files as rows of cells: workbooks and text tables, whatever wrote them, within limits.

Macros, links and hidden sheets are not looked at; of a formula its value is read.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final, NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.sheets import workbooks
from registry.sheets.cells import MOST_COLUMNS, MOST_ROWS, letters
from registry.sheets.lettering import WINDOWS, encoding
from registry.sheets.models import Form

DELIMITERS: Final = ",;\t|"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")
PICTURES_AND_PRINT: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF")
NARROWEST: Final = 3  # columns, from which a line inside a cell looks like a row that was swallowed
TEXT_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
Cell = str | float | bool | date | datetime | time | timedelta


class Decimals(Enum):
    """How a file writes decimals in text: told by the separator of its columns, unknown in a workbook."""

    DOT = "."
    COMMA = ","
    UNKNOWN = ""


class Sheet(NamedTuple):
    """A table: its rows come once, each with the number that Excel shows beside it; a text table has no name.

    `guessed`: nothing but its bytes told how its letters are written.
    """

    decimals: Decimals
    rows: Iterator[tuple[int, list[Cell]]]
    height: int
    merged: tuple[tuple[int, int, int, int], ...] = ()
    name: str = ""
    guessed: bool = False


class Unsplit(Invalid):
    """A text table that its separator does not divide: a quotation mark is missing, or it is another separator."""


def refused(message: str) -> Invalid:
    """A file that cannot be imported, with the remedy."""
    return Invalid({"file": [message]})


def form_of(content: bytes, name: str = "") -> Form:
    """What kind of file this is, by its content. Raises Invalid for kinds that are not read, or not what is named."""
    if content.startswith(b"PK"):
        return Form.XLSX
    if content.startswith(OLD_OFFICE):
        raise refused(_("This is an old .xls file or one with a password; save it as .xlsx without a password."))
    if content.startswith(PICTURES_AND_PRINT):
        raise refused(_("This is a picture or a PDF; send a table, as .xlsx or .csv."))
    if not content.strip():
        raise refused(_("This file is empty; fill in the template and send it again."))
    if name.lower().endswith(WORKBOOKS):
        message = _(
            "“%(name)s” is not a workbook, whatever its name says; save it as .xlsx from Excel, or send it as .csv.",
            name=shown(name),
        )
        raise refused(message)
    return Form.CSV


def tables(content: bytes, form: Form) -> Iterator[Sheet]:
    """The tables of a file in which its rows may be. Raises Invalid when it cannot be read or is too large."""
    return _workbook(content) if form is Form.XLSX else _texts(content)


def _workbook(content: bytes) -> Iterator[Sheet]:
    with _refusing():
        for found in workbooks.sheets(content):
            decimals = Decimals.DOT if found.ours else Decimals.UNKNOWN
            yield Sheet(decimals, _told(found.rows), found.height, found.merged, found.name)


def _told(rows: Iterator[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    with _refusing():
        yield from rows


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except workbooks.Unreadable as unreadable:
        raise refused(_why(unreadable)) from unreadable


def _why(unreadable: workbooks.Unreadable) -> str:  # noqa: PLR0911 — one for each reason
    """Why a workbook is not read, with the remedy."""
    match unreadable.why, unreadable.said:
        case "columns", (int(place),):
            return _(
                "Something stands in column %(letters)s or beyond it; at most %(most)s columns are read. Delete what "
                "stands there.",
                letters=letters(place),
                most=MOST_COLUMNS,
            )
        case "rows", _said:
            return too_many_rows()
        case "text", (int(row),):
            return _("In row %(row)s a cell holds more text than a spreadsheet can; shorten it.", row=row)
        case "sheets", (int(most),):
            return _("This workbook has more than %(most)s sheets; send the one with the rows.", most=most)
        case "large", _said:
            return _("Unpacked, this file is too large to be read; copy its rows into the template and send that.")
        case "died", _said:
            return _("This workbook cannot be read; save it as .xlsx anew, or as CSV.")
        case _:
            return _("This file is damaged or is no .xlsx workbook; open it in Excel or LibreOffice and save it again.")


def _texts(content: bytes) -> Iterator[Sheet]:
    """The same text with each separator it may have; the one that gives known headings is the right one."""
    name = encoding(content)
    with io.TextIOWrapper(io.BytesIO(content), name, newline="") as beginning:
        head = beginning.read(20_000)
    said = re.match(r"\ufeff?sep=(.)\r?\n", head)
    likely = [said[1]] if said else sorted(DELIMITERS, key=head.count, reverse=True)
    height = content.count(b"\n") + 1
    for delimiter in likely:
        if delimiter in head or delimiter == likely[0]:
            decimals = {",": Decimals.DOT, ";": Decimals.COMMA}.get(delimiter, Decimals.UNKNOWN)
            records = _records(content, name, delimiter, skip=bool(said))
            yield Sheet(decimals, records, height, guessed=name == WINDOWS)


def _records(content: bytes, name: str, delimiter: str, *, skip: bool) -> Iterator[tuple[int, list[Cell]]]:
    with io.TextIOWrapper(io.BytesIO(content), name, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number, line, width = 0, 1, NARROWEST
        try:
            for number, row in enumerate(reader, 1):
                if number > MOST_ROWS:
                    raise refused(too_many_rows())
                if len(row) > MOST_COLUMNS:
                    raise refused(
                        _(
                            "Line %(line)s has %(columns)s columns; at most %(most)s are read. Check its separators.",
                            line=number,
                            columns=len(row),
                            most=MOST_COLUMNS,
                        )
                    )
                if reader.line_num > line and _swallows(row, delimiter, width):
                    raise Unsplit({"file": [_unclosed(line)]})
                line, width = reader.line_num + 1, max(width, len(row))
                if not skip or number > 1:
                    yield number, [_said(cell) for cell in row]
        except csv.Error as error:
            raise Unsplit({"file": [_unclosed(line)]}) from error


def _said(cell: str) -> str:
    """What a cell says: a text that is written as a formula, which keeps Excel from making a number of it, is one."""
    match = TEXT_FORMULA.fullmatch(cell) if cell[:2] == '="' else None
    return match[1].replace('""', '"') if match else cell


def _swallows(row: list[str], delimiter: str, width: int) -> bool:
    """Whether a line inside a cell has as many separators as a row: a quotation mark before it was never closed."""
    inner = (line for cell in row if "\n" in cell or "\r" in cell for line in cell.splitlines())
    return any(line.count(delimiter) >= width - 1 for line in inner)


def too_many_rows() -> str:
    """What is said of an endless sheet."""
    return _("The sheet has more than %(most)s rows; divide it into several files.", most=MOST_ROWS)


def _unclosed(line: int) -> str:
    return _(
        "In line %(line)s a quotation mark is not closed or stands in the wrong place, or a cell is too long.",
        line=line,
    )
