"""How many assets each value of a filter would leave, without counting a million of them for every look.

Where the other filters leave few, every value is counted. Where they leave many, a value that is rare by itself is
counted, of a common one it may be known that there are at least MANY, and otherwise nothing is said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, String, bindparam, case, func, literal, select, union, union_all

from registry.accounts import places
from registry.accounts.models import Person
from registry.assets.lists import statements
from registry.assets.lists.conditions import FOUND_BY, Values, asset, condition, hinted, named, organisation
from registry.assets.lists.queries import SOUGHT, fewest
from registry.assets.lists.rules import Filters
from registry.assets.lists.search import found_by
from registry.assets.rules import Kind, StandardClass, Status, Use, Validity
from registry.kernel.reads import Read, dialect

FEW: Final = 20_000  # what is looked through whole
MANY: Final = 1_000  # what is counted of a value that is not rare, in the first LOOKED_AT of its rows
LOOKED_AT: Final = 2_000
MOST_PLACES: Final = 8
FACETS: Final[Mapping[str, type[StrEnum]]] = {
    "validity": Validity,
    "kind": Kind,
    "status": Status,
    "standard_class": StandardClass,
    "use": Use,
}
Parts = tuple[tuple[tuple[str, ...], str | None], ...]


class Counted(NamedTuple):
    """A value of a filter and how many there are: at least, if `more`. `text` is a name that the list knows."""

    value: str
    count: int  # type: ignore[assignment]  # its name in the API; tuple.count is of no use here
    more: bool = False
    text: str | None = None


class Base(NamedTuple):
    """What answers to filters: by which conditions, each set with the one that finds the fewest, and whether few do."""

    parts: Parts
    values: Values
    few: bool


def counts(person: Person, *, today: date, **filters: Any) -> dict[str, list[Counted]]:  # noqa: ANN401 — the fields of Filters
    """For each filter its values with what they would leave under the other filters, without those that leave nothing.

    Owners, places and types are counted where the list is short, the most frequent first.
    """
    narrowed = Filters.of(filters)
    reach = places.reached(person, narrowed.commune)
    spoken = dialect()
    bases: dict[Filters, Base] = {}
    for facet in FACETS:
        others = narrowed.without(facet)
        if others not in bases:
            bases[others] = base_of(others, today, reach, spoken)
    whole = {others: _whole(spoken, base) for others, base in bases.items() if base.few}
    found = {}
    for place, facet in enumerate(FACETS):
        others = narrowed.without(facet)
        if others in whole:
            found[facet] = _listed(facet, ((row[place], row[-1]) for row in whole[others]))
        else:
            found[facet] = _rare(spoken, facet, bases[others])
    this = bases.get(narrowed) or base_of(narrowed, today, reach, spoken)
    if this.few:
        found |= {facet: _frequent(spoken, facet, this) for facet in ("owner", "location", "instrument_type")}
    return found


def base_of(filters: Filters, today: date, reach: list[int] | None, dialect: str) -> Base:
    """What answers to filters and a search, within some organisations (None: all)."""
    names, values = named(filters, today, reach)
    search = found_by(filters.q) if filters.q else None
    parts = [(*names, *part) for part in search.parts] if search else [tuple(names)]
    values |= search.values if search else {}
    least = [fewest(dialect, part, values, FEW) for part in parts]
    by = tuple((part, name) for part, (_count, name) in zip(parts, least, strict=True))
    return Base(by, values, few=all(count <= FEW for count, _name in least))


def _whole(dialect: str, base: Base) -> list[tuple[Any, ...]]:
    return _grouped(dialect, base.parts).rows(**base.values)


@lru_cache(maxsize=256)
def _grouped(dialect: str, parts: Parts) -> Read:
    """How many there are of each combination of values."""
    states = [(condition(f"validity.{state}", dialect), literal(state.value, String)) for state in Validity]
    forbidden = case((condition(f"use.{Use.FORBIDDEN}", dialect), literal(Use.FORBIDDEN.value, String)))
    derived = {"validity": case(*states), "use": forbidden}
    columns = [derived[facet] if facet in derived else asset.c[facet] for facet in FACETS]
    return Read(among(dialect, parts, select(*columns, func.count())).group_by(*columns))


@lru_cache(maxsize=256)
def _places(dialect: str, parts: Parts, facet: str) -> Read:
    """How many there are of each owner, in each place, or of each type."""
    if facet != "owner":
        text = asset.c[facet]
        wanted = select(text, func.count(), literal(None, String)).where(text.is_not(None))
        return Read(_most(among(dialect, parts, wanted).group_by(text)))
    names = organisation.c.code, func.count(), organisation.c.name_vi
    wanted = select(*names).join_from(asset, organisation, organisation.c.id == asset.c.owner_id)
    return Read(_most(among(dialect, parts, wanted).group_by(organisation.c.code, organisation.c.name_vi)))


def _most(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(func.count().desc()).limit(MOST_PLACES)


def among(dialect: str, parts: Parts, wanted: Select[Any]) -> Select[Any]:
    """A select of assets, of only those that answer to any of some sets of conditions."""
    keys = [statements.keys(dialect, names, by) for names, by in parts]
    found = keys[0] if len(keys) == 1 else union(*keys)
    return statements.by_primary_key(wanted.where(asset.c.id.in_(found)), dialect)


def _listed(facet: str, pairs: Iterable[tuple[str | None, int]]) -> list[Counted]:
    counted: Counter[str | None] = Counter()
    for value, count in pairs:
        counted[value] += count
    return [Counted(value.value, counted[value]) for value in FACETS[facet] if counted[value]]


def _frequent(dialect: str, facet: str, base: Base) -> list[Counted]:
    rows = _places(dialect, base.parts, facet).rows(**base.values)
    return [Counted(value, count, text=text) for value, count, text in rows]


def _rare(dialect: str, facet: str, base: Base) -> list[Counted]:
    """What is known of the values of a filter where much answers; words that find much are not looked for again."""
    names = base.parts[0][0]
    if facet == "use" or any(name.startswith(SOUGHT) for name in names):
        return []  # no one index finds what must not be used
    rows = _each(dialect, names, facet).rows(**base.values, looked_at=LOOKED_AT)
    known = [(value, hits) for value, seen, hits in rows if hits and (seen < LOOKED_AT or hits >= MANY)]
    return [Counted(value, min(hits, MANY), more=hits >= MANY) for value, hits in known]


@lru_cache(maxsize=256)
def _each(dialect: str, names: tuple[str, ...], facet: str) -> Read:
    return Read(union_all(*(_one(dialect, names, facet, value) for value in FACETS[facet])))


def _one(dialect: str, names: tuple[str, ...], facet: str, value: StrEnum) -> Select[Any]:
    """A value, how many of its first rows there are, and how many of them answer to everything else."""
    having = condition(f"validity.{value}", dialect) if facet == "validity" else asset.c[facet] == value
    first = hinted(select(asset.c.id).where(having), dialect, FOUND_BY[facet]).limit(bindparam("looked_at"))
    seen = select(func.count()).select_from(first.subquery()).scalar_subquery()
    if not names:
        return select(literal(value.value, String), seen, seen)
    answering = select(func.count()).select_from(asset).where(asset.c.id.in_(first.correlate(None)))
    answering = answering.where(*(condition(name, dialect) for name in names))
    return select(literal(value.value, String), seen, statements.by_primary_key(answering, dialect).scalar_subquery())
