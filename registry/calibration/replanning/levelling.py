"""Levelling a load: what does not fit into the week or month in which it is due goes into an earlier one."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
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
    """A day for each work that does not fit where it is due, always earlier; all works are due within the spans.

    From the last span backwards each keeps what is due latest, so that many move a little rather than few by far. What
    fits nowhere ends in the first span, which is then too full.
    """
    planned: dict[int, date] = {}
    waiting = sorted(works, key=lambda work: (work.due_on, work.key))
    early: list[Work] = []
    for place, span in reversed(list(enumerate(within))):
        while waiting and waiting[-1].due_on >= span.start:
            early.append(waiting.pop())
        kept = early if place == 0 else early[:capacity]
        early = early[len(kept) :]
        moved = sorted(work for work in kept if work.due_on > span.end)
        days = _working_days(span)
        planned |= {work.key: days[number * len(days) // len(moved)] for number, work in enumerate(moved)}
    return planned


def load(works: Sequence[Work], planned: dict[int, date], within: Sequence[Span]) -> list[Load]:
    """How much falls into each span, before and after."""
    before = Counter(_place(work.due_on, within) for work in works)
    after = Counter(_place(planned.get(work.key, work.due_on), within) for work in works)
    return [Load(*span, before[place], after[place]) for place, span in enumerate(within)]


def _working_days(span: Span) -> list[date]:
    """Monday to Friday; all days of a span that has none of those."""
    days = [span.start + number * DAY for number in range((span.end - span.start).days + 1)]
    return [day for day in days if day.weekday() < SATURDAY] or days


def _place(day: date, within: Sequence[Span]) -> int:
    return next(place for place, span in enumerate(within) if day <= span.end)
