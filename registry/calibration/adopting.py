"""What was set up after the records that decide it: the night lets them decide."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, or_, select

from registry.assets.models import Asset, Schedule
from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.calibration.models import Calibration
from registry.calibration.rules import GOOD, TRACEABLE, CalibrationKind, RecordStatus
from registry.kernel.db import db

MOST = 1000


def undecided(*, limit: int = MOST) -> Sequence[tuple[Asset, CalibrationKind]]:
    """Assets, locked, with a kind of schedule that has no proof although issued records of that kind exist.

    And those whose verification is older than a repair, and still counts.
    """
    issued = exists().where(
        Calibration.asset_id == Schedule.asset_id,
        Calibration.kind == Schedule.kind,
        Calibration.status == RecordStatus.ISSUED,
    )
    unproven = and_(Schedule.proof == Proof.MISSING, Schedule.last_performed_on.is_(None))
    ended = and_(
        Schedule.kind == ScheduleKind.VERIFICATION,
        Schedule.proof != Proof.MISSING,
        Schedule.proof != Proof.NOT_REQUIRED,
        Schedule.last_performed_on < Asset.repaired_on,
    )
    wanted = (
        select(Asset, Schedule.kind)
        .join(Schedule, Schedule.asset_id == Asset.id)
        .where(issued, or_(unproven, ended))
        .order_by(Asset.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted.with_for_update(of=Asset))]


def unshown(*, limit: int = MOST) -> Sequence[Asset]:
    """Assets, locked, that good work counts for without a schedule, and that nothing is shown of yet."""
    good = Calibration.asset_id == Asset.id, Calibration.status == RecordStatus.ISSUED, Calibration.outcome.in_(GOOD)
    verified = and_(Asset.unverified, exists().where(*good, Calibration.kind == CalibrationKind.VERIFICATION))
    standard = and_(
        Asset.kind != Kind.INSTRUMENT,
        ~exists().where(Schedule.asset_id == Asset.id, Schedule.proof != Proof.NOT_REQUIRED),
        exists().where(*good, Calibration.kind.in_(TRACEABLE)),
    )
    wanted = select(Asset).where(
        Asset.proof == Proof.MISSING,
        Asset.shown_kind.is_(None),
        Asset.repaired_on.is_(None),
        Asset.altered_on.is_(None),
        or_(verified, standard),
    )
    return db.session.scalars(wanted.order_by(Asset.id).limit(limit).with_for_update(of=Asset)).all()
