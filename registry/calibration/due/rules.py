"""What is true of use and of grace whatever is stored: how much was used since a day, and what may be extended."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from registry.assets.rules import Proof, ScheduleKind
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

MOST_GRACE: Final = timedelta(days=366)


class ExtensionState(StrEnum):
    """Whether an extension waits for a second person, holds, or was ended."""

    ASKED = "asked"
    GRANTED = "granted"
    ENDED = "ended"


class Shown(Protocol):
    """What a counter showed at the end of a day; `restarted` when it counts anew from this value."""

    @property
    def on(self) -> date: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def restarted(self) -> bool: ...


class Decided(Protocol):
    """What was decided about an extension."""

    @property
    def granted_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Usage(NamedTuple):
    """Use since a day, by its readings, in order.

    `met_on` is the day of the reading that reached the limit, `expected_on` the day on which the use of the readings so
    far reaches it, None where they tell nothing.
    """

    used: Decimal
    since_on: date
    read_on: date
    met_on: date | None
    expected_on: date | None


def usage(readings: Sequence[Shown], limit: Decimal, performed_on: date) -> Usage | None:
    """How much was used since work was done, and when that reaches a limit; None without a reading.

    `readings` are in order. It counts from the last reading up to the day of the work, or else from the first after it.
    What a counter ran between its last reading and its replacement is not known and not counted.
    """
    since = [reading for reading in readings if reading.on <= performed_on][-1:]
    since += [reading for reading in readings if reading.on > performed_on]
    if not since:
        return None
    used, met_on, last = Decimal(0), None, since[0]
    for reading in since[1:]:
        used += Decimal(0) if reading.restarted else reading.value - last.value
        last = reading
        if met_on is None and used >= limit:
            met_on = reading.on
    expected_on = met_on or _expected(used, limit, since[0].on, last.on)
    return Usage(used, since[0].on, last.on, met_on, expected_on)


def _expected(used: Decimal, limit: Decimal, start: date, end: date) -> date | None:
    """The day on which use at the same rate reaches the limit."""
    days = (end - start).days
    if used <= 0 or days <= 0:
        return None
    more = int((limit - used) * days / used)  # whole days: the one on which it is met is the next at most
    return end + timedelta(days=more) if more <= (date.max - end).days else None


def check_reading(readings: Sequence[Shown], on: date, value: Decimal, *, restarted: bool, today: date) -> None:
    """A reading is of today or before, in the order of days, and a counter runs forwards only. Raises Invalid."""
    if on > today:
        raise Invalid({"on": [_("%(day)s is in the future; give the day it was read.", day=said_day(on))]})
    last = readings[-1] if readings else None
    if last is not None and on < last.on:
        text = _("The last reading is of %(day)s; readings follow each other.", day=said_day(last.on))
        raise Invalid({"on": [text]})
    if last is not None and value < last.value and not restarted:
        text = _(
            "%(value)s is less than the last reading, %(last)s. If the counter was replaced or set back, say so.",
            value=value,
            last=last.value,
        )
        raise Invalid({"value": [text]})


def check_extendable(kind: ScheduleKind, proof: Proof, due_on: date | None, *, is_used_up: bool) -> date:
    """Only a good proof of the owner's own schedule can be extended; gives its due date. Raises Conflict."""
    if kind is ScheduleKind.VERIFICATION:
        raise Conflict(_("The cycle of a verification is laid down by law and is never extended; have it verified."))
    if proof is not Proof.GOOD or due_on is None:
        raise Conflict(_("There is no valid record with a due date here that could be extended."))
    if is_used_up:
        raise Conflict(_("The limit of use is met; a later day does not help. Have the work done."))
    return due_on


def check_extension(due_on: date, until: date, today: date) -> None:
    """An extension leads past the due date, by a year at most, and not into the past. Raises Invalid."""
    if until < today:
        raise Invalid({"until": [_("%(until)s has passed; grace is not given backwards.", until=said_day(until))]})
    if until > due_on + MOST_GRACE:
        text = _("%(until)s is more than a year after the due date; record new work instead.", until=said_day(until))
        raise Invalid({"until": [text]})
    if until <= due_on:
        text = _("%(until)s is not after the due date, %(due)s.", until=said_day(until), due=said_day(due_on))
        raise Invalid({"until": [text]})


def state_of(extension: Decided) -> ExtensionState:
    """What an extension has come to."""
    if extension.ended_at is not None:
        return ExtensionState.ENDED
    return ExtensionState.ASKED if extension.granted_at is None else ExtensionState.GRANTED


def check_first_use(on: date, performed_on: date, today: date) -> None:
    """The first use after work lies between the work and today. Raises Invalid."""
    if on > today:
        raise Invalid({"on": [_("%(day)s is in the future; give the day of the first use.", day=said_day(on))]})
    if on < performed_on:
        text = _("%(day)s is before the work, %(start)s.", day=said_day(on), start=said_day(performed_on))
        raise Invalid({"on": [text]})


def effective(calendar: date | None, extended: date | None, met_on: date | None) -> date | None:
    """The last valid day: the extension's instead of the calendar's, and not after the limit of use was met."""
    return min((day for day in (extended or calendar, met_on) if day is not None), default=None)
