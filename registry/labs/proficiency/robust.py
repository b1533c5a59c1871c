"""Robust statistics of the results of a round: Algorithm A, and median with MADe (ISO 13528:2022, annex C).

Nothing is deleted: what lies far off is drawn in for the mean, and stays a result like the others.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

DIGITS: Final = 28
SPARE_DIGITS: Final = 50
OF_A_NORMAL: Final = Decimal("1.483")  # a standard deviation in median absolute deviations
WIDTH: Final = Decimal("1.5")  # standard deviations up to which results stay as they are
DRAWN_IN: Final = Decimal("1.134")  # makes up for what was drawn in
OF_A_MEDIAN: Final = Decimal("1.25")  # u(x_pt) = 1.25 s*/√p
STANDING: Final = Decimal("1E-9")  # of s*: far beyond the third significant figure, which the standard asks to stand
VANISHED: Final = Decimal("1E-15")  # of the first s*
MOST_ROUNDS: Final = 1000


class Robust(NamedTuple):
    """x*, s* and u(x_pt) of so many `results`, in how many iterations, and what was peculiar about them.

    `from_spread`: more than half of the results are the same, so that s* began with their standard deviation.
    `is_identical`: nothing differs, or nothing but a few that were drawn in; s* and u are zero.
    """

    mean: Decimal
    deviation: Decimal
    uncertainty: Decimal
    results: int
    iterations: int
    from_spread: bool
    is_identical: bool


class Middle(NamedTuple):
    """The median of results and MADe, their median absolute deviation as a standard deviation."""

    median: Decimal
    deviation: Decimal


def algorithm_a(results: Sequence[Decimal]) -> Robust:
    """Robust mean and standard deviation of at least two results, to 28 digits."""
    with localcontext(prec=SPARE_DIGITS):
        centre, spread = middle(results)
        from_spread = not spread
        if from_spread:
            spread = _deviation(results, _mean(results))
        first, iterations, is_settled = spread, 0, not spread
        while not is_settled and iterations < MOST_ROUNDS:
            reach = WIDTH * spread
            drawn = [min(max(result, centre - reach), centre + reach) for result in results]
            mean = _mean(drawn)
            deviation = DRAWN_IN * _deviation(drawn, mean)
            least = STANDING * deviation
            is_settled = abs(mean - centre) <= least and abs(deviation - spread) <= least
            centre, spread, iterations = mean, deviation, iterations + 1
            if spread <= VANISHED * first:
                spread, is_settled = Decimal(0), True
        doubt = OF_A_MEDIAN * spread / Decimal(len(results)).sqrt()
    with localcontext(prec=DIGITS):
        return Robust(+centre, +spread, +doubt, len(results), iterations, from_spread, not spread)


def middle(results: Sequence[Decimal]) -> Middle:
    """Median and MADe of at least one result."""
    centre = _median(results)
    return Middle(centre, OF_A_NORMAL * _median([abs(result - centre) for result in results]))


def _median(values: Sequence[Decimal]) -> Decimal:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _deviation(values: Sequence[Decimal], mean: Decimal) -> Decimal:
    return (sum(((value - mean) ** 2 for value in values), Decimal(0)) / (len(values) - 1)).sqrt()
