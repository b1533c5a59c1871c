"""What a running count is made of, and what one key adds to it on which day.

A count adds up keys: records, organisations or people. Each adds once in a period, or once in all where the record
itself is counted, however many rows of evidence name it, and from its first day on. So that the count can be read as of
any day, what a key adds is told in steps: `on` a day, that much more. A day up to which steps are added is a day whose
evidence is counted alone.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from registry.plan.rules import Span, Tally

ALWAYS: Final = Span("", date.min, date.max)


class Unit(StrEnum):
    """What a key names; the last three are of records too.

    A state is judged on a day, so that its records are kept and not their sum. What is gone was counted and does not
    hold any more; what is in doubt counts all the same.
    """

    RECORD = "record"
    BODY = "body"
    PERSON = "person"
    STATE = "state"
    GONE = "gone"
    DOUBT = "doubt"


LISTED: Final = (Unit.STATE, Unit.DOUBT)
ONCE_IN_A_PERIOD: Final = frozenset({Unit.BODY, Unit.PERSON})


class Count(NamedTuple):
    """The evidence of some indicators, counted by a unit in some periods."""

    unit: Unit
    sources: tuple[int, ...]
    periods: tuple[tuple[date, date], ...] = ()

    @property
    def key(self) -> str:
        """What tells it apart: the same evidence counted the same way is the same count, in whatever version."""
        return _key(self)

    def place(self, day: date) -> int:
        """The place of the period that a day belongs to, -1 outside all of them."""
        return next((at for at, (start, end) in enumerate(self.periods) if start <= day <= end), -1)


class Entry(NamedTuple):
    """That a row of evidence names a key, on which day, and how much it is worth."""

    evidence_id: int
    unit: Unit
    key: str
    indicator_id: int
    counted_on: date
    weight: int


class Step(NamedTuple):
    """That a key adds to a period from a day on: within it, and to the total that runs through the periods."""

    place: int
    on: date
    whole: int
    new: int


class Steps(NamedTuple):
    """A change of one count on one day."""

    key: str
    place: int
    on: date


@lru_cache(maxsize=1000)
def _key(count: Count) -> str:
    said = [count.unit, count.sources, [[str(day) for day in period] for period in count.periods]]
    return sha256(json.dumps(said).encode()).hexdigest()


def count_of(unit: Unit, sources: Iterable[int], spans: Iterable[Span] = ()) -> Count:
    """A count of some indicators in some periods."""
    return Count(unit, tuple(sorted(sources)), tuple((span.start, span.end) for span in spans))


def steps(count: Count, entries: Iterable[Entry]) -> Iterator[Step]:
    """What the rows of evidence that name one key add to a count."""
    if count.unit in LISTED:
        return
    ordered = [(entry.counted_on, entry.weight) for entry in entries if entry.indicator_id in count.sources]
    if len(ordered) == 1:
        ((day, weight),) = ordered
        if (place := count.place(day)) >= 0:
            yield Step(place, day, weight, weight)
        return
    ordered.sort()
    if count.unit in ONCE_IN_A_PERIOD:
        first = min((place for place in map(count.place, {day for day, _weight in ordered}) if place >= 0), default=-1)
        most: Counter[int] = Counter()
        for day, weight in ordered:
            place = count.place(day)
            more = weight - most[place]
            if place >= 0 and more > 0:
                most[place] += more
                yield Step(place, day, more, more if place == first else 0)
    elif ordered and (place := count.place(ordered[0][0])) >= 0:
        reached = 0
        for day, weight in ordered:
            if weight > reached:
                yield Step(place, day, weight - reached, weight - reached)
                reached = weight


class Sums:
    """Steps of many keys added up by count, period and day."""

    def __init__(self, counts: Iterable[Count]) -> None:
        self.counts: dict[tuple[Unit, int], list[tuple[str, Count]]] = {}
        for count in counts:
            for source in count.sources:
                self.counts.setdefault((count.unit, source), []).append((count.key, count))
        self.whole: Counter[Steps] = Counter()
        self.new: Counter[Steps] = Counter()

    def add(self, entries: Sequence[Entry], sign: int = 1) -> None:
        """Add what one key adds, or with a negative sign take it away; `entries` are all that name it."""
        reached = {key: count for one in entries for key, count in self.counts.get((one.unit, one.indicator_id), ())}
        for key, count in reached.items():
            for step in steps(count, entries):
                at = Steps(key, step.place, step.on)
                self.whole[at] += sign * step.whole
                self.new[at] += sign * step.new

    def changes(self) -> Iterator[tuple[Steps, int, int]]:
        """What is different in the end."""
        for at in sorted({*self.whole, *self.new}):
            if self.whole[at] or self.new[at]:
                yield at, self.whole[at], self.new[at]


def difference(counts: Iterable[Count], before: Iterable[Entry], after: Iterable[Entry]) -> Sums:
    """What sums change by when the entries of some keys change; both have all entries of every key they have any of."""
    sums = Sums(counts)
    for sign, entries in ((-1, before), (1, after)):
        by_key: dict[tuple[Unit, str], list[Entry]] = {}
        for entry in entries:
            by_key.setdefault((entry.unit, entry.key), []).append(entry)
        for same in by_key.values():
            sums.add(same, sign)
    return sums


def running(added: Mapping[int, tuple[int, int]], spans: Sequence[Span]) -> dict[str, Tally]:
    """Tallies by period code from what was added in each period's place: within it, and to the running total."""
    total, tallied = 0, {}
    for at, span in enumerate(spans):
        whole, new = added.get(at, (0, 0))
        total += new
        tallied[span.code] = Tally(whole, total)
    return tallied
