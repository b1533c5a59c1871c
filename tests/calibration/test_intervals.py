"""Due dates: what is printed, anchors, early and late work, short months, and the cycle that the law laid down."""

from datetime import date, timedelta

import pytest

from registry.assets.schedules import Anchor, Ends, Terms
from registry.calibration.intervals import Cycle, StepCode, WorkDays, due
from registry.kernel.calendar import Interval, IntervalUnit

YEARLY = Terms(Interval(12))
DAY = timedelta(days=1)
CIRCULAR = Cycle(12, True, "03/2024/TT-BKHCN", date(2024, 10, 15))


def codes(found):
    return [step.code for step in found.steps]


def test_a_printed_day_wins_over_the_interval_and_over_no_interval():
    printed = date(2026, 9, 30)
    for terms in (YEARLY, None):
        found = due(WorkDays(date(2026, 6, 15), printed), terms)
        assert (found.on, codes(found)) == (printed, [StepCode.PRINTED])


def test_a_printed_day_wins_over_the_law_and_a_later_one_is_pointed_at():
    work = date(2026, 6, 15)
    assert codes(due(WorkDays(work, date(2027, 6, 15)), YEARLY, cycle=CIRCULAR)) == [StepCode.PRINTED]
    found = due(WorkDays(work, date(2027, 6, 16)), YEARLY, cycle=CIRCULAR)
    assert found.on == date(2027, 6, 16)
    assert codes(found) == [StepCode.PRINTED, StepCode.PRINTED_BEYOND_CYCLE]


def test_without_an_interval_nothing_is_due():
    assert due(WorkDays(date(2026, 6, 15)), None).on is None


@pytest.mark.parametrize(
    ("performed_on", "interval", "on", "clamp"),
    [
        (date(2026, 1, 31), Interval(1), date(2026, 2, 28), StepCode.SHORT_MONTH),
        (date(2026, 1, 28), Interval(1), date(2026, 2, 28), None),
        (date(2024, 1, 30), Interval(1), date(2024, 2, 29), StepCode.SHORT_MONTH),
        (date(2024, 2, 29), Interval(12), date(2025, 2, 28), StepCode.LEAP_DAY),
        (date(2024, 2, 29), Interval(48), date(2028, 2, 29), None),
        (date(2026, 3, 31), Interval(6), date(2026, 9, 30), StepCode.SHORT_MONTH),
        (date(2026, 1, 31), Interval(28, IntervalUnit.DAYS), date(2026, 2, 28), None),
        (date(2026, 1, 31), Interval(13, IntervalUnit.WEEKS), date(2026, 5, 2), None),
    ],
)
def test_a_month_that_is_too_short_is_said(performed_on, interval, on, clamp):
    found = due(WorkDays(performed_on), Terms(interval))
    assert found.on == on
    assert [code for code in codes(found) if code in {StepCode.SHORT_MONTH, StepCode.LEAP_DAY}] == [clamp][
        : bool(clamp)
    ]


