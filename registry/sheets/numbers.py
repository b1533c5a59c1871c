"""How a sheet writes numbers in text: its cells settle it, else the file, else the language of its headings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from registry.sheets.columns import Column, Reading
from registry.sheets.tables import Cell, Decimals

GROUPED: Final = {
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
}
EITHER: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
ONE_SIGN: Final = re.compile(r"[+-]?[0-9]+([.,])[0-9]+")
WRITTEN: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2009 ")) | {ord("\N{MINUS SIGN}"): "-"}
MOST_LOOKED_AT: Final = 1000  # rows: a file goes on as it begins


class Style(NamedTuple):
    """The signs that stand before a decimal part; `groups`: the other sign was seen between groups of three digits."""

    points: frozenset[str]
    groups: bool = False

    def plain(self, text: str) -> str | None:
        """A written number with a dot before its decimals, None for what can be read two ways; other text as it is."""
        sign = "," if "," in text else "."
        if EITHER.fullmatch(text):
            if sign in self.points:
                return text.replace(sign, ".")
            return text.replace(sign, "") if self.groups else None
        for point, grouped in GROUPED.items():
            if grouped.fullmatch(text):
                return text.replace("," if point == "." else ".", "").replace(",", ".")
        return text.replace(",", ".") if ONE_SIGN.fullmatch(text) else text


def plainly(text: str) -> str:
    """A number without the blanks, the minus sign and the ± of certificates."""
    return text.translate(WRITTEN).removeprefix("±")


def usual(decimals: Decimals, *, vietnamese: bool) -> Style:
    """How numbers are written where no cell says it. A comma between columns leaves either sign to the language."""
    language = "," if vietnamese else "."
    match decimals:
        case Decimals.UNKNOWN:
            return Style(frozenset(language))
        case Decimals.DOT:
            return Style(frozenset({".", language}))
        case Decimals.COMMA:
            return Style(frozenset(","))


def styles(rows: Iterable[Sequence[Cell]], columns: Sequence[tuple[int, Column]], before: Style) -> Mapping[str, Style]:
    """The style of each column of numbers: as its cells have it, else as all others have it, else as `before`."""
    numbers = [(place, column.key) for place, column in columns if column.reading is Reading.NUMBER]
    seen: dict[str, set[tuple[str, bool]]] = {key: set() for _place, key in numbers}
    for row in rows:
        for place, key in numbers:
            if place < len(row) and isinstance(cell := row[place], str) and cell and (sure := _sure(plainly(cell))):
                seen[key].add(sure)
    common = _agreed(set().union(*seen.values())) or before
    return {key: (_agreed(said) or before) if said else common for key, said in seen.items()}


def _agreed(seen: set[tuple[str, bool]]) -> Style | None:
    signs = frozenset(sign for sign, _groups in seen)
    return Style(signs, any(groups for _sign, groups in seen)) if len(signs) == 1 else None


def _sure(text: str) -> tuple[str, bool] | None:
    """The decimal sign that a number tells beyond doubt, and whether it has groups."""
    if EITHER.fullmatch(text):
        return None
    for point, grouped in GROUPED.items():
        if grouped.fullmatch(text):
            return point, True
    match = ONE_SIGN.fullmatch(text)
    return (match[1], False) if match else None
