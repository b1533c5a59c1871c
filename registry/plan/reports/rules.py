"""What is true of reports whatever is stored: which days a year's report covers, when it is due, and who may do what.

The plan asks for a report by 10 December every year, or when one is asked for (436/KH-UBND, IV.3).
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

SCHEMA: Final = 1  # of what is frozen; what was frozen under an older one is read for ever
PARTS: Final = 6  # in which a consolidated report is put together, see gathering
OPENS: Final = "11-01"
REMINDERS: Final = (30, 14, 7, 3, 1, 0, -1, -7)  # days before the deadline; after it below nought
DAY: Final = timedelta(days=1)
CATCHES_UP: Final = timedelta(days=90)
WORDS: Final = ("leadership", "documents", "results", "difficulties", "causes", "proposals", "next_year")


class CampaignKind(StrEnum):
    """A report of every year, or one that somebody asked for."""

    ANNUAL = "annual"
    AD_HOC = "ad_hoc"


class UnitState(StrEnum):
    """How far a unit's report is; a returned one is written anew, and what was submitted before stays readable."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportState(StrEnum):
    """How far a consolidated report is: it is put together in the background, looked at, and frozen for ever."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    FROZEN = "frozen"


class Window(NamedTuple):
    """The days a report covers, both inclusive, and the day its numbers are as of."""

    start: date
    end: date
    as_of: date


def day_in(year: int, month_day: str) -> date:
    """The day `MM-DD` of a year; 29 February is 28 February in years that have none."""
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def year_window(
    year: int, rule: Mapping[str, object], life: tuple[date, date], today: date, *, reported_to: date | None = None
) -> Window:
    """What the report of a year covers, by the plan's rule for reports (`due`, `from`, `carry_over`).

    It ends on the deadline. With carry-over it begins on the day after the deadline before, or where the report of the
    year before is frozen with numbers up to an earlier day, on the day after that one; without, on the first day of
    the year, and what happened between counts in the sums since the plan began only.
    Raises Invalid beside `year` for a year in which there was no plan, or that has not begun.
    """
    check_year(year, life, today)
    due, begins = day_in(year, str(rule["due"])), day_in(year, str(rule["from"]))
    start, end = begins, due
    if rule["carry_over"]:
        last = day_in(year - 1, str(rule["due"]))
        start = min((last if reported_to is None else min(reported_to, last)) + DAY, begins)
    return window(start, end, life, today)


def window(start: date, end: date, life: tuple[date, date], today: date) -> Window:
    """Days inside the plan's life; the numbers are as of the last of them that has come."""
    start, end = max(start, life[0]), min(end, life[1])
    return Window(start, end, min(end, max(today, start)))


def check_year(year: int, life: tuple[date, date], today: date) -> None:
    """Raise Invalid for a year the plan does not reach, or one that has not begun."""
    first, last = life[0].year, life[1].year
    if not first <= year <= last:
        message = _(
            "The plan runs from %(first)s to %(last)s; there is no report of %(year)s.",
            first=str(first),
            last=str(last),
            year=str(year),
        )
        raise Invalid({"year": [message]})
    if year > today.year:
        raise Invalid({"year": [_("%(year)s has not begun; nothing can be reported of it yet.", year=str(year))]})


def check_asked(start: date, end: date, asked_on: date, due_on: date, life: tuple[date, date]) -> None:
    """Raise Invalid for a report on request whose days do not fit together or that the plan does not reach."""
    if end < start:
        message = _("%(end)s is before the first day, %(start)s.", end=said_day(end), start=said_day(start))
        raise Invalid({"end_on": [message]})
    if due_on < asked_on:
        message = _(
            "It would be due on %(due)s, before it is asked for on %(asked)s.",
            due=said_day(due_on),
            asked=said_day(asked_on),
        )
        raise Invalid({"due_on": [message]})
    if end < life[0] or start > life[1]:
        message = _("The plan runs from %(first)s to %(last)s.", first=said_day(life[0]), last=said_day(life[1]))
        raise Invalid({"start_on": [message]})


def opens_on(year: int) -> date:
    """The day on which the campaign of a year opens."""
    return day_in(year, OPENS)


def latest_opening(on: date) -> int | None:
    """The year whose campaign opened last, while it can still be opened: a missed day is caught up, a year is not."""
    year = on.year if on >= opens_on(on.year) else on.year - 1
    return year if on - opens_on(year) <= CATCHES_UP else None


def is_late(due_on: date, day: date) -> bool:
    """Whether a report on a day is late; the deadline itself is in time."""
    return day > due_on


def reminder(due_on: date, today: date) -> int | None:
    """The reminder that has come up last, in days before the deadline; None before the first."""
    left = (due_on - today).days
    return min((one for one in REMINDERS if one >= left), default=None)


def check_written(state: UnitState) -> None:
    """Raise Conflict where a unit's report can no longer be written in."""
    if state is UnitState.SUBMITTED:
        raise Conflict(_("It is submitted; it can be written in again once the department returns it."))
    if state is UnitState.ACCEPTED:
        raise Conflict(_("It is accepted; the department can return it if something must be mended."))


def check_judged(state: UnitState, into: UnitState) -> None:
    """Raise Conflict where there is nothing to accept or to return."""
    if into is UnitState.ACCEPTED and state is not UnitState.SUBMITTED:
        raise Conflict(_("Only a submitted report can be accepted."))
    if into is UnitState.RETURNED and state not in {UnitState.SUBMITTED, UnitState.ACCEPTED}:
        raise Conflict(_("Only a submitted report can be returned."))


def check_said(words: Mapping[str, str]) -> None:
    """Raise Invalid for a report that says nothing of what only its unit knows."""
    missing = [field for field in ("difficulties", "proposals", "next_year") if not words.get(field)]
    if missing:
        message = _("Write this before you submit; “none” is an answer too.")
        raise Invalid({field: [message] for field in missing})


def life_of(spans: Sequence[tuple[date, date]]) -> tuple[date, date]:
    """The first and last day of a plan."""
    return min(start for start, _end in spans), max(end for _start, end in spans)
