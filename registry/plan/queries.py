"""Which plans there are, how far they are, and what counts for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Bundle, joinedload, selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.kernel import audit, paging
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown
from registry.plan import measures, progress, records
from registry.plan.document import RowKind
from registry.plan.models import (
    Evidence,
    EvidenceState,
    Indicator,
    MoneyEntry,
    MoneyKind,
    Plan,
    PlanRow,
    PlanVersion,
    RecordType,
)
from registry.plan.progress import IndicatorProgress, MoneyRow, Rollup
from registry.plan.records import EvidenceLine, Fulfilment, Record
from registry.plan.rules import Mode, Span
from registry.plan.tallies import feeds, in_doubt, moved, tallies

NEWEST = paging.Order((Evidence.__table__.c.counted_on, Evidence.__table__.c.id), descending=True)


@dataclass(frozen=True, kw_only=True)
class IndicatorDetail:
    """One indicator with its money, what proposes itself, and whose evidence is evidence of it."""

    progress: IndicatorProgress
    money: MoneyRow | None
    evidence: Sequence[EvidenceLine]
    next: str | None
    proposals: Sequence[EvidenceLine]
    fed_by: Sequence[PlanRow]
    feeds_into: Sequence[PlanRow]


def visible_to(person: Person | None) -> Select[Plan]:
    """The plans of the person's province: issued or led by a body in it, or by one that a body in it took over."""
    wanted = select(Plan).options(joinedload(Plan.issuer), joinedload(Plan.lead))
    territory = accounts.territory(person) if person is not None else None
    return (
        wanted if territory is None else wanted.where(or_(Plan.issuer_id.in_(territory), Plan.lead_id.in_(territory)))
    )


def by_code(code: str, person: Person | None) -> Plan:
    """A plan; raises NotFound, also when the person may not know of it."""
    found = db.session.scalar(visible_to(person).where(Plan.code == code))
    if found is None:
        raise NotFound(_("There is no plan with the code “%(code)s”.", code=shown(code)))
    return found


def page_of(
    person: Person | None,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
) -> paging.Page[Plan]:
    """Plans by code."""
    wanted = visible_to(person)
    if q:
        wanted = wanted.where(Plan.search.like(like_pattern(q), escape="\\"))
    return paging.page(wanted, paging.Order((Plan.__table__.c.code,)), limit=limit, cursor=cursor, count=count)


def plans(person: Person | None) -> Sequence[Plan]:
    """Every plan the person may see, by code; an installation has a handful."""
    return db.session.scalars(visible_to(person).order_by(Plan.code)).all()


def current_version(plan: Plan) -> PlanVersion:
    """The version that is in force, with its periods, rows, targets and budgets."""
    rows = selectinload(PlanVersion.rows)
    wanted = (
        select(PlanVersion)
        .filter_by(plan_id=plan.id)
        .order_by(PlanVersion.number.desc())
        .limit(1)
        .options(
            selectinload(PlanVersion.periods),
            rows.selectinload(PlanRow.targets),
            rows.selectinload(PlanRow.budgets),
            rows.joinedload(PlanRow.lead),
        )
    )
    return db.session.scalars(wanted).one()


def rollup(plan: Plan, on: date) -> Rollup:
    """The whole plan as of a day, under its version in force; the number of queries does not depend on its evidence."""
    version = current_version(plan)
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    by_row = {row.code: row for row in rows}
    counted, doubted = tallies(rows, spans, on), in_doubt(rows, on)
    leaves = [row for row in rows if row.kind is RowKind.LEAF]
    sums = moved([row.indicator_id for row in leaves if row.indicator_id], spans, on)
    money = [progress.money(row, sums, spans) for row in leaves]
    return Rollup(
        plan=plan,
        version=version,
        on=on,
        indicators=[
            progress.indicator(row, by_row, counted.get(row.code, {}), spans, on, doubts=doubted.get(row.code, ()))
            for row in rows
        ],
        money=money,
        money_periods=progress.by_period(money, spans),
        money_total=progress.added(None, [row.total for row in money]),
    )


