"""Drift: a straight line through the values of one point over successive calibrations, and when it meets a limit.

Times are floats in the caller's unit (days since some day, as a rule) and forecasts are times in the same unit;
values, uncertainties and limits share one unit of their own.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import inf, sqrt
from typing import Final, NamedTuple

from registry.calibration.crossings import first_crossing
from registry.calibration.keeping import Keeping, check_share
from registry.calibration.quantiles import student_t, student_t_beyond
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

LEAST_POINTS: Final = 3
SIGNIFICANT: Final = 0.95


class Reading(NamedTuple):
    time: float
    value: Decimal | float


class Trend(NamedTuple):
    """ŷ(t) = intercept + slope·t by least squares; s is that of the residuals, `s_tt` = Σ(t - t̄)².

    `t_slope` is the slope in its own standard uncertainties, `p_slope` the probability of one as steep by chance, and
    `critical` the quantile t(0.975; n - 2) above which the drift is significant.
    """

    points: int
    slope: float
    intercept: float
    s: float
    first: float
    last: float
    mean_time: float
    s_tt: float
    t_slope: float
    p_slope: float
    critical: float

    @property
    def freedom(self) -> int:
        return self.points - 2

    @property
    def is_significant(self) -> bool:
        return abs(self.t_slope) > self.critical

    def value(self, time: float) -> float:
        """ŷ(t)."""
        return self.intercept + self.slope * time

    def uncertainty(self, time: float) -> float:
        """The standard uncertainty of one more value: s·√(1 + 1/n + (t - t̄)²/S_tt)."""
        return self.s * sqrt(1 + 1 / self.points + (time - self.mean_time) ** 2 / self.s_tt)


class Predicted(NamedTuple):
    """A value to be expected, and between which ends it lies with the probability asked for."""

    time: float
    value: float
    low: float
    high: float


class Meeting(StrEnum):
    """How a forecast ends."""

    MET = "met"
    ALREADY = "already"  # the limit is met when the forecast begins
    NOT_WITHIN_HORIZON = "not_within_horizon"


class Forecast(NamedTuple):
    """When the limit is met, None if it is not before the horizon; `quantile` is k_p of Student's t."""

    meeting: Meeting
    time: float | None
    quantile: float
    horizon: float


def trend(readings: Sequence[Reading]) -> Trend:
    """The straight line; refused under three readings, or when all were taken at one time.

    Sums are exact, so that values which never moved have no slope at all rather than a significant speck of one.
    """
    if len(readings) < LEAST_POINTS:
        text = _(
            "Values of this point so far: %(count)s; a drift needs %(least)s. Wait for further calibrations.",
            count=len(readings),
            least=LEAST_POINTS,
        )
        raise Invalid({"points": [text]})
    n = len(readings)
    times, values = [Fraction(reading.time) for reading in readings], [Fraction(reading.value) for reading in readings]
    mean_time, mean = sum(times) / n, sum(values) / n
    s_tt = sum((time - mean_time) ** 2 for time in times)
    if s_tt == 0:
        raise Invalid({"points": [_("All values are of the same day; a drift needs values of different days.")]})
    slope = sum((time - mean_time) * (value - mean) for time, value in zip(times, values, strict=True)) / s_tt
    intercept = mean - slope * mean_time
    residuals = [value - intercept - slope * time for time, value in zip(times, values, strict=True)]
    s = sqrt(sum(residual**2 for residual in residuals) / (n - 2))
    t_slope = _steepness(float(slope), s / sqrt(s_tt))
    return Trend(
        points=n,
        slope=float(slope),
        intercept=float(intercept),
        s=s,
        first=float(min(times)),
        last=float(max(times)),
        mean_time=float(mean_time),
        s_tt=float(s_tt),
        t_slope=t_slope,
        p_slope=student_t_beyond(t_slope, n - 2),
        critical=student_t(SIGNIFICANT, n - 2, 2),
    )


def band(line: Trend, times: Sequence[float], probability: Decimal) -> tuple[Predicted, ...]:
    """The line with its prediction band: where one more value lies with the probability."""
    check_share("probability", probability)
    quantile = student_t(float(probability), line.freedom, 2)
    return tuple(
        Predicted(time, line.value(time), line.value(time) - reach, line.value(time) + reach)
        for time, reach in ((time, quantile * line.uncertainty(time)) for time in times)
    )


def band_kept(line: Trend, times: Sequence[float], keeping: Keeping) -> tuple[Predicted, ...]:
    """The line with the band that a forecast holds against the limits: ŷ(t) ± k_p·√(u_cal² + s_pred²(t))."""
    quantile = keeping.quantile(line.freedom)
    reaches = ((time, quantile * sqrt(keeping.uncertainty**2 + line.uncertainty(time) ** 2)) for time in times)
    return tuple(
        Predicted(time, line.value(time), line.value(time) - reach, line.value(time) + reach) for time, reach in reaches
    )


def forecast(line: Trend, keeping: Keeping, *, since: float, horizon: float) -> Forecast:
    """When a value may pass a limit: ŷ(t) ± k_p·√(u_cal² + s_pred²(t)) meets one, at the earliest `since`.

    With limits ±L that is |ŷ(t)| + k_p·√(…) = L; u_cal is the standard uncertainty of a calibration, and k_p has n - 2
    degrees of freedom. A line is stretched no farther than the horizon.
    """
    if horizon <= since:
        raise Invalid({"horizon": [_("A forecast ends after it begins; choose a later horizon.")]})
    quantile = keeping.quantile(line.freedom)

    def margin(later: float) -> float:
        return keeping.room(line.value(since + later), line.uncertainty(since + later), quantile)

    if margin(0) <= 0:
        return Forecast(meeting=Meeting.ALREADY, time=since, quantile=quantile, horizon=horizon)
    later = first_crossing(margin, line.last - line.first, horizon - since)
    if later is None:
        return Forecast(meeting=Meeting.NOT_WITHIN_HORIZON, time=None, quantile=quantile, horizon=horizon)
    return Forecast(meeting=Meeting.MET, time=since + later, quantile=quantile, horizon=horizon)


def _steepness(slope: float, error: float) -> float:
    """A slope in its standard uncertainties: without end where all values lie on the line, none where it is level."""
    if slope == 0:
        return 0.0
    return slope / error if error else inf * slope
