"""What a row does in the words of people: each field that changes by its name, values as the language writes them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from registry.assets.exchange.columns import column_of, meaning_of
from registry.assets.exchange.words import CHARACTERISTICS
from registry.assets.schedules import ScheduleValues, in_a_word, said_interval
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.i18n import said_day, said_number
from registry.sheets.columns import Reading
from registry.sheets.reading import often


class Line(NamedTuple):
    """A field with what it was and what it becomes; nothing is an empty text."""

    name: str
    old: str
    new: str


def lines(changes: Mapping[str, Sequence[Any]], locale: str) -> list[Line]:
    """Changes field by field, also those within characteristics and schedules."""
    flat = (one for field, (old, new) in changes.items() for one in _flat(field, old, new))
    return [Line(meaning_of(key, locale), _text(key, old, locale), _text(key, new, locale)) for key, old, new in flat]


def _flat(field: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 — JSON
    match field:
        case "characteristics":
            for place in range(max(len(old), len(new))):
                before, after = (these[place] if place < len(these) else {} for these in (old, new))
                for one in CHARACTERISTICS:
                    if before.get(one.key) != after.get(one.key):
                        yield f"{field}.{place}.{one.key}", before.get(one.key), after.get(one.key)
        case "schedules":
            before, after = ({one["kind"]: _word(one) for one in these} for these in (old, new))
            for kind in {**before, **after}:
                if before.get(kind) != after.get(kind):
                    yield f"{field}.{kind}", before.get(kind), after.get(kind)
        case _:
            yield field, old, new


def _word(schedule: ScheduleValues) -> int | str | None:
    interval = said_interval(schedule)
    return interval and in_a_word(interval)


def _number(word: str, locale: str) -> str:
    """A number as the language writes it, an interval of days or weeks as a sheet says it."""
    count, _blank, unit = word.partition(" ")
    return str(often(Interval(int(count), IntervalUnit(unit)), locale)) if unit else said_number(Decimal(count))


def _text(key: str, value: Any, locale: str) -> str:  # noqa: ANN401 — JSON
    column = column_of(key)
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
