"""What a series shows: whether it is in control, whether it drifts, and when it is expected to meet its limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor
from typing import Final, TypeVar

from registry.calibration.charts import Individuals, individuals
from registry.calibration.decisions import USUAL_FACTOR
from registry.calibration.drift import Forecast, Meeting, Predicted, Reading, Trend, band, band_kept, forecast, trend
from registry.calibration.keeping import Keeping
from registry.calibration.stability.rules import Series, Value, last_adjustment, settled
from registry.kernel.calendar import months_later
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

STEPS: Final = 40  # of a line that is drawn
BEYOND: Final = 0.25  # of the time that was seen: how far a line without a forecast is drawn
Found = TypeVar("Found")


@dataclass(frozen=True)
class Asked:
    """With which probability the limits are to be kept, how far ahead is looked, and from which day on."""

    today: date
    probability: Decimal = Decimal("0.95")
    horizon_months: int = 120

    @property
    def horizon(self) -> date:
        """The last day that is looked at."""
        return months_later(self.today, self.horizon_months)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A series with its control chart over all values, and its drift over those since the last adjustment.

    Limits are those of the newest value. `expected` is the line with the band in which one more value lies with the
    probability, with the uncertainty of a calibration where limits are forecast. What cannot be told is
    refused in words.
    """

    series: Series
    asked: Asked
    control: Individuals | None
    control_refused: str | None
    adjusted_on: date | None
    settled: Sequence[Value]
    drift: Trend | None
    drift_refused: str | None
    forecast: Forecast | None
    forecast_refused: str | None
    expected: Sequence[Predicted]

    @property
    def newest(self) -> Value:
        """The newest value."""
        return self.series.values[-1]

    @property
    def met_on(self) -> date | None:
        """Until when the limits are expected to be kept: the last whole day before one is met, if that is to come."""
        if self.forecast is None or self.forecast.time is None or self.forecast.meeting is not Meeting.MET:
            return None
        return date.fromordinal(floor(self.forecast.time))


def found(series: Series, asked: Asked) -> Finding:
    """What a series shows."""
    values = settled(series)
    readings = [Reading(float(value.on.toordinal()), value.error) for value in values]
    control, control_refused = _tried(lambda: _control([value.error for value in series.values]))
    line, drift_refused = _tried(lambda: trend(readings))
    newest = series.values[-1]
    ahead, forecast_refused = _tried(lambda: _ahead(line, newest, asked)) if line else (None, drift_refused)
    return Finding(
        series=series,
        asked=asked,
        control=control,
        control_refused=control_refused,
        adjusted_on=last_adjustment(series),
        settled=values,
        drift=line,
        drift_refused=drift_refused,
        forecast=ahead,
        forecast_refused=forecast_refused,
        expected=_expected(line, ahead, newest, asked) if line else (),
    )


def keeping(value: Value, probability: Decimal) -> Keeping:
    """The limits that a value has to keep, beside the standard uncertainty of a calibration. Raises Invalid."""
    if value.lower_limit is None and value.upper_limit is None:
        raise Invalid({"points": [_("The newest value has no limits, so that there is nothing to meet.")]})
    uncertainty = Decimal(0)
    if value.expanded_uncertainty is not None:
        uncertainty = value.expanded_uncertainty / (value.coverage_factor or USUAL_FACTOR)
    return Keeping(
        lower=None if value.lower_limit is None else float(value.lower_limit),
        upper=None if value.upper_limit is None else float(value.upper_limit),
        probability=probability,
        uncertainty=float(uncertainty),
    )


def _control(errors: Sequence[Decimal]) -> Individuals:
    """The control chart of some values; refused where all are equal, as limits without a width tell nothing."""
    chart = individuals(errors)
    if len(set(errors)) == 1:
        text = _(
            "All %(count)s values of this point are equal, so they show no natural variation to set limits by. Record "
            "more digits, or further checks.",
            count=len(errors),
        )
        raise Invalid({"points": [text]})
    return chart


def _ahead(line: Trend, newest: Value, asked: Asked) -> Forecast:
    since = max(asked.today, newest.on)
    last = months_later(since, asked.horizon_months)
    kept = keeping(newest, asked.probability)
    return forecast(line, kept, since=float(since.toordinal()), horizon=float(last.toordinal()))


def _expected(line: Trend, ahead: Forecast | None, newest: Value, asked: Asked) -> Sequence[Predicted]:
    """The line as far as it is drawn: to the day a limit is met, otherwise a little beyond what was seen.

    Its band is the one that the forecast holds against the limits; without a forecast that of one more value.
    """
    end = line.last + (line.last - line.first) * BEYOND
    if ahead is not None and ahead.time is not None:
        end = max(end, ahead.time)
    times = [line.first + (end - line.first) * step / STEPS for step in range(STEPS + 1)]
    if ahead is not None:
        return band_kept(line, times, keeping(newest, asked.probability))
    return band(line, times, asked.probability)


def _tried(act: Callable[[], Found]) -> tuple[Found | None, str | None]:
    """What is found, or why it is refused."""
    try:
        return act(), None
    except Invalid as refusal:
        return None, next(text for texts in (refusal.errors or {}).values() for text in texts)
