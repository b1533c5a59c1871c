"""Schedules as they are agreed."""

from decimal import Decimal

import pytest

from registry.assets.rules import ScheduleKind
from registry.assets.schedules import Anchor, Ends, Terms, agreed, check_schedules, every
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.errors import Invalid

CALIBRATION, VERIFICATION = ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION


def test_two_schedules_of_one_kind_are_refused():
    with pytest.raises(Invalid) as refused:
        check_schedules([{"kind": kind, "interval_months": 12} for kind in (CALIBRATION, VERIFICATION, CALIBRATION)])
    assert list(refused.value.errors or {}) == ["schedules.2.kind"]


def test_a_policy_that_is_not_said_stays_and_one_that_is_null_goes():
    before = Terms(Interval(12), Ends.MONTH_END, Anchor.FIRST_USE, 30, late_keeps=True)
    assert agreed({"kind": CALIBRATION, "interval_months": 6}, before) == before._replace(interval=Interval(6))
    assert agreed({"kind": CALIBRATION, "interval_months": 6, "early_days": None}, before).early_days is None
    assert agreed({"kind": CALIBRATION, "interval_months": 6}) == Terms(Interval(6))


def test_what_is_told_of_a_schedule_gives_it_again():
    for interval in (Interval(18), Interval(2, IntervalUnit.YEARS), Interval(90, IntervalUnit.DAYS)):
        assert agreed(every(CALIBRATION, interval)).interval == interval


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ends": Ends.MONTH_END}, "ends"),
        ({"anchor": Anchor.FIRST_USE}, "anchor"),
        ({"early_days": 1}, "early_days"),
    ],
)
def test_what_lengthens_the_cycle_of_a_verification_is_refused_and_what_shortens_it_is_not(said, field):
    with pytest.raises(Invalid) as refused:
        agreed({"kind": VERIFICATION, "interval_months": 12} | said)
    assert list(refused.value.errors or {}) == [field]
    agreed({"kind": CALIBRATION, "interval_months": 12} | said)
    shorter = {"late_keeps": True, "anchor": Anchor.RECEIVED, "usage_limit": Decimal(5), "usage_unit": "lần"}
    agreed({"kind": VERIFICATION, "interval_months": 12} | shorter)


@pytest.mark.parametrize(
    ("interval", "most"),
    [
        (Interval(1), 27),
        (Interval(12), 335),
        (Interval(2, IntervalUnit.WEEKS), 13),
        (Interval(1, IntervalUnit.YEARS), 364),
    ],
)
def test_early_work_is_never_as_early_as_the_interval_is_long(interval, most):
    assert agreed(every(CALIBRATION, interval) | {"early_days": most}).early_days == most
    with pytest.raises(Invalid) as refused:
        agreed(every(CALIBRATION, interval) | {"early_days": most + 1})
    assert list(refused.value.errors or {}) == ["early_days"]
