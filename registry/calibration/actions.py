"""What changes calibrations, and with them the due dates of assets."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import is_admin
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.calibration import amending, answering, entry, queries, questions, settling, signing, turns, unfit
from registry.calibration.cases import actions as cases
from registry.calibration.competence import actions as competence
from registry.calibration.content import digest, lacks_standards
from registry.calibration.doers import names
from registry.calibration.files import actions as files
from registry.calibration.issuing import queries as issuing
from registry.calibration.models import Calibration
from registry.calibration.procedures.rules import ruled
from registry.calibration.rules import (
    OPEN_RECORDS,
    CalibrationKind,
    Condition,
    DecisionRule,
    Meaning,
    Outcome,
    PointValues,
    RecordStatus,
    VerificationKind,
    Work,
    check_lab,
    check_reason,
)
from registry.calibration.verdicts import check_claim, check_departure, judged
from registry.calibration.words import status_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, Messages
from registry.kernel.i18n import _
from registry.kernel.text import search_text
from registry.labs.queries import lab_field


def record(
    *,
    asset: str,
    kind: CalibrationKind,
    performed_on: date,
    outcome: Outcome,
    verification_kind: VerificationKind | None = None,
    received_on: date | None = None,
    began_on: date | None = None,
    issued_on: date | None = None,
    lab: str | None = None,
    on_site: bool | None = None,
    place: str | None = None,
    method: str | None = None,
    environment: Sequence[Condition] = (),
    condition_in: str | None = None,
    performed_by: str | None = None,
    stamp_no: str | None = None,
    seal_nos: str | None = None,
    customer: str | None = None,
    certificate_no: str | None = None,
    valid_until: date | None = None,
    decision_rule: DecisionRule | None = None,
    guard_factor: Decimal | None = None,
    target_risk: Decimal | None = None,
    in_tolerance: Decimal | None = None,
    adjusted: bool | None = None,
    note: str = "",
    procedure_version: int | None = None,
    standards: Sequence[str] = (),
    points: Sequence[PointValues] = (),
    amends: int | None = None,
    amendment_reason: str | None = None,
    contradiction_reason: str | None = None,
    password: str | None = None,
    by: Person | None,
) -> Calibration:
    """Record work on an asset by a laboratory, or without one by its owner; either of them may record it.

    With `certificate_no` it is an existing certificate, issued at once; without, a draft in the name of the recorder's
    own laboratory or of the owner, that moves nothing until a second person approves it. `amends` is the record whose
    place it takes once it is issued; nothing is amended without a reason (ISO/IEC 17025, 7.8.8), nor at once without
    the `password` of who may approve. A certificate that is declared good although its points fail is a fact all the
    same; `contradiction_reason` may say why, and has to where something is rarely so, see `questions`. Raises Conflict
    when that certificate is recorded already.
    """
    item = queries.asset_field(asset, "asset", lock=True)
    laboratory, since_on = issuing.lab_field(lab) if lab is not None else (None, None)
    by_lab = answering.is_of(by, Verb.CALIBRATION_RECORD, laboratory)
    if not by_lab:
        require(by, Verb.CALIBRATION_RECORD, item.owner_id)
    work = Work(
        kind=kind,
        performed_on=performed_on,
        outcome=outcome,
        verification_kind=entry.kind_of(kind, verification_kind, item, performed_on),
        received_on=received_on,
        began_on=began_on,
        issued_on=issued_on,
        valid_until=valid_until,
        on_site=on_site,
        place=place or None,
        method=method or None,
        environment=environment,
        condition_in=condition_in or None,
        performed_by=performed_by or None,
        stamp_no=stamp_no or None,
        seal_nos=seal_nos or None,
        customer=customer or None,
        decision_rule=decision_rule,
        guard_factor=guard_factor,
        target_risk=target_risk,
        in_tolerance=in_tolerance,
        adjusted=adjusted,
        note=note,
    )
    amended = amending.amended(item, kind, amends, amendment_reason, by)
    version = entry.Chosen(procedure_version, amended.procedure_version_id if amended else None, kind, by)
    wrong = entry.faults(work, item, points, standards, is_draft=certificate_no is None)
    amending.check_way(amended, certificate_no, laboratory, password, by)
    if by_lab:
        wrong = {**wrong, **amending.check_issuing(certificate_no, laboratory, since_on, performed_on)}
    procedure, used = entry.parts({**wrong, **check_lab(kind, lab)}, version, standards, item)
    work = ruled(work, procedure)
    made = Calibration(
        asset_id=item.id,
        lab_id=laboratory.id if laboratory else None,
        certificate_no=None,
        status=RecordStatus.DRAFT,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
        search=search_text(certificate_no, note),
        procedure_version_id=procedure.id if procedure else None,
        amends_id=amended.id if amended else None,
        amendment_reason=amendment_reason,
        contradiction_reason=contradiction_reason or None,
        recorded_by_lab=by_lab,
        **work._asdict(),
    )
    if certificate_no is not None:
        entry.number(made, certificate_no, entry.claim(laboratory, item, certificate_no), amended, by)
        amending.give_way(amended, by)
        made.status = RecordStatus.ISSUED
    entry.rely(made, item, used, performed_on)
    changes = audit.changes_of(made) | entry.told(item, laboratory, used, points, procedure)
    db.session.add(made)
    db.session.flush()
    entry.measure(made, points, item, used)
    asked = _asked(made, item, by)
    _refuse(check_claim(made, is_asked=bool(asked)))
    if made.status is RecordStatus.ISSUED:
        _refuse(questions.check_answered(asked, contradiction_reason))
    audit.record("calibration.record", ("calibration", made.id), changes, by=by)
    if made.status is RecordStatus.ISSUED:
        issue(made, item, by, held=())
    return made


def revise(
    calibration: Calibration,
    *,
    kind: CalibrationKind,
    performed_on: date,
    outcome: Outcome,
    verification_kind: VerificationKind | None = None,
    received_on: date | None = None,
    began_on: date | None = None,
    issued_on: date | None = None,
    lab: str | None = None,
    on_site: bool | None = None,
    place: str | None = None,
    method: str | None = None,
    environment: Sequence[Condition] = (),
    condition_in: str | None = None,
    performed_by: str | None = None,
    stamp_no: str | None = None,
    seal_nos: str | None = None,
    customer: str | None = None,
    valid_until: date | None = None,
    decision_rule: DecisionRule | None = None,
    guard_factor: Decimal | None = None,
    target_risk: Decimal | None = None,
    in_tolerance: Decimal | None = None,
    adjusted: bool | None = None,
    note: str = "",
    procedure_version: int | None = None,
    standards: Sequence[str] = (),
    points: Sequence[PointValues] = (),
    by: Person | None,
) -> Calibration:
    """Say anew everything that a draft says; what is left out is empty. Who revises it recorded it from then on."""
    item, _before = answering.lock(calibration)
    laboratory = lab_field(lab, "lab") if lab is not None else None
    answering.require_holder(by, Verb.CALIBRATION_RECORD, calibration)
    by_lab = answering.is_of(by, Verb.CALIBRATION_RECORD, laboratory)
    if not by_lab:
        require(by, Verb.CALIBRATION_RECORD, item.owner_id)
        answering.require_drafter(by, laboratory, field="lab")
    if calibration.status is not RecordStatus.DRAFT:
        said = status_text(calibration.status)
        raise Conflict(_("Only a draft can be changed; this record is %(status)s. Amend it instead.", status=said))
    work = Work(
        kind=kind,
        performed_on=performed_on,
        outcome=outcome,
        verification_kind=entry.kind_of(kind, verification_kind, item, performed_on),
        received_on=received_on,
        began_on=began_on,
        issued_on=issued_on,
        valid_until=valid_until,
        on_site=on_site,
        place=place or None,
        method=method or None,
        environment=environment,
        condition_in=condition_in or None,
        performed_by=performed_by or None,
        stamp_no=stamp_no or None,
        seal_nos=seal_nos or None,
        customer=customer or None,
        decision_rule=decision_rule,
        guard_factor=guard_factor,
        target_risk=target_risk,
        in_tolerance=in_tolerance,
        adjusted=adjusted,
        note=note,
    )
    if calibration.amends is not None and kind is not calibration.amends.kind:
        raise Invalid({"kind": [amending.other_kind(calibration.amends)]})
    wrong = {**entry.faults(work, item, points, standards, is_draft=True), **check_lab(kind, lab)}
    version = entry.Chosen(procedure_version, calibration.procedure_version_id, kind, by)
    procedure, used = entry.parts(wrong, version, standards, item)
    work = ruled(work, procedure)
    calibration.procedure_version_id = procedure.id if procedure else None
    calibration.lab_id = laboratory.id if laboratory else None
    calibration.recorded_by_id, calibration.recorded_at = by.id if by else None, clock.now()
    calibration.recorded_by_lab = by_lab
    calibration.search = search_text(note)
    for field, value in work._asdict().items():
        setattr(calibration, field, value)
    changes = audit.changes_of(calibration) | entry.told(item, laboratory, used, points, procedure)
    entry.forget_points(calibration)
    entry.rely(calibration, item, used, performed_on)
    db.session.flush()
    entry.measure(calibration, points, item, used)
    _asked(calibration, item, by)
    audit.record("calibration.revise", ("calibration", calibration.id), changes, by=by)
    return calibration


def approve(
    calibration: Calibration,
    *,
    certificate_no: str,
    password: str | None = None,
    seen: str | None = None,
    meaning: Meaning = Meaning.APPROVAL,
    contradiction_reason: str | None = None,
    by: Person | None,
) -> Calibration:
    """Issue a submitted result under a certificate number, signed by another than who wrote, submitted or did it.

    Who signs types their password again; the signature with its meaning is bound to the content that is issued, and to
    the warning that no standard is named. `seen` is the digest of what they looked at; Conflict if that changed since.
    What the rule does not make of its points, or is rarely so, is issued only with a `contradiction_reason`.
    """
    item, laboratory = answering.lock(calibration)
    answering.require_approver(by, item, laboratory)
    if calibration.status is not RecordStatus.SUBMITTED:
        raise Conflict(answering.not_submitted(calibration))
    if by is not None and by.id in queries.writers(calibration):
        raise Forbidden(_("Who recorded a result does not approve it; ask a second person."))
    if by is not None and names(calibration.performed_by, by.name, by.email):
        raise Forbidden(_("Who did the work does not approve its result; ask a second person."))
    confirm(by, password)
    if seen is not None and seen != digest(calibration):
        raise Conflict(_("Somebody changed this record since you opened it. Look at it again before you sign."))
    recomputed = judged(calibration).recomputed
    entry.stand_again(calibration)
    asked = _asked(calibration, item, by)
    _refuse(questions.check_answered(asked, contradiction_reason))
    _refuse(check_departure(calibration.outcome, recomputed, contradiction_reason, is_asked=bool(asked)))
    calibration.contradiction_reason = contradiction_reason or None
    amended = calibration.amends
    files.seal(calibration)
    calibration.issued_on = clock.today()
    entry.number(calibration, certificate_no, entry.claim(laboratory, item, certificate_no), amended, by)
    amending.give_way(amended, by)
    calibration.status = RecordStatus.ISSUED
    calibration.approved_by_id, calibration.approved_at = by.id if by else None, clock.now()
    calibration.search = search_text(certificate_no, calibration.note)
    changes = audit.changes_of(calibration) | {"meaning": [None, meaning]}
    changes |= {"lacks_standards": [None, True]} if lacks_standards(calibration) else {}
    db.session.flush()
    issue(calibration, item, by)
    signature = signing.sign(calibration, meaning, by)
    changes["signature"] = [None, signature.digest]
    audit.record("calibration.approve", ("calibration", calibration.id), changes, by=by)
    return calibration


def void(
    calibration: Calibration,
    *,
    reason: str,
    password: str | None = None,
    restores: int | None = None,
    by: Person | None,
) -> Calibration:
    """Take a record out of account with a reason; it stays readable, and what remains decides the due date.

    Who voids what was issued types their password again. What a voided amendment took the place of stays superseded,
    unless its key is what the voiding `restores`: nothing that was found wrong is in force again unsaid.
    """
    item, _lab = answering.lock(calibration)
    answering.require_holder(by, Verb.CALIBRATION_APPROVE, calibration)
    _refuse(check_reason(reason))
    if calibration.status is RecordStatus.VOID:
        raise Conflict(_("This record is void already: %(reason)s", reason=calibration.void_reason or ""))
    if calibration.status not in OPEN_RECORDS:
        confirm(by, password)
    before = amending.restorable(calibration, restores)
    calibration.status, calibration.void_reason = RecordStatus.VOID, reason
    audit.record("calibration.void", ("calibration", calibration.id), audit.changes_of(calibration), by=by)
    db.session.flush()
    if before is not None:
        amending.take_back(before, by)
    settling.settle(item, calibration.kind, by=by)
    cases.voided(calibration, by=by)
    if before is not None:
        cases.issued(before, by=by)
    return calibration


def flag_overdue(on: date) -> turns.FlagResult:
    """Record which schedules fell overdue by a day, and clear the turns of those that are good again.

    The same day twice changes nothing, and a night that was missed is caught up by the next one. Only schedules of
    assets in service or out for calibration count: those of all others are paused.
    """
    result = turns.sweep(on)
    if result.newly_flagged or result.cleared:
        changes: audit.Changes = {"flagged": [None, result.newly_flagged], "cleared": [None, result.cleared]}
        audit.record("calibration.flag_overdue", ("day", on.isoformat()), changes, by=None)
    return result


def issue(calibration: Calibration, asset: Asset, by: Person | None, held: Sequence[str] | None = None) -> None:
    """Seal what an issued record says, and let it move the due date if it is the newest of its kind.

    `held` are the digests of the files on it, where they are known. Raises Conflict when it would close a ring.
    """
    entry.check_ring(calibration)
    calibration.recomputed = judged(calibration).recomputed
    calibration.content_hash = digest(calibration, files=held)
    settling.fix_date(calibration, queries.schedule_of(asset, calibration.kind))
    settling.settle(asset, calibration.kind, issued=calibration, by=by)
    db.session.flush()
    competence.found(calibration, asset)
    cases.issued(calibration, by=by)
    unfit.take_out_of_use(calibration, asset, by)


def _asked(calibration: Calibration, item: Asset, by: Person | None) -> Messages:
    """What is asked of a person about a record. Raises Invalid for standards that its kind of work is not made with.

    Nothing of an administrator who records a certificate that exists: they were there at no measurement.
    """
    if by is None or (calibration.certificate_no is not None and is_admin(by)):
        return {}
    day = calibration.performed_on
    queries.hide_foreign(by, [use for use in calibration.standards if questions.unsound(use, day)])
    _refuse(questions.check_standards(calibration))
    return questions.asked(calibration, item)


def _refuse(messages: Messages) -> None:
    if messages:
        raise Invalid(messages)
