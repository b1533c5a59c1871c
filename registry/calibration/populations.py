"""The global risks of a decision, from what a laboratory knows of the population of items (JCGM 106:2012, clause 9).

Known is the share of the population that is in tolerance when it comes in. Errors are taken to spread about the middle
of two limits, and about zero within one. Scipy is loaded where a record says such a share, and only there.
"""

from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Final

from registry.calibration.decisions import Verdict
from registry.calibration.risk import Interval, Normal
from registry.calibration.tolerances import Limits

if TYPE_CHECKING:
    from registry.calibration.global_risk import GlobalRisk

MOST_POINTS: Final = 500  # a few milliseconds each, in a request that somebody waits for


def risk_of(verdict: Verdict, in_tolerance: Decimal) -> "GlobalRisk | None":
    """How often such a decision accepts and rejects wrongly; None without an uncertainty, or beyond one limit of zero.

    The risks are those of the limits, the guard band and the uncertainty, whatever value was measured.
    """
    measured = verdict.measured
    if not measured.expanded_uncertainty:
        return None
    tolerance = _interval(verdict.tolerance)
    mean = 0.0 if inf in (-tolerance.lower, tolerance.upper) else (tolerance.lower + tolerance.upper) / 2
    if not tolerance.lower < mean < tolerance.upper:
        return None
    uncertainty = float(measured.expanded_uncertainty / measured.factor)
    return _risk(float(in_tolerance), mean, uncertainty, tolerance, _interval(verdict.acceptance))


@lru_cache(maxsize=4096)
def _risk(share: float, mean: float, uncertainty: float, tolerance: Interval, acceptance: Interval) -> "GlobalRisk":
    from registry.calibration.global_risk import global_risk, spread_for  # noqa: PLC0415 — it loads scipy

    return global_risk(Normal(mean, spread_for(share, tolerance, mean)), uncertainty, tolerance, acceptance)


def _interval(limits: Limits) -> Interval:
    lower = -inf if limits.lower is None else float(limits.lower)
    return Interval(lower, inf if limits.upper is None else float(limits.upper))
