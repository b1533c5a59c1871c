"""What records and annuls decisions about accreditations, and keeps what follows from them."""

from datetime import date

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.labs.decisions import queries
from registry.labs.journey import Step, check_step
from registry.labs.keeping import keep
from registry.labs.models import AccreditationDecision, Lab, LabStep
from registry.labs.rules import AccreditationStatus, Iso17025Status
from registry.labs.standing import (
    DecisionKind,
    accredited_on,
    check_decision,
    check_history,
    check_overlaps,
    validity,
)

TOLD = ("kind", "effective_on", "decided_on", "until_on", "valid_until", "reason")
UNDATED = frozenset(
    {
        (DecisionKind.SUSPENDED, AccreditationStatus.SUSPENDED),
        (DecisionKind.WITHDRAWN, AccreditationStatus.SUSPENDED),
        (DecisionKind.WITHDRAWN, AccreditationStatus.WITHDRAWN),
    }
)  # what a decision with its day takes the place of: a suspension says nothing about a withdrawal


def record(
    lab: Lab,
    *,
    accreditation: str,
    granted_on: date | None = None,
    kind: DecisionKind,
    effective_on: date,
    decided_on: date,
    number: str,
    until_on: date | None = None,
    valid_until: date | None = None,
    reason: str = "",
    by: Person | None,
) -> AccreditationDecision:
    """Record a decision about an accreditation of a laboratory that is read to be changed.

    It counts from its day, even one long past; a suspension or withdrawal with a day takes the place of one that was
    said without. Raises Invalid where it contradicts the accreditation or another decision.
    """
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    held = queries.accreditation_field(lab, accreditation, granted_on)
    decision = AccreditationDecision(
        kind=kind,
        effective_on=effective_on,
        decided_on=decided_on,
        number=number,
        until_on=until_on,
        valid_until=valid_until,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by_id=by.id if by else None,
    )
    check_decision(held, decision, clock.today())
    if (kind, held.status) in UNDATED:
        held.status = AccreditationStatus.ACTIVE
    if valid_until is not None and held.granted_until is None:
        held.granted_until = held.valid_until
    held.decisions.append(decision)
    check_history(held)
    held.valid_until = validity(held)
    check_overlaps(lab.accreditations, "valid_until" if valid_until else "effective_on")
    changes = audit.changes_of(held) | {field: [None, getattr(decision, field)] for field in TOLD}
    changes |= {"accreditation": [None, held.number], "decision_no": [None, number]}
    db.session.flush()
    keep(lab)
    audit.record("lab.decide", ("lab", lab.code), changes, by=by)
    return decision


def annul(lab: Lab, decision: AccreditationDecision, *, reason: str, by: Person | None) -> AccreditationDecision:
    """Let a decision that was recorded by mistake or overturned not count; it stays to be read."""
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    if decision.annulled:
        raise Conflict(_("This decision was annulled already."))
    held = decision.accreditation
    decision.annulled_at, decision.annulled_reason = clock.now(), reason
    check_history(held)
    held.valid_until = validity(held)
    check_overlaps(lab.accreditations, "reason")
    changes = audit.changes_of(held) | {"annulled_reason": [None, reason]}
    changes |= {"accreditation": [held.number, held.number], "decision_no": [decision.number, decision.number]}
    db.session.flush()
    keep(lab)
    audit.record("lab.annul_decision", ("lab", lab.code), changes, by=by)
    return decision


def declare_step(lab: Lab, *, step: Step, on: date, evidence: str = "", by: Person | None) -> LabStep:
    """Record a step on the way to ISO/IEC 17025 that a laboratory took on a day; the latest is its status."""
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    check_step(step, on, lab.accreditations, clock.today())
    made = LabStep(step=step, on=on, evidence=evidence, recorded_at=clock.now(), recorded_by_id=by.id if by else None)
    lab.steps.append(made)
    latest = max(reversed(lab.steps), key=lambda declared: declared.on)
    if lab.iso17025_status is not Iso17025Status.ACCREDITED or not accredited_on(lab.accreditations, clock.today()):
        lab.iso17025_status = Iso17025Status(latest.step.value)
    changes = audit.changes_of(lab) | {"step": [None, step], "on": [None, on], "evidence": [None, evidence]}
    audit.record("lab.declare_step", ("lab", lab.code), changes, by=by)
    db.session.flush()
    return made
