"""Reasons of a proposal as sentences, in the language of the request."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from registry.calibration.review.curves import Model
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.proposal import Because, Method
from registry.calibration.review.rules import Scope
from registry.calibration.stability.words import rounded
from registry.kernel.calendar import IntervalUnit
from registry.kernel.i18n import _, lazy, said_number

SENTENCES: Final[Mapping[Because, str]] = {
    Because.WELL_WITHIN: lazy("The largest error takes %(share)s of its limit, no more than %(threshold)s."),
    Because.WITHIN: lazy("The largest error takes %(share)s of its limit: inside, but above %(threshold)s."),
    Because.OUTSIDE: lazy("The largest error is outside its limit."),
    Because.ABOVE_TARGET: lazy("%(observed)s were found in tolerance, above the target of %(target)s."),
    Because.ON_TARGET: lazy("%(observed)s were found in tolerance, just as the target of %(target)s."),
    Because.BELOW_TARGET: lazy("%(observed)s were found in tolerance, below the target of %(target)s."),
    Because.NOT_CONFIDENT: lazy("The confidence that this differs from the target is %(confidence)s; it takes more."),
    Because.CHANGE_TOO_SMALL: lazy("The interval would change by %(change)s only, which is not worth it."),
    Because.BEST_MODEL: lazy("The model that fits best is %(model)s; it falls to the target after %(interval)s."),
    Because.BETTER_WITHOUT_INTERVAL: lazy("The model %(model)s fits better, but does not come down to the target."),
    Because.MODEL_REJECTED: lazy("The model %(model)s is rejected for lack of fit, %(confidence)s sure."),
    Because.MODEL_FAILED: lazy("The model %(model)s could not be fitted."),
    Because.FIT_UNTESTED: lazy("There is too little data to test how well %(model)s fits."),
    Because.NO_MODEL: lazy("No model fits and comes down to the target, so the interval stays."),
    Because.TARGET_REACHED: lazy("A limit may be met after %(time)s."),
    Because.ALREADY_BEYOND: lazy("The limit can be kept no longer even now."),
    Because.NEVER_REACHED: lazy("No limit is met within %(horizon)s."),
    Because.EXTRAPOLATED: lazy("%(time)s is longer than what was seen, %(longest)s: the line is stretched."),
    Because.CHANGE_LIMITED: lazy("%(wanted)s is too great a change at once; it is limited to a factor of %(factor)s."),
    Because.SHORTEST: lazy("%(wanted)s is below the shortest interval, %(shortest)s."),
    Because.LONGEST: lazy("%(wanted)s is above the longest interval, %(longest)s."),
    Because.LEGAL_CYCLE: lazy("%(wanted)s is longer than the law allows, %(cycle)s."),
    Because.ROUNDED_DOWN: lazy("%(wanted)s is rounded down."),
}
LEFT_OUT: Final[Mapping[Method, str]] = {
    Method.STAIRCASE: lazy("points of the newest record without an as-found error, or without limits"),
    Method.CONTROL_CHART: lazy("points with fewer than three values since the last adjustment"),
    Method.INTERVAL_TEST: lazy(
        "calibrations not made at about this interval, or of which it is not known how the item was found"
    ),
    Method.RELIABILITY: lazy("calibrations of which it is not known how the item was found, as before an adjustment"),
    Method.VARIABLES: lazy("points with too few changes between what was left and what was found"),
}
SHARES: Final = frozenset({"share", "threshold", "observed", "target", "confidence", "needed"})
DAYS: Final = frozenset({"time", "horizon"})
PLAIN: Final = frozenset({"factor", "aic"})
MODELS: Final[Mapping[Model, str]] = {
    Model.EXPONENTIAL: lazy("exponential"),
    Model.WEIBULL: lazy("Weibull"),
    Model.MIXED_EXPONENTIAL: lazy("mixed exponential"),
    Model.RANDOM_WALK: lazy("random walk"),
    Model.RESTRICTED_WALK: lazy("restricted random walk"),
    Model.MODIFIED_GAMMA: lazy("modified gamma"),
    Model.MORTALITY_DRIFT: lazy("mortality drift"),
    Model.WARRANTY: lazy("warranty"),
    Model.DRIFT: lazy("drift of the mean"),
    Model.LOGNORMAL: lazy("lognormal"),
}
METHODS: Final[Mapping[Method, str]] = {
    Method.STAIRCASE: lazy("Staircase: the last as-found errors"),
    Method.CONTROL_CHART: lazy("Control chart: drift up to the limit"),
    Method.INTERVAL_TEST: lazy("Interval test A3: shares in tolerance at this interval"),
    Method.RELIABILITY: lazy("Reliability models: shares in tolerance after different times"),
    Method.VARIABLES: lazy("Measured changes between calibrations"),
}
SCOPES: Final[Mapping[Scope, str]] = {
    Scope.SCHEDULE: lazy("This item alone"),
    Scope.MODEL: lazy("All of this make and model"),
    Scope.TYPE: lazy("All of this type"),
}


def sentences(review: IntervalReview) -> list[str]:
    """Why a review proposes what it does."""
    return [sentence(reason, review.proposed_unit) for reason in review.reasons]


def sentence(reason: Mapping[str, Any], unit: IntervalUnit) -> str:
    """One reason; `unit` is that of the interval."""
    code = Because(reason["code"])
    is_time = code in {Because.EXTRAPOLATED, Because.BEST_MODEL}
    values = {name: _word(name, value, unit, is_time=is_time) for name, value in reason["values"].items()}
    return str(SENTENCES[code]) % values


def steps(number: float, unit: IntervalUnit) -> str:
    """A number of months or days that need not be whole."""
    tenths = round(number, 1)
    said = said_number(int(tenths) if tenths == int(tenths) else Decimal(str(tenths)))
    how: Mapping[IntervalUnit, Callable[[], str]] = {
        IntervalUnit.MONTHS: lambda: _("%(number)s months", number=said),
        IntervalUnit.DAYS: lambda: _("%(number)s days", number=said),
    }
    return how[unit]()


def _word(name: str, value: Any, unit: IntervalUnit, *, is_time: bool) -> str:  # noqa: ANN401 — as JSON has it
    if name == "model":
        return str(MODELS[Model(value)])
    if name in SHARES:
        return _("%(percent)s %%", percent=rounded(Decimal(value) * 100)) if Decimal(value).is_finite() else "∞"
    if name in PLAIN:
        return rounded(Decimal(value))
    return steps(float(value), IntervalUnit.DAYS if is_time or name in DAYS else unit)
