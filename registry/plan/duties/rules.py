"""What is true of duties: when they are due, which years ask for them, and how they stand on a day."""

from calendar import isleap
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

ENDLESS: Final = 0  # the year of what is not asked for every year
MOST_YEARS: Final = 60


class Repeat(StrEnum):
    """How often something has to be done."""

    ONCE = "once"
    YEARLY = "yearly"
    CONTINUING = "continuing"


class State(StrEnum):
    """How a duty stands; overdue is never said by anybody, it follows from the day."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    OVERDUE = "overdue"


class Instance(NamedTuple):
    """A duty of a year, or of no year (`ENDLESS`), and when it is due."""

    year: int
    due_on: date | None


def is_due(repeats: Repeat, due: str | None) -> bool:
    """Whether a due date fits how often something repeats."""
    try:
        return _instance(repeats, due, 2024) is not None  # a leap year, which has every day
    except ValueError:
        return False


def instances(repeats: Repeat, due: str | None, first: int, last: int) -> Iterator[Instance]:
    """What has to be done in some years, both inside; a 29 February falls on the 28th of other years."""
    if repeats is not Repeat.YEARLY:
        found = _instance(repeats, due, first)
        if found is not None:
            yield found
        return
    for year in range(first, min(last, first + MOST_YEARS) + 1):
        found = _instance(repeats, "02-28" if due == "02-29" and not isleap(year) else due, year)
        if found is not None:
            yield found


def standing(state: State, due_on: date | None, done_on: date | None, on: date) -> State:
    """How a duty stands on a day: done from the day it was done, and else overdue after the day it was due."""
    if state is State.DONE and done_on is not None:
        if done_on <= on:
            return State.DONE
        state = State.UNDER_WAY
    return State.OVERDUE if due_on is not None and due_on < on else state


def _instance(repeats: Repeat, due: str | None, year: int) -> Instance | None:
    if repeats is Repeat.CONTINUING:
        return Instance(ENDLESS, None) if due is None else None
    if due is None:
        return None
    whole = due if repeats is Repeat.ONCE else f"{year:04}-{due}"
    if len(whole) != len("2024-12-31"):
        return None
    day = date.fromisoformat(whole)
    return Instance(ENDLESS if repeats is Repeat.ONCE else year, day)
