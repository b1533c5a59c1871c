"""Control charts of single values (I-MR): a centre line, limits of natural variation, and the points beyond them."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

LEAST_VALUES: Final = 3
# Of moving ranges of two: 3/d₂ with d₂ = 1.128, and D₄, as tables of control charts print them.
LIMIT_FACTOR: Final = Decimal("2.66")
RANGE_FACTOR: Final = Decimal("3.267")
D2: Final = Decimal("1.128")


class Individuals(NamedTuple):
    """A chart of individuals and moving ranges, all in the unit of the values.

    Points beyond the limits are named by their place in what was given; a point on a limit is inside. `ranges` holds
    the moving range up to each point but the first, and `outside_ranges` the places of points that jumped too far.
    """

    centre: Decimal
    lower: Decimal
    upper: Decimal
    mean_range: Decimal
    upper_range: Decimal
    sigma: Decimal
    ranges: tuple[Decimal, ...]
    outside: tuple[int, ...]
    outside_ranges: tuple[int, ...]


def individuals(values: Sequence[Decimal], *, baseline: int | None = None) -> Individuals:
    """The chart of values in the order they were measured: x̄ ± 2.66·MR̄, ranges up to 3.267·MR̄; sigma is MR̄/1.128.

    With `baseline` the limits come from that many first values and the others are judged by them. Comparisons are
    exact. Refused with fewer than three values to set limits by.
    """
    settled = values if baseline is None else values[:baseline]
    if len(settled) < LEAST_VALUES:
        text = _(
            "Values of this point so far: %(count)s; control limits need %(least)s. Record further checks.",
            count=len(settled),
            least=LEAST_VALUES,
        )
        raise Invalid({"points": [text]})
    exact = [Fraction(value) for value in values]
    ranges = [abs(later - earlier) for earlier, later in pairwise(exact)]
    settled_ranges = ranges[: len(settled) - 1]
    centre = sum(exact[: len(settled)], Fraction(0)) / len(settled)
    mean_range = sum(settled_ranges, Fraction(0)) / len(settled_ranges)
    reach, most = mean_range * Fraction(LIMIT_FACTOR), mean_range * Fraction(RANGE_FACTOR)
    return Individuals(
        centre=_decimal(centre),
        lower=_decimal(centre - reach),
        upper=_decimal(centre + reach),
        mean_range=_decimal(mean_range),
        upper_range=_decimal(most),
        sigma=_decimal(mean_range / Fraction(D2)),
        ranges=tuple(_decimal(moved) for moved in ranges),
        outside=tuple(place for place, value in enumerate(exact) if abs(value - centre) > reach),
        outside_ranges=tuple(place for place, moved in enumerate(ranges, 1) if moved > most),
    )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
