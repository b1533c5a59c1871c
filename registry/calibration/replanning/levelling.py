"""Levelling a load: what does not fit into the week or month in which it is due goes into an earlier one with room."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from registry.kernel.calendar import DAYS_A_WEEK, month_end

DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


class Per(StrEnum):
    """For which span a capacity is given."""

    WEEK = "week"
    MONTH = "month"


class Span(NamedTuple):
    """From one day to another, both inclusive: a calendar week or month, as far as it lies in a range."""

    start: date
    end: date


class Load(NamedTuple):
    """How much falls into a span when everything is done on its due date, and when it is done as planned."""

    start: date
    end: date
    before: int
    after: int


class Work(NamedTuple):
    """Something due on a day, by its key."""

    key: int
    due_on: date


def spans(first: date, last: date, per: Per) -> list[Span]:
    """The weeks, from Monday on, or months of a range, cut to it."""
    found = []
    start = first
    while start <= last:
        end = month_end(start) if per is Per.MONTH else start + (DAYS_A_WEEK - 1 - start.weekday()) * DAY
        found.append(Span(start, min(end, last)))
        start = end + DAY
    return found


def levelled(works: Sequence[Work], within: Sequence[Span], capacity: int) -> dict[int, date]:
    """A day for each work that is done in an earlier span than it is due in; all works are due within the spans.

    No span gets more than it can hold, nor more than is due in it: what finds no room before stays where it is due.
    Works keep their order, so that many move a little rather than few by far, each to a late working day of its span.
    """
    counts = _counts(works, within, capacity)
    planned: dict[int, date] = {}
    waiting = iter(sorted(works, key=lambda work: (work.due_on, work.key)))
    for span, count in zip(within, counts, strict=True):
        moved = [work.key for work in islice(waiting, count) if work.due_on > span.end]
        planned |= zip(moved, _late_days(span, len(moved)), strict=True)
    return planned


def _counts(works: Sequence[Work], within: Sequence[Span], capacity: int) -> list[int]:
    """How many are done in each span: what is too much goes, span by span, into the nearest room before."""
    due = Counter(_place(work.due_on, within) for work in works)
    counts = [due[place] for place in range(len(within))]
    rooms: list[int] = []  # a span for each work that still fits into it, the nearest last
    for place in range(len(within)):
        while counts[place] > capacity and rooms:
            counts[rooms.pop()] += 1
            counts[place] -= 1
        rooms += [place] * max(0, min(capacity - counts[place], len(works)))
    return counts


def load(works: Sequence[Work], planned: dict[int, date], within: Sequence[Span]) -> list[Load]:
    """How much falls into each span, before and after."""
    before = Counter(_place(work.due_on, within) for work in works)
    after = Counter(_place(planned.get(work.key, work.due_on), within) for work in works)
    return [Load(*span, before[place], after[place]) for place, span in enumerate(within)]


def _late_days(span: Span, count: int) -> list[date]:
    """Days for so many works: the last working days, several on one where there are more."""
    days = _working_days(span)
    if count <= len(days):
        return days[len(days) - count :]
    return [days[number * len(days) // count] for number in range(count)]


def _working_days(span: Span) -> list[date]:
    """Monday to Friday; all days of a span that has none of those."""
    days = [span.start + number * DAY for number in range((span.end - span.start).days + 1)]
    return [day for day in days if day.weekday() < SATURDAY] or days


def _place(day: date, within: Sequence[Span]) -> int:
    return next(place for place, span in enumerate(within) if day <= span.end)
