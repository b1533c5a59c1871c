"""A record that was just made, as it is read afterwards: from what its own transaction has at hand.

Whoever records asks for the answer at once. Reading all of it again takes as long as writing it did, and on SQLite
waits for whoever writes meanwhile.
"""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.cases.doubts import gravest
from registry.calibration.models import Calibration, CalibrationStandard
from registry.calibration.rules import RecordStatus
from registry.kernel.db import db

NONE_YET = ("signatures", "amendments")


def as_read(person: Person, record: Calibration) -> Calibration:
    """What `queries.by_id` gives of a record that was made in this transaction.

    Such a record has no signature, no file and nothing in its place. Of most it is all at hand; a draft, an amendment
    and what follows a procedure are read again.
    """
    if record.status is not RecordStatus.ISSUED or record.amends_id or record.procedure_version_id:
        return queries.by_id(person, record.id)
    for name in NONE_YET:
        set_committed_value(record, name, [])
    record.files_then = ()
    set_committed_value(record, "doubt", None)
    if record.standards:
        _read_standards(person, record)
    return record


def _read_standards(person: Person, record: Calibration) -> None:
    lean = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    asset = joinedload(CalibrationStandard.asset, innerjoin=True).options(*lean)
    wanted = select(CalibrationStandard).where(CalibrationStandard.calibration_id == record.id)
    wanted = wanted.options(asset, joinedload(CalibrationStandard.relied_on))
    db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    queries.hide_foreign(person, record.standards)
    set_committed_value(record, "doubt", db.session.scalar(select(gravest()).where(Calibration.id == record.id)))
