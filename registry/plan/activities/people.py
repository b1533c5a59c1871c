"""Who was trained: lists that are pasted, and what tells people apart without keeping what they are known by.

Two lines are the same person by identity number, or, where none is given, by name and organisation.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.pseudonyms import pseudonym
from registry.kernel.text import fold, words_of
from registry.plan.activities.rules import ParticipantKind, Person
from registry.plan.activities.words import PARTICIPANTS

PURPOSE: Final = "participant"
MOST: Final = 2000
COLUMNS: Final = 5
NAME_MOST: Final = 200
NONE: Final = (None, "")


class Line(NamedTuple):
    """A pasted line, by its number."""

    number: int
    cells: Sequence[str]


def key(person: Person) -> str:
    """What tells somebody apart; nobody can read out of it who it is, see `pseudonyms`."""
    if person.identity not in NONE:
        return pseudonym(PURPOSE, "".join(words_of(person.identity or "")))
    return pseudonym(PURPOSE, f"{fold(person.name)}\n{fold(person.organisation)}")


def pasted(text: str) -> list[Person]:
    """People from lines as a spreadsheet pastes them: name, organisation, kind, identity number, sessions.

    Cells are parted by tabs or semicolons; a first line of headings is skipped. Raises Invalid with every line that
    cannot be read.
    """
    lines = [
        Line(number, [cell.strip() for cell in line.replace(";", "\t").split("\t")])
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]
    if lines and _is_head(lines[0].cells):
        del lines[0]
    return read(lines)


def read(lines: Iterable[Line]) -> list[Person]:
    """People from the cells of lines. Raises Invalid beside `people` with every line that cannot be read."""
    found: list[Person] = []
    wrong: list[str] = []
    for line in lines:
        if len(found) >= MOST:
            raise Invalid({"people": [_("A list has at most %(most)s people.", most=MOST)]})
        try:
            found.append(_person([*line.cells, *[""] * COLUMNS][:COLUMNS]))
        except ValueError as error:
            wrong.append(_("Line %(line)s: %(fault)s", line=line.number, fault=str(error)))
    if not found and not wrong:
        wrong = [_("There is nobody on this list.")]
    if wrong:
        raise Invalid({"people": wrong[:50]})
    return found


def _person(cells: Sequence[str]) -> Person:
    name, organisation, kind, identity, sessions = cells
    if not 1 <= len(name) <= NAME_MOST or not 1 <= len(organisation) <= NAME_MOST:
        raise ValueError(_("give a name and an organisation, each of at most 200 letters."))
    if sessions and not (sessions.isdecimal() and 1 <= int(sessions) <= 1000):  # noqa: PLR2004 — as in the schema
        raise ValueError(_("“%(value)s” is no number of sessions.", value=sessions[:40]))
    return Person(name, organisation, _kind(kind), identity or None, int(sessions) if sessions else None)


def _kind(said: str) -> ParticipantKind:
    folded = fold(said)
    for kind, (vi, en) in PARTICIPANTS.items():
        if folded in {kind.value, fold(vi), fold(en)}:
            return kind
    words = "; ".join(f"{vi} / {en}" for vi, en in PARTICIPANTS.values())
    raise ValueError(_("“%(value)s” is not one of: %(choices)s.", value=said[:40], choices=words))


def _is_head(cells: Sequence[str]) -> bool:
    return fold(cells[0]) in {"ho va ten", "ho ten", "name", "full name"}
