"""The steps of a review, and the cycle of the law in them: never longer, by not a single day."""

import pytest

from registry.calibration.review.rules import Law, check_lawful, legal_steps, steps_of
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.errors import Invalid

DAYS, WEEKS, MONTHS, YEARS = IntervalUnit


@pytest.mark.parametrize(
    ("interval", "steps"),
    [
        (Interval(12), Interval(12)),
        (Interval(1, YEARS), Interval(12)),
        (Interval(2, WEEKS), Interval(14, DAYS)),
        (Interval(90, DAYS), Interval(90, DAYS)),
    ],
)
def test_an_interval_is_reviewed_in_months_or_days(interval, steps):
    assert steps_of(interval) == steps


def test_a_legal_cycle_in_whole_steps_is_never_longer_than_itself():
    assert legal_steps(Law(binds=True, cycle=Interval(12)), DAYS) == 365
    assert legal_steps(Law(binds=True, cycle=Interval(12)), MONTHS) == 12
    assert legal_steps(Law(binds=True, cycle=Interval(59, DAYS)), MONTHS) == 1
    assert legal_steps(Law(), MONTHS) is None


@pytest.mark.parametrize("interval", [Interval(13), Interval(366, DAYS), Interval(53, WEEKS), Interval(2, YEARS)])
def test_longer_than_the_law_is_refused(interval):
    with pytest.raises(Invalid) as refusal:
        check_lawful(Law(binds=True, cycle=Interval(12)), interval)
    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == ["interval"]


@pytest.mark.parametrize("interval", [Interval(12), Interval(1, YEARS), Interval(365, DAYS), Interval(1, DAYS)])
def test_as_long_or_shorter_is_not(interval):
    check_lawful(Law(binds=True, cycle=Interval(12)), interval)
    check_lawful(Law(), Interval(50, YEARS))
