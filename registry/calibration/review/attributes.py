"""The interval test for attribute data (NCSLI RP-1, method A3): counts in tolerance at about one and the same interval.

How sure the observed share `x/n` differs from the target R is Q; how far the interval moves grows with both:

- x/n < R: Q = 1 - 2·P(X ≤ x), the interval changes by max(1/b, 10^((x/n - R)·Q));
- x/n > R: Q = 1 - 2·P(X ≥ x), by min(b, 10^((x/n - R)/(1 - Q))), and by b when Q = 1;
- x = 0 or x = n: Q = 1 - P(X = x);
- x/n = R: Q = 0, no change;

X being binomial with n and R, b the largest change factor, and a Q below 0 counted as 0. The branch above the target
is our own choice: it mirrors the one below, so that a good record can lengthen an interval before x = n.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import log10

from registry.calibration.keeping import check_share
from registry.calibration.review.proposal import Because, Interval, Method, Proposal, Reason, Values, settle
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a calculated interval is taken: above this confidence, and when it changes by no less than `least_change`.

    `range_confidence` is that of the range in which the reliability lies (Clopper and Pearson).
    """

    target: Decimal
    confidence: Decimal = Decimal("0.5")
    range_confidence: Decimal = Decimal("0.5")
    least_change: int = 5

    def __post_init__(self) -> None:
        check_share("target", self.target)
        check_share("confidence", self.confidence)
        check_share("range_confidence", self.range_confidence)


@dataclass(frozen=True, kw_only=True)
class IntervalTest(Proposal):
    """`rejection` is Q; the true reliability lies between `low` and `high`; `adopted` when the change was made."""

    observed: float
    target: Decimal
    rejection: float
    low: float
    high: float
    adopted: bool


def review(calibrations: int, in_tolerance: int, interval: Interval, rule: Rule) -> IntervalTest:
    """The interval test of `in_tolerance` among `calibrations`, all made at about the current interval."""
    _check(calibrations, in_tolerance)
    observed, target = Fraction(in_tolerance, calibrations), Fraction(rule.target)
    rejection = _rejection(calibrations, in_tolerance, float(target), observed - target)
    current = interval.current
    calculated = current * _factor(float(observed - target), rejection, float(interval.factor))
    change = abs(calculated - current)
    confident, large = rejection > rule.confidence, change >= rule.least_change
    proposed, limits = settle(interval, calculated if confident and large else current)
    values: Values = {"observed": float(observed), "target": rule.target, "confidence": rejection}
    reasons = [Reason(_side(observed - target), values)]
    if not confident:
        reasons.append(Reason(Because.NOT_CONFIDENT, {"confidence": rejection, "needed": rule.confidence}))
    elif not large:
        reasons.append(Reason(Because.CHANGE_TOO_SMALL, {"change": change, "least": rule.least_change}))
    low, high = reliability_range(calibrations, in_tolerance, float(rule.range_confidence))
    return IntervalTest(
        method=Method.INTERVAL_TEST,
        current=current,
        wanted=calculated,
        proposed=proposed,
        reasons=(*reasons, *limits),
        observed=float(observed),
        target=rule.target,
        rejection=rejection,
        low=low,
        high=high,
        adopted=confident and large,
    )


def reliability_range(calibrations: int, in_tolerance: int, confidence: float) -> tuple[float, float]:
    """Between which shares the true reliability lies with a confidence (Clopper and Pearson)."""
    from scipy.special import betaincinv  # noqa: PLC0415 — scipy costs every start half a second

    failed = calibrations - in_tolerance
    low = 1 - float(betaincinv(failed + 1, in_tolerance, (1 + confidence) / 2)) if in_tolerance else 0.0
    if failed == 0:
        return low, 1.0
    if in_tolerance == 0:
        return low, float(1 - (1 - confidence) ** (1 / calibrations))
    return low, 1 - float(betaincinv(failed, in_tolerance + 1, (1 - confidence) / 2))


def _rejection(calibrations: int, in_tolerance: int, target: float, above: Fraction) -> float:
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415 — scipy costs every start half a second

    if in_tolerance == calibrations:
        return float(1 - target**calibrations)
    if in_tolerance == 0:
        return float(1 - (1 - target) ** calibrations)
    if above == 0:
        return 0.0
    tail = bdtr(in_tolerance, calibrations, target) if above < 0 else bdtrc(in_tolerance - 1, calibrations, target)
    return max(0.0, 1 - 2 * float(tail))


def _factor(above: float, rejection: float, largest: float) -> float:
    most = log10(largest)
    if above <= 0:
        return float(10 ** max(-most, above * rejection))
    return float(10 ** (most if rejection == 1 else min(most, above / (1 - rejection))))


def _side(above: Fraction) -> Because:
    if above == 0:
        return Because.ON_TARGET
    return Because.ABOVE_TARGET if above > 0 else Because.BELOW_TARGET


def _check(calibrations: int, in_tolerance: int) -> None:
    if calibrations < 1:
        text = _("There is no calibration with as-found results at this interval; the test needs at least one.")
        raise Invalid({"calibrations": [text]})
    if not 0 <= in_tolerance <= calibrations:
        counts = {"count": in_tolerance, "total": calibrations}
        text = _("%(count)s in tolerance cannot be counted among %(total)s calibrations.", **counts)
        raise Invalid({"in_tolerance": [text]})
