"""What changes the files of calibrations."""

from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.answering import lock, require_either, require_holder
from registry.calibration.files.models import CalibrationFile
from registry.calibration.files.queries import hook
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.kernel.errors import Conflict
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.i18n import _


def may_attach(calibration: Calibration, *, by: Person | None) -> None:
    """Raise Forbidden for who may not hang files on a calibration: the owner's people may, and the laboratory's."""
    require_either(by, Verb.CALIBRATION_RECORD, calibration.asset, calibration.lab)


def may_remove(calibration: Calibration, *, by: Person | None) -> None:
    """Raise Forbidden for who may not hide files of a calibration."""
    draft = calibration.status is RecordStatus.DRAFT
    verb = Verb.CALIBRATION_RECORD if draft else Verb.CALIBRATION_APPROVE
    require_holder(by, verb, calibration)


def attach(
    calibration: Calibration, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[CalibrationFile, bool]:
    """Hang a file on a calibration, and say whether it is new there. Raises Conflict for a void record."""
    may_attach(calibration, by=by)
    lock(calibration)
    if calibration.status is RecordStatus.VOID:
        raise Conflict(_("This record is void; add the file to the one that replaces it."))
    return attachments.attach(hook(calibration), incoming, kind=kind, caption=caption, by=by)


def remove(calibration: Calibration, file: CalibrationFile, *, reason: str, by: Person | None) -> CalibrationFile:
    """Hide a file of a calibration, with a reason; of an issued one only who may approve does, for it is evidence."""
    may_remove(calibration, by=by)
    return attachments.remove(hook(calibration), file, reason=reason, by=by)
