"""Amounts in units that people typed: whether two can be compared, one in the other's unit, sums with every digit."""

from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Final

from registry.kernel import units
from registry.kernel.text import fold

MOST_DIGITS: Final = 200  # no sum or product of numbers of forty digits is rounded


def comparable(unit: str, other: str) -> bool:
    """Whether values in two units are of one dimension and kind and can be turned into each other."""
    if unit == other:
        return True
    first, second = units.parse(unit), units.parse(other)
    return first is not None and second is not None and first.converts_to(second)


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A quantity's name without capitals and accents."""
    return fold(name)


def reading_in(value: Decimal, unit: str, wanted: str) -> Decimal:
    """A reading in another, comparable unit."""
    if unit == wanted:
        return value
    return units.convert(value, *_both(unit, wanted))


def difference_in(value: Decimal, unit: str, wanted: str) -> Decimal:
    """An error, an uncertainty or a shift in another, comparable unit."""
    if unit == wanted:
        return value
    return units.convert_difference(value, *_both(unit, wanted))


def minus(value: Decimal, other: Decimal) -> Decimal:
    """A difference with every digit."""
    with localcontext(prec=MOST_DIGITS):
        return value - other


def plus(value: Decimal, other: Decimal) -> Decimal:
    """A sum with every digit."""
    with localcontext(prec=MOST_DIGITS):
        return value + other


def times(value: Decimal, other: Decimal) -> Decimal:
    """A product with every digit."""
    with localcontext(prec=MOST_DIGITS):
        return value * other


def _both(unit: str, wanted: str) -> tuple[units.Unit, units.Unit]:
    source, target = units.parse(unit), units.parse(wanted)
    if source is None or target is None:
        raise units.NotConvertible(f"{unit} cannot be turned into {wanted}")
    return source, target
