"""What is true of a plan whatever is stored: its range can be looked at, and work is never planned late."""

from datetime import date, timedelta
from typing import Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day

MOST: Final = 5000
LONGEST: Final = timedelta(days=3 * 366)


def check_range(due_from: date, due_to: date) -> None:
    """A range has a first and a last day and at most three years. Raises Invalid."""
    if due_to < due_from:
        text = _("%(end)s is before the first day, %(start)s.", end=said_day(due_to), start=said_day(due_from))
        raise Invalid({"due_to": [text]})
    if due_to - due_from > LONGEST:
        last = said_day(due_from + LONGEST)
        raise Invalid({"due_to": [_("Choose at most three years, up to %(last)s.", last=last)]})


def fault_of(planned_on: date | None, due_on: date, today: date) -> str | None:
    """What is wrong with a planned day: it is not in the past and never after the due date."""
    if planned_on is None:
        return None
    if planned_on > due_on:
        return _(
            "%(day)s is after the due date, %(due)s; plan it on that day or before.",
            day=said_day(planned_on),
            due=said_day(due_on),
        )
    if planned_on < today:
        return _("%(day)s is in the past; plan it from today on.", day=said_day(planned_on))
    return None
