"""What every review answers: the method, the interval now and the one proposed, and the reasons as codes with numbers.

An interval is a whole number of steps, the unit it is kept in (months or days, as the caller has it). What a method
wants is limited in this order: the change factor, the shortest and longest interval, the legal cycle; and it is
rounded down, since a longer interval is the one that has to be earned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


class Method(StrEnum):
    """The ways of reviewing (ILAC-G24:2022, clause 6; NCSLI RP-1)."""

    STAIRCASE = "staircase"
    CONTROL_CHART = "control_chart"
    INTERVAL_TEST = "interval_test"
    RELIABILITY = "reliability"
    VARIABLES = "variables"


class Because(StrEnum):
    """Why an interval is proposed; the numbers that go with each are named beside the code."""

    WELL_WITHIN = "well_within"  # share, threshold: the largest error takes this share of its limit
    WITHIN = "within"  # share, threshold
    OUTSIDE = "outside"  # share
    ABOVE_TARGET = "above_target"  # observed, target, confidence
    ON_TARGET = "on_target"  # observed, target, confidence
    BELOW_TARGET = "below_target"  # observed, target, confidence
    NOT_CONFIDENT = "not_confident"  # confidence, needed
    CHANGE_TOO_SMALL = "change_too_small"  # change, least
    BEST_MODEL = "best_model"  # model, aic, interval
    BETTER_WITHOUT_INTERVAL = "better_without_interval"  # model, aic
    MODEL_REJECTED = "model_rejected"  # model, confidence
    MODEL_FAILED = "model_failed"  # model
    FIT_UNTESTED = "fit_untested"  # model
    NO_MODEL = "no_model"
    TARGET_REACHED = "target_reached"  # time
    ALREADY_BEYOND = "already_beyond"
    NEVER_REACHED = "never_reached"  # horizon
    EXTRAPOLATED = "extrapolated"  # time, longest
    CHANGE_LIMITED = "change_limited"  # wanted, factor
    SHORTEST = "shortest"  # wanted, shortest
    LONGEST = "longest"  # wanted, longest
    LEGAL_CYCLE = "legal_cycle"  # wanted, cycle
    ROUNDED_DOWN = "rounded_down"  # wanted


Values = Mapping[str, float | Decimal | str]


@dataclass(frozen=True)
class Reason:
    """A code, and the numbers (or the model's name) with which a page puts it into words."""

    code: Because
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The interval under review, in steps, and how far a review may take it.

    `factor` is the largest change at once; `legal_cycle` may be shortened by the owner, never lengthened.
    `time_per_step` is how long a step is in the unit of the times that a method is given: 1 when it is the same,
    30.436875 for months and times in days.
    """

    current: int
    shortest: int
    longest: int
    factor: Decimal = Decimal(2)
    legal_cycle: int | None = None
    time_per_step: float = 1

    def __post_init__(self) -> None:
        messages: dict[str, list[str]] = {}
        if self.current < 1:
            text = _("There is no interval to review; set one of at least 1 first, not %(value)s.", value=self.current)
            messages["current"] = [text]
        if self.shortest < 1:
            messages["shortest"] = [_("The shortest interval is at least 1; %(value)s is not.", value=self.shortest)]
        if self.longest < self.shortest:
            ends = {"longest": self.longest, "shortest": self.shortest}
            messages["longest"] = [_("%(longest)s is below the shortest interval, %(shortest)s.", **ends)]
        if self.factor <= 1:
            text = _("A change factor is above 1, often 2; %(value)s would allow no change.", value=self.factor)
            messages["factor"] = [text]
        if self.legal_cycle is not None and self.legal_cycle < 1:
            messages["legal_cycle"] = [_("A legal cycle is at least 1; %(value)s is not.", value=self.legal_cycle)]
        if not self.time_per_step > 0:
            text = _("A step lasts longer than nothing; %(value)s does not.", value=self.time_per_step)
            messages["time_per_step"] = [text]
        if messages:
            raise Invalid(messages)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a review proposes; each method adds its own numbers. `wanted` is the interval before any limit, in steps."""

    method: Method
    current: int
    wanted: float
    proposed: int
    reasons: tuple[Reason, ...]


FINEST: Final = 10**6  # a fitted interval is not known to a millionth of a step


def settle(interval: Interval, wanted: Fraction | float) -> tuple[int, tuple[Reason, ...]]:
    """The whole interval nearest beneath what is wanted, in steps, that the bounds allow, and what they changed.

    The bounds win over the change factor when the current interval lies outside them, and the law wins over all.
    """
    reasons: list[Reason] = []
    value = wanted if isinstance(wanted, Fraction) else Fraction(wanted).limit_denominator(FINEST)
    factor = Fraction(interval.factor)
    limited = min(max(value, interval.current / factor), interval.current * factor)
    if limited != value:
        reasons.append(Reason(Because.CHANGE_LIMITED, {"wanted": float(value), "factor": interval.factor}))
    if limited < interval.shortest:
        reasons.append(Reason(Because.SHORTEST, {"wanted": float(limited), "shortest": interval.shortest}))
    if limited > interval.longest:
        reasons.append(Reason(Because.LONGEST, {"wanted": float(limited), "longest": interval.longest}))
    limited = min(max(limited, Fraction(interval.shortest)), Fraction(interval.longest))
    if interval.legal_cycle is not None and limited > interval.legal_cycle:
        reasons.append(Reason(Because.LEGAL_CYCLE, {"wanted": float(limited), "cycle": interval.legal_cycle}))
        limited = Fraction(interval.legal_cycle)
    whole = floor(limited)
    if whole != limited:
        reasons.append(Reason(Because.ROUNDED_DOWN, {"wanted": float(limited)}))
    return whole, tuple(reasons)
