"""What a short list counts beside its facets: who has things, what is in doubt, what falls due, and components.

A set counts as one thing, so components are told apart from the number of things.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, case, func, select

from registry.accounts import places
from registry.accounts.models import Person
from registry.assets.custody.rules import HoldingKind
from registry.assets.lists.conditions import asset, holding
from registry.assets.lists.counts import Base, Counted, Parts, among, base_of
from registry.assets.lists.rules import Filters
from registry.assets.rules import Doubt, Doubted
from registry.kernel.reads import Read, dialect

DAYS: Final = (7, 30, 90)


class Beside(NamedTuple):
    """Counts of values by the name of their filter; how many are components. In a long list neither is known."""

    facets: dict[str, list[Counted]]
    components: int | None


def beside(person: Person, *, today: date, **filters: Any) -> Beside:  # noqa: ANN401 — the fields of Filters
    """For `custody`, `doubt` and `due_within` what each value would leave under the other filters."""
    narrowed = Filters.of(filters)
    reach = places.reached(person, narrowed.commune)
    spoken = dialect()
    bases: dict[Filters, Base] = {}

    def under(others: Filters) -> Base:
        if others not in bases:
            bases[others] = base_of(others, today, reach, spoken)
        return bases[others]

    facets = {}
    for name, count in COUNTERS.items():
        base = under(narrowed.without(name))
        if base.few:
            facets[name] = [Counted(value, number) for value, number in count(spoken, base, today)]
    this = under(narrowed)
    return Beside(facets, _components(spoken, this.parts).rows(**this.values)[0][0] if this.few else None)


def _held(dialect: str, base: Base, _today: date) -> list[tuple[str, int]]:
    rows = _holdings(dialect, base.parts).rows(**base.values)
    return [(kind.value, sum(count for held, count in rows if held == kind)) for kind in HoldingKind]


def _doubted(dialect: str, base: Base, _today: date) -> list[tuple[str, int]]:
    rows = _doubts(dialect, base.parts).rows(**base.values)
    marked = [(mark.value, sum(count for doubt, _own, count in rows if doubt == mark)) for mark in Doubt]
    return [*marked, (Doubted.CONTRADICTED.value, sum(count for _doubt, own, count in rows if own))]


def _due(dialect: str, base: Base, today: date) -> list[tuple[str, int]]:
    ends = {f"in_{days}": today + timedelta(days=days) for days in DAYS}
    counts = _dues(dialect, base.parts).rows(**base.values, **ends)[0]
    return [(str(days), count or 0) for days, count in zip(DAYS, counts, strict=True)]


COUNTERS: Final = {"custody": _held, "doubt": _doubted, "due_within": _due}


@lru_cache(maxsize=256)
def _holdings(dialect: str, parts: Parts) -> Read:
    wanted: Select[Any] = select(holding.c.kind, func.count())
    held = among(dialect, parts, wanted.join_from(asset, holding, holding.c.asset_id == asset.c.id))
    return Read(held.group_by(holding.c.kind))


@lru_cache(maxsize=256)
def _doubts(dialect: str, parts: Parts) -> Read:
    columns = asset.c.doubt, asset.c.contradicted
    return Read(among(dialect, parts, select(*columns, func.count())).group_by(*columns))


@lru_cache(maxsize=256)
def _dues(dialect: str, parts: Parts) -> Read:
    kind = asset.c.due_order.type
    due = asset.c.due_order
    first: Any = bindparam("today", type_=kind)
    within = [due.between(first, bindparam(f"in_{days}", type_=kind)) for days in DAYS]
    return Read(among(dialect, parts, select(*(func.sum(case((one, 1), else_=0)) for one in within))))


@lru_cache(maxsize=256)
def _components(dialect: str, parts: Parts) -> Read:
    return Read(among(dialect, parts, select(func.count()).where(asset.c.parent_id.is_not(None))))
