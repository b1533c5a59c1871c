"""What indicators of several plans count both: a fixed number of statements, however much there is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, Select, case, column, func, select, union_all, values

from registry.accounts.models import Organisation, Person
from registry.kernel.db import db
from registry.plan import distinct, records
from registry.plan.breakdown.cells import Asked, held
from registry.plan.distinct import PLACE
from registry.plan.models import Evidence, RecordType
from registry.plan.records import Record
from registry.plan.rules import Span

NAMED: Final = 10


class Reader(NamedTuple):
    """An indicator that counts: in which row it stands, its unit, whether it is a state, and whose evidence is its."""

    row: int
    unit: str
    standing: bool
    sources: frozenset[int]


class Both(NamedTuple):
    """What several indicators of a row count: how much of their sum is more than once, how many things, some by name.

    A thing without a name is somebody who was trained, or what is not for the person's eyes.
    """

    surplus: int
    things: int
    names: Sequence[str]


def both(readers: Sequence[Reader], asked: Asked, person: Person | None) -> dict[int, Both]:
    """What is counted several times in each row."""
    found = _flowing([(at, one) for at, one in enumerate(readers) if not one.standing], readers, asked)
    found |= _states([one for one in readers if one.standing], asked)
    keys = {key for _surplus, _things, keys in found.values() for key in keys}
    called = _called(keys, person)
    return {
        row: Both(surplus, things, [called[key] for key in keys if key in called])
        for row, (surplus, things, keys) in found.items()
    }


Found = dict[int, tuple[int, int, list[str]]]


def _flowing(flowing: Sequence[tuple[int, Reader]], readers: Sequence[Reader], asked: Asked) -> Found:
    """Rows of records, people and organisations."""
    if not flowing:
        return {}
    whole = [Span("", asked.spans[0].start, asked.on)]
    named = {_code(at): (one.unit, one.sources) for at, one in flowing if one.unit in distinct.UNITS}
    things = distinct.things(named, whole, asked.on, asked.known)
    parts: list[Select[Any]] = []
    if things is not None:
        back = {place: int(code) for place, code in enumerate(sorted(named))}
        reader = case(back, value=things.c.reader).label("reader")
        parts.append(select(reader, things.c.key, things.c.weight).where(things.c[PLACE] >= 0))
    pairs = [(at, key) for at, one in flowing if one.unit not in distinct.UNITS for key in sorted(one.sources)]
    if pairs:
        feed = values(column("by", Integer), column("source", Integer), name="fed").data(pairs).cte("fed")
        key, weight = distinct.own_key().label("key"), Evidence.__table__.c.quantity.label("weight")
        wanted = select(feed.c.by.label("reader"), key, weight)
        wanted = wanted.join(Evidence, Evidence.indicator_id == feed.c.source)
        parts.append(wanted.where(*asked.known.counted(asked.on)))
    each = union_all(*parts).subquery("each")
    row = case({at: one.row for at, one in enumerate(readers)}, value=each.c.reader).label("row")
    once = select(row, each.c.reader, each.c.key, func.max(each.c.weight).label("weight"))
    counted = once.group_by("row", each.c.reader, each.c.key).subquery("counted")
    surplus = (func.sum(counted.c.weight) - func.max(counted.c.weight)).label("surplus")
    several = select(counted.c.row, counted.c.key, surplus).group_by(counted.c.row, counted.c.key)
    repeated = several.having(func.count() > 1).subquery("repeated")
    place = func.row_number().over(partition_by=repeated.c.row, order_by=repeated.c.key).label("place")
    sums = (
        func.sum(repeated.c.surplus).over(partition_by=repeated.c.row),
        func.count().over(partition_by=repeated.c.row),
    )
    ranked = select(repeated.c.row, repeated.c.key, place, sums[0].label("total"), sums[1].label("things")).subquery()
    wanted = select(ranked).where(ranked.c.place <= NAMED).order_by(ranked.c.row, ranked.c.place)
    found: Found = {}
    for at, key, _place, total, number in db.session.execute(asked.known.asked(wanted)):
        found.setdefault(at, (int(total), int(number), []))[2].append(key)
    return found


def _states(readers: Sequence[Reader], asked: Asked) -> Found:
    """Rows of what holds on the day."""
    states = held({_code(at): one.sources for at, one in enumerate(readers)}, asked)
    weights: dict[int, dict[Record, list[int]]] = {}
    for at, one in enumerate(readers):
        for record, (_since, quantity, _body) in states.get(_code(at), {}).items():
            weights.setdefault(one.row, {}).setdefault(record, []).append(quantity)
    found: Found = {}
    for row, held_by in weights.items():
        repeated = {record: each for record, each in held_by.items() if len(each) > 1}
        if repeated:
            keys = sorted(f"{record.type}:{record.id}" for record in repeated)[:NAMED]
            found[row] = (sum(sum(each) - max(each) for each in repeated.values()), len(repeated), keys)
    return found


def _called(keys: Iterable[str], person: Person | None) -> Mapping[str, str]:
    """What records and organisations are called, as far as the person may see them."""
    said = {key: key.partition(":") for key in keys}
    kinds = {kind.value for kind in RecordType}
    about = {
        key: Record(RecordType(kind), rest) for key, (kind, _colon, rest) in said.items() if rest and kind in kinds
    }
    facts = records.facts(about.values(), person) if about else {}
    codes = [key for key in said if key not in about]
    wanted = select(Organisation).where(Organisation.code.in_(codes))
    bodies = {one.code: one.name for one in db.session.scalars(wanted)} if codes else {}
    return {key: facts[record].title or record.id for key, record in about.items() if record in facts} | bodies


def _code(at: int) -> str:
    return f"{at:05}"
