"""The tables of a document as a workbook: a sheet each, with the values that its DOCX and PDF print.

What looks like a formula stays text, as in every workbook of ours; the file is the same bytes for the same document.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from registry.kernel.papers.flow import align_of, groups_of
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Align, Column, Paper, Table, Value, tables
from registry.kernel.papers.words import WORDS, title_of
from registry.kernel.text import digits
from registry.sheets.cells import LONGEST
from registry.sheets.downloads import heading_format, is_held, new_workbook

LETTERS_A_SHARE: Final = 14
NARROWEST: Final = 7
A4: Final = 9  # as Excel numbers the sizes of paper
LONG_BEFORE: Final = date(1980, 1, 1)
ALIGNED: Final = {Align.CENTRE: "center", Align.RIGHT: "right", Align.LEFT: "left", Align.JUSTIFIED: "left"}


def workbook(paper: Paper, further: Sequence[Table] = ()) -> bytes:
    """All tables of a document and its annexes, then `further` ones; without any the sheet is empty."""
    book, file = new_workbook(constant_memory=True)
    day = paper.head.day or LONG_BEFORE
    book.set_properties(
        {
            "title": title_of(paper),
            "author": letters(paper.head.issuer),
            "created": datetime(*day.timetuple()[:3], tzinfo=UTC),
        }
    )
    looks = _Looks(book)
    word = WORDS[paper.language].table
    for number, table in enumerate((*tables(paper), *further), 1):
        _write(book.add_worksheet(f"{word} {number}"), table, looks)
    if not book.worksheets():
        book.add_worksheet()
    book.close()
    return file.getvalue()


class _Looks:
    """The formats of cells, each made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 — XlsxWriter's objects
        self._book = book
        self.heading = heading_format(book)
        self.heading.set_align("center")
        self.caption = book.add_format({"bold": True})
        self._made: dict[tuple[object, ...], Any] = {}

    def of(self, value: Value, column: Column, *, strong: bool) -> Any:  # noqa: ANN401 — see __init__
        number = _number_format(value)
        align = ALIGNED[align_of(value, column)]
        key = (number, align, strong)
        if key not in self._made:
            said = {
                "num_format": number,
                "align": align,
                "bold": strong,
                "valign": "top",
                "text_wrap": True,
                "border": 1,
            }
            self._made[key] = self._book.add_format(said)
        return self._made[key]


def _number_format(value: Value) -> str:
    """Thousands in groups and as many decimals as the number has; the reader's own language chooses the signs."""
    match value:
        case Decimal():
            places = -int(value.as_tuple().exponent) if value.is_finite() else 0
            return "#,##0" + ("." + "0" * places if places > 0 else "")
        case int():
            return "#,##0"
        case date():
            return "dd/mm/yyyy"
        case _:
            return "@"


def _write(sheet: Any, table: Table, looks: _Looks) -> None:  # noqa: ANN401 — XlsxWriter's objects
    top = 0
    if table.caption:
        sheet.write_string(top, 0, letters(table.caption), looks.caption)
        top += 1
    first = top
    groups = groups_of(table)
    if groups:
        _grouped(sheet, top, groups, looks)
        top += 1
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, max(column.share * LETTERS_A_SHARE, NARROWEST))
        sheet.write_string(top, place, letters(column.heading), looks.heading)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(first, top)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for place, row in enumerate(table.rows):
        strong = place in table.strong
        cells = zip(row, table.columns, strict=True)
        _row(sheet, top + 1 + place, [(value, looks.of(value, column, strong=strong)) for value, column in cells])


def _grouped(sheet: Any, row: int, groups: Sequence[tuple[str, int]], looks: _Looks) -> None:  # noqa: ANN401 — see _write
    place = 0
    for group, span in groups:
        if span > 1:
            sheet.merge_range(row, place, row, place + span - 1, letters(group), looks.heading)
        else:
            sheet.write_string(row, place, letters(group), looks.heading)
        place += span


def _row(sheet: Any, number: int, cells: Sequence[tuple[Value, Any]]) -> None:  # noqa: ANN401 — see _write
    for place, (value, look) in enumerate(cells):
        match value:
            case None:
                sheet.write_blank(number, place, None, look)
            case str():
                text = letters(value)
                sheet.write_string(number, place, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…", look)
            case Decimal() if not is_held(value):
                sheet.write_string(number, place, digits(value), look)
            case date():
                sheet.write_datetime(number, place, value, look)
            case _:
                sheet.write_number(number, place, value, look)
