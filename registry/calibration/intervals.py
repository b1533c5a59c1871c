"""Due dates from rules: the last valid day of good work, and every step that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from registry.assets.schedules import Anchor, Ends, Terms
from registry.kernel.calendar import Interval, month_end, months_later


class StepCode(StrEnum):
    """One step of the way to a due date, or what stands beside it."""

    NO_RECORD = "no_record"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"
    REPAIRED = "repaired"
    ALTERED = "altered"
    RECORD = "record"
    PRINTED = "printed"
    PRINTED_BEYOND_CYCLE = "printed_beyond_cycle"
    NOT_REPEATED = "not_repeated"
    INITIAL_ONLY = "initial_only"
    FROM_PERFORMED = "from_performed"
    FROM_RECEIVED = "from_received"
    RECEIPT_UNKNOWN = "receipt_unknown"
    FROM_FIRST_USE = "from_first_use"
    NOT_USED_YET = "not_used_yet"
    EARLY_KEEPS = "early_keeps"
    TOO_EARLY = "too_early"
    LATE_KEEPS = "late_keeps"
    INTERVAL = "interval"
    SHORT_MONTH = "short_month"
    LEAP_DAY = "leap_day"
    MONTH_END = "month_end"
    LEGAL_CYCLE = "legal_cycle"
    SHORTER_THAN_CYCLE = "shorter_than_cycle"
    CUT_TO_CYCLE = "cut_to_cycle"
    SAID_THEN = "said_then"
    USAGE_MET = "usage_met"
    USAGE_LEFT = "usage_left"
    NO_READING = "no_reading"
    EXTENDED = "extended"
    CALLED = "called"
    IN_DOUBT = "in_doubt"
    CYCLE_CHANGED = "cycle_changed"
    RULE_ENDED = "rule_ended"
    UNCOMPARED = "uncompared"
    LAW = "law"
    SHELF_LIFE = "shelf_life"
    COMPONENT = "component"


KEEPING: Final = frozenset({StepCode.EARLY_KEEPS, StepCode.LATE_KEEPS})
FEBRUARY, LEAP_DAY = 2, 29
WARNINGS: Final = frozenset(
    {
        StepCode.PRINTED_BEYOND_CYCLE,
        StepCode.RECEIPT_UNKNOWN,
        StepCode.NOT_USED_YET,
        StepCode.CUT_TO_CYCLE,
        StepCode.NO_READING,
        StepCode.IN_DOUBT,
        StepCode.CYCLE_CHANGED,
        StepCode.RULE_ENDED,
        StepCode.UNCOMPARED,
        StepCode.COMPONENT,
        StepCode.SHELF_LIFE,
    }
)


@dataclass(frozen=True)
class Step:
    """A step, the day it leads to if it does, and the facts it rests on, by name."""

    code: StepCode
    on: date | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class WorkDays(NamedTuple):
    """What a good record says about days; `valid_until` is printed on its certificate, and the rest may not be known.

    `first_use_on` is the first use after it.
    """

    performed_on: date
    valid_until: date | None = None
    received_on: date | None = None
    first_use_on: date | None = None


class Cycle(NamedTuple):
    """What the law laid down on a day: `months` and `periodic` are None where that is not known."""

    months: int | None
    periodic: bool | None
    circular: str | None
    valid_from: date
    valid_to: date | None = None

    @property
    def said(self) -> dict[str, object]:
        """Its facts."""
        said: dict[str, object] = {"circular": self.circular, "months": self.months, "in_force_from": self.valid_from}
        return said | {"in_force_to": self.valid_to}


class Due(NamedTuple):
    """The last valid day, inclusive, None for no end, and the steps that led there.

    `number` is the day of the month that it stands for, where its own month is too short for it: the 31 of 28 February.
    """

    on: date | None
    steps: tuple[Step, ...] = ()
    number: int | None = None


def due(
    work: WorkDays,
    terms: Terms | None,
    *,
    before: date | None = None,
    before_number: int | None = None,
    cycle: Cycle | None = None,
) -> Due:
    """Until when good work counts, the last valid day inclusive; None when nothing says so.

    `before` is the due date the work came up against, `before_number` the day of the month it stands for. A printed
    `valid_until` wins: on a verification certificate it is what the law goes by, and a calibration certificate says
    one only where the owner asked for it (ISO/IEC 17025, 7.8.4.3). What the law laid down on the day of the work
    may be shortened by the owner's interval, never lengthened.
    """
    if work.valid_until is not None:
        return Due(work.valid_until, _printed(work.valid_until, work.performed_on, cycle))
    if terms is None:
        return Due(None, (Step(StepCode.NOT_REPEATED),))
    if cycle is not None and cycle.periodic is False:
        return Due(None, (Step(StepCode.INITIAL_ONLY, None, cycle.said),))
    start, times, steps = _start(work, terms, before, before_number)
    number = before_number if steps[0].code in KEEPING else None
    on = terms.interval.after(start, times, number=number)
    steps.append(Step(StepCode.INTERVAL, on, {"interval": terms.interval.number, "unit": terms.interval.unit}))
    steps += _clamped(start, on, terms.interval, number or start.day)
    if terms.ends is Ends.MONTH_END:
        on = month_end(on)
        steps.append(Step(StepCode.MONTH_END, on))
    if cycle is not None and cycle.months is not None:
        on, step = _lawful(on, work.performed_on, cycle, cycle.months)
        steps.append(step)
        if step.code is StepCode.CUT_TO_CYCLE:
            start, number = work.performed_on, None
    return Due(on, tuple(steps), _stands_for(on, number or start.day, terms))


def _printed(until: date, performed_on: date, cycle: Cycle | None) -> tuple[Step, ...]:
    step = Step(StepCode.PRINTED, until)
    if cycle is None or cycle.months is None or until <= months_later(performed_on, cycle.months):
        return (step,)
    return step, Step(StepCode.PRINTED_BEYOND_CYCLE, months_later(performed_on, cycle.months), cycle.said)


def _stands_for(on: date, number: int, terms: Terms) -> int | None:
    """The day of the month that a day stands for, where its month is too short for it."""
    is_clamped = terms.interval.months is not None and terms.ends is Ends.EXACT and on.day < number
    return number if is_clamped and on == month_end(on) else None


def _start(work: WorkDays, terms: Terms, before: date | None, number: int | None) -> tuple[date, int, list[Step]]:
    """From which day how many intervals count: early and late work may keep the due date it came up against."""
    performed_on = work.performed_on
    if before is not None and performed_on <= before and terms.early_days is not None:
        facts: dict[str, object] = {"before": before, "early_days": terms.early_days}
        if (before - performed_on).days <= terms.early_days:
            return before, 1, [Step(StepCode.EARLY_KEEPS, before, facts)]
        start, steps = _anchor(work, terms)
        return start, 1, [Step(StepCode.TOO_EARLY, None, facts), *steps]
    if before is not None and performed_on > before and terms.late_keeps:
        times = terms.interval.times_past(before, performed_on, number=number)
        return before, times, [Step(StepCode.LATE_KEEPS, before, {"before": before, "times": times})]
    start, steps = _anchor(work, terms)
    return start, 1, steps


def _anchor(work: WorkDays, terms: Terms) -> tuple[date, list[Step]]:
    performed_on = work.performed_on
    plainly = Step(StepCode.FROM_PERFORMED, performed_on)
    match terms.anchor:
        case Anchor.RECEIVED:
            if work.received_on is None:
                return performed_on, [Step(StepCode.RECEIPT_UNKNOWN), plainly]
            return work.received_on, [Step(StepCode.FROM_RECEIVED, work.received_on)]
        case Anchor.FIRST_USE:
            if work.first_use_on is None:
                return performed_on, [Step(StepCode.NOT_USED_YET), plainly]
            return work.first_use_on, [Step(StepCode.FROM_FIRST_USE, work.first_use_on)]
        case Anchor.PERFORMED:
            return performed_on, [plainly]


def _clamped(start: date, on: date, interval: Interval, number: int) -> list[Step]:
    """That the month was too short for the same day, if it was."""
    if interval.months is None or on.day == number:
        return []
    is_leap_day = (start.month, number) == (FEBRUARY, LEAP_DAY)
    return [Step(StepCode.LEAP_DAY if is_leap_day else StepCode.SHORT_MONTH, on, {"number": number})]


def _lawful(on: date, performed_on: date, cycle: Cycle, months: int) -> tuple[date, Step]:
    """A day no later than the law lets it be."""
    last = months_later(performed_on, months)
    if on > last:
        return last, Step(StepCode.CUT_TO_CYCLE, last, cycle.said)
    return on, Step(StepCode.LEGAL_CYCLE if on == last else StepCode.SHORTER_THAN_CYCLE, on, cycle.said)
