"""Tolerance and acceptance limits, exactly, and the error they hold for.

The `lower_limit` and `upper_limit` of a recorded point are limits of the error of indication, as in -0.20 … +0.20; the
error is E = indication - reference, the correction C = -E. A specification in limits of the indication itself, as in
99.80 … 100.20, is turned into limits of the error by `less` the reference value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from typing import Final, NamedTuple

from registry.assets.rules import MOST_DIGITS, Characterised, limit
from registry.calibration.rules import PointValues
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_value

EXACT: Final = Context(prec=MOST_DIGITS, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])


@contextmanager
def exactly() -> Iterator[None]:
    """Decimal sums and products with every digit; raises decimal.Inexact rather than round."""
    with localcontext(EXACT):
        yield


class Limits(NamedTuple):
    """An interval with both its ends; None is no limit on that side. Its lower end above its upper holds nothing."""

    lower: Decimal | None
    upper: Decimal | None

    @property
    def is_empty(self) -> bool:
        """Whether no value lies inside; where both ends are the same, that one value does."""
        return self.lower is not None and self.upper is not None and self.lower > self.upper

    def hold(self, value: Decimal) -> bool:
        """Whether a value lies inside, equality included."""
        return (self.lower is None or value >= self.lower) and (self.upper is None or value <= self.upper)

    def narrowed(self, width: Decimal) -> "Limits":
        """Both ends moved inwards by a guard band; a negative one moves them outwards."""
        lower = None if self.lower is None else EXACT.add(self.lower, width)
        upper = None if self.upper is None else EXACT.subtract(self.upper, width)
        return Limits(lower, upper)

    def less(self, value: Decimal) -> "Limits":
        """The same limits for the difference from a value: of an error, where these are of an indication."""
        lower = None if self.lower is None else EXACT.subtract(self.lower, value)
        upper = None if self.upper is None else EXACT.subtract(self.upper, value)
        return Limits(lower, upper)


def check_tolerance(limits: Limits) -> None:
    """Something can meet the limits. Raises Invalid without any, or where the upper is below the lower."""
    low, high = limits
    if low is None and high is None:
        raise Invalid({"upper_limit": [_("Conformity needs something to conform to; give at least one limit.")]})
    if low is not None and high is not None and limits.is_empty:
        text = _("%(high)s is below the lower limit, %(low)s.", high=said_value(high), low=said_value(low))
        raise Invalid({"upper_limit": [text]})


def limits_around(centre: Decimal, mpe: Decimal) -> Limits:
    """Centre ± the maximum permissible error: around zero for an error, around the reference for an indication."""
    return Limits(centre, centre).narrowed(mpe.copy_negate())


def permitted_error(characteristic: Characterised, at: Decimal) -> Limits | None:
    """Limits of the error of indication at a reading, or at a nominal value where the percentage is of that.

    In the characteristic's unit, None when it names no maximum permissible error. Raises Invalid outside its range.
    """
    mpe = limit(characteristic, at)
    return None if mpe is None else limits_around(Decimal(0), mpe)


def error_of(point: PointValues) -> Decimal | None:
    """The error of indication at a point, in its unit: indication - reference. None where one of them is not known.

    The nominal value stands in for the one that is left out: a material measure such as a weight indicates the value
    assigned to it (VIM 4.1, note 1), and an instrument set to a nominal value without deviation has it for reference.
    """
    nominal, reference, indication = point["nominal"], point["reference"], point["indication"]
    if reference is None and indication is None:
        return None
    shown = nominal if indication is None else indication
    true = nominal if reference is None else reference
    if shown is None or true is None:
        return None
    return EXACT.subtract(shown, true)


def correction_of(error: Decimal | None) -> Decimal | None:
    """What is added to an indication to compensate its error: C = -E; None where the error is not known."""
    return None if error is None else Decimal(0) if error.is_zero() else error.copy_negate()
