"""What the points of a record prove: a verdict each, and what they say together beside what was declared."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from registry.calibration.decisions import (
    USUAL_FACTOR,
    USUAL_MULTIPLIER,
    Verdict,
    decide_point,
    multiplier_for,
    overall,
)
from registry.calibration.models import Calibration, CalibrationPoint
from registry.calibration.rules import CLAIMED, FAILED, DecisionRule, Outcome, PointValues, RecordStatus, Stage
from registry.calibration.tolerances import correction_of, error_of
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _

MEASURED: Final = (
    "quantity",
    "unit",
    "nominal",
    "reference",
    "indication",
    "expanded_uncertainty",
    "coverage_factor",
    "lower_limit",
    "upper_limit",
    "stage",
)


class Judged(NamedTuple):
    """A point with its error E and correction C = -E; `verdict` is None where nothing can be decided.

    `lacks_uncertainty`: there are limits, but the rule needs an expanded uncertainty that was not given.
    """

    point: CalibrationPoint
    error: Decimal | None
    correction: Decimal | None
    verdict: Verdict | None
    lacks_uncertainty: bool = False


class Judgement(NamedTuple):
    """All points of a record under its rule; without a declared one under simple acceptance (`rule_is_declared`)."""

    rule: DecisionRule
    rule_is_declared: bool
    points: Sequence[Judged]

    @property
    def recomputed(self) -> Outcome | None:
        """What the final points say: those after the adjustment, or all where there was none.

        None when no point can be decided, or when one that has limits cannot.
        """
        left = [judged for judged in self.points if judged.point.stage is Stage.AS_LEFT]
        return _together(left or self.points)

    @property
    def as_found(self) -> Outcome | None:
        """What the points before any adjustment say."""
        return _together([judged for judged in self.points if judged.point.stage is Stage.AS_FOUND])


def judged(calibration: Calibration) -> Judgement:
    """The points of a record, each decided under the record's rule."""
    points = [judged_point(point, calibration) for point in calibration.points]
    return Judgement(_rule(calibration), calibration.decision_rule is not None, points)


def disagree(declared: Outcome, recomputed: Outcome | None) -> bool:
    """Whether a declared conformity is contradicted by the points; a record without a declared one says nothing."""
    return recomputed is not None and declared is not Outcome.NONE and declared is not recomputed


def contradicts(declared: Outcome, recomputed: Outcome | None) -> bool:
    """Whether points prove the failure of what is declared good; without a declared conformity nothing is claimed."""
    return declared in CLAIMED and recomputed in FAILED


def departs(declared: Outcome, recomputed: Outcome | None) -> bool:
    """Whether what is declared good is not what the rule makes of the points, be that better or worse (7.8.6)."""
    return declared in CLAIMED and recomputed is not None and recomputed is not declared


def check_departure(
    declared: Outcome, recomputed: Outcome | None, reason: str | None, *, is_asked: bool = False
) -> Messages:
    """Messages by field: what the rule does not make of its points is not approved as good without saying why.

    Nor is a reason given that is not asked for, here or as it `is_asked` for something else.
    """
    if not departs(declared, recomputed):
        return _unfounded() if reason and not is_asked else {}
    if (reason or "").strip():
        return {}
    if contradicts(declared, recomputed):
        text = _(
            "It is declared good, but its points say that it fails. Say why it is issued all the same, or return it."
        )
    else:
        text = _(
            "The decision rule makes another result of its points than the one that is declared. Say why it is issued "
            "all the same, or return it."
        )
    return {"contradiction_reason": [text]}


def check_claim(calibration: Calibration, *, is_asked: bool = False) -> Messages:
    """Messages by field: the reason of a record that is written down answers a contradiction, or what else is asked.

    The reason of a draft is given by who approves it.
    """
    if calibration.contradiction_reason is None:
        return {}
    if calibration.status is RecordStatus.DRAFT:
        return {"contradiction_reason": [_("Whoever approves the draft says why; leave this empty.")]}
    founded = is_asked or departs(calibration.outcome, judged(calibration).recomputed)
    return {} if founded else _unfounded()


def _unfounded() -> Messages:
    text = _("Nothing here asks for a reason: its points do not contradict what it declares. Leave this empty.")
    return {"contradiction_reason": [text]}


def judged_point(point: CalibrationPoint, calibration: Calibration) -> Judged:
    """One point of a record, decided under the record's rule."""
    values = values_of(point)
    error = error_of(values)
    correction = correction_of(error)
    try:
        verdict = decide_point(values, _rule(calibration), _multiplier(point, calibration))
    except Invalid:
        return Judged(point, error, correction, None, lacks_uncertainty=True)
    return Judged(point, error, correction, verdict)


def _rule(calibration: Calibration) -> DecisionRule:
    return calibration.decision_rule or DecisionRule.SIMPLE


def values_of(point: CalibrationPoint) -> PointValues:
    """A stored point as it was said."""
    return {field: getattr(point, field) for field in MEASURED}  # type: ignore[return-value]  # the keys of PointValues


def _multiplier(point: CalibrationPoint, calibration: Calibration) -> Decimal:
    """The r of the guard band: the declared one, or the one that keeps the declared risk with the point's k."""
    if calibration.target_risk is not None:
        return multiplier_for(float(calibration.target_risk), point.coverage_factor or USUAL_FACTOR)
    return USUAL_MULTIPLIER if calibration.guard_factor is None else calibration.guard_factor


def _together(points: Sequence[Judged]) -> Outcome | None:
    verdicts = [judged.verdict for judged in points if judged.verdict is not None]
    if not verdicts or any(judged.lacks_uncertainty for judged in points):
        return None
    return overall(verdicts)
