"""What is true of a stock-take whatever is stored: what counts, where a place ends, and what a scan means."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from registry.assets.rules import GONE, Status
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import fold

MOST_EXPECTED: Final = 20_000
MOST_AT_ONCE: Final = 200
ON_THE_SHELF: Final = frozenset(
    {Status.ACCEPTED, Status.IN_SERVICE, Status.LIMITED_USE, Status.QUARANTINED, Status.OUT_OF_SERVICE}
)


class Sighting(StrEnum):
    """What a scanned thing is to a stock-take.

    `elsewhere` is registered at another place or to another owner; `unexpected` is registered here and outside the
    scope, or is nothing the person who counts may look up; `unknown` is a tag that leads to nothing.
    """

    EXPECTED = "expected"
    ELSEWHERE = "elsewhere"
    UNEXPECTED = "unexpected"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What whoever scans is told at once."""

    FOUND = "found"
    PART = "part"
    ALREADY = "already"
    ELSEWHERE = "elsewhere"
    UNEXPECTED = "unexpected"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


class Part(StrEnum):
    """A part of the result."""

    MISSING = "missing"
    FOUND = "found"
    ELSEWHERE = "elsewhere"
    UNEXPECTED = "unexpected"
    UNKNOWN = "unknown"


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Seen(NamedTuple):
    """What is known of a scanned asset: `ours` belongs to the organisation that counts or to one below it."""

    expected: bool
    visible: bool
    ours: bool
    location: str | None


SIGHTING_OF: Final = {
    Part.FOUND: Sighting.EXPECTED,
    Part.ELSEWHERE: Sighting.ELSEWHERE,
    Part.UNEXPECTED: Sighting.UNEXPECTED,
    Part.UNKNOWN: Sighting.UNKNOWN,
}
PART_OF: Final = {sighting: part for part, sighting in SIGHTING_OF.items()}


def counted(only_status: Status | None) -> frozenset[Status]:
    """The statuses a stock-take expects: those of things that stand on a shelf, or the one asked for."""
    return ON_THE_SHELF if only_status is None else frozenset({only_status})


def check_scope(only_status: Status | None) -> None:
    """What is gone cannot be expected anywhere. Raises Invalid."""
    if only_status in GONE:
        raise Invalid(
            {"only_status": [_("What is withdrawn or disposed of is not expected anywhere; choose another.")]}
        )


def at_place(place: str | None, location: str | None) -> bool:
    """Whether a registered location is a place or lies in it, accents and case aside.

    `Kho A, kệ 2` lies in `kho a`; `Phòng 12` does not lie in `Phòng 1`. Everything lies in no place at all.
    """
    if place is None:
        return True
    wanted, given = fold(place), fold(location or "")
    return given == wanted or (given.startswith(wanted) and not given[len(wanted)].isalnum())


def stands_for_its_set(location: str | None, place: str | None) -> bool:
    """Whether a component counts with its set, by its own registered location: without one it is where its set is."""
    return not location or at_place(place, location)


def sighting_of(seen: Seen | None, place: str | None) -> Sighting:
    """What a scanned thing is to a stock-take of a place; None is a tag that leads to nothing."""
    if seen is None:
        return Sighting.UNKNOWN
    if seen.expected:
        return Sighting.EXPECTED
    if not seen.visible:
        return Sighting.UNEXPECTED
    return Sighting.UNEXPECTED if seen.ours and at_place(place, seen.location) else Sighting.ELSEWHERE


def verdict_of(sighting: Sighting, *, again: bool, partial: bool = False) -> Verdict:
    """What a sighting says to whoever scans: a thing counts once, however often it is scanned.

    A component of a set that still waits for others is `part` of what is to be found.
    """
    if partial:
        return Verdict.PART
    if again:
        return Verdict.ALREADY
    return Verdict.FOUND if sighting is Sighting.EXPECTED else Verdict(sighting.value)


def scanned_at(said: datetime | None, opened_at: datetime, received_at: datetime) -> datetime:
    """When a scan was made: what the device says, within the time in which it can have been."""
    return received_at if said is None else min(max(said, opened_at), received_at)


def first_of_each(keys: Iterable[str]) -> list[int]:
    """The places of keys that were not there before."""
    found: dict[str, int] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, place)
    return list(found.values())
