"""A proposal by each of the methods, from what earlier calibrations say, with the numbers it rests on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from registry.calibration.drift import LEAST_POINTS, Forecast, Predicted, Reading, Trend, band_kept, forecast, trend
from registry.calibration.review import attributes, control_chart, history, reliability, staircase, variables
from registry.calibration.review.fitting import Bin
from registry.calibration.review.history import Moved, Work
from registry.calibration.review.proposal import Interval, Method, Proposal
from registry.calibration.stability.findings import BEYOND, keeping
from registry.calibration.stability.rules import Value, settled
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _

BINS = 6  # to an interval
HORIZON = 10  # intervals
MOST_SEEN = 200  # changes or values that a plot can show
STEPS = 20  # of a line that is drawn
Numbers = dict[str, Any]
Judged = tuple[Proposal, Numbers, Iterable[int]]  # the last are the keys of the records that gave values


@dataclass(frozen=True)
class Terms:
    """What a review is asked for: the share to be found in tolerance, and the order of a curve of changes."""

    target: Decimal
    order: int
    least_change: int


@dataclass(frozen=True)
class Proposed:
    """A proposal with its numbers as JSON can say them, what said nothing to it, and the records it was made from."""

    proposal: Proposal
    numbers: Numbers
    left_out: int
    used: Iterable[int]


def proposed(method: Method, works: Sequence[Work], interval: Interval, terms: Terms) -> Proposed:
    """What a method proposes. Raises Conflict in words where the records do not suffice for it."""
    try:
        return METHODS[method](works, interval, terms)
    except Invalid as refusal:
        raise Conflict(" ".join(text for texts in (refusal.errors or {}).values() for text in texts)) from refusal


def _staircase(works: Sequence[Work], interval: Interval, _terms: Terms) -> Proposed:
    lines = history.by_asset(works)
    if len(lines) > 1:
        raise Conflict(_("The staircase looks at one item; use another method for several."))
    found = history.errors_found(works[-1]) if works else []
    made = staircase.review(found, interval)
    numbers = {"share": _number(made.share), "points": made.points}
    return Proposed(made, numbers, len(works[-1].points) - made.points, [works[-1].record])


def _interval_test(works: Sequence[Work], interval: Interval, terms: Terms) -> Proposed:
    seen = history.observed(works)
    near = [one for one in history.at_about(seen, interval.current * interval.time_per_step) if one.good is not None]
    rule = attributes.Rule(target=terms.target, least_change=terms.least_change)
    good = sum(one.good is True for one in near)
    made = attributes.review(len(near), good, interval, rule)
    numbers = {
        "calibrations": len(near),
        "in_tolerance": good,
        "rejection": made.rejection,
        "low": made.low,
        "high": made.high,
        "adopted": made.adopted,
        "bins": _told_bins(_bins([(one.days, one.good is True) for one in near], interval)),
    }
    return Proposed(made, numbers, len(seen) - len(near), [one.record for one in near])


def _reliability(works: Sequence[Work], interval: Interval, terms: Terms) -> Proposed:
    seen = history.observed(works)
    judged = [one for one in seen if one.good is not None]
    known = [(one.days, one.good is True) for one in judged]
    bins = _bins(known, interval)
    made = reliability.review(bins, terms.target, interval)
    models = [
        {
            "model": one.fit.model,
            "theta": list(one.fit.theta),
            "nll": _number(one.fit.nll),
            "aic": _number(one.fit.aic),
            "rejection": one.fit.rejection,
            "converged": one.fit.converged,
            "rejected": one.rejected,
            "interval_days": one.interval,
        }
        for one in made.models
    ]
    best = made.best.fit.model if made.best else None
    numbers = {"bins": _told_bins(bins), "models": models, "best": best}
    return Proposed(made, numbers, len(seen) - len(known), [one.record for one in judged])


def _variables(works: Sequence[Work], interval: Interval, terms: Terms) -> Proposed:
    def judged(moved: Moved) -> Judged:
        growth = variables.grown(moved.changes, terms.order)
        kept = keeping(moved.newest, terms.target)
        made = variables.by_reliability(growth, float(moved.newest.error), kept, interval)
        numbers: Numbers = {
            "order": terms.order,
            "changes": len(moved.changes),
            "coefficients": list(growth.coefficients),
            "s": growth.s,
            "seen": [[change.time, change.change] for change in moved.changes[-MOST_SEEN:]],
            "time_days": made.time,
        }
        return made, numbers, moved.records

    return _shortest(history.moved(works), judged)


def _control_chart(works: Sequence[Work], interval: Interval, terms: Terms) -> Proposed:
    if len(history.by_asset(works)) > 1:
        raise Conflict(_("A control chart looks at one item; use another method for several."))

    def judged(moved: Moved) -> Judged:
        values = settled(moved.series)
        if len(values) < LEAST_POINTS <= len(moved.series.values):
            raise Conflict(
                _(
                    "Too few values since it was adjusted last, %(count)s: before an adjustment and after it are two "
                    "lines. Use the method of measured changes, which takes both.",
                    count=len(values),
                )
            )
        line = trend([Reading(float(value.on.toordinal()), value.error) for value in values])
        since = float(values[-1].on.toordinal())
        horizon = since + interval.current * interval.time_per_step * HORIZON
        kept = keeping(values[-1], terms.target)
        ahead = forecast(line, kept, since=since, horizon=horizon)
        made = control_chart.review(line, ahead, since, interval)
        numbers: Numbers = {"values": line.points, "slope_per_day": line.slope, "s": line.s}
        numbers |= {
            "is_significant": line.is_significant,
            "time_days": None if ahead.time is None else ahead.time - since,
            "chart": _chart(values[-MOST_SEEN:], band_kept(line, _times(line, ahead), kept)),
        }
        return made, numbers, [value.record for value in values]

    return _shortest(history.moved(works), judged)


METHODS: Mapping[Method, Callable[[Sequence[Work], Interval, Terms], Proposed]] = {
    Method.STAIRCASE: _staircase,
    Method.INTERVAL_TEST: _interval_test,
    Method.RELIABILITY: _reliability,
    Method.VARIABLES: _variables,
    Method.CONTROL_CHART: _control_chart,
}


def _shortest(points: Sequence[Moved], judged: Callable[[Moved], Judged]) -> Proposed:
    """The proposal of the point that wants the shortest interval; refused when no point can be judged."""
    found: list[Judged] = []
    refused: Invalid | Conflict | None = None
    for point in points:
        try:
            made, numbers, used = judged(point)
        except (Invalid, Conflict) as refusal:
            refused = refused or refusal
            continue
        series = point.series
        nominal = None if series.nominal is None else str(series.nominal)
        place = {"quantity": series.quantity, "nominal": nominal, "unit": series.unit}
        found.append((made, place | numbers, used))
    if not found:
        raise refused or Conflict(_("There are no as-found errors; record measured points with a reference value."))
    made, numbers, used = min(found, key=lambda one: one[0].wanted)
    return Proposed(made, numbers | {"points": len(found)}, len(points) - len(found), used)


def _times(line: Trend, ahead: Forecast) -> list[float]:
    """The times at which a line is drawn: to where it meets a limit, otherwise a little beyond what was seen."""
    end = max(line.last + (line.last - line.first) * BEYOND, ahead.time or line.last)
    return [line.first + (end - line.first) * step / STEPS for step in range(STEPS + 1)]


def _chart(values: Sequence[Value], line: Iterable[Predicted]) -> Numbers:
    """What a picture shows: the values with U, the line with the ends of its band, and the limits of the newest."""
    seen = [[one.on.isoformat(), *_texts(one.error, one.expanded_uncertainty)] for one in values]
    drawn = [[date.fromordinal(round(one.time)).isoformat(), one.value, one.low, one.high] for one in line]
    return {"seen": seen, "line": drawn, "limits": _texts(values[-1].lower_limit, values[-1].upper_limit)}


def _texts(*numbers: Decimal | None) -> list[str | None]:
    return [None if number is None else str(number) for number in numbers]


def _bins(known: Sequence[tuple[int, bool]], interval: Interval) -> tuple[Bin, ...]:
    width = interval.current * interval.time_per_step / BINS
    return reliability.binned(((float(days), good) for days, good in known), width)


def _told_bins(bins: Sequence[Bin]) -> list[dict[str, float]]:
    return [{"days": one.time, "calibrations": one.calibrations, "in_tolerance": one.in_tolerance} for one in bins]


def _number(value: Decimal | float) -> float | None:
    """A number that JSON can say."""
    return float(value) if isfinite(value) else None
