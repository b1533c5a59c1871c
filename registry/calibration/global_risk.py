"""Global risks: how often items of a population are wrongly accepted or rejected (JCGM 106:2012, clause 9).

True values t of the items follow a normal distribution, measured values another about each t, with the standard
uncertainty u. Scipy is imported with this module: half a second that only its callers spend.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from math import exp, hypot, inf, isfinite, isinf, pi, sqrt
from typing import Final, NamedTuple

from scipy.optimize import brentq
from scipy.special import roots_legendre

from registry.calibration.risk import (
    Interval,
    Normal,
    check_positive,
    check_share,
    conformance,
    nonconformance,
    quantile,
)
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

FAR: Final = 39.0  # standard deviations beyond which a normal density is below the smallest float
NODES: Final = 24  # exact to the last digits over each of the steps
# Standard deviations from the middle of a bell, where its curve is cut into pieces.
STEPS: Final = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 28.0, FAR)
CLOSE: Final = 1e-14


class GlobalRisk(NamedTuple):
    """Shares of the whole population; `accepted` is the share that is accepted, rightly or wrongly."""

    false_accept: float
    false_reject: float
    accepted: float

    @property
    def false_among_accepted(self) -> float | None:
        """The conditional risk: the share of nonconforming items among those accepted; None when none is."""
        return self.false_accept / self.accepted if self.accepted else None


def global_risk(process: Normal, uncertainty: float, tolerance: Interval, acceptance: Interval) -> GlobalRisk:
    """The consumer's and the producer's risk at a standard uncertainty u: u and sd above zero. Raises Invalid."""
    check_positive("sd", process.sd)
    check_positive("uncertainty", uncertainty)
    measured = Normal(process.mean, hypot(process.sd, uncertainty))
    return GlobalRisk(
        false_accept=_false_accept(process, uncertainty, tolerance, acceptance),
        false_reject=_share(process, uncertainty, acceptance, tolerance, nonconformance),
        accepted=conformance(measured, acceptance),
    )


def spread_for(in_tolerance: float, tolerance: Interval, mean: float) -> float:
    """The standard deviation of a population with a share of it in tolerance: T/Φ⁻¹((1 + share)/2) for mean ± T.

    Raises Invalid where there is none: for a mean out of tolerance, or a share of one half or less within one limit.
    """
    check_share("in_tolerance", in_tolerance)
    near, far = sorted((mean - tolerance.lower, tolerance.upper - mean))
    one_sided = isinf(far)
    if not (0 < near < inf) or (one_sided and in_tolerance <= 0.5):  # noqa: PLR2004 — a half
        text = _(
            "No spread about %(mean)s keeps a share of %(share)s in tolerance; change one of them.",
            mean=mean,
            share=in_tolerance,
        )
        raise Invalid({"in_tolerance": [text]})
    if one_sided:
        return near / quantile(in_tolerance)
    score = -quantile((1 - in_tolerance) / 2)
    least, most = near / score, far / score

    def excess(sd: float) -> float:
        return conformance(Normal(mean, sd), tolerance) - in_tolerance

    if excess(least) <= 0 or excess(most) >= 0:  # centred, but for rounding
        return least
    return float(brentq(excess, least, most, xtol=CLOSE * least))


def guard_band_for(target: float, process: Normal, uncertainty: float, tolerance: Interval) -> float:
    """The guard band w, the same at each limit, with which the consumer's risk is at the target; 0 when it is below.

    Raises Invalid for a target that is no probability.
    """
    check_share("target", target)
    check_positive("sd", process.sd)
    check_positive("uncertainty", uncertainty)

    def excess(width: float) -> float:
        return _false_accept(process, uncertainty, tolerance, tolerance.narrowed(width)) - target

    if excess(0.0) <= 0:
        return 0.0
    most = uncertainty
    while excess(most) > 0:  # it ends: with bands that overlap, or far inside one limit, nothing is accepted
        most *= 2
    return float(brentq(excess, 0.0, most, xtol=CLOSE * most))


def _false_accept(process: Normal, uncertainty: float, tolerance: Interval, acceptance: Interval) -> float:
    below, above = Interval(upper=tolerance.lower), Interval(lower=tolerance.upper)
    return sum(_share(process, uncertainty, acceptance, tail, conformance) for tail in (below, above))


def _share(
    process: Normal,
    uncertainty: float,
    acceptance: Interval,
    true: Interval,
    chance: Callable[[Normal, Interval], float],
) -> float:
    """The share of the population with its true value in an interval, weighed by the chance of a decision on it.

    Gauss and Legendre's rule between points that follow both bells, the population's and the measurement's at each
    acceptance limit, however far apart their widths are.
    """
    start = max(true.lower, process.mean - FAR * process.sd)
    end = min(true.upper, process.mean + FAR * process.sd)
    if start >= end:
        return 0.0
    bells = [process, *(Normal(edge, uncertainty) for edge in acceptance if isfinite(edge))]
    turns = {bell.mean + sign * step * bell.sd for bell in bells for step in STEPS for sign in (-1, 1)}
    ends = [start, *sorted(turn for turn in turns if start < turn < end), end]
    total = 0.0
    for left, right in pairwise(ends):
        middle, half = (left + right) / 2, (right - left) / 2
        for node, weight in _nodes():
            at = middle + half * node
            height = exp(-(((at - process.mean) / process.sd) ** 2) / 2)
            total += weight * half * height * chance(Normal(at, uncertainty), acceptance)
    return total / (process.sd * sqrt(2 * pi))


@lru_cache(maxsize=1)
def _nodes() -> list[tuple[float, float]]:
    places, weights = roots_legendre(NODES)
    return list(zip(places.tolist(), weights.tolist(), strict=True))
