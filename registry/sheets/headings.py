"""Which row of which table holds the headings, and what each column therefore means."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import Final, NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.sheets.cells import MOST_COLUMNS, PLACES
from registry.sheets.cells import letters as letters  # noqa: PLC0414 — said on for those who write sheets
from registry.sheets.columns import BEYOND, Column, Vocabulary
from registry.sheets.foot import above_foot
from registry.sheets.numbers import MOST_LOOKED_AT, Style, style, unanimous
from registry.sheets.tables import Cell, Decimals, Sheet, Unsplit, refused
from registry.sheets.unpacking import HEAD

MOST_NAMED: Final = 20
MOST_CHOSEN: Final = 200
Chosen = Mapping[tuple[int, str], str | None]  # the key of a column by place and heading, None to leave it out
NOTHING_CHOSEN: Final[Chosen] = MappingProxyType({})
NUMBER: Final = re.compile(r"([1-9][0-9]?)\D*$")
LOST: Final = re.compile(r"\?\w|\w\? \w|\ufffd")
MANY_LOST: Final = 2  # one may be a question


class Lost(Invalid):
    """A table whose headings have question marks for letters: so has whatever stands under them."""


class Table(NamedTuple):
    """Rows under headings that are understood.

    `columns` has the place of each; `headings` are all, with what they were taken for; `unread` are headings not ours,
    `left` other sheets that have headings of ours.
    `style` is how its numbers are written, `decimals` what the file tells of it where no cell does. Nothing has a
    heading from the column `width` on. `told` fills while the rows are read: see SheetImport.
    """

    columns: list[tuple[int, Column]]
    unread: list[str]
    decimals: Decimals
    rows: Iterator[tuple[int, list[Cell]]]
    height: int
    told: list[dict[str, str]]
    left: tuple[str, ...] = ()
    near: Mapping[str, str] = MappingProxyType({})
    style: Style = Style(frozenset())
    width: int = MOST_COLUMNS
    headings: Sequence[tuple[int, str, Column | None]] = ()

    def has(self, key: str) -> bool:
        """Whether the sheet has a column for a field."""
        return any(column.key == key for _place, column in self.columns)

    def place(self, key: str) -> int | None:
        """The column of a field, counted from 0; without it one that is near in meaning, if there is one."""
        if key.startswith(BEYOND):
            return PLACES[key.removeprefix(BEYOND)]
        places = {column.key: place for place, column in self.columns}
        group = key.rpartition(".")[0]
        near = (place for name, place in places.items() if group and name.startswith(f"{group}."))
        return places.get(key, places.get(self.near.get(key, ""), next(near, None)))

    def cell(self, key: str, number: int) -> str:
        """The address of a field's cell in a row; empty where the sheet has no such column."""
        place = self.place(key)
        return "" if place is None else f"{letters(place)}{number}"

    def beyond(self, cells: Sequence[Cell]) -> tuple[str, str] | None:
        """What is wrong where a row says something beyond the last heading: the column as a field, and the remedy."""
        for place, cell in enumerate(cells[self.width :], self.width):
            if str(cell).strip():
                text = _(
                    "There is no heading over this cell, so nobody knows what it means. Put a text that holds the"
                    " separator of the columns into quotation marks, or give the column a heading."
                )
                return BEYOND + letters(place), text
        return None

    def said(self, key: str, cells: Sequence[Cell]) -> Cell:
        """What stands in a field's cell of a row."""
        place = self.place(key)
        return cells[place] if place is not None and place < len(cells) else ""


def table(sheets: Iterable[Sheet], words: Vocabulary, chosen: Chosen = NOTHING_CHOSEN) -> Table:
    """The table with the most headings that are known. Raises Invalid when none has those that are needed.

    What somebody chose for a column, known by its place and heading, counts before what its heading means.
    """
    found: list[tuple[str, Table]] = []
    refusals: list[Unsplit | Lost] = []
    guessed = False
    for sheet in sheets:
        guessed = guessed or sheet.guessed
        try:
            read = _read(sheet, words, chosen)
        except (Unsplit, Lost) as refusal:  # another separator or sheet may be the right one
            refusals.append(refusal)
            continue
        if read:
            found.append((sheet.name, read))
    if not found and refusals:
        raise max(refusals, key=lambda one: isinstance(one, Lost))
    if not found and guessed:
        text = _(
            "No row of headings can be read in this file, whose letters are no UTF-8; save it again as “CSV UTF-8”, or "
            "as .xlsx."
        )
        raise refused(text)
    if not found:
        first, second = (words.heading_of(key) for key in words.needs)
        text = _(
            "No sheet has a row of headings such as “%(first)s” and “%(second)s”; use the template.",
            first=first,
            second=second,
        )
        raise refused(text)
    best = max((one for _name, one in found), key=lambda one: len(one.columns))
    left = tuple(shown(name) for name, one in found if name and one is not best)
    beginning = list(islice(best.rows, MOST_LOOKED_AT))
    written = style((row for _number, row in beginning), best.columns, best.decimals)
    rows = unanimous(chain(beginning, best.rows), best.columns, written)
    return best._replace(left=left, rows=rows, style=written)


