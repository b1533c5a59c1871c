"""How a sheet writes numbers in text: its cells settle it, else the sign between its columns.

A text such as 1.234 can be read in two ways: it is read only where every other number of the file says the same way.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from registry.kernel.i18n import _
from registry.sheets.cells import letters
from registry.sheets.columns import Column, Reading
from registry.sheets.tables import Cell, Decimals, refused

GROUPED: Final = {
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
}
EITHER: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
ONE_SIGN: Final = re.compile(r"[+-]?[0-9]+([.,])[0-9]+")
WRITTEN: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2009 ")) | {ord("\N{MINUS SIGN}"): "-"}
MOST_LOOKED_AT: Final = 1000  # rows: a file goes on as it begins


class Style(NamedTuple):
    """The signs seen before a decimal part, more than one where a file contradicts itself.

    `groups`: the other sign was seen between groups of three digits.
    """

    points: frozenset[str]
    groups: bool = False

    @property
    def point(self) -> str | None:
        """The sign before decimals that all numbers of the file agree on."""
        return next(iter(self.points)) if len(self.points) == 1 else None

    def plain(self, text: str) -> str | None:
        """A written number with a dot before its decimals, None for what can be read two ways; other text as it is."""
        sign = "," if "," in text else "."
        if EITHER.fullmatch(text):
            if self.point == sign:
                return text.replace(sign, ".")
            return text.replace(sign, "") if self.point and self.groups else None
        for point, grouped in GROUPED.items():
            if grouped.fullmatch(text):
                return text.replace("," if point == "." else ".", "").replace(",", ".")
        return text.replace(",", ".") if ONE_SIGN.fullmatch(text) else text


def plainly(text: str) -> str:
    """A number without the blanks, the minus sign and the ± of certificates."""
    return text.translate(WRITTEN).removeprefix("±")


def style(rows: Iterable[Sequence[Cell]], columns: Sequence[tuple[int, Column]], before: Decimals) -> Style:
    """How the numbers of some rows are written: as all their cells have it, where none tells as `before`."""
    places = _places(columns)
    seen = {sure for row in rows for _place, text in _written(row, places) if (sure := _sure(text))}
    if seen:
        return Style(frozenset(sign for sign, _groups in seen), any(groups for _sign, groups in seen))
    return Style(frozenset(before.value))


def unanimous(
    rows: Iterable[tuple[int, list[Cell]]], columns: Sequence[tuple[int, Column]], found: Style
) -> Iterator[tuple[int, list[Cell]]]:
    """The same rows. Raises Invalid where one writes decimals otherwise than `found`, by which another had to be read.

    Only some of the rows were looked at for `found`; of them none does.
    """
    if found.point is None:
        yield from rows
        return
    places, doubtful, other = _places(columns), "", ""
    for number, row in rows:
        for place, text in _written(row, places):
            sure = _sure(text)
            if sure and sure[0] != found.point:
                other = other or f"{letters(place)}{number} “{text}”"
            elif sure is None and EITHER.fullmatch(text) and found.plain(text) is not None:
                doubtful = doubtful or f"{letters(place)}{number} “{text}”"
            if doubtful and other:
                raise refused(_contradiction(doubtful, other))
        yield number, row


def _contradiction(doubtful: str, other: str) -> str:
    return _(
        "This file writes decimals both with a comma and with a dot, as in %(other)s, so %(doubtful)s can be read two "
        "ways; write all its numbers with the same sign.",
        other=other,
        doubtful=doubtful,
    )


def _places(columns: Sequence[tuple[int, Column]]) -> list[int]:
    return [place for place, column in columns if column.reading is Reading.NUMBER]


def _written(row: Sequence[Cell], places: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The numbers of a row that are text with a sign in it, by their places."""
    for place in places:
        if place < len(row) and isinstance(cell := row[place], str) and ("." in cell or "," in cell):
            yield place, plainly(cell)


def _sure(text: str) -> tuple[str, bool] | None:
    """The decimal sign that a number tells beyond doubt, and whether it has groups."""
    if EITHER.fullmatch(text):
        return None
    for point, grouped in GROUPED.items():
        if grouped.fullmatch(text):
            return point, True
    match = ONE_SIGN.fullmatch(text)
    return (match[1], False) if match else None
