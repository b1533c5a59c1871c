"""How a number falls into parts. Parts add up to the whole, less what counts in several of them and once in all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from registry.plan.rules import Mode, Span

BEFORE: Final = -1  # what counts in no period, being older than the plan


class By(StrEnum):
    """What a number is broken down by."""

    PLACE = "place"
    PROVINCE = "province"
    ORGANISATION = "organisation"
    YEAR = "year"


class Piece(NamedTuple):
    """A year of a period, by the place of the period in its plan."""

    period: int
    year: int


class Cell(NamedTuple):
    """Whose the records are (the key of an organisation, None where nobody's), and when they count."""

    body: int | None
    piece: Piece


Weights = Mapping[Cell, int]


class Spread(NamedTuple):
    """What counts, by cell: `single` what stands in one cell, `repeated` each thing that stands in several."""

    single: Weights
    repeated: Sequence[Weights]


NOTHING = Spread({}, ())


class Share(NamedTuple):
    """One part of a number; `shared` of its value also counts in other parts."""

    value: int
    shared: int


class Broken(NamedTuple):
    """A number and its parts; the parts add up to `whole` and `overlap`, which is what counts in several of them."""

    whole: int
    parts: Mapping[str, Share]
    overlap: int


def pieces(spans: Sequence[Span]) -> list[tuple[Piece, Span]]:
    """The years of periods, each cut to its period, in order."""
    found = []
    for at, span in enumerate(spans):
        for year in range(span.start.year, span.end.year + 1):
            first, last = max(span.start, date(year, 1, 1)), min(span.end, date(year, 12, 31))
            found.append((Piece(at, year), Span(f"{span.code}/{year}", first, last)))
    return found


def scoped(spread: Spread, mode: Mode, at: int) -> Spread:
    """What a row counts in the period at a place: what it adds there, or all up to its end where its total runs."""
    first = BEFORE if mode is Mode.CUMULATIVE else at

    def within(weights: Weights) -> dict[Cell, int]:
        return {cell: weight for cell, weight in weights.items() if first <= cell.piece.period <= at}

    repeated = [kept for weights in spread.repeated if (kept := within(weights))]
    return Spread(within(spread.single), repeated)


def broken(spread: Spread, part_of: Callable[[Cell], str]) -> Broken:
    """A number by parts; what stands in several cells counts once in each part, and once in all."""
    values: dict[str, int] = {}
    shared: dict[str, int] = {}
    for cell, weight in spread.single.items():
        part = part_of(cell)
        values[part] = values.get(part, 0) + weight
    whole = sum(spread.single.values())
    for weights in spread.repeated:
        whole += once(weights)
        parts: dict[str, dict[Cell, int]] = {}
        for cell, weight in weights.items():
            parts.setdefault(part_of(cell), {})[cell] = weight
        for part, mine in parts.items():
            values[part] = values.get(part, 0) + once(mine)
            if len(parts) > 1:
                shared[part] = shared.get(part, 0) + once(mine)
    found = {part: Share(value, shared.get(part, 0)) for part, value in values.items()}
    return Broken(whole, found, sum(values.values()) - whole)


def once(weights: Weights) -> int:
    """What a thing in several cells adds: the most that it adds in the first period in which it counts."""
    first = min(cell.piece.period for cell in weights)
    return max(weight for cell, weight in weights.items() if cell.piece.period == first)


def cells(spread: Spread) -> Iterator[Cell]:
    """Every cell in which anything counts."""
    yield from spread.single
    for weights in spread.repeated:
        yield from weights
