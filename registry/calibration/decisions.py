"""Decisions of conformity: what a result with its uncertainty proves under a decision rule (ILAC-G8:09/2019, 4.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from math import inf
from typing import Final, NamedTuple

from registry.calibration.risk import Interval, Normal, check_share, conformance, nonconformance, quantile
from registry.calibration.rules import LEAST_FACTOR, DecisionRule, Outcome, PointValues
from registry.calibration.tolerances import EXACT, Limits, check_tolerance, error_of
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

USUAL_FACTOR: Final = Decimal(2)
USUAL_MULTIPLIER: Final = Decimal(1)
MULTIPLIER_STEP: Final = Decimal("1E-12")
WORST_FIRST: Final = (Outcome.FAIL, Outcome.CONDITIONAL_FAIL, Outcome.CONDITIONAL_PASS, Outcome.PASS)
ACCEPTED: Final = frozenset({Outcome.PASS, Outcome.CONDITIONAL_PASS})


@dataclass(frozen=True)
class Measured:
    """A measured value or error, its expanded uncertainty U without ±, and the k of U, all in one unit.

    Raises Invalid for a U below zero or a k below 1.
    """

    value: Decimal
    expanded_uncertainty: Decimal | None = None
    coverage_factor: Decimal | None = None

    def __post_init__(self) -> None:
        if self.expanded_uncertainty is not None and self.expanded_uncertainty < 0:
            raise Invalid({"expanded_uncertainty": [_("An uncertainty cannot be below zero; leave out the sign ±.")]})
        if self.coverage_factor is not None and self.coverage_factor < LEAST_FACTOR:
            raise Invalid({"coverage_factor": [_("A coverage factor is at least 1; it is often 2.")]})

    @property
    def factor(self) -> Decimal:
        """The k that is given, else the usual 2."""
        return USUAL_FACTOR if self.coverage_factor is None else self.coverage_factor


class Verdict(NamedTuple):
    """A decision, and what a statement of conformity has to say with it (ISO/IEC 17025:2017, 7.8.6).

    `guard_band` is w = `multiplier`·U. `conformance` is the probability that the true value meets the tolerance;
    `false_accept` the specific risk of an accepted result, `false_reject` that of a rejected one. They take k = 2 where
    none is given, and are None where no uncertainty is given. An uncertainty of zero leaves no doubt: the probability
    is 1 or 0 by where the value lies.
    """

    outcome: Outcome
    rule: DecisionRule
    measured: Measured
    tolerance: Limits
    acceptance: Limits
    multiplier: Decimal
    guard_band: Decimal
    conformance: float | None
    false_accept: float | None
    false_reject: float | None

    @property
    def can_pass(self) -> bool:
        """Whether any value would pass: none does when the guard bands overlap, being wider than half the tolerance."""
        return not self.acceptance.is_empty


def decide(measured: Measured, limits: Limits, rule: DecisionRule, multiplier: Decimal = USUAL_MULTIPLIER) -> Verdict:
    """Whether a measured value conforms to its tolerance limits. A value right at a limit lies inside it.

    Simple: pass inside the tolerance; U only tells the risks. Guard band: pass inside the acceptance limits, which lie
    w = r·U within those of the tolerance (outside them when r is negative). Non-binary: pass inside the acceptance
    limits, conditional pass from there to the tolerance limits, conditional fail up to w beyond these, fail further
    out. Raises Invalid without a limit, without a U that the rule needs, or when r contradicts the rule.
    """
    check_tolerance(limits)
    used = Decimal(0) if rule is DecisionRule.SIMPLE else multiplier
    width = _guard_band(measured, rule, used)
    acceptance = limits.narrowed(width)
    if acceptance.hold(measured.value):
        outcome = Outcome.PASS
    elif rule is DecisionRule.NON_BINARY:
        outcome = _in_doubt(measured.value, limits, width)
    else:
        outcome = Outcome.FAIL
    conforms, strays = _probabilities(measured, limits)
    return Verdict(
        outcome=outcome,
        rule=rule,
        measured=measured,
        tolerance=limits,
        acceptance=acceptance,
        multiplier=used,
        guard_band=width,
        conformance=conforms,
        false_accept=strays if outcome in ACCEPTED else None,
        false_reject=None if outcome in ACCEPTED else conforms,
    )


def decide_point(point: PointValues, rule: DecisionRule, multiplier: Decimal = USUAL_MULTIPLIER) -> Verdict | None:
    """The verdict on a recorded point, whose limits are those of its error; None where it has no limits or no error.

    Raises Invalid as `decide` does, beside the point's own fields.
    """
    error = error_of(point)
    if error is None or (point["lower_limit"] is None and point["upper_limit"] is None):
        return None
    measured = Measured(error, point["expanded_uncertainty"], point["coverage_factor"])
    return decide(measured, Limits(point["lower_limit"], point["upper_limit"]), rule, multiplier)


def overall(verdicts: Iterable[Verdict]) -> Outcome:
    """The statement for the whole item, which is its worst point's; `none` without any verdict."""
    found = {verdict.outcome for verdict in verdicts}
    return next((outcome for outcome in WORST_FIRST if outcome in found), Outcome.NONE)


@lru_cache(maxsize=1024)  # all points of a record mostly have one k
def multiplier_for(risk: float, factor: Decimal = USUAL_FACTOR) -> Decimal:
    """The r of the guard band r·U that keeps the specific risk of false acceptance at a target: Φ⁻¹(1 - risk)/k.

    Where one limit matters, as in `risk_at_acceptance_limit`. Rounded up to twelve decimals, so that the risk stays
    below the target; negative for a target above one half. Raises Invalid for what is no probability.
    """
    check_share("risk", risk)
    exact = Decimal(-quantile(risk)) / factor
    return exact.quantize(MULTIPLIER_STEP, ROUND_CEILING) + Decimal(0)


def _guard_band(measured: Measured, rule: DecisionRule, multiplier: Decimal) -> Decimal:
    if rule is DecisionRule.NON_BINARY and multiplier < 0:
        text = _(
            "A guard band of %(multiplier)s·U leaves no conditional zones; choose a binary rule.", multiplier=multiplier
        )
        raise Invalid({"multiplier": [text]})
    if rule is DecisionRule.SIMPLE:
        return Decimal(0)
    if measured.expanded_uncertainty is None:
        text = _("A guard band is a multiple of the expanded uncertainty; give it, or choose simple acceptance.")
        raise Invalid({"expanded_uncertainty": [text]})
    return EXACT.multiply(multiplier, measured.expanded_uncertainty)


def _in_doubt(value: Decimal, limits: Limits, width: Decimal) -> Outcome:
    """The outcome under the non-binary rule of a value that does not pass."""
    if limits.hold(value):
        return Outcome.CONDITIONAL_PASS
    return Outcome.CONDITIONAL_FAIL if limits.narrowed(width.copy_negate()).hold(value) else Outcome.FAIL


def _probabilities(measured: Measured, limits: Limits) -> tuple[float | None, float | None]:
    """The probabilities that the tolerance is met and that it is not; the differences are taken before the floats."""
    if measured.expanded_uncertainty is None:
        return None, None
    if measured.expanded_uncertainty.is_zero():
        return (1.0, 0.0) if limits.hold(measured.value) else (0.0, 1.0)
    apart = limits.less(measured.value)
    ends = Interval(
        -inf if apart.lower is None else float(apart.lower), inf if apart.upper is None else float(apart.upper)
    )
    known = Normal(0.0, float(measured.expanded_uncertainty / measured.factor))
    return conformance(known, ends), nonconformance(known, ends)
