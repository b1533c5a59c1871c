"""What was decided about records, what proposes itself, and what stands behind an indicator's number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Bundle, joinedload

from registry.accounts.models import Person
from registry.kernel import audit, clock, paging
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.plan import measures, progress, records
from registry.plan.adjustments import queries as adjustments
from registry.plan.counts.wanted import feeds
from registry.plan.evidence import past, repeats
from registry.plan.evidence.effects import effects
from registry.plan.evidence.falling import Fall, falls, fell
from registry.plan.evidence.lines import Effect, EvidenceLine
from registry.plan.evidence.repeats import Repeats
from registry.plan.models import Evidence, EvidenceState, Indicator, Plan, PlanRow, PlanVersion, RecordType
from registry.plan.progress import IndicatorProgress, MoneyRow, Rollup
from registry.plan.queries import current_version, rollup
from registry.plan.records import Record
from registry.plan.rollups import knowledge
from registry.plan.rollups.queries import version_on

NEWEST = paging.Order((Evidence.__table__.c.counted_on, Evidence.__table__.c.id), descending=True)


@dataclass(frozen=True, kw_only=True)
class IndicatorDetail:
    """One indicator with its money, what proposes itself, and whose evidence is evidence of it."""

    progress: IndicatorProgress
    money: MoneyRow | None
    evidence: Sequence[EvidenceLine]
    next: str | None
    proposals: Sequence[EvidenceLine]
    proposed: int
    fed_by: Sequence[PlanRow]
    feeds_into: Sequence[PlanRow]
    repeats: Repeats


def evidence_by_id(plan: Plan, evidence_id: int, person: Person | None, *, lock: bool = False) -> Evidence:
    """One decision; raises NotFound, also when the person may not see the record. `lock` holds it until the commit."""
    wanted = select(Evidence).join(Indicator, Indicator.id == Evidence.indicator_id)
    wanted = wanted.where(Indicator.plan_id == plan.id, Evidence.id == evidence_id, records.visible_evidence(person))
    wanted = wanted.options(joinedload(Evidence.decided_by)).execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=Evidence) if lock else wanted)
    if found is None:
        raise NotFound(_("This plan has no evidence with the number %(id)s.", id=evidence_id))
    return found


def evidence_of(plan: Plan, indicator: str, record: Record, person: Person | None) -> Evidence | None:
    """What was decided about a record at an indicator, held until the commit; None when nothing was."""
    wanted = _stored(plan, person).where(
        Indicator.code == indicator, Evidence.record_type == record.type, Evidence.record_id == record.id
    )
    return db.session.scalar(wanted.with_for_update(of=Evidence).execution_options(populate_existing=True))


def evidence_page(
    plan: Plan,
    person: Person | None,
    *,
    indicator: str | None = None,
    state: EvidenceState | None = None,
    record_type: RecordType | None = None,
    fallen: bool = False,
    on: date | None = None,
    known_at: datetime | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[EvidenceLine]:
    """What was decided and the person may see, newest day first; `fallen` is what counts and fell since.

    Only what counts up to and on a day, where one is given; as it was decided by an instant, where one is given.
    """
    if known_at is not None:
        if fallen:
            raise Invalid({"fallen": [_("What fell is told as of now; leave “known” out.")]})
        day = on or clock.local(known_at).date()
        rows = progress.counted_rows(version_on(plan, day, known_at))
        rows = [row for row in rows if indicator in {None, row.code}]
        told: Any = {"limit": limit, "cursor": cursor, "count": count}
        return past.page(rows, person, day, known_at, state=state, record_type=record_type, **told)
    wanted = _stored(plan, person)
    if on is not None:
        wanted = wanted.where(Evidence.counted_on <= on)
    if indicator is not None:
        wanted = wanted.where(Indicator.code == indicator)
    if state is not None:
        wanted = wanted.where(Evidence.state == state)
    if record_type is not None:
        wanted = wanted.where(Evidence.record_type == record_type)
    if fallen:
        wanted = wanted.where(fell(clock.today()))
    found = paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)
    return paging.Page(lines(found.items, person), found.next, found.total)


def lines(found: Sequence[Evidence], person: Person | None) -> list[EvidenceLine]:
    """Decisions with what their records are called."""
    about = {row.id: Record(row.record_type, row.record_id) for row in found}
    known = records.facts(about.values(), person)
    fallen = falls((about[row.id] for row in found if row.state is EvidenceState.COUNTED), clock.today())
    return [
        EvidenceLine(
            id=row.id,
            indicator=row.indicator.code,
            record=about[row.id],
            title=known[about[row.id]].title if about[row.id] in known else None,
            holds=about[row.id] not in known or known[about[row.id]].holds,
            in_doubt=about[row.id] in known and known[about[row.id]].in_doubt,
            counted_on=row.counted_on,
            quantity=row.quantity,
            state=row.state,
            reason=row.reason,
            also_counted_in=row.also_counted_in,
            decided_by=row.decided_by.name if row.decided_by else None,
            decided_at=row.decided_at,
            version=row.version,
            fall=_fall(row, fallen.get(about[row.id])),
        )
        for row in found
    ]


def _fall(row: Evidence, fall: Fall | None) -> Fall | None:
    """Why what counts is not what it was when it was decided about."""
    counts = row.state is EvidenceState.COUNTED and fall is not None and fall.concerns(row.decided_at)
    return fall if counts else None


def line(row: Evidence, person: Person | None) -> EvidenceLine:
    """One decision with what its record is called."""
    return lines([row], person)[0]


def proposals(
    plan: Plan,
    person: Person | None,
    on: date,
    *,
    version: PlanVersion | None = None,
    indicator: str | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[EvidenceLine]:
    """What the facts propose and nobody has decided, as of a day; `version` is the one in force today, if at hand."""
    version = version or current_version(plan)
    rows = [row for row in progress.counted_rows(version) if indicator in {None, row.code}]
    union = measures.proposals(measures.question(plan, version, on, person), rows)
    if union is None:
        return paging.Page([], None)
    found = union.subquery("proposed")
    order = paging.Order((found.c.indicator_id, found.c.record_type, found.c.record_id))
    page = paging.page(select(Bundle("line", *found.c)), order, limit=limit, cursor=cursor, count=count)
    return paging.Page(proposed(page.items, rows, person), page.next, page.total)


def indicator_detail(
    plan: Plan,
    code: str,
    on: date,
    person: Person | None,
    *,
    cursor: str | None = None,
    known_at: datetime | None = None,
) -> IndicatorDetail:
    """One indicator with everything behind its number; raises NotFound. `known_at` is that of its number.

    The records are those that count up to and on the day; with `known_at` as they were decided then, see `past`.
    """
    whole = rollup(plan, on, known_at)
    found = _called(plan, whole, code)
    rows = [one.row for one in whole.indicators]
    feeding = feeds(rows)
    then, own = found.row.code, found.row.indicator_id
    fed_by = [row for row in rows if row.indicator_id in feeding[then] and row.code != then]
    if known_at is None:
        wanted = _stored(plan, person).where(Evidence.indicator_id.in_(feeding[then]), Evidence.counted_on <= on)
        stored = paging.page(wanted, NEWEST, cursor=cursor)
        page = paging.Page(lines(stored.items, person), stored.next)
        waiting = proposals(plan, person, on, indicator=then, count="exact")
    else:
        sources = [row for row in rows if row.indicator_id in feeding[then]]
        page, waiting = past.page(sources, person, on, known_at, cursor=cursor), paging.Page([], None)
    return IndicatorDetail(
        progress=found,
        money=next((row for row in whole.money if row.row.code == then), None),
        evidence=page.items,
        next=page.next,
        proposals=waiting.items,
        proposed=waiting.total or 0,
        fed_by=fed_by,
        feeds_into=[row for row in rows if own in feeding[row.code] and row.code != then],
        repeats=repeats.of(whole.version, found.row, person, on, knowledge.at(known_at, sorted(feeding[then]))),
    )


def repeats_at(plan: Plan, code: str, on: date, person: Person | None, *, known_at: datetime | None = None) -> Repeats:
    """What may be counted twice at an indicator of the version of a day; raises NotFound."""
    version = version_on(plan, on, known_at)
    rows = progress.counted_rows(version)
    row = next((one for one in rows if one.code == code), None)
    if row is None:
        raise NotFound(_("The plan has no indicator with the code “%(code)s”.", code=shown(code)))
    known = knowledge.at(known_at, sorted(feeds(rows)[row.code]))
    return repeats.of(version, row, person, on, known)


def _called(plan: Plan, whole: Rollup, code: str) -> IndicatorProgress:
    """The indicator of a code, also where the version of that day called it otherwise; raises NotFound."""
    found = next((one for one in whole.indicators if one.row.code == code), None)
    if found is None:
        key = adjustments.names_of(plan).get(code)
        found = next((one for one in whole.indicators if key is not None and one.row.indicator_id == key), None)
    if found is None:
        raise NotFound(_("The plan has no indicator with the code “%(code)s”.", code=shown(code)))
    return found


def history(plan: Plan, code: str, person: Person | None) -> list[AuditEntry]:
    """What was decided and booked at an indicator, newest first, without records that are not for the person's eyes."""
    entries = audit.history("indicator", f"{plan.code}/{code}")
    about = {
        entry.id: Record(RecordType(str(entry.changes["record_type"][1])), str(entry.changes["record_id"][1]))
        for entry in entries
        if "record_id" in entry.changes
    }
    known = records.facts(about.values(), person)
    return [entry for entry in entries if entry.id not in about or about[entry.id] in known]


