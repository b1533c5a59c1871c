"""Dates along the foot of a plot: firsts of months or years, as many as their labels have room for."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from registry.kernel.calendar import months_later
from registry.kernel.canvas import Area, Day, Scale, Tick, breadth

STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)  # months
BETWEEN: Final = 10  # units of the paper between two labels


def day_scale(area: Area, first: date, last: date) -> Scale:
    """Days from the left to the right, with some air; a single day stands in the middle."""
    low, high = first.toordinal(), last.toordinal()
    air = max((high - low) * 0.04, 1.0)
    return Scale(low - air, high + air, area.left, area.right)


def day_ticks(x: Scale, first: date, last: date, day: Day) -> list[Tick]:
    """Firsts of months on or between two days, evenly far apart; the days themselves where less than two fall."""
    for step in STEPS:
        ticks = [Tick(on.toordinal(), day(on)) for on in _firsts(first, last, step)]
        if len(ticks) > 1 and _fit(x, ticks):
            return ticks
    ends = [Tick(on.toordinal(), day(on)) for on in sorted({first, last})]
    return ends if _fit(x, ends) else ends[:1]


def _firsts(first: date, last: date, step: int) -> Iterator[date]:
    months = first.year * 12 + first.month - 1
    months += -months % step
    on = date(months // 12, months % 12 + 1, 1)
    while on <= last:
        if on >= first:
            yield on
        on = months_later(on, step)


def _fit(x: Scale, ticks: list[Tick]) -> bool:
    widest = max(breadth(tick.label) for tick in ticks)
    apart = [x(later.at) - x(earlier.at) for earlier, later in pairwise(ticks)]
    return all(gap >= widest + BETWEEN for gap in apart)
