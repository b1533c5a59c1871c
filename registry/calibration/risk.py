"""The probability that a value conforms and the specific risks of deciding so (JCGM 106:2012, clause 7).

Knowledge of a value is a normal distribution. All numbers are in one unit; limits at infinity are no limits. A
probability near one is taken from its complement, so the tails keep their digits.
"""

from math import erfc, exp, hypot, inf, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


class Normal(NamedTuple):
    """A normal distribution: what is known of a value, or how a population spreads."""

    mean: float
    sd: float


class Interval(NamedTuple):
    """Tolerance or acceptance limits; one-sided with an infinite end, and without any value when lower > upper."""

    lower: float = -inf
    upper: float = inf

    def narrowed(self, width: float) -> "Interval":
        """Both ends moved inwards by a guard band; a negative one moves them outwards."""
        return Interval(self.lower + width, self.upper - width)


def cumulative(z: float) -> float:
    """The standard normal distribution function Φ; 1 - Φ(z) is Φ(-z), which keeps its digits."""
    return erfc(-z / sqrt(2)) / 2


def quantile(probability: float) -> float:
    """The z below which a share of the standard normal distribution lies; the share is between 0 and 1, both out."""
    return NormalDist().inv_cdf(probability)


def conformance(known: Normal, limits: Interval) -> float:
    """The probability that the value lies within the limits: Φ((upper - y)/u) - Φ((lower - y)/u)."""
    low, high = _scores(known, limits)
    if low >= high:
        return 0.0
    if low > 0:
        return cumulative(-low) - cumulative(-high)
    if high < 0:
        return cumulative(high) - cumulative(low)
    return 1 - cumulative(low) - cumulative(-high)


def nonconformance(known: Normal, limits: Interval) -> float:
    """The probability that the value lies outside the limits, with its digits where that is small."""
    low, high = _scores(known, limits)
    return 1.0 if low >= high else cumulative(low) + cumulative(-high)


def updated(prior: Normal, measured: Normal) -> Normal:
    """What is known after a measurement y ± u of an item from a population with a normal prior."""
    check_positive("sd", prior.sd)
    check_positive("sd", measured.sd)
    both = hypot(prior.sd, measured.sd)
    mean = prior.mean + (measured.mean - prior.mean) * (prior.sd / both) ** 2
    return Normal(mean, prior.sd * (measured.sd / both))


def risk_at_acceptance_limit(multiplier: float, factor: float) -> float:
    """The specific risk of false acceptance of a result right at its acceptance limit, with w = r·U and U = k·u.

    1 - Φ(r·k): the most there is where one limit matters, the other being many standard uncertainties away.
    """
    return cumulative(-multiplier * factor)


def tur(tolerance: Interval, expanded: float) -> float:
    """The test uncertainty ratio (upper - lower)/(2·U) of a two-sided tolerance, U with k = 2. Raises Invalid."""
    check_positive("expanded_uncertainty", expanded)
    width = tolerance.upper - tolerance.lower
    if width == inf:
        raise Invalid({"tolerance": [_("This ratio needs both limits; with one limit, choose another guard band.")]})
    return width / (2 * expanded)


# Guard bands from the ratio alone, as factors of the tolerance: acceptance = factor × tolerance about its middle, which
# is w = r·U with r = TUR·(1 - factor). A factor below zero leaves nothing to accept.


def expanded_factor(ratio: float) -> float:
    """The factor of a guard band as wide as the expanded uncertainty, w = U."""
    check_positive("ratio", ratio)
    return 1 - 1 / ratio


def rss_factor(ratio: float) -> float:
    """The factor √(1 - 1/TUR²): what is left of the tolerance when U is taken off in quadrature. Raises Invalid."""
    check_positive("ratio", ratio)
    if ratio < 1:
        text = _(
            "%(ratio)s is below 1: nothing is left of the tolerance; measure with a smaller uncertainty.", ratio=ratio
        )
        raise Invalid({"ratio": [text]})
    return sqrt(1 - 1 / ratio**2)


def managed_factor(ratio: float) -> float:
    """The factor that keeps the global risk of false acceptance at 2 % or less whatever the population.

    ANSI/NCSL Z540.3 handbook, method 6. From a ratio of about 4.6 no guard band is needed: it never widens a tolerance.
    """
    check_positive("ratio", ratio)
    return min(1.0, 1 - (1.04 - exp(0.38 * log(ratio) - 0.54)) / ratio)


def check_positive(field: str, value: float) -> None:
    """Raises Invalid beside the field unless the value is above zero."""
    if not value > 0:
        raise Invalid({field: [_("“%(value)s” must be greater than zero.", value=value)]})


def check_share(field: str, value: float) -> None:
    """Raises Invalid beside the field unless the value is a probability that is neither never nor always."""
    if not 0 < value < 1:
        text = _("“%(value)s” is no probability between 0 and 1; write 2 percent as 0.02.", value=value)
        raise Invalid({field: [text]})


def _scores(known: Normal, limits: Interval) -> tuple[float, float]:
    check_positive("sd", known.sd)
    return (limits.lower - known.mean) / known.sd, (limits.upper - known.mean) / known.sd
