"""Rows that count people or organisations: each once, however many records name them.

People are those on the lists of courses as they stood when it was decided that these count: a list that is given later
moves no number until somebody decides anew. A course without a list adds as many as its evidence says.
Organisations are those that activities are about, and those that are evidence themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.orm import aliased

from registry.accounts.models import Organisation
from registry.kernel.db import db
from registry.plan import belonging, records
from registry.plan.activities.models import Activity, FormerParticipant, Participant
from registry.plan.activities.rules import BY_BODY, BY_PERSON
from registry.plan.models import Evidence, RecordType
from registry.plan.rollups.knowledge import NOW, Knowledge
from registry.plan.rules import Span, Tally

ByPeriod = dict[str, Tally]
List = type[Participant] | type[FormerParticipant]
LISTS: Final[Sequence[List]] = (Participant, FormerParticipant)
PLACE: Final = "place_of_period"
UNITS: Final = BY_BODY | {BY_PERSON}
ACTIVITY: Final = records.number_of(RecordType.ACTIVITY)


def tallies(
    rows: Mapping[str, tuple[str | None, frozenset[int]]], spans: Sequence[Span], on: date, known: Knowledge = NOW
) -> dict[str, ByPeriod]:
    """What each row counted in each period up to and on a day, by code, in one statement.

    `rows` gives the unit and the indicators whose evidence a row counts. In a period everybody counts once; running
    through the periods everybody counts once in all, so that the running total may be less than the sum.
    """
    named = things(rows, spans, on, known)
    if named is None:
        return {}
    once = (
        select(
            named.c.reader,
            named.c[PLACE],
            func.max(named.c.weight).label("weight"),
            func.min(named.c[PLACE]).over(partition_by=(named.c.reader, named.c.key)).label("first"),
        )
        .where(named.c[PLACE] >= 0)
        .group_by(named.c.reader, named.c.key, named.c[PLACE])
        .subquery("once")
    )
    is_new = case((once.c.first == once.c[PLACE], once.c.weight), else_=0)
    wanted = select(once.c.reader, once.c[PLACE], func.sum(once.c.weight), func.sum(is_new))
    wanted = known.asked(wanted.group_by(once.c.reader, once.c[PLACE]))
    found = {(reader, place): (int(whole), int(new)) for reader, place, whole, new in db.session.execute(wanted)}
    return {code: _running(found, at, spans) for at, code in enumerate(sorted(rows))}


def things(
    rows: Mapping[str, tuple[str | None, frozenset[int]]],
    spans: Sequence[Span],
    on: date,
    known: Knowledge,
    *more: ColumnElement[Any],
) -> Subquery | None:
    """Whom or what the rows count, as (reader, PLACE, key, weight, *more); a reader is the place of a code in order.

    A key that several records name stands in it several times. None where no row counts any evidence.
    """
    pairs = [
        (at, source, rows[code][0] == BY_PERSON)
        for at, code in enumerate(sorted(rows))
        for source in sorted(rows[code][1])
    ]
    if not pairs:
        return None
    feed = values(column("reader", Integer), column("source", Integer), column("people", Integer), name="feed")
    feeding = feed.data([(at, source, int(people)) for at, source, people in pairs]).cte("feed")
    parts = []
    if any(people for _at, _source, people in pairs):
        parts += [_listed(stood, feeding, spans, on, known) for stood in LISTS]
        parts.append(_unlisted(feeding, spans, on, known))
    if not all(people for _at, _source, people in pairs):
        parts.append(_bodies(feeding, spans, on, known))
    return union_all(*(part.add_columns(*more) for part in parts)).subquery("named")


def counted(on: date) -> tuple[ColumnElement[bool], ...]:
    """That a row of evidence counts on a day, as is known now."""
    return NOW.counted(on)


def period_of(day: SQLColumnExpression[date], spans: Sequence[Span]) -> Label[int]:
    """The place of the period a day belongs to, -1 outside all of them; grouped by its name, PLACE."""
    return case(*((day.between(span.start, span.end), at) for at, span in enumerate(spans)), else_=-1).label(PLACE)


def _running(found: Mapping[tuple[int, int], tuple[int, int]], reader: int, spans: Sequence[Span]) -> ByPeriod:
    total, tallied = 0, {}
    for at, span in enumerate(spans):
        whole, new = found.get((reader, at), (0, 0))
        total += new
        tallied[span.code] = Tally(whole, total)
    return tallied


def _evidence(feed: Any, spans: Sequence[Span], on: date, known: Knowledge, *parts: Any, people: bool) -> Select[Any]:  # noqa: ANN401 — parts of a select
    """Evidence of a feed; `parts` are the key that tells apart and the weight of each."""
    place = period_of(Evidence.counted_on, spans)
    key, weight = parts
    wanted = select(feed.c.reader, place, key.label("key"), weight.label("weight")).select_from(feed)
    wanted = wanted.join(Evidence, Evidence.indicator_id == feed.c.source)
    return wanted.where(feed.c.people == int(people), *known.counted(on))


def _listed(stood: List, feed: Any, spans: Sequence[Span], on: date, known: Knowledge) -> Select[Any]:  # noqa: ANN401 — see _evidence
    key: ColumnElement[str] = stood.__table__.c.person_key
    return _evidence(feed, spans, on, known, key, literal(1, Integer), people=True).join(stood, _stood(stood))


def _stood(stood: List) -> ColumnElement[bool]:
    """That somebody was on the list of a course when its evidence was decided."""
    row, decided = stood.__table__.c, Evidence.__table__.c.decided_at
    since = or_(row.listed_at.is_(None), row.listed_at <= decided)
    until = (row.until_at > decided,) if stood is FormerParticipant else ()
    return and_(row.activity_id == ACTIVITY, since, *until)


def _unlisted(feed: Any, spans: Sequence[Span], on: date, known: Knowledge) -> Select[Any]:  # noqa: ANN401 — see _evidence
    weight = Evidence.__table__.c.quantity
    lists = (exists().where(_stood(stood)) for stood in LISTS)
    return _evidence(feed, spans, on, known, own_key(), weight, people=True).where(~or_(*lists))


def _bodies(feed: Any, spans: Sequence[Span], on: date, known: Knowledge) -> Select[Any]:  # noqa: ANN401 — see _evidence
    said, subject = aliased(Activity), aliased(Organisation)  # whether evidence holds is asked of activities too
    key = func.coalesce(subject.code, belonging.body(), own_key())
    named = _evidence(feed, spans, on, known, key, literal(1, Integer), people=False)
    return named.outerjoin(said, said.id == ACTIVITY).outerjoin(subject, subject.id == known.subject(said))


def own_key() -> ColumnElement[str]:
    """What tells the records of evidence apart: `kind:key`."""
    return cast(Evidence.record_type, String).concat(":").concat(Evidence.record_id)
