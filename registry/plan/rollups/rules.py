"""Where a count is heading: quarters of a period, how unevenly they came, and what is likely at its end.

What is left of a period is predicted from what was counted in it so far. Assumed: things come one by one at a pace
that stays what it was, more or less evenly (Poisson); the pace is not known but learnt from them (Jeffreys' prior), so
that what will still come follows the negative binomial distribution of size n + ½ (A. Gelman et al., Bayesian Data
Analysis, 3rd edition, section 2.6). Where quarters differ more than that allows, the dispersion φ is estimated from
them (P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd edition, chapter 6) and things are taken to come in
lots of φ. A change of pace, such as money that arrives later, is not foreseen.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from math import ceil, exp, floor, lgamma, log, sqrt
from typing import Final, NamedTuple

from registry.plan.rules import Span

LEAST_QUARTERS: Final = 4
LEAST_COUNTED: Final = 5
TAIL: Final = 0.05  # beyond each end of the band, which then holds nine in ten
LIKELY: Final = 0.8
FAR: Final = 12  # standard deviations, beyond which nothing is left
JANUARY, DECEMBER = 1, 12


class Likelihood(StrEnum):
    """How likely a target is reached at the end of its period."""

    REACHED = "reached"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"
    UNLIKELY = "unlikely"


class Unforeseen(StrEnum):
    """Why nothing is predicted."""

    STATE = "state"
    OVER = "over"
    TOO_SHORT = "too_short"
    TOO_FEW = "too_few"


class Forecast(NamedTuple):
    """What is expected at the end, between which values nine times in ten, and how likely the target is (0 to 1)."""

    expected: float
    low: int
    high: int
    chance: float
    likelihood: Likelihood
    dispersion: float


class Course(NamedTuple):
    """What was counted up to a day, what of it in each full quarter, and how many days are gone and left."""

    counted: int
    full: Sequence[int]
    days: int
    left: int


def quarters(span: Span) -> list[Span]:
    """The quarters of the year that a span touches, cut to it."""
    found, start = [], span.start
    while start <= span.end:
        last_month = (start.month + 2) // 3 * 3
        after = date(start.year + 1, JANUARY, 1) if last_month == DECEMBER else date(start.year, last_month + 1, 1)
        end = min(after - timedelta(days=1), span.end)
        found.append(Span(f"{start.year}-{last_month // 3}", start, end))
        start = after
    return found


def is_full(quarter: Span) -> bool:
    """Whether a quarter has all of its days."""
    begins = quarter.start.day == 1 and quarter.start.month % 3 == 1
    day_after = quarter.end + timedelta(days=1)
    return begins and day_after.day == 1 and day_after.month % 3 == 1


def dispersion(counts: Sequence[int]) -> float:
    """How much more counts of equal times differ than a steady pace lets them: Pearson's χ² by n - 1, at least 1."""
    mean = sum(counts) / len(counts) if counts else 0
    if len(counts) < 2 or not mean:  # noqa: PLR2004 — one value differs from nothing
        return 1.0
    return max(1.0, sum((count - mean) ** 2 for count in counts) / mean / (len(counts) - 1))


def forecast(course: Course, target: int) -> Forecast | Unforeseen:
    """What a count is at the end of its period; refused on less than four full quarters or five things."""
    value = course.counted
    if course.left <= 0:
        return Unforeseen.OVER
    if len(course.full) < LEAST_QUARTERS:
        return Unforeseen.TOO_SHORT
    if value < LEAST_COUNTED:
        return Unforeseen.TOO_FEW
    spread = dispersion(course.full)
    lots = list(_lots(value / spread + 0.5, course.days / (course.days + course.left)))
    low, high = _at(lots, TAIL), _at(lots, 1 - TAIL)
    need = ceil((target - value) / spread)
    chance = 1.0 if need <= 0 else sum(share for number, share in lots if number >= need)
    return Forecast(
        expected=value + value * course.left / course.days,
        low=value + floor(low * spread),
        high=value + ceil(high * spread),
        chance=min(chance, 1.0),
        likelihood=_likelihood(chance, reached=need <= 0),
        dispersion=spread,
    )


def raised(told: Forecast, base: int) -> Forecast:
    """What is expected of a count that started from a base instead of nought."""
    return told._replace(expected=told.expected + base, low=told.low + base, high=told.high + base)


def _likelihood(chance: float, *, reached: bool) -> Likelihood:
    if reached:
        return Likelihood.REACHED
    if chance >= LIKELY:
        return Likelihood.LIKELY
    return Likelihood.UNCERTAIN if chance > 1 - LIKELY else Likelihood.UNLIKELY


def _lots(size: float, share: float) -> Iterator[tuple[int, float]]:
    """The negative binomial distribution, where it is not as good as nought."""
    mean = size * (1 - share) / share
    reach = FAR * sqrt(mean / share) + FAR
    number = max(0, floor(mean - reach))
    log_of_first = lgamma(number + size) - lgamma(size) - lgamma(number + 1)
    at = exp(log_of_first + size * log(share) + number * log(1 - share))
    while number <= mean + reach:
        yield number, at
        at *= (number + size) / (number + 1) * (1 - share)
        number += 1


def _at(lots: Sequence[tuple[int, float]], level: float) -> int:
    """The least number up to which the shares add up to a level."""
    total = 0.0
    for number, share in lots:
        total += share
        if total >= level:
            return number
    return lots[-1][0]
