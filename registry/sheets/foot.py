"""What people write under the last row of a table: a sum, a day, who made it. It is told as left out and is no row."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from registry.kernel.text import fold, shown
from registry.sheets.tables import Cell

MOST_FOOT: Final = 20  # lines; more than that are rows that lack something
MOST_FILLED: Final = 2
SUM: Final = re.compile(r"(?:tong|cong|total|sum)\b")
Row = tuple[int, list[Cell]]


def above_foot(rows: Iterable[Row], needed: Collection[int], told: list[dict[str, str]]) -> Iterator[Row]:
    """The rows without the lines at their end that only have words in one or two cells, none under a needed heading.

    What is left out is added to `told` when the last row was read: {"row": number, "text": its words}. Before the
    last row, and where there is no row at all, such a line is a row like any other; and so is one that says in a column
    what the row above says there.
    """
    is_begun, waiting, above = False, list[Row](), list[Cell]()
    for row in rows:
        cells = row[1]
        names = any(at < len(cells) and cells[at] != "" for at in needed)  # as nearly every row does, and this is quick
        filled = [] if names else [cell for cell in cells if str(cell).strip()]
        is_line = _is_line(filled) and not _repeats(cells, above)
        if is_line and is_begun and len(waiting) < MOST_FOOT:
            waiting.append(row)
            continue
        if names or filled:
            yield from waiting
            waiting, is_begun, above = [], is_begun or not is_line, cells if names else above
        yield row
    told += [{"row": str(number), "text": _text(cells)} for number, cells in waiting]


def _is_line(filled: Sequence[Cell]) -> bool:
    if not 0 < len(filled) <= MOST_FILLED:
        return False
    words = [cell for cell in filled if isinstance(cell, str) and any(letter.isalpha() for letter in cell)]
    return len(words) == len(filled) or any(SUM.match(fold(word)) for word in words)


def _repeats(cells: Sequence[Cell], above: Sequence[Cell]) -> bool:
    return any(cell != "" and cell == said for cell, said in zip(cells, above, strict=False))


def _text(cells: Sequence[Cell]) -> str:
    return shown(" ".join(str(cell).strip() for cell in cells if str(cell).strip()))
