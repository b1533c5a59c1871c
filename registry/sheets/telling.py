"""Values of sheets in the words of people, as the language writes them."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.i18n import said_day, said_number
from registry.sheets.columns import Column, Reading
from registry.sheets.reading import often


class Line(NamedTuple):
    """A field with what it was and what it becomes; nothing is an empty text."""

    name: str
    old: str
    new: str


def text(column: Column | None, value: Any, locale: str) -> str:  # noqa: ANN401 — JSON
    """A value of a column as people read it."""
    if value is None or column is None:
        return "" if value is None else str(value)
    try:
        match column.reading:
            case Reading.NUMBER | Reading.MONTHS:
                return _number(str(value), locale)
            case Reading.DAY:
                return said_day(date.fromisoformat(value))
            case Reading.CHOICE:
                return column.word(value, locale)
            case _:
                return str(value)
    except (ValueError, InvalidOperation):
        return str(value)


def _number(word: str, locale: str) -> str:
    """A number as the language writes it, an interval of days or weeks as a sheet says it."""
    count, _blank, unit = word.partition(" ")
    return str(often(Interval(int(count), IntervalUnit(unit)), locale)) if unit else said_number(Decimal(count))
