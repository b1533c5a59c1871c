"""What people decide about records: that they count for an indicator of a plan, or do not."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.plan import records
from registry.plan.closing import queries as closing
from registry.plan.evidence import claims, together
from registry.plan.evidence.falling import Cause, falls
from registry.plan.models import Evidence, EvidenceState, Plan
from registry.plan.records import Record


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

    Without a day it is that of the row below at which the record counts already, or else the record's own; without a
    quantity as much as the record can add. What counts above moves along, see `together`.
    Proposing needs only sight of the record; deciding needs the planner's role. Raises Conflict when the record
    stands at this indicator already, or counts for another row and `also_counted_in` does not name that row.
    """
    if state is not EvidenceState.PROPOSED:
        require(by, Verb.EVIDENCE_DECIDE, plan.lead_id)
    at = claims.place(plan, indicator)
    known = records.fact(record, by)
    closing.deciding(plan)
    same = together.same(at, [known.record])
    leading = same.leading(known.record)
    if leading is not None and counted_on in {None, leading.counted_on}:
        counted_on, reason = leading.counted_on, reason or leading.reason
    evidence = Evidence(
        indicator_id=at.indicator.id,
        record_type=known.record.type,
        record_id=known.record.id,
        counted_on=claims.day_in(at.version, counted_on or known.since),
        quantity=max(records.most(known.record, at.row), 1) if quantity is None else quantity,
        state=state,
        reason=reason,
        also_counted_in=claims.also_in(at, also_counted_in, known.record),
        decided_by_id=by.id if by else None,
        decided_at=clock.now(),
    )
    claims.check_reason(evidence)
    claims.check_day(evidence, known)
    claims.check_counts(evidence, known, at, claims.fitting_at(at, [known.record]))
    claims.check_held(evidence, at.row, claims.held_by(at, [known.record]))
    together.check(evidence, same)
    moved = [] if takes_out(evidence, reason) else together.moved(evidence, at, same)
    closing.check_open(plan, [*touched(None, evidence), *moved], "counted_on")
    changes = audit.changes_of(evidence)
    try:
        with db.session.begin_nested():
            claims.claim(evidence, at, claims.rivals(at, [known.record]))
            db.session.add(evidence)
    except IntegrityError as error:
        raise claims.lost_race(evidence.record_id, at) from error
    audit.record(f"evidence.{state}", at.subject, changes, by=by)
    together.follow(evidence, at, same, by)
    db.session.flush()
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
    Counting anew what was altered since takes its day and how much it adds from it, unless they are given.
    """
    require(by, Verb.EVIDENCE_DECIDE, plan.lead_id)
    at = claims.place(plan, evidence.indicator.code)
    before, record = counted_day(evidence), Record(evidence.record_type, evidence.record_id)
    closing.deciding(plan)
    same = together.same(at, [record])
    anew = before is not None and state is EvidenceState.COUNTED and _is_altered(evidence, record)
    if anew:
        counted_on = counted_on or (None if evidence.reason else records.fact(record, by).since)
        quantity = quantity or max(records.most(record, at.row), 1)
    with db.session.no_autoflush:
        evidence.counted_on = evidence.counted_on if counted_on is None else claims.day_in(at.version, counted_on)
        evidence.quantity = evidence.quantity if quantity is None else quantity
        was, evidence.state = evidence.state, evidence.state if state is None else state
        evidence.reason = reason_of(evidence, was, reason)
        if also_counted_in is not None:
            evidence.also_counted_in = claims.also_in(at, also_counted_in, record, known=evidence.also_counted_in)
        claims.check_reason(evidence)
        changes = audit.changes_of(evidence)
        if changes or anew:
            if not takes_out(evidence, reason):
                days = [*touched(before, evidence), *together.moved(evidence, at, same)]
                closing.check_open(plan, days, "counted_on")
            together.check(evidence, same)
            if {"state", "quantity", "counted_on", "reason"} & changes.keys():
                known = records.fact(record, by)
                claims.check_day(evidence, known)
            if {"state", "quantity"} & changes.keys():
                claims.check_counts(evidence, known, at, claims.fitting_at(at, [record]))
            if {"state", "counted_on"} & changes.keys():
                claims.check_held(evidence, at.row, claims.held_by(at, [record]))
            evidence.decided_by_id, evidence.decided_at = by.id if by else None, clock.now()
            claims.claim(evidence, at, claims.rivals(at, [record]))
            together.follow(evidence, at, same, by)
            changes |= {"record_type": [record.type, record.type], "record_id": [record.id, record.id]}
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise claims.lost_race(evidence.record_id, at) from error
    if changes:  # never empty where it was decided anew
        audit.record(f"evidence.{evidence.state}", at.subject, changes, by=by)
    return evidence


def _is_altered(evidence: Evidence, record: Record) -> bool:
    """Whether a record says otherwise than when it was decided about."""
    fall = falls([record], clock.today()).get(record)
    return fall is not None and fall.cause is Cause.ALTERED and fall.concerns(evidence.decided_at)


def reason_of(evidence: Evidence, was: EvidenceState, reason: str | None) -> str | None:
    """The reason that is given, or the one that stands; why it did not count is none for counting it."""
    again = was is EvidenceState.EXCLUDED and evidence.state is not EvidenceState.EXCLUDED
    return None if reason is None and again else reason or evidence.reason


def takes_out(evidence: Evidence, reason: str | None) -> bool:
    """Whether a decision takes a record out with a reason of its own, as is possible in a closed period too."""
    return evidence.state is EvidenceState.EXCLUDED and reason is not None


def counted_day(evidence: Evidence) -> date | None:
    """The day on which a record counts, None while it does not."""
    return evidence.counted_on if evidence.state is EvidenceState.COUNTED else None


def touched(before: date | None, evidence: Evidence) -> list[date]:
    """The days whose numbers a decision moves: where the record counted before it, and where it counts then."""
    return [day for day in (before, counted_day(evidence)) if day is not None]
