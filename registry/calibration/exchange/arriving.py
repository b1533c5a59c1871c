"""Records of an import that is not whole yet: they are there, and count for nobody but the import itself.

Such a record is a draft that names an import; nobody sees it, see `queries.visible_to`. One statement issues all of
them, and until then they can be taken away without a trace but in the log.
"""

from typing import Any, Final, cast

from sqlalchemy import Table, and_, delete, exists, select, update

from registry.calibration.exchange.models import CalibrationImport, CalibrationImportReason, CalibrationImportRow
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import RecordStatus
from registry.kernel import audit
from registry.kernel.db import db
from registry.sheets.running import Step

PART: Final = 500
calibration = cast("Table", Calibration.__table__)
row = cast("Table", CalibrationImportRow.__table__)
reason = cast("Table", CalibrationImportReason.__table__)


def of_import(found: CalibrationImport) -> Any:  # noqa: ANN401 — a condition on records
    """The records of an import that do not count yet."""
    return and_(calibration.c.import_id == found.id, calibration.c.status == RecordStatus.DRAFT)


def waits(found: CalibrationImport) -> bool:
    """Whether an import has records that do not count yet."""
    return db.session.scalar(select(exists().where(of_import(found)))) is True


def issue(found: CalibrationImport) -> None:
    """Let all records of an import count."""
    db.session.execute(update(calibration).where(of_import(found)).values(status=RecordStatus.ISSUED))


def take_away(found: CalibrationImport, step: Step) -> None:
    """Remove what was said of the rows of an import, and its records that do not count, the newest first.

    What was begun and not finished is then begun anew: no row says what became of it.
    """
    for table in (reason, row):
        db.session.execute(delete(table).where(table.c.import_id == found.id))
    wanted = select(calibration.c.id, calibration.c.certificate_no).where(of_import(found))
    wanted = wanted.order_by(calibration.c.id.desc()).limit(PART)
    while gone := db.session.execute(wanted).all():
        keys = [one.id for one in gone]
        for part in (CalibrationPoint, CalibrationStandard):
            db.session.execute(delete(part).where(part.calibration_id.in_(keys)))
        db.session.execute(delete(calibration).where(calibration.c.id.in_(keys)))
        lines = ((("calibration", one.id), {"certificate_no": [one.certificate_no, None]}) for one in gone)
        audit.record_all("calibration.discard", lines, by=found.person)
        step()