def document(plan: Plan) -> dict[str, Any]:
    """The file of the version in force, as plain data."""
    newest = select(PlanVersion.document).filter_by(plan_id=plan.id).order_by(PlanVersion.number.desc()).limit(1)
    found: dict[str, Any] = db.session.scalars(newest).one()
    return found


def indicator_field(plan: Plan, code: str, field: str = "indicator") -> tuple[Indicator, PlanRow, PlanVersion]:
    """The indicator a field names, as the version in force words it; raises Invalid beside that field."""
    version = current_version(plan)
    row = next((row for row in progress.counted_rows(version) if row.code == code), None)
    found = db.session.scalar(select(Indicator).filter_by(plan_id=plan.id, code=code)) if row else None
    if row is None or found is None:
        message = _("The plan has no indicator with the code “%(code)s”; see its list of indicators.", code=shown(code))
        raise Invalid({field: [message]})
    return found, row, version


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
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[EvidenceLine]:
    """What was decided and the person may see, newest day first."""
    wanted = _stored(plan, person)
    if indicator is not None:
        wanted = wanted.where(Indicator.code == indicator)
    if state is not None:
        wanted = wanted.where(Evidence.state == state)
    if record_type is not None:
        wanted = wanted.where(Evidence.record_type == record_type)
    found = paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)
    return paging.Page(lines(found.items, person), found.next, found.total)


def lines(found: Sequence[Evidence], person: Person | None) -> list[EvidenceLine]:
    """Decisions with what their records are called."""
    about = {row.id: Record(row.record_type, row.record_id) for row in found}
    known = records.facts(about.values(), person)
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
        )
        for row in found
    ]


def line(row: Evidence, person: Person | None) -> EvidenceLine:
    """One decision with what its record is called."""
    return lines([row], person)[0]


