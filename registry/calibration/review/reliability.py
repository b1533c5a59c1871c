"""The interval after which a chosen share is still in tolerance, from counts at several times (NCSLI RP-1, S2).

Every model is fitted and reported. The interval is that of the lowest AIC among the models that converged, are not
rejected for lack of fit, and reach the target at some time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Final, NamedTuple

from registry.calibration.crossings import first_crossing
from registry.calibration.keeping import check_share
from registry.calibration.review.curves import Model, reliability
from registry.calibration.review.fitting import Bin, Fit, fitted
from registry.calibration.review.proposal import Because, Interval, Method, Proposal, Reason, Values, settle
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

LEAST_CALIBRATIONS: Final = 10
LEAST_BINS: Final = 2
FARTHEST: Final = 1000.0  # times the longest time seen: beyond, a target counts as never reached


class Modelled(NamedTuple):
    """A fit and the time at which it falls to the target; None when it starts below or never comes down to it."""

    fit: Fit
    interval: float | None
    rejected: bool


@dataclass(frozen=True, kw_only=True)
class ReliabilityProposal(Proposal):
    """All models, in the order of their names; `best` is the one whose interval is wanted, None when none is fit to."""

    target: Decimal
    models: tuple[Modelled, ...]
    best: Modelled | None


def binned(observed: Iterable[tuple[float, bool]], width: float) -> tuple[Bin, ...]:
    """Bins of one width from single calibrations, each `(time since the last one, found in tolerance)`.

    A bin's time is the mean of the times in it. Counts are counted: they are never recovered from a rounded share.
    """
    if not width > 0:
        raise Invalid({"width": [_("Bins have a width above zero, not %(value)s.", value=width)]})
    groups: dict[int, list[tuple[float, bool]]] = {}
    for time, good in observed:
        groups.setdefault(floor(time / width), []).append((time, good))
    return tuple(
        Bin(sum(time for time, _good in group) / len(group), len(group), sum(good for _time, good in group))
        for _place, group in sorted(groups.items())
    )


def review(
    bins: Sequence[Bin],
    target: Decimal,
    interval: Interval,
    *,
    confidence: Decimal = Decimal("0.95"),
) -> ReliabilityProposal:
    """The interval by the best of ten models, from bins whose times are in the unit of `time_per_step`.

    Models rejected with `confidence` or more for lack of fit are reported, not chosen. Refused with fewer than ten
    calibrations or two bins, and when nothing or everything was in tolerance: then no model knows an end.
    """
    _check(bins, target)
    models = tuple(_modelled(model, bins, float(target), confidence) for model in Model)
    ranked = sorted((model for model in models if _sound(model)), key=lambda model: model.fit.aic)
    best = next((model for model in ranked if model.interval is not None), None)
    wanted = _wanted(best, interval)
    proposed, limits = settle(interval, wanted)
    return ReliabilityProposal(
        method=Method.RELIABILITY,
        current=interval.current,
        wanted=wanted,
        proposed=proposed,
        reasons=(*_chosen(best, ranked, max(bin_.time for bin_ in bins)), *_failings(models), *limits),
        target=target,
        models=models,
        best=best,
    )


def interval_of(fit: Fit, target: float, longest: float) -> float | None:
    """When a fitted curve falls to the target; None when it starts below, or has not come down in 1000 × `longest`."""
    if reliability(fit.model, fit.theta, 0) <= target:
        return None
    return first_crossing(lambda time: reliability(fit.model, fit.theta, time) - target, longest, longest * FARTHEST)


def _modelled(model: Model, bins: Sequence[Bin], target: float, confidence: Decimal) -> Modelled:
    fit = fitted(model, bins)
    interval = interval_of(fit, target, max(bin_.time for bin_ in bins)) if fit.converged else None
    return Modelled(fit, interval, fit.rejection is not None and fit.rejection >= confidence)


def _sound(model: Modelled) -> bool:
    return model.fit.converged and not model.rejected


def _wanted(best: Modelled | None, interval: Interval) -> float:
    if best is None or best.interval is None:
        return interval.current
    return best.interval / interval.time_per_step


def _chosen(best: Modelled | None, ranked: Sequence[Modelled], longest: float) -> list[Reason]:
    if best is None or best.interval is None:
        return [Reason(Because.NO_MODEL)]
    values: Values = {"model": best.fit.model, "aic": best.fit.aic, "interval": best.interval}
    reasons = [Reason(Because.BEST_MODEL, values)]
    reasons += [
        Reason(Because.BETTER_WITHOUT_INTERVAL, {"model": better.fit.model, "aic": better.fit.aic})
        for better in ranked[: ranked.index(best)]
    ]
    if best.fit.rejection is None:
        reasons.append(Reason(Because.FIT_UNTESTED, {"model": best.fit.model}))
    if best.interval > longest:
        reasons.append(Reason(Because.EXTRAPOLATED, {"time": best.interval, "longest": longest}))
    return reasons


def _failings(models: Sequence[Modelled]) -> list[Reason]:
    reasons = []
    for model in models:
        if not model.fit.converged:
            reasons.append(Reason(Because.MODEL_FAILED, {"model": model.fit.model}))
        elif model.rejected and model.fit.rejection is not None:
            values: Values = {"model": model.fit.model, "confidence": model.fit.rejection}
            reasons.append(Reason(Because.MODEL_REJECTED, values))
    return reasons


def _check(bins: Sequence[Bin], target: Decimal) -> None:
    check_share("target", target)
    messages: dict[str, list[str]] = {}
    for place, bin_ in enumerate(bins):
        if not bin_.time > 0:
            text = _("A calibration comes some time after the one before; %(value)s is none.", value=bin_.time)
            messages[f"bins.{place}.time"] = [text]
        if bin_.calibrations < 1 or not 0 <= bin_.in_tolerance <= bin_.calibrations:
            counts = {"count": bin_.in_tolerance, "total": bin_.calibrations}
            text = _("%(count)s in tolerance cannot be counted among %(total)s calibrations.", **counts)
            messages[f"bins.{place}.in_tolerance"] = [text]
    if messages:
        raise Invalid(messages)
    _check_enough(bins)


def _check_enough(bins: Sequence[Bin]) -> None:
    calibrations, good = sum(bin_.calibrations for bin_ in bins), sum(bin_.in_tolerance for bin_ in bins)
    times = len({bin_.time for bin_ in bins})
    messages: dict[str, list[str]] = {}
    if calibrations < LEAST_CALIBRATIONS:
        text = _(
            "There are %(count)s calibrations with as-found results, and the models need %(least)s. "
            "Group alike instruments, or use the staircase.",
            count=calibrations,
            least=LEAST_CALIBRATIONS,
        )
        messages["calibrations"] = [text]
    if times < LEAST_BINS:
        text = _(
            "All were made after about the same time; the models need %(least)s different ones. Use the interval test.",
            least=LEAST_BINS,
        )
        messages["bins"] = [text]
    elif good == calibrations:
        messages["bins"] = [
            _("All were found in tolerance, so no model can tell when they stop. Use the interval test.")
        ]
    elif good == 0:
        messages["bins"] = [_("None was found in tolerance, so no model can tell since when. Use the interval test.")]
    if messages:
        raise Invalid(messages)
