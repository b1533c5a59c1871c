"""What is true of reviews whatever is stored: the steps of an interval, and that no legal cycle is lengthened."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol

from registry.kernel.calendar import DAYS_IN_400_YEARS, MONTHS_IN_400_YEARS, Interval, IntervalUnit
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

DAYS_A_MONTH: Final = DAYS_IN_400_YEARS / MONTHS_IN_400_YEARS
LEAST_CHANGE: Final = {IntervalUnit.MONTHS: 1, IntervalUnit.DAYS: 5}  # of an interval test
SHORTEST: Final = {IntervalUnit.MONTHS: 1, IntervalUnit.DAYS: 14}
LONGEST: Final = {IntervalUnit.MONTHS: 60, IntervalUnit.DAYS: 1826}


class Scope(StrEnum):
    """Whose records are looked at: of the one schedule, or of all alike of the same owner with the same interval."""

    SCHEDULE = "schedule"
    MODEL = "model"
    TYPE = "type"


class Decision(StrEnum):
    """What became of a proposal: by a manager, or by itself."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    REJECTED = "rejected"
    KEPT = "kept"  # by itself: what is proposed is what holds
    SUPERSEDED = "superseded"  # by itself: another decision or newer records made it pointless


class Decided(Protocol):
    """A proposal that may have been decided."""

    @property
    def decision(self) -> Decision | None: ...


@dataclass(frozen=True)
class Law:
    """What the law says of an interval: nothing (`binds` is false), its cycle, or that only a shorter one is sure.

    For a verification whose cycle is not known here, `cycle` is the interval that was agreed.
    """

    binds: bool = False
    cycle: Interval | None = None


def steps_of(interval: Interval) -> Interval:
    """The same interval in the steps a review moves it by: whole months, or days."""
    if interval.months is not None:
        return Interval(interval.months, IntervalUnit.MONTHS)
    return Interval(interval.days or 0, IntervalUnit.DAYS)


def time_per_step(unit: IntervalUnit) -> float:
    """How many days a step is."""
    return DAYS_A_MONTH if unit is IntervalUnit.MONTHS else 1.0


def legal_steps(law: Law, unit: IntervalUnit) -> int | None:
    """The longest interval that the law allows, in whole steps."""
    if not law.binds or law.cycle is None:
        return None
    step = Fraction(DAYS_IN_400_YEARS, MONTHS_IN_400_YEARS) if unit is IntervalUnit.MONTHS else Fraction(1)
    return max(1, int(law.cycle.average_days // step))


def check_lawful(law: Law, interval: Interval, field: str = "interval") -> None:
    """Refuse an interval longer than the law allows. Raises Invalid beside the field."""
    if law.binds and law.cycle is not None and interval.average_days > law.cycle.average_days:
        text = _("The cycle of a verification is laid down by law and may only be shortened; this would lengthen it.")
        raise Invalid({field: [text]})


def check_believable(interval: Interval, now: Interval, field: str = "interval") -> None:
    """Refuse an interval longer than the longest of a review, unless it is no longer than what holds.

    Raises Invalid beside the field.
    """
    longest = Interval(LONGEST[IntervalUnit.MONTHS], IntervalUnit.MONTHS)
    if interval.average_days > max(longest.average_days, now.average_days):
        text = _(
            "No review proves an interval of this length: the longest is %(months)s months, or the present one. Choose "
            "a shorter one.",
            months=longest.number,
        )
        raise Invalid({field: [text]})
