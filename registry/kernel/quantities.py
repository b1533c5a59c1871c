"""Quantities by the names that people give them, said in the language of the reader.

The vocabulary is `data/quantities.csv`: names by language, the preferred one first, and units of the dimensions that a
quantity is measured in, none where that is not certain. What it does not know stays as it was typed, and so does what
is in the reader's language already; nothing that is stored changes.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from registry.kernel import units
from registry.kernel.i18n import _, current_locale
from registry.kernel.text import fold, shown

VOCABULARY: Final = Path(__file__).parent / "data" / "quantities.csv"
LEVELS: Final = frozenset({"decibel", "bel", "neper"})


class Names(NamedTuple):
    """What a quantity is called, by language, the preferred name first, and in what units it is measured."""

    vi: tuple[str, ...]
    en: tuple[str, ...]
    units: tuple[str, ...] = ()


def said_quantity(text: str) -> str:
    """A quantity's name in the language of the request, small where it was typed small; else as it is."""
    key = fold(text)
    names = _known().get(key)
    if names is None:
        return text
    theirs = names.en if current_locale() == "en" else names.vi
    if key in map(fold, theirs):
        return text
    name = theirs[0]
    is_small = text[:1].islower() and name[1:2].islower()
    return name[0].lower() + name[1:] if is_small else name


def quantity_key(text: str) -> str:
    """One text for all names of a quantity, folded: that of `Mass` and of `khối lượng` is `khoi luong`."""
    key = fold(text)
    names = _known().get(key)
    return fold(names.vi[0]) if names else key


@lru_cache(maxsize=1)
def _known() -> dict[str, Names]:
    """The names of each quantity by every folded one; of two that share one, those of the first line."""
    known: dict[str, Names] = {}
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            names = Names(*(tuple(filter(None, row[column].split("|"))) for column in Names._fields))
            for name in (*names.vi, *names.en):
                known.setdefault(fold(name), names)
    return known


def foreign_unit(quantity: str, unit: str) -> str | None:
    """What is wrong with a unit for a quantity, with the remedy, in the language of the request; None where nothing is.

    A ratio and a level suit every quantity; a quantity or a unit that no vocabulary has is not judged.
    """
    names, said = _known().get(fold(quantity)), units.parse(unit)
    if names is None or said is None or not names.units or said.dimension.keys() <= LEVELS:
        return None
    proper = [found for name in names.units if (found := units.parse(name)) is not None]
    if any(said.dimension == one.dimension for one in proper):
        return None
    return _(
        "“%(quantity)s” is not measured in %(unit)s; give a unit such as %(units)s.",
        quantity=shown(quantity),
        unit=said.symbol,
        units=", ".join(one.symbol for one in proper),
    )


def is_same(name: str, other: str) -> bool:
    """Whether two names mean one quantity: the same words, or names of one line of the vocabulary in any language."""
    return bool(_names(name) & _names(other))


@lru_cache(maxsize=4096)
def _names(text: str) -> frozenset[str]:
    """Every folded name of what a name means, itself among them."""
    key = fold(text)
    names = _known().get(key)
    return frozenset([key, *(map(fold, (*names.vi, *names.en)) if names is not None else ())])