@pytest.mark.parametrize(
    ("performed_on", "on"),
    [
        (date(2026, 1, 1), date(2026, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_an_interval_may_end_with_its_month(performed_on, on):
    found = due(WorkDays(performed_on), Terms(Interval(1), ends=Ends.MONTH_END))
    assert (found.on, codes(found)[-1]) == (on, StepCode.MONTH_END)


def test_an_interval_may_count_from_receipt_or_first_use_and_from_the_work_while_those_are_not_known():
    work = date(2026, 6, 15)
    received = Terms(Interval(12), anchor=Anchor.RECEIVED)
    assert due(WorkDays(work, received_on=date(2026, 6, 1)), received).on == date(2027, 6, 1)
    unknown = due(WorkDays(work), received)
    assert (unknown.on, codes(unknown)[0]) == (date(2027, 6, 15), StepCode.RECEIPT_UNKNOWN)
    used = Terms(Interval(12), anchor=Anchor.FIRST_USE)
    assert due(WorkDays(work, first_use_on=date(2026, 9, 1)), used).on == date(2027, 9, 1)
    unused = due(WorkDays(work), used)
    assert (unused.on, codes(unused)[0]) == (date(2027, 6, 15), StepCode.NOT_USED_YET)


@pytest.mark.parametrize(
    ("performed_on", "on", "code"),
    [
        (date(2026, 6, 30), date(2027, 6, 30), StepCode.EARLY_KEEPS),
        (date(2026, 5, 31), date(2027, 6, 30), StepCode.EARLY_KEEPS),
        (date(2026, 5, 30), date(2027, 5, 30), StepCode.TOO_EARLY),
        (date(2026, 7, 1), date(2027, 7, 1), StepCode.FROM_PERFORMED),
    ],
)
def test_work_a_little_early_does_not_shift_the_due_date(performed_on, on, code):
    found = due(WorkDays(performed_on), Terms(Interval(12), early_days=30), before=date(2026, 6, 30))
    assert (found.on, codes(found)[0]) == (on, code)


@pytest.mark.parametrize(
    ("performed_on", "on"),
    [
        (date(2026, 7, 1), date(2027, 6, 30)),
        (date(2027, 6, 29), date(2027, 6, 30)),
        (date(2027, 6, 30), date(2028, 6, 30)),
        (date(2031, 1, 1), date(2031, 6, 30)),
    ],
)
def test_late_work_does_not_drift_and_is_never_due_before_it_was_done(performed_on, on):
    found = due(WorkDays(performed_on), Terms(Interval(12), late_keeps=True), before=date(2026, 6, 30))
    assert (found.on, codes(found)[0]) == (on, StepCode.LATE_KEEPS)


def test_the_first_work_comes_up_against_nothing():
    terms = Terms(Interval(12), early_days=30, late_keeps=True)
    assert codes(due(WorkDays(date(2026, 6, 15)), terms))[0] is StepCode.FROM_PERFORMED


@pytest.mark.parametrize(
    ("interval", "on", "code"),
    [
        (Interval(12), date(2027, 6, 15), StepCode.LEGAL_CYCLE),
        (Interval(6), date(2026, 12, 15), StepCode.SHORTER_THAN_CYCLE),
        (Interval(13), date(2027, 6, 15), StepCode.CUT_TO_CYCLE),
        (Interval(365, IntervalUnit.DAYS), date(2027, 6, 15), StepCode.LEGAL_CYCLE),
        (Interval(366, IntervalUnit.DAYS), date(2027, 6, 15), StepCode.CUT_TO_CYCLE),
        (Interval(1, IntervalUnit.YEARS), date(2027, 6, 15), StepCode.LEGAL_CYCLE),
    ],
)
def test_the_cycle_of_the_law_may_be_shortened_and_is_never_lengthened(interval, on, code):
    found = due(WorkDays(date(2026, 6, 15)), Terms(interval), cycle=CIRCULAR)
    assert (found.on, codes(found)[-1]) == (on, code)


def test_a_policy_does_not_lengthen_the_cycle_of_the_law_either():
    month_end = due(WorkDays(date(2026, 6, 1)), Terms(Interval(12), ends=Ends.MONTH_END), cycle=CIRCULAR)
    assert (month_end.on, codes(month_end)[-1]) == (date(2027, 6, 1), StepCode.CUT_TO_CYCLE)
    early = due(
        WorkDays(date(2026, 6, 1)), Terms(Interval(12), early_days=30), before=date(2026, 6, 30), cycle=CIRCULAR
    )
    assert early.on == date(2027, 6, 1)


def test_a_cycle_from_a_leap_day_ends_on_the_last_of_february():
    assert due(WorkDays(date(2024, 2, 29)), Terms(Interval(24)), cycle=CIRCULAR).on == date(2025, 2, 28)


def test_what_is_verified_initially_only_is_not_due_again():
    once = Cycle(None, False, "03/2024/TT-BKHCN", date(2024, 10, 15))
    found = due(WorkDays(date(2026, 6, 15)), YEARLY, cycle=once)
    assert (found.on, codes(found)) == (None, [StepCode.INITIAL_ONLY])


def test_a_cycle_that_is_not_known_leaves_the_owners_interval():
    unknown = Cycle(None, None, None, date(2024, 10, 15))
    assert due(WorkDays(date(2026, 6, 15)), YEARLY, cycle=unknown).on == date(2027, 6, 15)
