"""What changes the files of calibrations."""

from functools import partial

from sqlalchemy import update

from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.answering import lock, require_either, require_holder
from registry.calibration.content import FILES_SINCE
from registry.calibration.files.models import CalibrationFile
from registry.calibration.files.queries import hook
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.files.shelf import Shelf
from registry.kernel.i18n import _


def shelf(calibration: Calibration, *, by: Person | None) -> Shelf[CalibrationFile]:
    """The files of a calibration."""
    return Shelf(
        hook(calibration),
        partial(may_attach, calibration, by=by),
        partial(may_remove, calibration, by=by),
        partial(attach, calibration, by=by),
        partial(remove, calibration, by=by),
    )


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


def seal(calibration: Calibration) -> None:
    """Make the files that hang on a record that is about to be signed part of what is signed."""
    held = CalibrationFile.calibration_id == calibration.id, CalibrationFile.removed_at.is_(None)
    changed = update(CalibrationFile).where(*held).values(signed=True)
    db.session.execute(changed.execution_options(synchronize_session="fetch"))


def is_signed(calibration: Calibration, file: CalibrationFile) -> bool:
    """Whether a file was there when its record was signed; signatures of the forms before did not name the files."""
    signed = [one for one in calibration.signatures if one.form < FILES_SINCE]
    return file.signed or any(file.added_at <= one.at for one in signed)


def remove(calibration: Calibration, file: CalibrationFile, *, reason: str, by: Person | None) -> CalibrationFile:
    """Hide a file of a calibration, with a reason; of an issued one only who may approve does, for it is evidence."""
    may_remove(calibration, by=by)
    lock(calibration)
    if is_signed(calibration, file):
        text = _("This file was there when the record was signed, so it stays; void the record or amend it instead.")
        raise Conflict(text)
    return attachments.remove(hook(calibration), file, reason=reason, by=by)
