"""Intervals from measured changes: the worked example of the handbook, and its ends."""

from decimal import Decimal

import pytest

from registry.calibration.keeping import Keeping
from registry.calibration.review.proposal import Because, Interval
from registry.calibration.review.variables import Change, by_reliability, by_uncertainty, grown
from registry.kernel.errors import Invalid

EXACT = 1e-9
TIMES, CHANGES = (70, 86, 104, 135, 167, 173), (0.1, 0.11, 0.251, 0.299, 0.403, 0.615)
SEEN = [Change(float(time), change) for time, change in zip(TIMES, CHANGES, strict=True)]
DAYS = Interval(current=180, shortest=14, longest=1826)
COVARIANCE = (
    (1.0100505922815226e-06, -6.606828918115628e-09),
    (-6.606828918115627e-09, 4.549472264619057e-11),
)


@pytest.fixture
def growth():
    return grown(SEEN, 2)


def keeping(lower=9.0, upper=11.0, probability="0.9", uncertainty=0.28):
    return Keeping(lower=lower, upper=upper, probability=Decimal(probability), uncertainty=uncertainty)


def test_the_worked_curve(growth):
    assert growth.coefficients == pytest.approx((0.00015740675265266992, 1.6737925059123557e-05), rel=EXACT)
    for row, worked in zip(growth.covariance, COVARIANCE, strict=True):
        assert row == pytest.approx(worked, rel=EXACT)
    assert growth.s == pytest.approx(0.07082865692635557, rel=EXACT)
    assert growth.freedom == 4


def test_the_worked_uncertainty_target(growth):
    found = by_uncertainty(growth, 0.28, 0.5, DAYS)
    assert found.time == pytest.approx(327.15333983855106, rel=EXACT)
    assert found.proposed == 327
    assert [reason.code for reason in found.reasons][:2] == [Because.TARGET_REACHED, Because.EXTRAPOLATED]


@pytest.mark.parametrize(
    ("lower", "quantile", "time"),
    [(9.0, 2.1318467863266495, 140.0909816404414), (None, 1.533206274058944, 171.7479977474641)],
)
def test_the_worked_reliability_target(growth, lower, quantile, time):
    found = by_reliability(growth, 10.03, keeping(lower), DAYS)
    assert found.quantile == pytest.approx(quantile, rel=EXACT)
    assert found.time == pytest.approx(time, rel=EXACT)
    assert found.proposed == int(time)


def test_a_lower_limit_is_kept_like_an_upper_one():
    falling = grown([Change(change.time, -change.change) for change in SEEN], 2)
    assert by_reliability(falling, 9.97, keeping(), DAYS).time == pytest.approx(140.0909816404414, rel=EXACT)


def test_a_target_that_a_fresh_calibration_misses_shortens_as_far_as_allowed(growth):
    for found in (by_uncertainty(growth, 0.5, 0.5, DAYS), by_reliability(growth, 10.9, keeping(), DAYS)):
        assert (found.time, found.proposed) == (None, 90)
        assert found.reasons[0].code is Because.ALREADY_BEYOND


def test_what_never_moved_may_wait_as_long_as_allowed():
    still = grown([Change(100.0, 0.0), Change(200.0, 0.0), Change(300.0, 0.0)], 1)
    found = by_reliability(still, 10.0, keeping(), DAYS)
    assert (still.s, found.time, found.proposed) == (0, None, 360)
    assert found.reasons[0].code is Because.NEVER_REACHED


@pytest.mark.parametrize("stretch", [1 / 30.436875, 24.0])
def test_the_unit_of_time_does_not_matter(growth, stretch):
    other = grown([Change(change.time * stretch, change.change) for change in SEEN], 2)
    found = by_uncertainty(other, 0.28, 0.5, Interval(current=180, shortest=14, longest=1826, time_per_step=stretch))
    assert found.wanted == pytest.approx(327.15333983855106, rel=EXACT)


@pytest.mark.parametrize(
    ("changes", "order", "field"),
    [
        ([], 1, "changes"),
        (SEEN[:1], 1, "changes"),
        (SEEN[:2], 2, "changes"),
        ([Change(100.0, 0.1), Change(100.0, 0.2), Change(100.0, 0.3)], 2, "changes"),
        ([*SEEN, Change(0.0, 0.1)], 1, "changes.6.time"),
        (SEEN, 0, "order"),
        (SEEN, 4, "order"),
    ],
)
def test_too_little_for_a_curve_is_refused(changes, order, field):
    with pytest.raises(Invalid) as refused:
        grown(changes, order)
    assert list(refused.value.errors) == [field]


def test_uncertainties_that_cannot_be_are_refused(growth):
    with pytest.raises(Invalid) as refused:
        by_uncertainty(growth, -0.1, 0, DAYS)
    assert set(refused.value.errors) == {"start", "target"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lower": None, "upper": None}, "upper"),
        ({"lower": 11.0, "upper": 9.0}, "upper"),
        ({"uncertainty": -0.1}, "uncertainty"),
        ({"probability": "1"}, "probability"),
        ({"probability": "0"}, "probability"),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(wrong, field):
    with pytest.raises(Invalid) as refused:
        keeping(**wrong)
    assert list(refused.value.errors) == [field]
