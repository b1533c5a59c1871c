"""The steps to a due date as sentences."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from registry.assets.rules import Doubt, ScheduleKind
from registry.assets.schedules import Termed, interval_of
from registry.calibration.intervals import Step, StepCode
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.i18n import _, lazy, ngettext, said_day, said_number

SENTENCES: Final[Mapping[StepCode, str]] = {
    StepCode.NO_RECORD: lazy("There is no issued record yet, so there is no due date."),
    StepCode.FAILED: lazy("The newest record, of %(day)s, is a failure: only a good record mends that."),
    StepCode.INCONCLUSIVE: lazy(
        "The newest record, of %(day)s, says neither pass nor fail: a verification without a conclusion proves nothing."
    ),
    StepCode.REPAIRED: lazy(
        "It was repaired or modified, or its seal was broken, on %(day)s: no verification from before counts."
    ),
    StepCode.ALTERED: lazy(
        "Work of %(day)s touched what it measures: no calibration from before counts, unless a good intermediate check "
        "that is asked for came after."
    ),
    StepCode.RECORD: lazy("The last good record: work performed on %(day)s."),
    StepCode.PRINTED: lazy("Its certificate states the last valid day, %(day)s; that comes before any interval."),
    StepCode.PRINTED_BEYOND_CYCLE: lazy("By %(circular)s the cycle would have ended on %(day)s already."),
    StepCode.NOT_REPEATED: lazy("No schedule asks for it again."),
    StepCode.INITIAL_ONLY: lazy("By %(circular)s this type is verified initially and not again: there is no due date."),
    StepCode.FROM_PERFORMED: lazy("The interval counts from the day the work was performed, %(day)s."),
    StepCode.FROM_RECEIVED: lazy("The interval counts from the day the laboratory received it, %(day)s."),
    StepCode.RECEIPT_UNKNOWN: lazy("The day the laboratory received it is not recorded; the day of the work counts."),
    StepCode.FROM_FIRST_USE: lazy("The interval counts from the first use after the work, %(day)s."),
    StepCode.NOT_USED_YET: lazy(
        "The first use after the work is not recorded; until it is, the day of the work counts."
    ),
    StepCode.EARLY_KEEPS: lazy(
        "The work was no more than %(early_days)s days early; the interval counts from the old due date, %(before)s."
    ),
    StepCode.TOO_EARLY: lazy(
        "The work was more than %(early_days)s days before the old due date, %(before)s, which is not kept."
    ),
    StepCode.LATE_KEEPS: lazy("The work was late; the interval counts from the old due date, %(before)s."),
    StepCode.INTERVAL: lazy("Plus the interval, %(span)s: %(day)s."),
    StepCode.SHORT_MONTH: lazy("That month has no day %(number)s; its last day counts, %(day)s."),
    StepCode.LEAP_DAY: lazy("That year has no 29 February; the last day of the month counts, %(day)s."),
    StepCode.MONTH_END: lazy("It ends with the month: %(day)s."),
    StepCode.LEGAL_CYCLE: lazy(
        "That is the cycle of %(cycle)s by %(circular)s, which was in force on the day of the work, since "
        "%(in_force_from)s."
    ),
    StepCode.LAW: lazy(
        "For its type %(circular)s, in force since %(in_force_from)s, lays down a cycle of %(cycle)s on the day of the "
        "work."
    ),
    StepCode.UNCOMPARED: lazy(
        "The cycle was stated by whoever registered it and compared with no circular: the catalogue holds no rule for "
        "its type on the day of the work."
    ),
    StepCode.RULE_ENDED: lazy(
        "This rests on %(circular)s, which is in force no longer; the last day was %(day)s. The catalogue holds no "
        "rule for its type today: look up the one that took its place. What the certificate says stays."
    ),
    StepCode.SHORTER_THAN_CYCLE: lazy(
        "The cycle by %(circular)s, in force on the day of the work, is %(cycle)s; a shorter one is allowed."
    ),
    StepCode.CUT_TO_CYCLE: lazy(
        "The cycle by %(circular)s, in force on the day of the work, is %(cycle)s and cannot be lengthened: %(day)s."
    ),
    StepCode.SAID_THEN: lazy("By the terms of that time, which were changed since, it counts until %(day)s."),
    StepCode.USAGE_MET: lazy("The limit of use, %(limit)s %(unit)s, was met on %(day)s."),
    StepCode.USAGE_LEFT: lazy(
        "Used: %(used)s of %(limit)s %(unit)s, read on %(read_on)s. At this rate the limit is met on %(day)s."
    ),
    StepCode.NO_READING: lazy("The limit of use is %(limit)s %(unit)s, and the counter was not read yet."),
    StepCode.EXTENDED: lazy("Extended to %(day)s by %(granted_by)s: %(reason)s"),
    StepCode.CALLED: lazy(
        "In case %(case)s %(decided_by)s decided on %(decided_on)s that it is to be calibrated again by %(day)s: the "
        "standard it relied on, %(standard)s, was out of tolerance."
    ),
    StepCode.IN_DOUBT: lazy(
        "Its result is in doubt: the standard it relied on, %(standard)s, was found out of tolerance. Nothing is "
        "decided about it yet in case %(case)s."
    ),
    StepCode.CYCLE_CHANGED: lazy(
        "Since %(in_force_from)s another cycle is in force, %(cycle)s by %(circular)s. It counts from the next time on."
    ),
    StepCode.SHELF_LIFE: lazy("Its shelf life ends before that, on %(day)s."),
    StepCode.COMPONENT: lazy("Its component %(name)s is due before that, on %(day)s."),
}
WITHOUT_A_DAY: Final[Mapping[StepCode, str]] = {
    StepCode.SAID_THEN: lazy("By the terms of that time, which were changed since, it has no end."),
    StepCode.USAGE_LEFT: lazy("Used: %(used)s of %(limit)s %(unit)s, read on %(read_on)s."),
    StepCode.RULE_ENDED: lazy(
        "This rests on %(circular)s. The catalogue holds no rule for its type today: look up the one that took its "
        "place. What the certificate says stays."
    ),
}
FIRST_READ_LATER: Final = lazy(
    "What the counter showed at the work is not known. Since its first reading, of %(first_read_on)s: %(used)s of "
    "%(limit)s %(unit)s, read on %(read_on)s."
)
THEN_WITH_A_SPAN: Final = lazy(
    "By the terms of that time, %(span)s after the work, which were changed since, it counts until %(day)s."
)
DECIDED: Final[Mapping[Doubt, str]] = {
    Doubt.RECALL: lazy(
        "In case %(case)s %(decided_by)s recalled it on %(decided_on)s: the standard it relied on, %(standard)s, was "
        "out of tolerance. New work is due by %(day)s."
    ),
    Doubt.CERTIFICATE_WITHDRAWN: lazy(
        "In case %(case)s %(decided_by)s withdrew its certificate on %(decided_on)s: the standard it relied on, "
        "%(standard)s, was out of tolerance. New work is due by %(day)s."
    ),
}
VERIFIED_AGAIN: Final = lazy(
    "In case %(case)s %(decided_by)s decided on %(decided_on)s that it is to be verified again by %(day)s: the "
    "standard it relied on, %(standard)s, was out of tolerance."
)
WITHOUT_A_CYCLE: Final[Mapping[StepCode, str]] = {
    StepCode.CYCLE_CHANGED: lazy("Since %(in_force_from)s another rule is in force, by %(circular)s."),
}


def sentence(step: Step) -> str:
    """A step in the language of the request."""
    text = SENTENCES[step.code]
    if step.on is None:
        text = WITHOUT_A_DAY.get(step.code, text)
    if step.facts.get("months") is None:
        text = WITHOUT_A_CYCLE.get(step.code, text)
    if step.code is StepCode.SAID_THEN and "interval" in step.facts:
        text = THEN_WITH_A_SPAN
    if "first_read_on" in step.facts:
        text = FIRST_READ_LATER
    match step.facts:
        case {"doubt": Doubt() as doubt, "kind": kind}:
            text = VERIFIED_AGAIN if kind == ScheduleKind.VERIFICATION else text
            text = DECIDED.get(doubt, text)
    facts = {name: _word(value) for name, value in step.facts.items()} | {"day": _word(step.on)}
    match step.facts:
        case {"interval": int(number), "unit": IntervalUnit() as unit}:
            facts["span"] = span(Interval(number, unit))
        case {"months": int(months)}:
            facts["cycle"] = span(Interval(months))
    facts["circular"] = facts.get("circular") or _("a rule of the catalogue that names no circular")
    return str(text) % facts


def span(interval: Interval) -> str:
    """An interval as people say it."""
    number = interval.number
    return {
        IntervalUnit.DAYS: ngettext("%(num)s day", "%(num)s days", number),
        IntervalUnit.WEEKS: ngettext("%(num)s week", "%(num)s weeks", number),
        IntervalUnit.MONTHS: ngettext("%(num)s month", "%(num)s months", number),
        IntervalUnit.YEARS: ngettext("%(num)s year", "%(num)s years", number),
    }[interval.unit]


def often(schedule: Termed) -> str:
    """How often a schedule asks for it."""
    number, unit = interval_of(schedule)
    return {
        IntervalUnit.DAYS: ngettext("every %(num)s day", "every %(num)s days", number),
        IntervalUnit.WEEKS: ngettext("every %(num)s week", "every %(num)s weeks", number),
        IntervalUnit.MONTHS: ngettext("every %(num)s month", "every %(num)s months", number),
        IntervalUnit.YEARS: ngettext("every %(num)s year", "every %(num)s years", number),
    }[unit]


def _word(value: object) -> str:
    match value:
        case date():
            return said_day(value)
        case Decimal():
            return said_number(value)
        case None:
            return ""
        case _:
            return str(value)
