"""The files of calibrations; whoever may see a calibration may see its files."""

from collections.abc import Collection

from sqlalchemy import func, select

from registry.calibration.files.models import CalibrationFile
from registry.calibration.models import Calibration
from registry.calibration.rules import OPEN_RECORDS
from registry.kernel.db import db
from registry.kernel.files.attachments import Hook
from registry.kernel.files.models import StoredFile
from registry.kernel.files.rules import FileKind


def hook(calibration: Calibration) -> Hook[CalibrationFile]:
    """Where the files of a calibration hang."""
    return Hook(CalibrationFile, "calibration_id", calibration.id, ("calibration", calibration.id))


def digests(calibration: Calibration) -> list[str]:
    """The SHA-256 of every file that is part of what a record says: of a draft all, later those that were signed."""
    if calibration.files_then is not None:
        return list(calibration.files_then)
    wanted = select(StoredFile.sha256).join(CalibrationFile, CalibrationFile.stored_file_id == StoredFile.id)
    wanted = wanted.where(CalibrationFile.calibration_id == calibration.id)
    if calibration.status in OPEN_RECORDS:
        wanted = wanted.where(CalibrationFile.removed_at.is_(None))
    else:
        wanted = wanted.where(CalibrationFile.signed)
    return list(db.session.scalars(wanted.order_by(StoredFile.sha256)))


def certificates(records: Collection[int]) -> dict[int, int]:
    """The key of the newest certificate that is attached to each of some records, by the record's key."""
    if not records:
        return {}
    held = CalibrationFile.calibration_id.in_(records), CalibrationFile.removed_at.is_(None)
    newest = select(CalibrationFile.calibration_id, func.max(CalibrationFile.id))
    wanted = newest.where(*held, CalibrationFile.kind == FileKind.CERTIFICATE).group_by(CalibrationFile.calibration_id)
    return {row[0]: row[1] for row in db.session.execute(wanted)}
