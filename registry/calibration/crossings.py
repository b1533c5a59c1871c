"""The first moment at which a curve falls to zero: a search outwards, then halving."""

from collections.abc import Callable
from typing import Final

FIRST: Final = 1e-4  # of the scale: where the search begins
GROWTH: Final = 1.02  # of each step: a curve that dips and rises again between two steps is not seen
HALVINGS: Final = 200  # more than the digits of a float


def first_crossing(margin: Callable[[float], float], scale: float, horizon: float) -> float | None:
    """The smallest time above 0 at which `margin` is no longer above zero; None when it stays above to the horizon.

    `margin(0)` is above zero: whether it is, is the caller's question. `scale` is about how long a time is at all.
    """
    before, after = 0.0, min(scale * FIRST, horizon)
    while margin(after) > 0:
        if after >= horizon:
            return None
        before, after = after, min(after * GROWTH, horizon)
    return halved(margin, before, after)


def halved(margin: Callable[[float], float], inside: float, outside: float) -> float:
    """The time between `inside`, where the margin is above zero, and `outside`, where it is not, at which it turns."""
    for _halving in range(HALVINGS):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        if margin(middle) > 0:
            inside = middle
        else:
            outside = middle
    return outside
