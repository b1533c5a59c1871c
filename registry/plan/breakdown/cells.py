"""What rows count, by whose it is and in which year: a fixed number of statements, however much there is.

It counts as `tallies` does: a record once for a row, on its first day; people and organisations once each; a
laboratory while it holds an accreditation on the day that is judged.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, Select, case, column, func, select, values

from registry.kernel.db import db
from registry.plan import belonging, distinct
from registry.plan.breakdown.ownership import owner
from registry.plan.breakdown.rules import BEFORE, NOTHING, Cell, Piece, Spread, pieces
from registry.plan.distinct import PLACE, period_of
from registry.plan.models import Evidence, PlanRow, RecordType
from registry.plan.records import Record
from registry.plan.rollups.knowledge import Knowledge
from registry.plan.rules import Span

BODY: Final = "body_of_record"
Feeding = Mapping[str, frozenset[int]]


class Asked(NamedTuple):
    """The periods up to the one that is broken down, in order; the day; and what is known."""

    spans: Sequence[Span]
    on: date
    known: Knowledge

    @property
    def pieces(self) -> list[Piece]:
        return [piece for piece, _span in pieces(self.spans)]

    @property
    def years(self) -> list[Span]:
        return [span for _piece, span in pieces(self.spans)]


def spreads(rows: Sequence[PlanRow], feeding: Feeding, asked: Asked) -> dict[str, Spread]:
    """What every row counts up to the end of the last period, by code; `feeding` says whose evidence is a row's."""
    standing = {row.code: feeding[row.code] for row in rows if row.standing}
    named = {
        row.code: (row.count_unit, feeding[row.code])
        for row in rows
        if row.count_unit in distinct.UNITS and row.code not in standing
    }
    flowing = {row.code: feeding[row.code] for row in rows if row.code not in standing and row.code not in named}
    single = {code: ids for code, ids in flowing.items() if len(ids) == 1}
    shared = {code: ids for code, ids in flowing.items() if len(ids) > 1}
    found = _single(single, asked) | _shared(shared, asked) | _standing(standing, asked) | _named(named, asked)
    return {row.code: found.get(row.code, NOTHING) for row in rows}


def _single(feeding: Feeding, asked: Asked) -> dict[str, Spread]:
    """Rows that only their own evidence feeds: no record can stand twice, so the sum is plain."""
    codes = {next(iter(ids)): code for code, ids in feeding.items()}
    if not codes:
        return {}
    place = period_of(Evidence.counted_on, asked.years)
    wanted = select(Evidence.indicator_id, place, owner(asked.known).label(BODY), func.sum(Evidence.quantity))
    wanted = wanted.where(Evidence.indicator_id.in_(codes), *asked.known.counted(asked.on))
    return _read(wanted.group_by(Evidence.indicator_id, PLACE, BODY), codes, asked)


def _shared(feeding: Feeding, asked: Asked) -> dict[str, Spread]:
    """Rows fed by several: a record that stands in more than one counts once, on its first day."""
    codes = dict(enumerate(sorted(feeding)))
    pairs = [(at, source) for at, code in codes.items() for source in sorted(feeding[code])]
    if not pairs:
        return {}
    feed = values(column("reader", Integer), column("source", Integer), name="feed").data(pairs).cte("feed")
    once = (
        select(
            feed.c.reader,
            func.min(Evidence.counted_on).label("first"),
            func.max(Evidence.quantity).label("most"),
            func.min(owner(asked.known)).label(BODY),
        )
        .join(Evidence, Evidence.indicator_id == feed.c.source)
        .where(*asked.known.counted(asked.on))
        .group_by(feed.c.reader, Evidence.record_type, Evidence.record_id)
        .subquery()
    )
    place = period_of(once.c.first, asked.years)
    wanted = select(once.c.reader, place, once.c[BODY], func.sum(once.c.most))
    return _read(wanted.group_by(once.c.reader, PLACE, once.c[BODY]), codes, asked)


