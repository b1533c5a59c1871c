"""What records and annuls decisions about accreditations, and keeps what follows from them."""

from datetime import date

from registry.accounts.models import Person
from registry.accounts.permissions import require, require_supervision
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.labs.confirming.actions import stated
from registry.labs.confirming.queries import may_confirm
from registry.labs.decisions import queries
from registry.labs.decisions.counting import give_back, let_count
from registry.labs.journey import Step, check_step, has_prepared
from registry.labs.keeping import keep
from registry.labs.models import Accreditation, AccreditationDecision, Lab, LabStep
from registry.labs.rules import Iso17025Status
from registry.labs.standing import (
    INTERRUPTING,
    DecisionKind,
    accredited_on,
    check_decision,
    check_history,
    check_overlaps,
    validity,
)

TOLD = ("kind", "effective_on", "decided_on", "until_on", "valid_until", "reason")


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
    said without. It is confirmed at once where somebody records it who may confirm it, else stated by the laboratory;
    then one that betters the standing counts only once it is confirmed, see `standing.awaits_confirmation`. Raises
    Invalid where it contradicts the accreditation or another decision, Conflict where it is recorded already.
    """
    _require(lab, by)
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
    stated([decision], by, lab.organisation_id)
    check_decision(held, decision, clock.today())
    _refuse_again(held, decision)
    held.decisions.append(decision)
    let_count(decision)
    check_history(held, decision)
    check_overlaps(lab.accreditations, "valid_until" if valid_until else "effective_on")
    changes = audit.changes_of(held) | {field: [None, getattr(decision, field)] for field in TOLD}
    changes |= {"accreditation": [None, held.number], "decision_no": [None, number]}
    db.session.flush()
    keep(lab)
    audit.record("lab.decide", ("lab", lab.code), changes, by=by)
    return decision


def annul(lab: Lab, decision: AccreditationDecision, *, reason: str, by: Person | None) -> AccreditationDecision:
    """Let a decision that was recorded by mistake or overturned not count; it stays to be read.

    One that was confirmed is annulled by those who may confirm it. A status without a day whose place it took is back.
    """
    if decision.confirmed:
        require_supervision(by, Verb.ACCREDITATION_CONFIRM, lab.organisation_id)
    else:
        _require(lab, by)
    if decision.annulled:
        raise Conflict(_("This decision was annulled already."))
    held = decision.accreditation
    decision.annulled_at, decision.annulled_reason = clock.now(), reason
    give_back(decision)
    check_history(held)
    held.valid_until = validity(held)
    check_overlaps(lab.accreditations, "reason")
    changes = audit.changes_of(held) | {"annulled_reason": [None, reason]}
    changes |= {"accreditation": [held.number, held.number], "decision_no": [decision.number, decision.number]}
    db.session.flush()
    keep(lab)
    audit.record("lab.annul_decision", ("lab", lab.code), changes, by=by)
    return decision


def _require(lab: Lab, by: Person | None) -> None:
    """Those who keep the laboratory, and those who supervise it."""
    if not may_confirm(by, lab.organisation_id):
        require(by, Verb.LAB_WRITE, lab.organisation_id)


def _refuse_again(held: Accreditation, decision: AccreditationDecision) -> None:
    """Raise Conflict for a decision that is recorded already, whoever did that."""
    for other in held.decisions:
        same = (other.kind, other.effective_on) == (decision.kind, decision.effective_on)
        if same and not other.annulled and other.number.casefold() == decision.number.casefold():
            message = _(
                "Decision “%(number)s” of that day is recorded already; confirm or annul that record instead.",
                number=other.number,
            )
            raise Conflict(message, errors={"number": [message]})
        says = (other.until_on, other.valid_until) == (decision.until_on, decision.valid_until)
        if same and says and not other.annulled and decision.kind in INTERRUPTING and _stands_by(other, decision):
            message = _(
                "Decision “%(number)s” says the same from that day already; annul that one if this one is right.",
                number=other.number,
            )
            raise Conflict(message, errors={"effective_on": [message]})


def _stands_by(other: AccreditationDecision, decision: AccreditationDecision) -> bool:
    """Whether another decision counts for at least as much: what a laboratory states may be recorded by others too."""
    return other.confirmed or not decision.confirmed


def declare_step(lab: Lab, *, step: Step, on: date, evidence: str = "", by: Person | None) -> LabStep:
    """Record a step on the way to ISO/IEC 17025 that a laboratory took on a day; the latest is its status."""
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    prepared = has_prepared(lab.accreditations, lab.steps, lab.iso17025_status, on)
    check_step(step, on, lab.accreditations, clock.today(), prepared=prepared)
    made = LabStep(step=step, on=on, evidence=evidence, recorded_at=clock.now(), recorded_by_id=by.id if by else None)
    lab.steps.append(made)
    latest = max(reversed(lab.steps), key=lambda declared: declared.on)
    if lab.iso17025_status is not Iso17025Status.ACCREDITED or not accredited_on(lab.accreditations, clock.today()):
        lab.iso17025_status = Iso17025Status(latest.step.value)
    changes = audit.changes_of(lab) | {"step": [None, step], "on": [None, on], "evidence": [None, evidence]}
    audit.record("lab.declare_step", ("lab", lab.code), changes, by=by)
    db.session.flush()
    return made
