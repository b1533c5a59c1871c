"""The columns of a sheet: what each is called in both languages, how its cells are read, and which heading means it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final

from registry.assets.exchange.belonging_words import BELONGINGS
from registry.assets.exchange.words import CHARACTERISTICS, FIELDS, SCHEDULES, SHOWN_ONLY, TOGETHER, Words
from registry.kernel.text import fold

MOST_GROUPS: Final = 30
NUMBERED: Final = re.compile(r"(.*?)[ .#]*([1-9][0-9]?)")
ASIDE: Final = re.compile(r"\([^)]*\)|\*")
KEY: Final = re.compile(r"characteristics\.([0-9]{1,2})\.([a-z_]+)")


class Reading(Enum):
    """How the cells of a column are understood."""

    TEXT = "text"
    CODE = "code"
    TAG = "tag"
    SERIAL = "serial"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    MONTHS = "months"


@dataclass(frozen=True)
class Column:
    """A column by the name of its field, spelt as the API spells it: `characteristics.0.unit`, `schedules.testing`."""

    key: str
    vi: str
    en: str
    reading: Reading
    help_vi: str = ""
    help_en: str = ""
    example: str = ""
    required: bool = False
    choices: Sequence[tuple[str, str, str]] = field(default=(), repr=False)
    example_en: str = ""

    @property
    def heading(self) -> str:
        """What stands over the column, in both languages."""
        return f"{self.vi} / {self.en}"

    def word(self, value: str, locale: str) -> str:
        """A choice's value as people say it."""
        return next((vi if locale == "vi" else en for known, vi, en in self.choices if known == value), value)


def _column(one: Words, key: str, number: str = "") -> Column:
    return Column(
        key,
        f"{one.vi}{number}",
        f"{one.en}{number}",
        Reading(one.reading),
        *one.helps,
        one.example,
        one.required,
        one.choices,
        one.example_en,
    )


def plain() -> list[Column]:
    """The columns of what an asset says once, the tag first."""
    return [_column(one, one.key) for one in FIELDS]


def group(place: int) -> list[Column]:
    """The columns of an asset's characteristic at a place, counted from 0."""
    return [_column(one, f"characteristics.{place}.{one.key}", f" {place + 1}") for one in CHARACTERISTICS]


def belongings() -> list[Column]:
    """The columns of what belongs to an asset: data sheet of a reference material, software."""
    return [_column(one, one.key) for one in BELONGINGS]


def schedules() -> list[Column]:
    """The columns of the schedules, one for each kind."""
    return [_column(one, f"schedules.{one.key}") for one in SCHEDULES]


def all_columns(groups: int) -> list[Column]:
    """Every column of a sheet with so many characteristics."""
    return [*plain(), *schedules(), *belongings(), *(column for place in range(groups) for column in group(place))]


@lru_cache(maxsize=1)
def _known() -> dict[str, Column]:
    return {column.key: column for column in all_columns(MOST_GROUPS)}


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    """Folded headings of columns without a number, and those of the characteristics with `{}` for their place."""
    found: dict[str, str] = {}
    for prefix, words in (
        ("", FIELDS),
        ("schedules.", SCHEDULES),
        ("", BELONGINGS),
        ("characteristics.{}.", CHARACTERISTICS),
    ):
        for one in words:
            for name in (one.key, one.vi, one.en, *one.also):
                found.setdefault(fold(name), prefix + one.key)
            found[fold(prefix + one.key)] = prefix + one.key
    return found


def meant_by(heading: str) -> Column | None:
    """The column a heading means, in either language or both, whatever its case and accents; None for others'."""
    for whole in (fold(heading), fold(ASIDE.sub(" ", heading))):
        for part in (whole, *whole.split("/")):
            found = _part(part.strip())
            if found:
                return found
    return None


def is_shown_only(heading: str) -> bool:
    """Whether a heading is one of ours that is written for people and not read again."""
    parts = {part.strip() for part in fold(heading).split("/")}
    return any(fold(name) in parts for pair in SHOWN_ONLY for name in pair)


def _part(text: str) -> Column | None:
    if KEY.fullmatch(text) or text in _known():
        return _known().get(text)
    key, place = _aliases().get(text), 0
    numbered = NUMBERED.fullmatch(text)
    if key is None and numbered:
        key, place = _aliases().get(numbered[1]), int(numbered[2]) - 1
        if key is not None and "{}" not in key:
            return None
    return _known().get(key.format(place)) if key else None


def column_of(key: str) -> Column | None:
    """The column of a field."""
    return _known().get(key)


def heading_of(key: str) -> str:
    """The heading under which a field is looked for."""
    column = column_of(key)
    return column.heading if column is not None else key


def meaning_of(key: str, locale: str) -> str:
    """What a field is called; several fields in one, such as `schedules`, are named by what they have in common."""
    column = _known().get(key)
    if column is not None:
        return column.vi if locale == "vi" else column.en
    vi, en = TOGETHER.get(key, (key, key))
    return vi if locale == "vi" else en
