"""Drift: the worked line, its significance, its band, and the day the limit is met."""

from decimal import Decimal
from math import inf, sqrt

import pytest

from registry.calibration.drift import Meeting, Reading, band, band_kept, forecast, trend
from registry.calibration.keeping import Keeping
from registry.kernel.errors import Invalid

EXACT = 1e-9
SEEN = [Reading(float(t), Decimal(y)) for t, y in enumerate(["0.2", "0.5", "0.7", "1.1", "1.2", "1.6"])]


@pytest.fixture
def line():
    return trend(SEEN)


def keeping(lower=-2.5, upper=2.5, uncertainty=0.05):
    return Keeping(lower=lower, upper=upper, probability=Decimal("0.95"), uncertainty=uncertainty)


def test_the_worked_line(line):
    assert line.slope == pytest.approx(0.2714285714285714, rel=EXACT)
    assert line.intercept == pytest.approx(0.20476190476190492, rel=EXACT)
    assert line.s == pytest.approx(0.06900655593423546, rel=EXACT)
    assert line.value(6) == pytest.approx(1.8333333333333335, rel=EXACT)
    assert line.uncertainty(6) == pytest.approx(0.09428090415820639, rel=EXACT)
    assert line.critical == pytest.approx(2.7764451051977934, rel=EXACT)
    assert line.t_slope == pytest.approx(16.454482671904323, rel=EXACT)
    assert line.p_slope == pytest.approx(7.987220634532658e-05, rel=EXACT)
    assert line.is_significant


def test_the_band_is_as_wide_as_its_probability(line):
    (found,) = band(line, [6.0], Decimal("0.95"))
    reach = 2.7764451051977934 * 0.09428090415820639
    assert (found.value, found.low, found.high) == pytest.approx((11 / 6, 11 / 6 - reach, 11 / 6 + reach))


@pytest.mark.parametrize("value", ["0.1", "0", "-7.3", "1E+9"])
def test_what_never_moved_has_no_drift(value):
    line = trend([Reading(738000.0 + 365 * year, Decimal(value)) for year in range(4)])
    assert (line.slope, line.s, line.t_slope, line.is_significant) == (0, 0, 0, False)
    assert line.p_slope == 1


def test_values_on_one_line_drift_for_certain():
    line = trend([Reading(float(t), Decimal("-0.1") * t) for t in range(3)])
    assert (line.t_slope, line.p_slope, line.is_significant) == (-inf, 0, True)


def test_scatter_alone_is_not_significant():
    assert not trend(
        [Reading(float(t), Decimal(y)) for t, y in enumerate(["0", "1", "0", "1", "0", "1"])]
    ).is_significant


def test_the_forecast_is_where_line_and_uncertainty_meet_the_limit(line):
    found = forecast(line, keeping(), since=5, horizon=20)
    assert found.meeting is Meeting.MET
    reach = found.quantile * sqrt(0.05**2 + line.uncertainty(found.time) ** 2)
    assert abs(line.value(found.time)) + reach == pytest.approx(2.5, rel=EXACT)
    assert found.quantile == pytest.approx(2.7764451051977934, rel=EXACT)


def test_a_falling_value_meets_the_lower_limit_as_soon(line):
    falling = trend([Reading(reading.time, -reading.value) for reading in SEEN])
    down, up = (forecast(each, keeping(), since=5, horizon=20).time for each in (falling, line))
    assert down == pytest.approx(up, rel=EXACT)


def test_one_limit_has_the_one_sided_quantile_and_more_time(line):
    one = forecast(line, keeping(lower=None), since=5, horizon=20)
    assert one.quantile == pytest.approx(2.131846786326649, rel=EXACT)
    assert one.time > forecast(line, keeping(), since=5, horizon=20).time


def test_a_forecast_may_begin_beyond_its_limit_or_end_before_it(line):
    already = forecast(line, keeping(upper=1.6), since=5, horizon=20)
    assert (already.meeting, already.time) == (Meeting.ALREADY, 5)
    late = forecast(line, keeping(), since=5, horizon=7)
    assert (late.meeting, late.time) == (Meeting.NOT_WITHIN_HORIZON, None)
    away = forecast(line, keeping(lower=-100.0, upper=None), since=5, horizon=50)
    assert away.meeting is Meeting.NOT_WITHIN_HORIZON


def test_days_since_long_ago_lose_no_digits():
    first = 738000
    far = trend([Reading(first + reading.time * 365, reading.value) for reading in SEEN])
    near = forecast(trend(SEEN), keeping(), since=5, horizon=20)
    found = forecast(far, keeping(), since=first + 5 * 365, horizon=first + 20 * 365)
    assert (found.time - first) / 365 == pytest.approx(near.time, rel=1e-8)


@pytest.mark.parametrize(
    "readings", [[], SEEN[:2], [Reading(1.0, Decimal(1)), Reading(1.0, Decimal(2)), Reading(1.0, Decimal(3))]]
)
def test_a_drift_needs_three_values_of_different_days(readings):
    with pytest.raises(Invalid) as refused:
        trend(readings)
    assert list(refused.value.errors) == ["points"]


def test_a_forecast_ends_after_it_begins(line):
    with pytest.raises(Invalid) as refused:
        forecast(line, keeping(), since=5, horizon=5)
    assert list(refused.value.errors) == ["horizon"]
    with pytest.raises(Invalid):
        band(line, [6.0], Decimal(1))


@pytest.mark.parametrize("lower", [-2.5, None])
def test_the_band_meets_the_limit_at_the_time_of_the_forecast(lower):
    line = trend([Reading(float(t), Decimal(y)) for t, y in enumerate(["0.2", "0.5", "0.7", "1.1", "1.2", "1.6"])])
    keeping = Keeping(lower=lower, upper=2.5, probability=Decimal("0.95"), uncertainty=0.2)
    ahead = forecast(line, keeping, since=5, horizon=20)
    (met,) = band_kept(line, [ahead.time], keeping)
    assert met.high == pytest.approx(2.5)
