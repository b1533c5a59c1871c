"""What is true of labels whatever is stored: what they say, why they are given up, when one is printed again."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from registry.assets.fitness import ScanFacts
from registry.kernel.i18n import _

MOST_AT_ONCE: Final = 200  # labels that are drawn while a person waits
MOST_BLANK: Final = 2000


class Revocation(StrEnum):
    """Why a label no longer stands for its asset."""

    LOST = "lost"
    DAMAGED = "damaged"
    REPLACED = "replaced"
    MISTAKEN = "mistaken"


class Part(StrEnum):
    """What a label can say beside the code and the tag, in the order of its weight."""

    NAME = "name"
    DUE = "due"
    SERIAL = "serial"
    OWNER = "owner"


class Printing(StrEnum):
    """Which of the assets asked for get a label: those without one, or those whose printed due date changed."""

    UNPRINTED = "unprinted"
    OUTDATED = "outdated"


class Format(StrEnum):
    """The kinds of file labels are drawn into."""

    PDF = "pdf"
    ZPL = "zpl"


class Scanned(NamedTuple):
    """What a label leads to: the asset's facts, and when and why the label itself was revoked, if it was."""

    tag: str
    facts: ScanFacts
    is_revoked: bool = False
    revoked_at: datetime | None = None
    because: Revocation | None = None


def is_outdated(*, shows_due: bool, printed_due_on: date | None, due_on: date | None) -> bool:
    """Whether a printed label tells a due date that is not the asset's."""
    return shows_due and printed_due_on != due_on


def lines_of(parts: Collection[Part]) -> int:
    """The lines that these parts take at most: a name has two."""
    return len(parts) + (Part.NAME in parts)


def revocation_text(because: Revocation | None) -> str:
    """Why a label was revoked, as it is said after the day."""
    match because:
        case Revocation.LOST:
            return _("it was lost")
        case Revocation.DAMAGED:
            return _("it was damaged")
        case Revocation.MISTAKEN:
            return _("it was on the wrong item")
        case _:
            return _("another took its place")
