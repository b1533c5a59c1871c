"""What people decide about records: that they count for an indicator of a plan, or do not."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.plan import progress, queries, records
from registry.plan.activities import queries as activities
from registry.plan.closing import queries as closing
from registry.plan.models import (
    Evidence,
    EvidenceState,
    Indicator,
    Plan,
    PlanRow,
    PlanVersion,
    RecordType,
)
from registry.plan.records import Fact, Record
from registry.plan.rules import period_of
from registry.plan.tallies import feeds


def count_evidence(
    plan: Plan,
    *,
    indicator: str,
    record: Record,
    counted_on: date | None = None,
    quantity: int | None = None,
    state: EvidenceState = EvidenceState.COUNTED,
    reason: str | None = None,
    also_counted_in: Sequence[str] = (),
    by: Person | None,
) -> Evidence:
    """Decide that a record counts for an indicator, does not, or is proposed by hand.

    Without a day it is the record's own, without a quantity as much as the record can add.
    Proposing needs only sight of the record; deciding needs the planner's role. Raises Conflict when the record
    stands at this indicator already, or counts for another row and `also_counted_in` does not name that row.
    """
    if state is not EvidenceState.PROPOSED:
        require(by, Verb.EVIDENCE_DECIDE, plan.lead_id)
    found, row, version = queries.indicator_field(plan, indicator)
    known = records.fact(record, by)
    evidence = Evidence(
        indicator_id=found.id,
        record_type=known.record.type,
        record_id=known.record.id,
        counted_on=_day(counted_on or known.since, version),
        quantity=max(records.most(known.record, row), 1) if quantity is None else quantity,
        state=state,
        reason=reason,
        also_counted_in=_codes(also_counted_in, version),
        decided_by_id=by.id if by else None,
        decided_at=clock.now(),
    )
    _check_reason(evidence)
    _check_counts(evidence, known, row)
    closing.check_open(plan, _touched(None, evidence), "counted_on")
    changes = audit.changes_of(evidence)
    try:
        with db.session.begin_nested():
            _claim(evidence, plan, row, version)
            db.session.add(evidence)
    except IntegrityError as error:
        raise _lost_race(evidence, row) from error
    audit.record(f"evidence.{state}", _subject(plan, row), changes, by=by)
    return evidence


def decide(
    plan: Plan,
    evidence: Evidence,
    *,
    counted_on: date | None = None,
    quantity: int | None = None,
    state: EvidenceState | None = None,
    reason: str | None = None,
    also_counted_in: Sequence[str] | None = None,
    by: Person | None,
) -> Evidence:
    """Change a decision; what is not given stays. Raises Conflict as `count_evidence` does.

    What counts in a closed period can only be excluded, with a reason of its own: a correction of today's number.
    """
    require(by, Verb.EVIDENCE_DECIDE, plan.lead_id)
    _found, row, version = queries.indicator_field(plan, evidence.indicator.code)
    before = evidence.counted_on if evidence.state is EvidenceState.COUNTED else None
    with db.session.no_autoflush:
        evidence.counted_on = evidence.counted_on if counted_on is None else _day(counted_on, version)
        evidence.quantity = evidence.quantity if quantity is None else quantity
        evidence.state = evidence.state if state is None else state
        evidence.reason = evidence.reason if reason is None else reason
        if also_counted_in is not None:
            evidence.also_counted_in = _codes(also_counted_in, version)
        _check_reason(evidence)
        changes = audit.changes_of(evidence)
        if changes:
            record = Record(evidence.record_type, evidence.record_id)
            if evidence.state is not EvidenceState.EXCLUDED or reason is None:
                closing.check_open(plan, _touched(before, evidence), "counted_on")
            if {"state", "quantity"} & changes.keys():
                _check_counts(evidence, records.fact(record, by), row)
            evidence.decided_by_id, evidence.decided_at = by.id if by else None, clock.now()
            _claim(evidence, plan, row, version)
            changes |= {"record_type": [record.type, record.type], "record_id": [record.id, record.id]}
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise _lost_race(evidence, row) from error
    if changes:
        audit.record(f"evidence.{evidence.state}", _subject(plan, row), changes, by=by)
    return evidence


def _claim(evidence: Evidence, plan: Plan, row: PlanRow, version: PlanVersion) -> None:
    """Take the record for this row, or raise Conflict: a record counts once unless the decision says where else."""
    counts = evidence.state is EvidenceState.COUNTED
    others = _rivals(evidence, plan, row, version) if counts else []
    hidden = [code for code in others if code not in evidence.also_counted_in]
    if hidden:
        raise Conflict(
            _(
                "%(record)s counts for %(rows)s already. It can count once: take it out there first, or name that row"
                " in also_counted_in.",
                record=evidence.record_id,
                rows=", ".join(hidden),
            )
        )
    sole = counts and row.exclusive and not evidence.also_counted_in
    evidence.sole_key = f"{plan.id}:{evidence.record_type}:{evidence.record_id}" if sole else None


def _rivals(evidence: Evidence, plan: Plan, row: PlanRow, version: PlanVersion) -> list[str]:
    """Codes of the other indicators of the plan at which the record counts as something of its own.

    Not among them are goals that this row feeds and rows that feed this goal: there it is the same one. Rows that
    are not exclusive share a record freely.
    """
    rows = progress.counted_rows(version)
    feeding = feeds(rows)
    kin = {other.code for other in rows if other.indicator_id in feeding[row.code]}
    kin |= {other.code for other in rows if row.indicator_id in feeding[other.code]}
    exclusive = {other.code for other in rows if other.exclusive or _has_exclusive_source(other, rows, feeding)}
    counted = (
        select(Indicator.code)
        .join(Evidence, Evidence.indicator_id == Indicator.id)
        .where(
            Indicator.plan_id == plan.id,
            Indicator.id != row.indicator_id,
            Evidence.record_type == evidence.record_type,
            Evidence.record_id == evidence.record_id,
            Evidence.state == EvidenceState.COUNTED,
        )
        .order_by(Indicator.code)
    )
    found = db.session.scalars(counted).all()
    return [code for code in found if code not in kin and (code in exclusive and row.code in exclusive)]


def _has_exclusive_source(row: PlanRow, rows: Sequence[PlanRow], feeding: dict[str, frozenset[int]]) -> bool:
    return any(other.exclusive and other.indicator_id in feeding[row.code] for other in rows)


def _lost_race(evidence: Evidence, row: PlanRow) -> Conflict:
    return Conflict(
        _(
            "%(record)s stands at %(indicator)s already, or was counted elsewhere meanwhile; look at its evidence.",
            record=evidence.record_id,
            indicator=row.code,
        )
    )


def _day(day: date | None, version: PlanVersion) -> date:
    """A day on which something can count: inside a period, and not in the future."""
    if day is None:
        raise Invalid({"counted_on": [_("The record has no day of its own; say on which day it counts.")]})
    spans = progress.spans_of(version)
    if period_of(day, spans) is None:
        periods = ", ".join(f"{span.code} {said_day(span.start)}…{said_day(span.end)}" for span in spans)
        message = _("%(day)s is in no period of the plan: %(periods)s.", day=said_day(day), periods=periods)
        raise Invalid({"counted_on": [message]})
    if day > clock.today():
        raise Invalid({"counted_on": [_("%(day)s is in the future; what counts has happened.", day=said_day(day))]})
    return day


def _touched(before: date | None, evidence: Evidence) -> list[date]:
    """The days whose numbers a decision moves: where the record counted before it, and where it counts then."""
    after = evidence.counted_on if evidence.state is EvidenceState.COUNTED else None
    return [day for day in (before, after) if day is not None]


def _codes(codes: Sequence[str], version: PlanVersion) -> list[str]:
    known = {row.code for row in progress.counted_rows(version)}
    unknown = [code for code in codes if code not in known]
    if unknown:
        message = _("The plan has no indicator with the code “%(code)s”; see its list of indicators.", code=unknown[0])
        raise Invalid({"also_counted_in": [message]})
    return sorted(set(codes))


def _check_reason(evidence: Evidence) -> None:
    if evidence.state is EvidenceState.EXCLUDED and not evidence.reason:
        raise Invalid({"reason": [_("Say why this record does not count.")]})


def _check_counts(evidence: Evidence, known: Fact, row: PlanRow) -> None:
    """What counts holds, and adds no more than there is of it."""
    if evidence.state is EvidenceState.EXCLUDED:
        return
    counts = evidence.state is EvidenceState.COUNTED
    if counts and not known.holds:
        raise Invalid({"record.id": [_why_not(known.record.type)]})
    if known.record.type is RecordType.ACTIVITY:
        activities.check_admitted(known.record.id, row.details["measures"], row.code)
    most = records.most(known.record, row)
    if evidence.quantity > (most if counts else max(most, 1)):
        message = _("%(record)s adds at most %(most)s to %(row)s.", record=known.record.id, most=most, row=row.code)
        raise Invalid({"quantity": [message]})


def _why_not(kind: RecordType) -> str:
    if kind is RecordType.ACTIVITY:
        return _("It does not count: it was made void, or the programme is not adopted yet.")
    return _(
        "It does not count: a calibration counts once it is issued, an asset once it is put into service, "
        "and a set as one, without its components."
    )


def _subject(plan: Plan, row: PlanRow) -> tuple[str, str]:
    return "indicator", f"{plan.code}/{row.code}"