def proposals(
    plan: Plan,
    person: Person | None,
    on: date,
    *,
    indicator: str | None = None,
    record: Record | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[EvidenceLine]:
    """What the facts propose and nobody has decided, as of a day."""
    version = current_version(plan)
    rows = [row for row in progress.counted_rows(version) if indicator in {None, row.code}]
    asked = measures.question(plan, version, on, person)
    union = measures.proposals(asked, rows, None if record is None else [record.id])
    if union is None:
        return paging.Page([], None)
    found = union.subquery("proposed")
    wanted: Select[Any] = select(Bundle("line", *found.c))
    if record is not None:
        wanted = wanted.where(found.c.record_type == record.type.value)
    order = paging.Order((found.c.indicator_id, found.c.record_type, found.c.record_id))
    page = paging.page(wanted, order, limit=limit, cursor=cursor, count=count)
    return paging.Page(_proposed(page.items, rows, person), page.next, page.total)


def indicator_detail(
    plan: Plan, code: str, on: date, person: Person | None, *, cursor: str | None = None
) -> IndicatorDetail:
    """One indicator with everything behind its number; raises NotFound."""
    whole = rollup(plan, on)
    by_row = {one.row.code: one for one in whole.indicators}
    if code not in by_row:
        raise NotFound(_("The plan has no indicator with the code “%(code)s”.", code=shown(code)))
    rows = [one.row for one in whole.indicators]
    feeding = feeds(rows)
    own = by_row[code].row.indicator_id
    fed_by = [row for row in rows if row.indicator_id in feeding[code] and row.code != code]
    wanted = _stored(plan, person).where(Evidence.indicator_id.in_(feeding[code]))
    page = paging.page(wanted, NEWEST, cursor=cursor)
    return IndicatorDetail(
        progress=by_row[code],
        money=next((row for row in whole.money if row.row.code == code), None),
        evidence=lines(page.items, person),
        next=page.next,
        proposals=proposals(plan, person, on, indicator=code).items,
        fed_by=fed_by,
        feeds_into=[row for row in rows if own in feeding[row.code] and row.code != code],
    )


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


def fulfilled_by(kind: RecordType, key: str, person: Person | None, on: date) -> list[Fulfilment]:
    """Which indicators of which plans a record fulfils, decided or proposed, and through which annex row."""
    record = Record(kind, key)
    found: list[Fulfilment] = []
    for plan in plans(person):
        version = current_version(plan)
        rows = {row.code: row for row in progress.counted_rows(version)}
        about = _stored(plan, person).where(Evidence.record_type == kind, Evidence.record_id == key)
        decided = about.where(Evidence.state != EvidenceState.PROPOSED)
        stands = lines(db.session.scalars(decided).all(), person)
        stands += proposals(plan, person, on, record=record, limit=paging.MAX_LIMIT).items
        for line in stands:
            if line.indicator in rows:
                found += _fulfilments(plan, line, rows, progress.spans_of(version))
    return found


def money_page(
    plan: Plan,
    *,
    indicator: str | None = None,
    kind: MoneyKind | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[MoneyEntry]:
    """Money that moved, newest day first."""
    wanted = select(MoneyEntry).join(Indicator, Indicator.id == MoneyEntry.indicator_id)
    wanted = wanted.where(Indicator.plan_id == plan.id).options(joinedload(MoneyEntry.recorded_by))
    if indicator is not None:
        wanted = wanted.where(Indicator.code == indicator)
    if kind is not None:
        wanted = wanted.where(MoneyEntry.kind == kind)
    order = paging.Order((MoneyEntry.__table__.c.on, MoneyEntry.__table__.c.id), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def money_by_id(plan: Plan, id: int) -> MoneyEntry:
    """One entry; raises NotFound."""
    wanted = select(MoneyEntry).join(Indicator, Indicator.id == MoneyEntry.indicator_id)
    found = db.session.scalar(wanted.where(Indicator.plan_id == plan.id, MoneyEntry.id == id))
    if found is None:
        raise NotFound(_("This plan has no entry of money with the number %(id)s.", id=id))
    return found


def undone_among(entries: Sequence[MoneyEntry]) -> set[int]:
    """The keys of those entries that another one undoes."""
    keys = [entry.id for entry in entries]
    found = db.session.scalars(select(MoneyEntry.reverses_id).where(MoneyEntry.reverses_id.in_(keys)))
    return {key for key in found if key is not None}


def _stored(plan: Plan, person: Person | None) -> Select[Evidence]:
    wanted = select(Evidence).join(Indicator, Indicator.id == Evidence.indicator_id)
    return wanted.where(Indicator.plan_id == plan.id, records.visible_evidence(person)).options(
        joinedload(Evidence.decided_by)
    )


def _proposed(found: Sequence[Any], rows: Sequence[PlanRow], person: Person | None) -> list[EvidenceLine]:
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


def _fulfilments(
    plan: Plan, line: EvidenceLine, rows: Mapping[str, PlanRow], spans: Sequence[Span]
) -> list[Fulfilment]:
    """A line at its own row, and at every goal it feeds whose target its day can serve."""
    own = rows[line.indicator]
    found = [Fulfilment(plan=plan, row=own, line=line, through=None)]
    feeding = feeds(list(rows.values()))
    found += [
        Fulfilment(plan=plan, row=row, line=line, through=own)
        for row in rows.values()
        if row.code != own.code and own.indicator_id in feeding[row.code] and _serves(row, line.counted_on, spans)
    ]
    return found


def _serves(row: PlanRow, day: date, spans: Sequence[Span]) -> bool:
    targets = progress.targets_of(row)
    judged = [span for span in spans if targets.get(span.code) is not None]
    if row.mode is Mode.CUMULATIVE:
        return any(day <= span.end for span in judged)
    return any(span.holds(day) for span in judged)
