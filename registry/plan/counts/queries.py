"""A plan's counts as of a day, as they are known now: the sums that are kept, put right by what changed since.

What changed is looked at before the sums, and the sums are read in one statement with the keys they were made of, so
that folding and deciding meanwhile change nothing: a key that is put right has its own present entries, every other one
what it had when this began or something newer.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from registry.kernel.db import db
from registry.plan.counts import entries
from registry.plan.counts.models import ANEW, ChangedEvidence, CountedDay, CountedKey, CountedMonth, RunningCount
from registry.plan.counts.rules import LISTED, Entry, Unit, difference, running
from registry.plan.counts.wanted import Wanted, wanted
from registry.plan.models import Evidence, PlanRow
from registry.plan.records import Record
from registry.plan.rules import Span, Tally

MOST_CHANGED: Final = 200  # beyond which all evidence is counted instead, until it is folded in
SUM: Final = "sum"


class Listed(NamedTuple):
    """A record at an indicator, and on which day and how much it counts there."""

    indicator_id: int
    record: Record
    counted_on: date
    quantity: int


class Present(NamedTuple):
    """What rows counted by code and period; what counts while it is in a state; what is in doubt; how much is gone."""

    tallies: dict[str, dict[str, Tally]]
    states: Sequence[Listed]
    doubts: Sequence[Listed]
    gone: dict[int, int]


def present(rows: Sequence[PlanRow], spans: Sequence[Span], on: date) -> Present | None:
    """The counts of some rows as of a day, in two statements when nothing changed since they were folded.

    None when they are not kept, or when too much changed: then all evidence has to be counted.
    """
    counts, ids = wanted(rows, spans), changed()
    if ids is None:
        return None
    every = list(counts.all())
    now = entries.entries(ids, entries.units_of(every)) if ids else []
    names = {(entry.unit, entry.key) for entry in now}
    if len(names) > entries.MOST_NAMED:
        return None
    found = db.session.execute(_kept(counts, on, ids, names)).all()
    sums = [row for row in found if row[0] == SUM]
    if {count.key for count in every} - {row.key for row in sums}:
        return None
    before = {Entry(row.id, Unit(row[0]), row.key, *row[3:6]) for row in found if row[0] != SUM}
    after = [*(entry for entry in before if entry.evidence_id not in ids), *now]
    since = difference(every, before, after).changes()
    added = [(row.key, row.place, int(row.whole), int(row.new)) for row in sums if row.place is not None]
    added += [(at.key, at.place, whole, new) for at, whole, new in since if at.on <= on]
    by_count: dict[str, dict[int, tuple[int, int]]] = {}
    for key, place, whole, new in added:
        places = by_count.setdefault(key, {})
        had = places.get(place, (0, 0))
        places[place] = had[0] + whole, had[1] + new
    lists = {unit: _listed(after, unit, on) for unit in LISTED}
    return Present(
        tallies={code: running(by_count.get(count.key, {}), spans) for code, count in counts.rows.items()},
        states=lists[Unit.STATE],
        doubts=lists[Unit.DOUBT],
        gone={key: by_count.get(count.key, {}).get(0, (0, 0))[0] for key, count in counts.gone.items()},
    )


def changed() -> set[int] | None:
    """The rows of evidence that are not folded in as they are, None when they are too many; one statement."""
    line, row = ChangedEvidence, Evidence
    anew = exists().where(line.fact_type == ANEW, line.fact_key.is_(None))
    named = select(line.evidence_id).where(line.evidence_id.is_not(None))
    about = select(row.id).join(line, about_same())
    both = union_all(named, about, select(literal(0, Integer)).where(anew)).subquery("changed")
    found = set(db.session.scalars(select(both.c[0]).distinct().limit(MOST_CHANGED + 1)))
    return None if 0 in found or len(found) > MOST_CHANGED else {key for key in found if key is not None}


def about_same() -> Any:  # noqa: ANN401 — a condition
    """That a row of evidence is about the record that changed."""
    kind = type_coerce(Evidence.record_type, String)
    return and_(kind == ChangedEvidence.fact_type, Evidence.record_id == ChangedEvidence.fact_key)


def naming(names: Collection[tuple[Unit, str]]) -> Any:  # noqa: ANN401 — a condition
    """That an entry names one of some keys."""
    units: dict[Unit, list[str]] = {}
    for unit, key in sorted(names):
        units.setdefault(unit, []).append(key)
    return or_(*(and_(CountedKey.unit == unit, CountedKey.key.in_(keys)) for unit, keys in units.items()))


def of_same_keys(ids: Collection[int]) -> Select[Any]:
    """The entries of every key that some rows of evidence named."""
    mine, other = CountedKey, aliased(CountedKey)
    keys = select(mine.unit, mine.key).where(mine.evidence_id.in_(ids)).distinct().subquery("keys")
    return select(other).join(keys, and_(other.unit == keys.c.unit, other.key == keys.c.key))


def _kept(counts: Wanted, on: date, ids: Collection[int], names: Collection[tuple[Unit, str]]) -> CompoundSelect[Any]:
    """What is kept: sums, lists, and the keys that changed, as (what, key, place, indicator, day, weight, id, sums)."""
    mine = select(RunningCount.id, RunningCount.key).where(RunningCount.key.in_({count.key for count in counts.all()}))
    asked, first = mine.cte("asked"), on.replace(day=1)
    months = _sums(asked, CountedMonth, CountedMonth.month < first)
    days = _sums(asked, CountedDay, CountedDay.on.between(first, on))
    sources = [*counts.states.sources, *counts.doubts.sources]
    lists = _said().where(CountedKey.unit.in_(LISTED), CountedKey.indicator_id.in_(sources))
    parts = [months, days, lists]
    if ids:
        same = of_same_keys(ids).subquery("same")
        parts.append(_said(same.c))
    if names:
        parts.append(_said().where(naming(names)))
    return union_all(*parts)


def _sums(asked: CTE, table: type[CountedMonth | CountedDay], condition: ColumnElement[bool]) -> Select[Any]:
    """What some of the rows of counts add up to; a count without any is told once, with nothing."""
    nothing = cast(null(), Integer)
    columns: list[Any] = [
        literal(SUM, String).label("what"),
        asked.c.key,
        table.place.label("place"),
        nothing.label("indicator_id"),
        cast(null(), Date).label("counted_on"),
        nothing.label("weight"),
        nothing.label("id"),
        func.sum(table.whole).label("whole"),
        func.sum(table.new).label("new"),
    ]
    wanted = select(*columns).select_from(asked).outerjoin(table, and_(table.count_id == asked.c.id, condition))
    return wanted.group_by(asked.c.key, table.place)


def _said(entry: Any = CountedKey) -> Select[Any]:  # noqa: ANN401 — the table or columns like its own
    nothing = cast(null(), Integer)
    return select(
        type_coerce(entry.unit, String),
        entry.key,
        nothing,
        entry.indicator_id,
        entry.counted_on,
        entry.weight,
        entry.evidence_id,
        nothing,
        nothing,
    )


def _listed(found: Iterable[Entry], unit: Unit, on: date) -> list[Listed]:
    return [
        Listed(one.indicator_id, entries.record_of(one.key), one.counted_on, one.weight)
        for one in found
        if one.unit is unit and one.counted_on <= on
    ]
