"""What stood behind a number at an instant: each decision as it was then, and whether its record added to the number.

Titles are those of today; a record that the reader may not see is left out, then as now.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Select, exists, select
from sqlalchemy.orm import Bundle, aliased

from registry.accounts.models import Person
from registry.kernel import paging
from registry.plan import belonging, doubting, records
from registry.plan.evidence.lines import EvidenceLine
from registry.plan.models import Evidence, EvidenceDecision, EvidenceState, PlanRow, RecordType
from registry.plan.records import Record
from registry.plan.rollups import knowledge
from registry.plan.rollups.knowledge import Knowledge

NEWEST = paging.Order((Evidence.__table__.c.counted_on, Evidence.__table__.c.id), descending=True)
COLUMNS = ("indicator_id", "record_type", "record_id", "counted_on", "quantity", "state", "reason", "also_counted_in")


def page(  # noqa: PLR0913 — as the list of today
    rows: Sequence[PlanRow],
    person: Person | None,
    on: date,
    instant: datetime,
    *,
    state: EvidenceState | None = None,
    record_type: RecordType | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[EvidenceLine]:
    """What had been decided at some rows by an instant, of records that count up to and on a day; newest day first."""
    codes = {row.indicator_id: row.code for row in rows if row.indicator_id is not None}
    known = knowledge.at(instant, list(codes))
    *_state_and_day, holding = known.counted(on)
    said = Evidence.__table__.c
    columns = (said[name] for name in ("id", *COLUMNS, "decided_at"))
    wanted: Select[Any] = select(Bundle("line", *columns, holding.label("holds"), Person.name.label("decided_by")))
    wanted = wanted.select_from(Evidence).outerjoin(Person, Person.id == said.decided_by_id)
    wanted = wanted.where(said.indicator_id.in_(codes), said.counted_on <= on, records.visible_evidence(person))
    if state is not None:
        wanted = wanted.where(said.state == state)
    if record_type is not None:
        wanted = wanted.where(said.record_type == record_type)
    found = paging.page(wanted.add_cte(_decided(instant)), NEWEST, limit=limit, cursor=cursor, count=count)
    return paging.Page(_lines(found.items, person, rows, on, known), found.next, found.total)


def _decided(instant: datetime) -> CTE:
    """The newest decision about each pair by then, in the place of the table of decisions; see `knowledge`."""
    said, newer = aliased(EvidenceDecision), aliased(EvidenceDecision)
    replaced = exists().where(
        newer.indicator_id == said.indicator_id,
        newer.record_type == said.record_type,
        newer.record_id == said.record_id,
        newer.id > said.id,
        newer.decided_at <= instant,
    )
    wanted = select(*(getattr(said, name) for name in ("id", *COLUMNS, "decided_by_id", "decided_at")))
    return wanted.where(said.decided_at <= instant, ~replaced).cte(Evidence.__tablename__)


def _lines(
    found: Sequence[Any],
    person: Person | None,
    rows: Sequence[PlanRow],
    on: date,
    known: Knowledge,
) -> list[EvidenceLine]:
    by_key = {row.indicator_id: row for row in rows}
    about = [Record(line.record_type, line.record_id) for line in found]
    facts = records.facts(about, person)
    doubted, fallen = (
        doubting.doubted(set(about), on, known.at),
        _fallen(about, on, known),
    )
    return [
        EvidenceLine(
            id=None,
            indicator=by_key[line.indicator_id].code,
            record=record,
            title=facts[record].title if record in facts else None,
            holds=bool(line.holds) and not (by_key[line.indicator_id].standing and record in fallen),
            in_doubt=record in doubted,
            counted_on=line.counted_on,
            quantity=line.quantity,
            state=line.state,
            reason=line.reason,
            also_counted_in=line.also_counted_in,
            decided_by=line.decided_by,
            decided_at=line.decided_at,
        )
        for line, record in zip(found, about, strict=True)
    ]


def _fallen(about: Collection[Record], on: date, known: Knowledge) -> set[Record]:
    """Those whose laboratory held no accreditation on a day, or that were not in force themselves."""
    labs = belonging.labs_of(about)
    standing = known.standing(set(labs.values()), [on])[on]
    return {record for record, lab in labs.items() if lab not in standing} | known.lapsed(labs, on)
