"""From a draft to its approval: handed in by who wrote it, and given back with a reason."""

from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.answering import lock, require_approver, require_holder
from registry.calibration.entry import stand_again
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus, check_reason
from registry.calibration.words import status_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _


def submit(calibration: Calibration, *, by: Person | None) -> Calibration:
    """Hand a draft in: from then on it is not changed, only approved or given back. Raises Conflict for others."""
    lock(calibration)
    require_holder(by, Verb.CALIBRATION_RECORD, calibration)
    if calibration.status is not RecordStatus.DRAFT:
        raise Conflict(
            _("Only a draft can be submitted; this record is %(status)s.", status=status_text(calibration.status))
        )
    stand_again(calibration)
    calibration.status, calibration.return_reason = RecordStatus.SUBMITTED, None
    calibration.submitted_by_id, calibration.submitted_at = by.id if by else None, clock.now()
    audit.record("calibration.submit", ("calibration", calibration.id), audit.changes_of(calibration), by=by)
    db.session.flush()
    return calibration


def send_back(calibration: Calibration, *, reason: str, by: Person | None) -> Calibration:
    """Make a submitted record a draft again, with a reason; who may approve does, or who handed it in."""
    item, laboratory = lock(calibration)
    if by is not None and by.id == calibration.submitted_by_id:
        require_holder(by, Verb.CALIBRATION_RECORD, calibration)
    else:
        require_approver(by, item, laboratory)
    messages = check_reason(reason)
    if messages:
        raise Invalid(messages)
    if calibration.status is not RecordStatus.SUBMITTED:
        text = _(
            "Only a submitted record can be returned; this record is %(status)s.",
            status=status_text(calibration.status),
        )
        raise Conflict(text)
    calibration.status, calibration.return_reason = RecordStatus.DRAFT, reason
    audit.record("calibration.return", ("calibration", calibration.id), audit.changes_of(calibration), by=by)
    db.session.flush()
    return calibration
