"""Fitting reliability curves by maximum likelihood: bounded, from several starts, and the same at every run.

The logarithms of the parameters are searched, so that scales do not matter. A coarse grid finds where to start, a
simplex goes down from its best places, since it needs no slope at a bound, and begins anew where it came lowest.
"""

from collections.abc import Callable, Sequence
from itertools import product
from math import exp, isfinite, log
from statistics import NormalDist
from typing import Final, NamedTuple

from registry.calibration.review.curves import CURVES, Box, Model, Scale, Theta, reliability

GRID: Final = (-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0)  # powers of two around a likely value
STARTS: Final = 3
LEAST_SHARE: Final = 1e-300  # its logarithm is still a number
PRECISION: Final = 1e-12  # of the likelihood, whose rounding is about 1e-15
STEP: Final = 1e-9  # of the logarithm of a parameter
ROUGH_STEP: Final = 1e-3
ROUNDS: Final = 4000
NEAR_BOUND: Final = 1e-3


class Bin(NamedTuple):
    """Calibrations made after about the same time: how many, and how many found in tolerance."""

    time: float
    calibrations: int
    in_tolerance: int

    @property
    def observed(self) -> float:
        return self.in_tolerance / self.calibrations


class Fit(NamedTuple):
    """A fitted model. θ in the order of the model's formula; `at_bound` tells which ran into the end of their range.

    `lack` is F = s_L²/s_E² for lack of fit, `critical` its 95 % quantile, `rejection` the confidence with which the
    model is rejected; None where the bins leave nothing to test it with. `nll` is the negative log-likelihood.
    """

    model: Model
    theta: Theta
    converged: bool
    at_bound: tuple[int, ...]
    nll: float
    aic: float
    lack: float | None
    critical: float | None
    rejection: float | None


def fitted(model: Model, bins: Sequence[Bin]) -> Fit:
    """The most likely curve of a model. A search that found no end, or that has more to find than bins, says so."""
    box = CURVES[model].box(scale_of(bins))
    theta, lowest, found = _minimum(_deviance(model, bins), box)
    lack, critical, rejection = _lack_of_fit(model, theta, bins)
    return Fit(
        model=model,
        theta=theta,
        converged=found and isfinite(lowest) and len(box) <= len(bins),
        at_bound=tuple(place for place, side in enumerate(box) if _ends(theta[place], side)),
        nll=lowest,
        aic=2 * len(box) + 2 * lowest,
        lack=lack,
        critical=critical,
        rejection=rejection,
    )


def scale_of(bins: Sequence[Bin]) -> Scale:
    """A rate, a time and a variance about as large as those of the data."""
    calibrations = sum(bin_.calibrations for bin_ in bins)
    share = (sum(bin_.in_tolerance for bin_ in bins) + 0.5) / (calibrations + 1)
    time = sum(bin_.time * bin_.calibrations for bin_ in bins) / calibrations
    return Scale(rate=-log(share) / time, time=time, variance=NormalDist().inv_cdf((1 + share) / 2) ** -2)


def _deviance(model: Model, bins: Sequence[Bin]) -> Callable[[Sequence[float]], float]:
    """The negative log-likelihood as a function of the logarithms of the parameters."""
    shares = CURVES[model].shares
    counts = [(bin_.time, bin_.in_tolerance, bin_.calibrations - bin_.in_tolerance) for bin_ in bins]

    def deviance(logs: Sequence[float]) -> float:
        theta = tuple(exp(value) for value in logs)
        total = 0.0
        for time, good, bad in counts:
            kept, lost = shares(theta, time)
            if good:
                total -= good * log(max(kept, LEAST_SHARE))
            if bad:
                total -= bad * log(max(lost, LEAST_SHARE))
        return total

    return deviance


def _minimum(deviance: Callable[[Sequence[float]], float], box: Box) -> tuple[Theta, float, bool]:
    from scipy.optimize import minimize  # noqa: PLC0415 — scipy costs every start half a second

    bounds = [(log(least), log(most)) for least, _likely, most in box]
    sides = [
        [_clipped(log(likely) + power * log(2), log(least), log(most)) for power in GRID] for least, likely, most in box
    ]
    starts = sorted(product(*sides), key=deviance)[:STARTS]
    rough = {"xatol": ROUGH_STEP, "fatol": ROUGH_STEP, "maxfev": ROUNDS}
    descents = [minimize(deviance, start, method="Nelder-Mead", bounds=bounds, options=rough) for start in starts]
    lowest = min(descents, key=lambda descent: float(descent.fun))
    fine = {"xatol": STEP, "fatol": PRECISION * max(1.0, float(lowest.fun)), "maxfev": ROUNDS}
    end = minimize(deviance, lowest.x, method="Nelder-Mead", bounds=bounds, options=fine)
    return tuple(exp(float(value)) for value in end.x), float(end.fun), bool(end.success)


def _lack_of_fit(model: Model, theta: Theta, bins: Sequence[Bin]) -> tuple[float | None, float | None, float | None]:
    from scipy.special import fdtr, fdtri  # noqa: PLC0415 — scipy costs every start half a second

    left = len(bins) - len(theta)
    within = sum(bin_.calibrations for bin_ in bins) - len(bins)
    if left < 1 or within < 1:
        return None, None, None
    error = sum(bin_.calibrations * bin_.observed * (1 - bin_.observed) for bin_ in bins) / within
    gaps = sum(bin_.calibrations * (bin_.observed - reliability(model, theta, bin_.time)) ** 2 for bin_ in bins) / left
    if error == 0:
        return None, None, None
    lack = gaps / error
    return lack, float(fdtri(left, within, 0.95)), float(fdtr(left, within, lack))


def _clipped(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def _ends(value: float, side: tuple[float, float, float]) -> bool:
    least, _likely, most = (log(end) for end in side)
    return log(value) - least < NEAR_BOUND or most - log(value) < NEAR_BOUND
