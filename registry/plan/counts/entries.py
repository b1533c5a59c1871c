"""Which keys rows of evidence name now: a statement for the rows and few for each kind of record among them.

This is what `distinct`, `tallies` and `records` say in SQL of all evidence at once, said of some; a test holds them
together.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import select

from registry.kernel.db import db
from registry.plan import belonging, records
from registry.plan.activities.models import FormerParticipant, Participant
from registry.plan.counts.rules import Count, Entry, Unit
from registry.plan.models import Evidence, EvidenceState, RecordType
from registry.plan.records import Record

MOST_NAMED: Final = 10_000  # SQLite takes 32,766 parameters
Key = TypeVar("Key")
Units = Mapping[int, frozenset[Unit]]


class Listed(NamedTuple):
    """Somebody on the list of a course, and from when until when."""

    key: str
    since: datetime | None
    until: datetime | None = None

    def stood(self, at: datetime) -> bool:
        """Whether the list named them at an instant."""
        return (self.since is None or self.since <= at) and (self.until is None or self.until > at)


class _Known(NamedTuple):
    """What is known of the records that some evidence is about."""

    holds: Mapping[Record, bool]
    doubted: Collection[Record]
    bodies: Mapping[Record, str]
    people: Mapping[Record, Sequence[Listed]]


def own_key(record: Record) -> str:
    """The key of what names nothing but itself."""
    return f"{record.type.value}:{record.id}"


def record_of(key: str) -> Record:
    """The record of such a key."""
    kind, _colon, name = key.partition(":")
    return Record(RecordType(kind), name)


def units_of(counts: Collection[Count]) -> dict[int, frozenset[Unit]]:
    """What the evidence of each indicator is counted by."""
    found: dict[int, set[Unit]] = {}
    for count in counts:
        for source in count.sources:
            found.setdefault(source, set()).add(count.unit)
    return {source: frozenset(units) for source, units in found.items()}


def entries(evidence_ids: Collection[int], units: Units) -> list[Entry]:
    """What some rows of evidence name, as the indicators they stand at are counted."""
    rows = [row for part in parts(sorted(evidence_ids)) for row in _rows(part) if row.indicator_id in units]
    about = {Record(row.record_type, row.record_id) for row in rows}
    facts = records.facts(about, None)
    needed = frozenset[Unit]().union(*(units[row.indicator_id] for row in rows))
    known = _Known(
        holds={
            record: not records.may_fall(record.type) or (record in facts and facts[record].holds) for record in about
        },
        doubted={record for record, fact in facts.items() if fact.in_doubt},
        bodies=belonging.bodies_of(about) if Unit.BODY in needed else {},
        people=_people(about) if Unit.PERSON in needed else {},
    )
    return [entry for row in rows for entry in _entries(row, units[row.indicator_id], known)]


def parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """As many at once as a statement can name."""
    return (keys[first : first + MOST_NAMED] for first in range(0, len(keys), MOST_NAMED))


class _Row(NamedTuple):
    id: int
    indicator_id: int
    record_type: RecordType
    record_id: str
    counted_on: date
    quantity: int
    decided_at: datetime


def _rows(ids: Sequence[int]) -> Iterator[_Row]:
    wanted = select(*(getattr(Evidence, name) for name in _Row._fields))
    wanted = wanted.where(Evidence.id.in_(ids), Evidence.state == EvidenceState.COUNTED)
    return (_Row(*row) for row in db.session.execute(wanted))


def _people(about: Collection[Record]) -> dict[Record, list[Listed]]:
    """Who stands or stood on the lists of those that are courses."""
    courses = records.numbers(record.id for record in about if record.type is RecordType.ACTIVITY)
    found: dict[Record, list[Listed]] = {}
    now, former = Participant, FormerParticipant
    for part in parts(courses):
        for wanted in (
            select(now.activity_id, now.person_key, now.listed_at).where(now.activity_id.in_(part)),
            select(former.activity_id, former.person_key, former.listed_at, former.until_at).where(
                former.activity_id.in_(part)
            ),
        ):
            for key, *listed in db.session.execute(wanted):
                found.setdefault(Record(RecordType.ACTIVITY, str(key)), []).append(Listed(*listed))
    return found


def _entries(row: _Row, units: frozenset[Unit], known: _Known) -> Iterator[Entry]:
    record = Record(row.record_type, row.record_id)

    def said(unit: Unit, key: str, weight: int) -> Entry:
        return Entry(row.id, unit, key, row.indicator_id, row.counted_on, weight)

    if not known.holds[record]:
        yield said(Unit.GONE, own_key(record), 1)
        return
    for unit in units:
        name = _NAMED.get(unit)
        if name is not None:
            yield from (said(unit, key, weight) for key, weight in name(record, row, known))
    if record in known.doubted:
        yield said(Unit.DOUBT, own_key(record), 1)


def _itself(record: Record, row: _Row, _known: _Known) -> list[tuple[str, int]]:
    return [(own_key(record), row.quantity)]


def _body(record: Record, _row: _Row, known: _Known) -> list[tuple[str, int]]:
    return [(known.bodies.get(record) or own_key(record), 1)]


def _persons(record: Record, row: _Row, known: _Known) -> list[tuple[str, int]]:
    """People on the list as it stood when it was decided, or as many as the evidence says."""
    stood = {one.key for one in known.people.get(record, ()) if one.stood(row.decided_at)}
    return [(person, 1) for person in sorted(stood)] or _itself(record, row, known)


_NAMED: Mapping[Unit, Callable[[Record, _Row, _Known], list[tuple[str, int]]]] = {
    Unit.RECORD: _itself,
    Unit.STATE: _itself,
    Unit.BODY: _body,
    Unit.PERSON: _persons,
}
