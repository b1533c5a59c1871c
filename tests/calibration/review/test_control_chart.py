"""The interval from drift: to the forecast, or as far as the bounds allow."""

from decimal import Decimal

import pytest

from registry.calibration.drift import Reading, forecast, trend
from registry.calibration.keeping import Keeping
from registry.calibration.review.control_chart import review
from registry.calibration.review.proposal import Because, Interval

LINE = trend([Reading(float(t), Decimal(y)) for t, y in enumerate(["0.2", "0.5", "0.7", "1.1", "1.2", "1.6"])])


@pytest.mark.parametrize(
    ("limit", "proposed", "because"),
    [
        (2.5, 26, Because.TARGET_REACHED),
        (1.5, 6, Because.ALREADY_BEYOND),
        (100.0, 24, Because.NEVER_REACHED),
    ],
)
def test_the_interval_ends_where_the_limit_is_met(limit, proposed, because):
    keeping = Keeping(lower=-limit, upper=limit, probability=Decimal("0.95"), uncertainty=0.05)
    ahead = forecast(LINE, keeping, since=5, horizon=20)
    years_in_months = Interval(current=12, shortest=3, longest=60, factor=Decimal("2.25"), time_per_step=1 / 12)
    found = review(LINE, ahead, 5, years_in_months)
    assert found.reasons[0].code is because
    if because is Because.TARGET_REACHED:
        assert found.proposed == 26
        assert found.wanted == pytest.approx(12 * (7.238682509182442 - 5))
        assert Because.EXTRAPOLATED not in {reason.code for reason in found.reasons}


@pytest.mark.parametrize(("limit", "is_stretched"), [(3.2, False), (3.5, True)])
def test_the_line_is_called_stretched_when_it_reaches_farther_ahead_than_was_seen(limit, is_stretched):
    keeping = Keeping(lower=-limit, upper=limit, probability=Decimal("0.95"), uncertainty=0.05)
    ahead = forecast(LINE, keeping, since=5, horizon=20)
    found = review(LINE, ahead, 5, Interval(current=5, shortest=1, longest=60))
    stretched = [reason.values for reason in found.reasons if reason.code is Because.EXTRAPOLATED]
    assert [values["time"] > values["longest"] for values in stretched] == [True] * is_stretched
    assert (ahead.time - 5 > LINE.last - LINE.first) is is_stretched
