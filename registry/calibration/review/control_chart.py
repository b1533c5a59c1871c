"""The interval from a control chart (ILAC-G24, method 2): until drift and uncertainty together meet the limit."""

from dataclasses import dataclass

from registry.calibration.drift import Forecast, Meeting, Trend
from registry.calibration.review.proposal import Because, Interval, Method, Proposal, Reason, settle


@dataclass(frozen=True, kw_only=True)
class ControlChartProposal(Proposal):
    """What the line and its forecast say of the interval."""

    trend: Trend
    forecast: Forecast


def review(trend: Trend, forecast: Forecast, since: float, interval: Interval) -> ControlChartProposal:
    """The interval from the last calibration, at the time `since` of the readings, to the forecast meeting."""
    ends = forecast.horizon if forecast.time is None else forecast.time
    wanted = (ends - since) / interval.time_per_step
    proposed, limits = settle(interval, wanted)
    return ControlChartProposal(
        method=Method.CONTROL_CHART,
        current=interval.current,
        wanted=wanted,
        proposed=proposed,
        reasons=(*_reasons(trend, forecast, since), *limits),
        trend=trend,
        forecast=forecast,
    )


def _reasons(trend: Trend, forecast: Forecast, since: float) -> list[Reason]:
    if forecast.meeting is Meeting.ALREADY:
        return [Reason(Because.ALREADY_BEYOND)]
    if forecast.time is None:
        return [Reason(Because.NEVER_REACHED, {"horizon": forecast.horizon - since})]
    time, longest = forecast.time - since, trend.last - trend.first
    reasons = [Reason(Because.TARGET_REACHED, {"time": time})]
    if time > longest:
        reasons.append(Reason(Because.EXTRAPOLATED, {"time": time, "longest": longest}))
    return reasons