def _named(rows: Mapping[str, tuple[str | None, frozenset[int]]], asked: Asked) -> dict[str, Spread]:
    """Rows that count people or organisations; only those in several cells are read one by one."""
    named = distinct.things(rows, asked.years, asked.on, asked.known, owner(asked.known).label(BODY))
    if named is None:
        return {}
    columns = (named.c.reader, named.c[PLACE], named.c[BODY], named.c.key)
    once = (
        select(
            *columns,
            func.max(named.c.weight).label("weight"),
            func.count().over(partition_by=(named.c.reader, named.c.key)).label("times"),
        )
        .where(named.c[PLACE] >= 0)
        .group_by(*columns)
        .subquery("once")
    )
    several = case((once.c.times > 1, once.c.key)).label("several")
    wanted = select(once.c.reader, once.c[PLACE], once.c[BODY], func.sum(once.c.weight), several)
    wanted = wanted.group_by(once.c.reader, once.c[PLACE], once.c[BODY], "several")
    return _read(wanted, dict(enumerate(sorted(rows))), asked)


def _standing(feeding: Feeding, asked: Asked) -> dict[str, Spread]:
    """Rows that describe a state: what holds on the day that is judged, by its first day."""
    found: dict[str, dict[Cell, int]] = {}
    for code, states in held(feeding, asked).items():
        for since, quantity, body in states.values():
            cell = Cell(body, _piece(since, asked))
            found.setdefault(code, {})[cell] = found.get(code, {}).get(cell, 0) + quantity
    return {code: Spread(weights, ()) for code, weights in found.items()}


def held(feeding: Feeding, asked: Asked) -> dict[str, dict[Record, tuple[date, int, int | None]]]:
    """What holds on the day that is judged, once for each laboratory: since when, how much, and whose it is."""
    sources = frozenset[int]().union(*feeding.values())
    if not sources:
        return {}
    wanted = select(
        Evidence.indicator_id,
        Evidence.record_type,
        Evidence.record_id,
        Evidence.counted_on,
        Evidence.quantity,
        owner(asked.known).label(BODY),
    ).where(Evidence.indicator_id.in_(sources), *asked.known.counted(asked.on))
    rows = db.session.execute(asked.known.asked(wanted)).all()
    labs = belonging.labs_of(Record(kind, key) for _source, kind, key, _day, _quantity, _body in rows)
    last = asked.spans[-1].end
    day = min(asked.on, last)
    holds, lapsed = asked.known.standing(set(labs.values()), {day})[day], asked.known.lapsed(labs, day)
    found: dict[str, dict[Record, tuple[date, int, int | None]]] = {code: {} for code in feeding}
    for source, kind, key, counted_on, quantity, body in rows:
        record = Record(kind, key)
        lab = labs.get(record)
        if counted_on > last or (lab is not None and (lab not in holds or record in lapsed)):
            continue
        same = record if lab is None or kind is RecordType.SCOPE_LINE else Record(RecordType.LAB, lab)
        for code, ids in feeding.items():
            if source in ids:
                earlier, most, _body = found[code].get(same, (counted_on, quantity, body))
                found[code][same] = min(counted_on, earlier), max(quantity, most), body
    return found


def _piece(day: date, asked: Asked) -> Piece:
    """The year of the period a day belongs to; a state may be older than the plan."""
    found = zip(asked.pieces, asked.years, strict=True)
    return next((piece for piece, span in found if span.holds(day)), Piece(BEFORE, day.year))


def _read(wanted: Select[Any], codes: Mapping[int, str], asked: Asked) -> dict[str, Spread]:
    """Rows of (reader, place, body, sum), and with the key of what stands in several cells where there is one."""
    single: dict[str, dict[Cell, int]] = {}
    repeated: dict[str, dict[str, dict[Cell, int]]] = {}
    known = asked.pieces
    for reader, place, body, total, *key in db.session.execute(asked.known.asked(wanted)):
        if place >= 0:
            weights = single.setdefault(codes[reader], {})
            if key and key[0] is not None:
                weights = repeated.setdefault(codes[reader], {}).setdefault(key[0], {})
            weights[Cell(body, known[place])] = int(total)
    return {
        code: Spread(single.get(code, {}), [weights for _key, weights in sorted(repeated.get(code, {}).items())])
        for code in codes.values()
    }
