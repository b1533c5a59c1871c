"""Reliability curves: the share still in tolerance after a time, in ten shapes (NCSLI RP-1, methods S1 to S3).

Each shape gives the share R and its complement 1 - R, the latter without the digits that subtraction would cost, for
time t ≥ 0 and parameters θ > 0. Rates are per unit of the caller's time.
"""

from collections.abc import Callable
from enum import StrEnum
from math import erf, erfc, exp, expm1, log, log1p, sqrt
from typing import Final, NamedTuple

Theta = tuple[float, ...]
Shares = tuple[float, float]  # in tolerance, out of tolerance
Box = tuple[tuple[float, float, float], ...]  # of each parameter: the least, a likely and the greatest value


class Model(StrEnum):
    EXPONENTIAL = "exponential"
    WEIBULL = "weibull"
    MIXED_EXPONENTIAL = "mixed_exponential"
    RANDOM_WALK = "random_walk"
    RESTRICTED_WALK = "restricted_walk"
    MODIFIED_GAMMA = "modified_gamma"
    MORTALITY_DRIFT = "mortality_drift"
    WARRANTY = "warranty"
    DRIFT = "drift"
    LOGNORMAL = "lognormal"


class Scale(NamedTuple):
    """What the data say at a glance: a rate of failure, a typical time, and a variance in units of the limit."""

    rate: float
    time: float
    variance: float


class Curve(NamedTuple):
    """A shape with where its parameters may lie; as many parameters as the box has sides."""

    shares: Callable[[Theta, float], Shares]
    box: Callable[[Scale], Box]


TINY: Final = 1e-12  # of a likely value: as good as nothing
MOST_EXPONENT: Final = 700.0  # e to more than this is no float
GAMMA_TERMS: Final = 4
SERIES_BELOW: Final = 8.0  # where 1 - R of the modified gamma is summed, as it would vanish in a difference
ENOUGH_TERMS: Final = 60


def _decayed(exponent: float) -> Shares:
    return exp(-exponent), -expm1(-exponent)


def _exponential(theta: Theta, t: float) -> Shares:
    return _decayed(theta[0] * t)


def _weibull(theta: Theta, t: float) -> Shares:
    if t == 0:
        return 1.0, 0.0
    return _decayed(exp(min(theta[1] * log(theta[0] * t), MOST_EXPONENT)))


def _mixed_exponential(theta: Theta, t: float) -> Shares:
    return _decayed(theta[1] * log1p(theta[0] * t))


def _within(variance: float) -> Shares:
    """The share of a centred normal distribution within ±1."""
    if variance <= 0:
        return 1.0, 0.0
    z = 1 / sqrt(2 * variance)
    return erf(z), erfc(z)


def _random_walk(theta: Theta, t: float) -> Shares:
    return _within(theta[0] + theta[1] * t)


def _restricted_walk(theta: Theta, t: float) -> Shares:
    return _within(theta[0] - theta[1] * expm1(-theta[2] * t))


def _modified_gamma(theta: Theta, t: float) -> Shares:
    x = theta[0] * t
    term, kept = exp(-x), 0.0
    for n in range(GAMMA_TERMS):
        kept += term
        term *= x / (n + 1)
    if x >= SERIES_BELOW:
        return kept, 1 - kept
    lost = 0.0
    for n in range(GAMMA_TERMS, ENOUGH_TERMS):
        lost += term
        term *= x / (n + 1)
    return kept, lost


def _mortality_drift(theta: Theta, t: float) -> Shares:
    return _decayed(theta[0] * t + theta[1] * t * t)


def _warranty(theta: Theta, t: float) -> Shares:
    x = max(-MOST_EXPONENT, min(theta[0] * (t - theta[1]), MOST_EXPONENT))
    return 1 / (1 + exp(x)), 1 / (1 + exp(-x))


def _above(z: float) -> float:
    """The share of a standard normal distribution above z."""
    return erfc(z / sqrt(2)) / 2


def _drift(theta: Theta, t: float) -> Shares:
    lost = _above(theta[0] + theta[2] * t) + _above(theta[1] - theta[2] * t)
    return 1 - lost, lost


def _lognormal(theta: Theta, t: float) -> Shares:
    if t == 0:
        return 1.0, 0.0
    z = log(theta[0] * t) / theta[1]
    return _above(z), _above(-z)


def _about(likely: float, least: float = TINY, most: float = 1e6) -> tuple[float, float, float]:
    return likely * least, likely, likely * most


STRETCH: Final = (0.02, 1.0, 50.0)  # of time, in the Weibull shape
SPREAD: Final = (0.01, 1.0, 100.0)  # of the logarithm of time
DISTANCE: Final = (1e-6, 1.0, 10.0)  # of a limit from the mean, in standard deviations
SHAPE: Final = (1e-6, 1.0, 1e6)

CURVES: Final[dict[Model, Curve]] = {
    Model.EXPONENTIAL: Curve(_exponential, lambda scale: (_about(scale.rate),)),
    Model.WEIBULL: Curve(_weibull, lambda scale: (_about(scale.rate), STRETCH)),
    Model.MIXED_EXPONENTIAL: Curve(_mixed_exponential, lambda scale: (_about(scale.rate), SHAPE)),
    Model.RANDOM_WALK: Curve(
        _random_walk, lambda scale: (_about(scale.variance / 2), _about(scale.variance / scale.time / 2))
    ),
    Model.RESTRICTED_WALK: Curve(
        _restricted_walk,
        lambda scale: (_about(scale.variance / 2), _about(scale.variance), _about(1 / scale.time, 1e-4, 1e4)),
    ),
    Model.MODIFIED_GAMMA: Curve(_modified_gamma, lambda scale: (_about(GAMMA_TERMS * scale.rate),)),
    Model.MORTALITY_DRIFT: Curve(
        _mortality_drift, lambda scale: (_about(scale.rate / 2), _about(scale.rate / scale.time / 2))
    ),
    Model.WARRANTY: Curve(_warranty, lambda scale: (_about(1 / scale.time, 1e-6), _about(scale.time, 1e-6))),
    Model.DRIFT: Curve(_drift, lambda scale: (DISTANCE, DISTANCE, _about(0.5 / scale.time))),
    Model.LOGNORMAL: Curve(_lognormal, lambda scale: (_about(1 / scale.time), SPREAD)),
}


def reliability(model: Model, theta: Theta, time: float) -> float:
    """The share still in tolerance after a time without calibration."""
    return CURVES[model].shares(theta, time)[0]
