"""The interval from measured values: how far a reading moves between calibrations (Castrup; NASA-HDBK-8739.19-5).

A change is an as-found value minus the as-left value before it, over the time between. It starts at nothing, so the
curve δ(t) = b₁t + b₂t² + … has no intercept; it is fitted by least squares, with cov = s²(XᵀX)⁻¹. A change yet to
come is predicted with the standard uncertainty u_p(t) = √(s² + xᵀ cov x), x = (t, t², …). Times are in the caller's
unit, values in that of the readings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, NamedTuple

from registry.calibration.crossings import first_crossing
from registry.calibration.keeping import Keeping
from registry.calibration.review.proposal import Because, Interval, Method, Proposal, Reason, settle
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

HIGHEST_ORDER: Final = 3
FARTHEST: Final = 1000.0  # times the longest time seen: beyond, a target counts as never reached


class Change(NamedTuple):
    """As found minus the as-left value before it, after a time without calibration."""

    time: float
    change: float


class Growth(NamedTuple):
    """δ(t): coefficients from the first order up, their covariances, s of the residuals, and its degrees of freedom."""

    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    s: float
    freedom: int
    longest: float

    def change(self, time: float) -> float:
        """The change to be expected after a time."""
        return sum(b * x for b, x in zip(self.coefficients, self._powers(time), strict=True))

    def uncertainty(self, time: float) -> float:
        """The standard uncertainty of a change after a time, u_p."""
        powers = self._powers(time)
        spread = sum(
            left * cell * right
            for left, row in zip(powers, self.covariance, strict=True)
            for right, cell in zip(powers, row, strict=True)
        )
        return sqrt(self.s**2 + max(spread, 0.0))

    def _powers(self, time: float) -> list[float]:
        return [time**order for order in range(1, len(self.coefficients) + 1)]


@dataclass(frozen=True, kw_only=True)
class VariablesProposal(Proposal):
    """`time` is when the target is reached, in the unit of the changes; `quantile` is that of Student's t, if any."""

    growth: Growth
    time: float | None
    quantile: float | None


def grown(changes: Sequence[Change], order: int) -> Growth:
    """The curve of an order (1 to 3) through the changes."""
    import numpy as np  # noqa: PLC0415 — no start of the server should pay for it

    _check(changes, order)
    longest = max(change.time for change in changes)
    scaled = np.array([[(change.time / longest) ** power for power in range(1, order + 1)] for change in changes])
    values = np.array([change.change for change in changes])
    orthogonal, triangle = np.linalg.qr(scaled)
    inverse = np.linalg.inv(triangle)
    scale = np.array([longest**power for power in range(1, order + 1)])
    coefficients = inverse @ (orthogonal.T @ values)
    freedom = len(changes) - order
    variance = float(np.sum((values - scaled @ coefficients) ** 2)) / freedom
    covariance = variance * (inverse @ inverse.T) / np.outer(scale, scale)
    return Growth(
        coefficients=tuple(float(b) for b in coefficients / scale),
        covariance=tuple(tuple(float(cell) for cell in row) for row in covariance),
        s=sqrt(variance),
        freedom=freedom,
        longest=longest,
    )


def by_uncertainty(growth: Growth, start: float, target: float, interval: Interval) -> VariablesProposal:
    """Until the standard uncertainty, `start` just after calibration, has grown to a target: u₀² + u_p(t)² = u²."""
    messages: dict[str, list[str]] = {}
    if start < 0:
        messages["start"] = [_("An uncertainty cannot be below zero; leave out the sign ±.")]
    if not target > 0:
        messages["target"] = [_("An uncertainty to keep is above zero, not %(value)s.", value=target)]
    if messages:
        raise Invalid(messages)

    def margin(time: float) -> float:
        return target**2 - start**2 - growth.uncertainty(time) ** 2

    return _proposed(growth, margin, interval, None)


def by_reliability(growth: Growth, value: float, keeping: Keeping, interval: Interval) -> VariablesProposal:
    """Until the reading, y₀ = `value` just after calibration, may leave its limits: y₀ + δ(t) ± t·√(u₀² + u_p²)."""
    quantile = keeping.quantile(growth.freedom)

    def margin(time: float) -> float:
        return keeping.room(value + growth.change(time), growth.uncertainty(time), quantile)

    return _proposed(growth, margin, interval, quantile)


def _proposed(
    growth: Growth, margin: Callable[[float], float], interval: Interval, quantile: float | None
) -> VariablesProposal:
    time, reasons = _reached(margin, growth.longest)
    wanted = time / interval.time_per_step
    proposed, limits = settle(interval, wanted)
    return VariablesProposal(
        method=Method.VARIABLES,
        current=interval.current,
        wanted=wanted,
        proposed=proposed,
        reasons=(*reasons, *limits),
        growth=growth,
        time=time if reasons[0].code is Because.TARGET_REACHED else None,
        quantile=quantile,
    )


def _reached(margin: Callable[[float], float], longest: float) -> tuple[float, list[Reason]]:
    """How long a margin lasts, and why: 0 when it is gone from the start, the horizon when it outlasts it."""
    if margin(0) <= 0:
        return 0.0, [Reason(Because.ALREADY_BEYOND)]
    horizon = longest * FARTHEST
    time = first_crossing(margin, longest, horizon)
    if time is None:
        return horizon, [Reason(Because.NEVER_REACHED, {"horizon": horizon})]
    reasons = [Reason(Because.TARGET_REACHED, {"time": time})]
    if time > longest:
        reasons.append(Reason(Because.EXTRAPOLATED, {"time": time, "longest": longest}))
    return time, reasons


def _check(changes: Sequence[Change], order: int) -> None:
    if not 1 <= order <= HIGHEST_ORDER:
        raise Invalid(
            {"order": [_("The order of the curve is 1 to %(most)s, not %(value)s.", most=HIGHEST_ORDER, value=order)]}
        )
    messages: dict[str, list[str]] = {}
    for place, change in enumerate(changes):
        if not change.time > 0:
            text = _("A calibration comes some time after the one before; %(value)s is none.", value=change.time)
            messages[f"changes.{place}.time"] = [text]
    if messages:
        raise Invalid(messages)
    if len(changes) <= order:
        text = _(
            "There are %(count)s changes between calibrations, and a curve of order %(order)s needs %(least)s. "
            "Record as-found and as-left values, or lower the order.",
            count=len(changes),
            order=order,
            least=order + 1,
        )
        raise Invalid({"changes": [text]})
    times = len({change.time for change in changes})
    if times < order:
        text = _(
            "The changes were seen after %(count)s different times, and a curve of order %(order)s needs %(order)s. "
            "Lower the order.",
            count=times,
            order=order,
        )
        raise Invalid({"changes": [text]})
