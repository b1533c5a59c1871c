"""What a row does in the words of people: each field that changes by its name, values as the language writes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.assets.exchange.columns import column_of, meaning_of
from registry.assets.exchange.words import CHARACTERISTICS
from registry.assets.schedules import ScheduleValues, in_a_word, said_interval
from registry.sheets.telling import Line, text


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


def _text(key: str, value: Any, locale: str) -> str:  # noqa: ANN401 — JSON
    return text(column_of(key), value, locale)
