"""Limits that results have to keep with a probability, and how much room an expected value leaves them."""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from registry.calibration.quantiles import student_t
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """One limit may be None. `uncertainty` is the standard uncertainty of a result, in the unit of the limits.

    With two limits the probability is that of staying between them (two-sided quantile), with one of not passing it.
    """

    lower: float | None
    upper: float | None
    probability: Decimal
    uncertainty: float

    def __post_init__(self) -> None:
        messages: dict[str, list[str]] = {}
        if self.lower is None and self.upper is None:
            messages["upper"] = [_("Give a lower or an upper limit; without one there is nothing to keep.")]
        elif self.lower is not None and self.upper is not None and self.upper < self.lower:
            ends = {"high": str(self.upper), "low": str(self.lower)}
            messages["upper"] = [_("%(high)s is below the lower limit, %(low)s.", **ends)]
        if self.uncertainty < 0:
            messages["uncertainty"] = [_("An uncertainty cannot be below zero; leave out the sign ±.")]
        if messages:
            raise Invalid(messages)
        check_share("probability", self.probability)

    def quantile(self, freedom: int) -> float:
        """k_p of Student's t."""
        sides = sum(limit is not None for limit in (self.lower, self.upper))
        return student_t(float(self.probability), freedom, sides)

    def room(self, value: float, scatter: float, quantile: float) -> float:
        """How far value ± k_p·√(u² + scatter²) stays from the nearest limit; below zero beyond it."""
        reach = quantile * sqrt(self.uncertainty**2 + scatter**2)
        below = [] if self.lower is None else [value - reach - self.lower]
        above = [] if self.upper is None else [self.upper - value - reach]
        return min(below + above)


def check_share(field: str, value: Decimal) -> None:
    """Refuse, beside the field, what is no probability or share strictly between none and all."""
    if not 0 < value < 1:
        text = _("Give a share between 0 and 1, as 0.95 for 95 %%, not %(value)s.", value=value)
        raise Invalid({field: [text]})
