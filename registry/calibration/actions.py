"""What changes calibrations, and with them the due dates of assets."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import may
from registry.accounts.rules import Verb
from registry.assets import actions as assets
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof
from registry.calibration import queries, turns
from registry.calibration.due import queries as dates
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import (
    CalibrationKind,
    DecisionRule,
    Outcome,
    PointValues,
    RecordStatus,
    check_days,
    check_lab,
    check_points,
    check_reason,
    proof_of,
)
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, Messages
from registry.kernel.i18n import _
from registry.kernel.text import search_text
from registry.labs.models import Lab
from registry.labs.queries import lab_field


def record(
    *,
    asset: str,
    kind: CalibrationKind,
    performed_on: date,
    outcome: Outcome,
    lab: str | None = None,
    certificate_no: str | None = None,
    valid_until: date | None = None,
    decision_rule: DecisionRule | None = None,
    adjusted: bool | None = None,
    note: str = "",
    standards: Sequence[str] = (),
    points: Sequence[PointValues] = (),
    by: Person | None,
) -> Calibration:
    """Record work on an asset by a laboratory, or without one by its owner; either of them may record it.

    With `certificate_no` it is an existing certificate, issued at once; without, a draft that moves nothing until a
    second person approves it. Raises Conflict when that certificate is recorded already.
    """
    item = queries.asset_field(asset, "asset", lock=True)
    laboratory = lab_field(lab, "lab") if lab is not None else None
    require_either(by, Verb.CALIBRATION_RECORD, item, laboratory)
    _refuse({**check_days(performed_on, valid_until, clock.today()), **check_lab(kind, lab), **check_points(points)})
    if certificate_no is not None:
        _check_new(item, laboratory, kind, certificate_no)
    used = _standards(standards, item)
    made = Calibration(
        asset_id=item.id,
        kind=kind,
        performed_on=performed_on,
        lab_id=laboratory.id if laboratory else None,
        certificate_no=certificate_no,
        valid_until=valid_until,
        outcome=outcome,
        decision_rule=decision_rule,
        status=RecordStatus.DRAFT if certificate_no is None else RecordStatus.ISSUED,
        adjusted=adjusted,
        note=note,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
        search=search_text(certificate_no, note),
    )
    then = queries.standings(used, performed_on)
    made.standards = [
        CalibrationStandard(asset_id=one.id, due_on_then=then[one.id].due_on, was_valid=then[one.id].was_valid)
        for one in used
    ]
    changes = audit.changes_of(made) | {
        "asset": [None, item.tag],
        "lab": [None, laboratory.code if laboratory else None],
        "standards": [None, [one.tag for one in used]],
        "points": [None, len(points)],
    }
    db.session.add(made)
    db.session.flush()
    _measure(made, points)
    if made.status is RecordStatus.ISSUED:
        _issue(made, item, by)
    audit.record("calibration.record", ("calibration", made.id), changes, by=by)
    return made


def approve(calibration: Calibration, *, certificate_no: str, by: Person | None) -> Calibration:
    """Issue a draft under a certificate number; somebody else than who recorded it does, and from then on it counts."""
    item, laboratory = lock(calibration)
    require_either(by, Verb.CALIBRATION_APPROVE, item, laboratory)
    if calibration.status is not RecordStatus.DRAFT:
        raise Conflict(_("Only a draft can be approved; this record is %(status)s.", status=calibration.status.value))
    if by is not None and by.id == calibration.recorded_by_id:
        raise Forbidden(_("Who recorded a result does not approve it; ask a second person."))
    _check_new(item, laboratory, calibration.kind, certificate_no)
    calibration.certificate_no, calibration.status = certificate_no, RecordStatus.ISSUED
    calibration.approved_by_id, calibration.approved_at = by.id if by else None, clock.now()
    calibration.search = search_text(certificate_no, calibration.note)
    audit.record("calibration.approve", ("calibration", calibration.id), audit.changes_of(calibration), by=by)
    db.session.flush()
    _issue(calibration, item, by)
    return calibration


def void(calibration: Calibration, *, reason: str, by: Person | None) -> Calibration:
    """Take a record out of account with a reason; it stays readable, and what remains decides the due date."""
    item, laboratory = lock(calibration)
    require_either(by, Verb.CALIBRATION_APPROVE, item, laboratory)
    _refuse(check_reason(reason))
    if calibration.status is RecordStatus.VOID:
        raise Conflict(_("This record is void already: %(reason)s", reason=calibration.void_reason or ""))
    calibration.status, calibration.void_reason = RecordStatus.VOID, reason
    audit.record("calibration.void", ("calibration", calibration.id), audit.changes_of(calibration), by=by)
    db.session.flush()
    settle(item, calibration.kind, by=by)
    return calibration


def settle(asset: Asset, kind: CalibrationKind, *, by: Person | None) -> Calibration | None:
    """Let the newest issued record of a kind decide the asset's schedule; gives that record, None when nothing moved.

    Without a schedule of that kind records are kept and move nothing: a schedule is the owner's decision.
    """
    schedule = queries.schedule_of(asset, kind)
    if schedule is None:
        return None
    newest = queries.deciding(asset.id, kind)
    if newest is None:
        assets.prove(asset, kind, proof=Proof.MISSING, due_on=None, performed_on=None, by=by)
    else:
        _date(newest, schedule)
        newest.due_on = dates.effective_due(newest, schedule)
        proof, due_on, performed_on = proof_of(newest.outcome), newest.due_on, newest.performed_on
        assets.prove(asset, kind, proof=proof, due_on=due_on, performed_on=performed_on, by=by)
    db.session.flush()
    turns.clear(schedule)
    return newest


def adopt_records() -> int:
    """Let records decide the schedules that were set up after them; gives how many."""
    waiting = queries.undecided()
    for asset, kind in waiting:
        settle(asset, kind, by=None)
    return len(waiting)


def flag_overdue(on: date) -> turns.FlagResult:
    """Record which schedules fell overdue by a day, and clear the turns of those that are good again.

    The same day twice changes nothing, and a night that was missed is caught up by the next one. Only schedules of
    assets in service or out for calibration count: those of all others are paused.
    """
    result = turns.FlagResult(newly_flagged=turns.flag(on), cleared=turns.clear())
    if result.newly_flagged or result.cleared:
        changes: audit.Changes = {"flagged": [None, result.newly_flagged], "cleared": [None, result.cleared]}
        audit.record("calibration.flag_overdue", ("day", on.isoformat()), changes, by=None)
    return result


def _issue(calibration: Calibration, asset: Asset, by: Person | None) -> None:
    """Let an issued record move the due date if it is the newest of its kind."""
    _date(calibration, queries.schedule_of(asset, calibration.kind))
    calibration.moved = settle(asset, calibration.kind, by=by) is calibration
    db.session.flush()


def _date(calibration: Calibration, schedule: Schedule | None) -> None:
    """Say until when a good record counts, once: an interval that changes later does not move what was said."""
    if calibration.calendar_due_on is None and proof_of(calibration.outcome) is Proof.GOOD:
        calibration.calendar_due_on = calibration.due_on = dates.basis(calibration, schedule).on


def _measure(calibration: Calibration, points: Sequence[PointValues]) -> None:
    """Store the points in one statement, however many."""
    if points:
        lines = [{**point, "calibration_id": calibration.id, "position": place} for place, point in enumerate(points)]
        db.session.execute(insert(CalibrationPoint), lines)


def lock(calibration: Calibration) -> tuple[Asset, Lab | None]:
    """Keep others from changing a record until the commit: who changes one locks its asset first, then reads it."""
    item = queries.asset_field(calibration.asset.tag, "asset", lock=True)
    db.session.refresh(calibration)
    return item, calibration.lab


def _standards(given: Sequence[str], item: Asset) -> list[Asset]:
    """The assets whose tags are given as standards, each once, none of them the asset itself."""
    used: list[Asset] = []
    errors: dict[str, list[str]] = {}
    for place, tag in enumerate(given):
        field = f"standards.{place}"
        try:
            found = queries.asset_field(tag, field)
        except Invalid as error:
            errors |= {name: list(messages) for name, messages in (error.errors or {}).items()}
            continue
        if found.id == item.id:
            errors[field] = [_("An asset is not its own standard; give the standard it was compared with.")]
        elif found in used:
            errors[field] = [_("This standard is listed twice; leave one out.")]
        used.append(found)
    _refuse(errors)
    return used


def _check_new(asset: Asset, lab: Lab | None, kind: CalibrationKind, certificate_no: str) -> None:
    """A certificate is recorded once for each asset and kind; the locked asset makes this certain."""
    known = queries.same_certificate(asset, lab, kind, certificate_no)
    if known is not None:
        message = _(
            "Certificate “%(number)s” is recorded for this asset already, as record %(key)s of %(day)s. "
            "If that record is wrong, void it first.",
            number=certificate_no,
            key=known.id,
            day=known.performed_on.isoformat(),
        )
        raise Conflict(message, errors={"certificate_no": [message]})


def require_either(by: Person | None, verb: Verb, asset: Asset, lab: Lab | None) -> None:
    """The owner's people may, and the laboratory's."""
    if by is None or lab is None or not may(by, verb, lab.organisation_id):
        require(by, verb, asset.owner_id)


def _refuse(messages: Messages) -> None:
    if messages:
        raise Invalid(messages)
