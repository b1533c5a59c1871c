"""Tables of PDF, drawn here: reportlab's own take the square of their rows in time, and refuse a row of a page.

A row is never cut off: one of more than LINES lines goes on in a further piece, which may stand on the next page.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, Final, NamedTuple

from registry.kernel import fonts
from registry.kernel.fonts import Face
from registry.kernel.papers.flow import BESIDE, Grid, align_of, columns_of, fitted, groups_of
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Align, Table
from registry.kernel.papers.words import value_text

LEADING: Final = 1.16
ABOVE: Final = 1.5
ASCENT: Final = 0.9
LINES: Final = 20
MOST_OF_A_PAGE: Final = 200  # points; headings that are taller are not repeated
LINE: Final = 0.5
SHADE: Final = 0.95


class Cell(NamedTuple):
    """Lines of text over a number of columns; `down` reaches over both rows of headings."""

    lines: tuple[str, ...]
    align: Align
    span: int = 1
    down: bool = False


class Row(NamedTuple):
    cells: tuple[Cell, ...]
    face: Face
    goes_on: bool = False  # no line beneath it: the next one is the rest of it


class Layout(NamedTuple):
    """A table as it is drawn: `ends` are the heights of its rows, summed up."""

    widths: list[float]
    size: float
    head: list[Row]
    head_height: float
    rows: list[Row]
    ends: list[float]


def flowable(grid: Grid, width: float) -> Any:  # noqa: ANN401 — reportlab has no types
    """A table in the width of its page."""
    grid = fitted(grid, width)
    widths = columns_of(grid, width)
    head, rows = _head(grid.table, widths, grid.size), list(_rows(grid.table, widths, grid.size))
    if sum(_heights(head, grid.size)) > MOST_OF_A_PAGE:
        plain = tuple(
            _broken(column.heading, width, grid.size, Face.SERIF_BOLD) for column, width in _wide(grid, widths)
        )
        rows[:0] = _pieces(Row(tuple(Cell(lines, Align.CENTRE) for lines in plain), Face.SERIF_BOLD))
        head = []
    ends = list(accumulate(_heights(rows, grid.size)))
    layout = Layout(widths, grid.size, head, sum(_heights(head, grid.size)), rows, ends)
    return _kind()(layout, 0, len(rows))


def _wide(grid: Grid, widths: list[float]) -> Iterable[Any]:
    return zip(grid.table.columns, widths, strict=True)


def _head(table: Table, widths: list[float], size: float) -> list[Row]:
    groups = groups_of(table)
    upper: list[Cell] = []
    place = 0
    for group, span in groups:
        text = group or table.columns[place].heading
        lines = _broken(text, sum(widths[place : place + span]), size, Face.SERIF_BOLD)
        upper.append(Cell(lines, Align.CENTRE, span, down=not group))
        place += span
    lower = tuple(
        Cell(() if groups and not column.group else _broken(column.heading, width, size, Face.SERIF_BOLD), Align.CENTRE)
        for column, width in zip(table.columns, widths, strict=True)
    )
    return [*([Row(tuple(upper), Face.SERIF_BOLD)] if groups else []), Row(lower, Face.SERIF_BOLD)]


def _rows(table: Table, widths: list[float], size: float) -> Iterator[Row]:
    for place, row in enumerate(table.rows):
        face = Face.SERIF_BOLD if place in table.strong else Face.SERIF
        cells = (
            Cell(_broken(value_text(value), width, size, face), align_of(value, column))
            for value, column, width in zip(row, table.columns, widths, strict=True)
        )
        yield from _pieces(Row(tuple(cells), face))


def _pieces(row: Row) -> Iterator[Row]:
    most = max(len(cell.lines) for cell in row.cells)
    for start in range(0, max(most, 1), LINES):
        cells = tuple(cell._replace(lines=cell.lines[start : start + LINES]) for cell in row.cells)
        yield Row(cells, row.face, goes_on=start + LINES < most)


def _broken(text: str, width: float, size: float, face: Face) -> tuple[str, ...]:
    ems = (width - 2 * BESIDE) / size
    return tuple(part for line in letters(text).split("\n") for part in fonts.broken(line, ems, face))


def _heights(rows: Sequence[Row], size: float) -> Iterator[float]:
    """A cell that reaches down has room in the row beneath as well."""
    owed = 0.0
    for row in rows:
        lines = max((len(cell.lines) for cell in row.cells if not cell.down), default=0)
        height = max(max(lines, 1) * size * LEADING + 2 * ABOVE, owed)
        deep = max((len(cell.lines) for cell in row.cells if cell.down), default=0)
        owed = deep * size * LEADING + 2 * ABOVE - height if deep else 0.0
        yield height


@cache
def _kind() -> Any:  # noqa: ANN401 — see flowable
    """The class, made when the first table is: reportlab is not there before."""
    from reportlab.platypus import Flowable  # noqa: PLC0415 — 60 ms that no start of the server should pay

    class Lines(Flowable):  # type: ignore[misc] # reportlab has no types
        """Some rows of a table under its headings."""

        spaceAfter = 6  # noqa: N815 — reportlab calls it so

        def __init__(self, layout: Layout, start: int, end: int) -> None:
            super().__init__()
            self._layout, self._start, self._end = layout, start, end
            self._before = layout.ends[start - 1] if start else 0.0

        def wrap(self, width: float, _height: float) -> tuple[float, float]:
            last = self._layout.ends[self._end - 1] if self._end else 0.0
            return width, self._layout.head_height + last - self._before

        def least(self) -> float:
            """The height of the headings and the first row."""
            return self._layout.head_height + (self._layout.ends[0] if self._layout.ends else 0)

        def split(self, _width: float, height: float) -> list[Any]:
            room = height - self._layout.head_height + self._before
            fits = bisect_right(self._layout.ends, room, self._start, self._end)
            if fits == self._start:
                return []
            return [type(self)(self._layout, self._start, fits), type(self)(self._layout, fits, self._end)]

        def draw(self) -> None:
            drawing = _Drawing(self.canv, self._layout, self.wrap(0, 0)[1])
            drawing.head()
            drawing.rows(self._layout.rows[self._start : self._end])

    return Lines


class _Drawing:
    """Rows drawn from above downwards."""

    def __init__(self, canvas: Any, layout: Layout, height: float) -> None:  # noqa: ANN401 — see flowable
        self._canvas, self._layout, self._y = canvas, layout, height
        self._edges = [0.0, *accumulate(layout.widths)]
        canvas.setLineWidth(LINE)
        self._texts, self._file = canvas.beginText(), ""

    def head(self) -> None:
        layout, canvas = self._layout, self._canvas
        if not layout.head:
            canvas.line(0, self._y, self._edges[-1], self._y)
            return
        canvas.setFillGray(SHADE)
        canvas.rect(0, self._y - layout.head_height, self._edges[-1], layout.head_height, stroke=1, fill=1)
        canvas.setFillGray(0)
        for row, height in zip(layout.head, _heights(layout.head, layout.size), strict=True):
            bottom = self._y - height
            place = 0
            for cell in row.cells:
                left, right = self._edges[place], self._edges[place + cell.span]
                low = self._y - layout.head_height if cell.down else bottom
                free = self._y - low - len(cell.lines) * layout.size * LEADING
                self._text(cell, left, right, self._y - free / 2, row.face)
                if cell.down or cell.lines:
                    canvas.rect(left, low, right - left, self._y - low, stroke=1, fill=0)
                place += cell.span
            self._y = bottom
        canvas.drawText(self._texts)

    def rows(self, rows: Sequence[Row]) -> None:
        layout, canvas = self._layout, self._canvas
        top = self._y
        self._texts, self._file = canvas.beginText(), ""
        for place, (row, height) in enumerate(zip(rows, _heights(rows, layout.size), strict=True), 1):
            for column, cell in enumerate(row.cells):
                self._text(cell, self._edges[column], self._edges[column + 1], self._y - ABOVE, row.face)
            self._y -= height
            if not row.goes_on or place == len(rows):
                canvas.line(0, self._y, self._edges[-1], self._y)
        for edge in self._edges:
            canvas.line(edge, top, edge, self._y)
        canvas.drawText(self._texts)

    def _text(self, cell: Cell, left: float, right: float, top: float, face: Face) -> None:
        texts, size = self._texts, self._layout.size
        for number, line in enumerate(cell.lines, 1):
            base = top - number * size * LEADING + size * (LEADING - ASCENT)
            x = left + BESIDE
            if cell.align is not Align.LEFT:
                spare = right - left - 2 * BESIDE - fonts.em_width(line, face) * size
                x += spare if cell.align is Align.RIGHT else spare / 2 if cell.align is Align.CENTRE else 0
            for run in fonts.runs(line, face):
                if run.file != self._file:  # saying it again costs as much as the text
                    texts.setFont(run.file, size)
                    self._file = run.file
                texts.setTextOrigin(x, base)
                texts.textOut(run.text)
                x = texts.getX()
