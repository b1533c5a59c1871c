"""The staircase: a step up after errors well within their limits, a step down after one outside (ILAC-G24, method 1).

An interval goes up by `up` when the largest as-found error takes no more than `threshold` of its limit, stays when it
is within the limit, and goes down by `down` when it is outside. Comparisons are exact, and equality counts as inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from registry.calibration.review.proposal import Because, Interval, Method, Proposal, Reason, settle
from registry.calibration.rules import Stage
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


class ErrorFound(NamedTuple):
    """An error of indication with the limits it must keep, all in one unit: `lower` ≤ 0 ≤ `upper`, one may be None.

    With `expanded_uncertainty` the uncertainty takes its part of the limit too: (|E| + U)/MPE.
    """

    error: Decimal
    lower: Decimal | None
    upper: Decimal | None
    expanded_uncertainty: Decimal = Decimal(0)
    stage: Stage = Stage.AS_FOUND


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The height of the steps; what is usual where nothing else is agreed."""

    up: Decimal = Decimal("1.2")
    down: Decimal = Decimal("0.6")
    threshold: Decimal = Decimal("0.8")

    def __post_init__(self) -> None:
        messages: dict[str, list[str]] = {}
        if self.up < 1:
            text = _("The factor after good results lengthens: at least 1, not %(value)s.", value=self.up)
            messages["up"] = [text]
        if not 0 < self.down <= 1:
            text = _("The factor after a bad result shortens: above 0 and at most 1, not %(value)s.", value=self.down)
            messages["down"] = [text]
        if not 0 < self.threshold <= 1:
            share = self.threshold
            text = _("The threshold is a share of the limit: above 0 and at most 1, not %(value)s.", value=share)
            messages["threshold"] = [text]
        if messages:
            raise Invalid(messages)


@dataclass(frozen=True, kw_only=True)
class StaircaseProposal(Proposal):
    """`share` is the largest part of a limit that an error took: 1 is on the limit; infinite where the limit is 0."""

    share: Decimal
    points: int


def review(found: Sequence[ErrorFound], interval: Interval, steps: Steps | None = None) -> StaircaseProposal:
    """The next interval from the as-found errors of one calibration; points after adjustment say nothing and are left.

    Refused without as-found points: what was seen only after an adjustment does not tell how the interval went.
    """
    steps = steps or Steps()
    judged = [point for point in found if point.stage is Stage.AS_FOUND]
    _check(found, judged)
    shares = [_share(point) for point in judged]
    known = [share for share in shares if share is not None]
    worst = max(known) if len(known) == len(shares) else None
    code, factor = _step(worst, steps)
    wanted = interval.current * Fraction(factor)
    proposed, limits = settle(interval, wanted)
    share = Decimal("Infinity") if worst is None else Decimal(worst.numerator) / Decimal(worst.denominator)
    return StaircaseProposal(
        method=Method.STAIRCASE,
        current=interval.current,
        wanted=float(wanted),
        proposed=proposed,
        reasons=(Reason(code, {"share": share, "threshold": steps.threshold}), *limits),
        share=share,
        points=len(judged),
    )


def _step(worst: Fraction | None, steps: Steps) -> tuple[Because, Decimal]:
    if worst is None or worst > 1:
        return Because.OUTSIDE, steps.down
    if worst <= Fraction(steps.threshold):
        return Because.WELL_WITHIN, steps.up
    return Because.WITHIN, Decimal(1)


def _share(point: ErrorFound) -> Fraction | None:
    """The larger part of a limit taken on either side, 0 when the error keeps away from both; None beyond a limit 0."""
    error, uncertainty = Fraction(point.error), Fraction(point.expanded_uncertainty)
    sides = [(error + uncertainty, point.upper), (-error + uncertainty, None if point.lower is None else -point.lower)]
    share = Fraction(0)
    for reach, limit in sides:
        if limit is None or reach <= 0:
            continue
        if limit == 0:
            return None
        share = max(share, reach / Fraction(limit))
    return share


def _check(found: Sequence[ErrorFound], judged: Sequence[ErrorFound]) -> None:
    if not found:
        raise Invalid({"points": [_("There are no measured points; record the as-found errors of a calibration.")]})
    if not judged:
        text = _(
            "All %(count)s points were taken after adjustment; the staircase needs errors as found before it. "
            "Ask the laboratory for them.",
            count=len(found),
        )
        raise Invalid({"points": [text]})
    messages: dict[str, list[str]] = {}
    for place, point in enumerate(found):
        if point.stage is Stage.AS_FOUND and (wrong := _wrong(point)):
            messages[f"points.{place}"] = [wrong]
    if messages:
        raise Invalid(messages)


def _wrong(point: ErrorFound) -> str | None:
    if point.lower is None and point.upper is None:
        return _("This point has no limit of error; give the maximum permissible error.")
    if (point.lower is not None and point.lower > 0) or (point.upper is not None and point.upper < 0):
        low, high = ("–" if limit is None else limit for limit in (point.lower, point.upper))
        return _("Limits of error lie on both sides of zero, not %(low)s to %(high)s.", low=low, high=high)
    if point.expanded_uncertainty < 0:
        return _("An uncertainty cannot be below zero; leave out the sign ±.")
    return None