def _read(sheet: Sheet, words: Vocabulary, chosen: Chosen) -> Table | None:
    first = list(islice(sheet.rows, HEAD))
    filled = _without_merges(first, sheet)
    best, meanings = -1, list[Column | None]()
    for place, row in enumerate(filled):
        above = filled[place - 1] if place else []
        found = [
            words.columns.get(chosen[at, text] or "")
            if (at, text) in chosen
            else _meaning(text, above[at] if at < len(above) else "", words)
            for at, text in enumerate(row)
        ]
        more = len({column.key for column in found if column}) - len({column.key for column in meanings if column})
        if more > 0 or (more == 0 and best >= 0 and place == best + 1 and found == meanings):
            best, meanings = place, found
    keys = {column.key for column in meanings if column}
    _refuse_lost(filled[best : best + 1] if len(keys) > 1 else filled)
    if keys.isdisjoint(words.needs) or len(keys) < 2:  # noqa: PLR2004 — one word that fits may be chance
        return None
    columns = [(at, column) for at, column in enumerate(meanings) if column]
    _refuse_twice(columns, first[best][0])
    read = [(at, text, meanings[at]) for at, text in enumerate(filled[best]) if text and not words.is_shown_only(text)]
    unread = [text for at, text, column in read if column is None and (at, text) not in chosen]
    rows = chain(first[best + 1 :], sheet.rows)
    again = [str(cell).strip() for cell in first[best][1]]
    under: Iterator[tuple[int, list[Cell]]] = (
        (number, row) for number, row in rows if any(row) and [str(cell).strip() for cell in row[:3]] != again[:3]
    )
    width = max(at + 1 for line in filled[max(0, best - 1) : best + 1] for at, text in enumerate(line) if text)
    told = [shown(text) for text in unread[:MOST_NAMED]]
    foot: list[dict[str, str]] = []
    if words.has_foot:
        under = above_foot(under, {at for at, column in columns if column.key in words.needs}, foot)
    return Table(
        columns,
        told,
        sheet.decimals,
        under,
        sheet.height,
        foot,
        near=words.near,
        width=width,
        headings=read[:MOST_CHOSEN],
    )


def _refuse_lost(rows: Iterable[Sequence[str]]) -> None:
    """Raise Lost where one of some rows has lost its letters."""
    for row in rows:
        lost = list(filter(LOST.search, row))
        if len(lost) >= MANY_LOST:
            text = _(
                "The Vietnamese letters of this file were lost when it was saved: its headings say “%(first)s” and "
                "“%(second)s”. Save it once more from where it was made, as “CSV UTF-8” or as .xlsx.",
                first=shown(lost[0]),
                second=shown(lost[1]),
            )
            raise Lost({"file": [text]})


def _without_merges(rows: Sequence[tuple[int, list[Cell]]], sheet: Sheet) -> list[list[str]]:
    """The rows as text; every cell of a merged area says what the area says."""
    texts = [[" ".join(str(cell).split()) for cell in row] for _number, row in rows]
    for top, left, bottom, right in sheet.merged:  # few: workbooks tell only what is merged among the first rows
        if top < len(texts) and left < len(texts[top]):
            for line in texts[top : bottom + 1]:
                line[left : right + 1] = [texts[top][left]] * len(line[left : right + 1])
    return texts


def _meaning(text: str, above: str, words: Vocabulary) -> Column | None:
    """A heading by itself, numbered by what stands over it, or together with it."""
    if not text:
        return None
    number = NUMBER.search(above) if above != text else None
    numbered = (
        words.meant_by(f"{text.partition('/')[0].strip()} {number[1]}") if number and not NUMBER.search(text) else None
    )
    return numbered or words.meant_by(text) or _together(above, text, words)


def _together(above: str, text: str, words: Vocabulary) -> Column | None:
    """What both lines of a heading mean together in a language: a row under “Unit / Đơn vị” is no part of a heading."""
    both = (f"{over} {under}" for over in _languages(above) for under in _languages(text))
    return next(filter(None, map(words.meant_by, both)), None)


def _languages(heading: str) -> list[str]:
    return [part for part in heading.split("/") if part.strip()]


def _refuse_twice(columns: list[tuple[int, Column]], number: int) -> None:
    seen: dict[str, int] = {}
    for place, column in columns:
        if column.key in seen:
            raise refused(
                _(
                    "The headings in %(first)s and %(second)s mean the same, “%(heading)s”; change or delete one.",
                    first=f"{letters(seen[column.key])}{number}",
                    second=f"{letters(place)}{number}",
                    heading=column.heading,
                )
            )
        seen[column.key] = place