class Fallen(NamedTuple):
    """What counts in a plan and fell since, some of it, how much in all, and the numbers that rest on these."""

    lines: Sequence[EvidenceLine]
    total: int
    effects: Sequence[Effect]


def fallen(plan: Plan, person: Person | None, on: date, *, indicator: str | None = None, limit: int = 20) -> Fallen:
    """What counts and fell since, the newest day first, with what the numbers of a day would be without it."""
    page = evidence_page(plan, person, indicator=indicator, fallen=True, limit=limit, count="exact")
    return Fallen(page.items, page.total or 0, effects(current_version(plan), page.items, on))


def _stored(plan: Plan, person: Person | None) -> Select[Evidence]:
    wanted = select(Evidence).join(Indicator, Indicator.id == Evidence.indicator_id)
    return wanted.where(Indicator.plan_id == plan.id, records.visible_evidence(person)).options(
        joinedload(Evidence.decided_by)
    )


def proposed(found: Sequence[Any], rows: Sequence[PlanRow], person: Person | None) -> list[EvidenceLine]:
    """Rows of `measures.proposals` to some rows of plans, with what their records are called."""
    codes = {row.indicator_id: row.code for row in rows}
    about = [Record(RecordType(line.record_type), line.record_id) for line in found]
    known = records.facts(about, person)
    return [
        EvidenceLine(
            id=line.id,
            indicator=codes[line.indicator_id],
            record=record,
            title=known[record].title if record in known else None,
            holds=record not in known or known[record].holds,
            in_doubt=record in known and known[record].in_doubt,
            counted_on=line.counted_on,
            quantity=line.quantity,
            state=EvidenceState.PROPOSED,
            version=line.version,
        )
        for line, record in zip(found, about, strict=True)
    ]
