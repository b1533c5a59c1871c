"""The columns of a sheet: what each is called in both languages, how its cells are read, and which heading means it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from registry.kernel.text import fold

NUMBERED: Final = re.compile(r"(.*?)[ .#]*([1-9][0-9]?)")
ASIDE: Final = re.compile(r"\([^)]*\)|\*")
BEYOND: Final = "column."  # before the letters of a column that has no heading


class Words(NamedTuple):
    """A field of the sheet; `also` are headings, `synonyms` words of choices, that other people's sheets use for it."""

    key: str
    vi: str
    en: str
    reading: str
    helps: tuple[str, str]
    example: str = ""
    required: bool = False
    also: tuple[str, ...] = ()
    choices: Sequence[tuple[str, str, str]] = ()
    example_en: str = ""
    synonyms: Sequence[tuple[str, str]] = ()


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
    synonyms: Sequence[tuple[str, str]] = field(default=(), repr=False)

    @property
    def heading(self) -> str:
        """What stands over the column, in both languages."""
        return f"{self.vi} / {self.en}"

    def word(self, value: str, locale: str) -> str:
        """A choice's value as people say it."""
        return next((vi if locale == "vi" else en for known, vi, en in self.choices if known == value), value)


def column(one: Words, key: str, number: str = "") -> Column:
    """The column of a field, numbered where there are several of its kind."""
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
        one.synonyms,
    )


class Named(NamedTuple):
    """Fields under a prefix of their keys; with `{}` in it there are several of each, counted from 0."""

    prefix: str
    words: Sequence[Words]


class Vocabulary:
    """Every column that sheets of one kind may have, and the headings that mean them.

    A table is one of these only with one of the columns in `needs`; `near` says beside which other column something is
    told where its own is missing, `shown_only` which headings are written for people and not read again; `has_foot`
    that lines under the last row which name nothing are no rows: see sheets.foot.
    """

    def __init__(  # noqa: PLR0913 — what a kind of sheet is
        self,
        columns: Iterable[Column],
        named: Iterable[Named],
        *,
        needs: Sequence[str],
        near: Mapping[str, str] | None = None,
        shown_only: Iterable[tuple[str, str]] = (),
        together: Mapping[str, tuple[str, str]] | None = None,
        has_foot: bool = False,
    ) -> None:
        self.columns = {one.key: one for one in columns}
        self.needs, self.near, self.has_foot = tuple(needs), dict(near or {}), has_foot
        self._together = dict(together or {})
        self._shown_only = {fold(name) for pair in shown_only for name in pair}
        self._aliases: dict[str, str] = {}
        for prefix, words in named:
            for one in words:
                for name in (one.key, one.vi, one.en, *one.also):
                    self._aliases.setdefault(fold(name), prefix + one.key)
                self._aliases[fold(prefix + one.key)] = prefix + one.key

    def meant_by(self, heading: str) -> Column | None:
        """The column a heading means, in either language or both, whatever its case and accents; None for others'."""
        for whole in (fold(heading), fold(ASIDE.sub(" ", heading))):
            for part in (whole, *whole.split("/")):
                found = self._part(part.strip())
                if found:
                    return found
        return None

    def is_shown_only(self, heading: str) -> bool:
        """Whether a heading is one of ours that is written for people and not read again."""
        return any(part.strip() in self._shown_only for part in fold(heading).split("/"))

    def _part(self, text: str) -> Column | None:
        if text in self.columns:
            return self.columns[text]
        key, place = self._aliases.get(text), 0
        numbered = NUMBERED.fullmatch(text)
        if key is None and numbered:
            key, place = self._aliases.get(numbered[1]), int(numbered[2]) - 1
            if key is not None and "{}" not in key:
                return None
        return self.columns.get(key.format(place)) if key else None

    def heading_of(self, key: str) -> str:
        """The heading under which a field is looked for."""
        found = self.columns.get(key)
        return found.heading if found is not None else key

    def meaning_of(self, key: str, locale: str) -> str:
        """What a field is called; several fields in one, such as `schedules`, by what they have in common."""
        found = self.columns.get(key)
        vi, en = (found.vi, found.en) if found is not None else self._together.get(key, (key, key))
        if key.startswith(BEYOND):
            vi, en = (f"{word} {key.removeprefix(BEYOND)}" for word in ("Cột", "Column"))
        return vi if locale == "vi" else en
