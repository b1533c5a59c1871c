"""The edges of traceability, written by set-based statements when a record is issued or voided."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import aliased

from registry.assets.models import Asset
from registry.calibration.models import Calibration, CalibrationStandard
from registry.calibration.rules import TRACEABLE, RecordStatus
from registry.calibration.traceability.models import Reliance
from registry.kernel.db import db

COUNTED = (RecordStatus.ISSUED, RecordStatus.AMENDED)  # what an amended certificate said was relied on all the same
COLUMNS = ("child_id", "standard_id", "performed_on", "parent_id")


def link(*records: int) -> None:
    """Write what issued records relied on, by their keys."""
    uses = CalibrationStandard.calibration_id.in_(records)
    db.session.execute(insert(Reliance).from_select(COLUMNS, _edges(uses)))


def unlink(record: Calibration) -> None:
    """Forget what a voided record relied on, and let what relied on it rely on the record before it."""
    db.session.execute(delete(Reliance).where(Reliance.child_id == record.id))
    relink(record)


def relink(record: Calibration) -> None:
    """Write anew what relied on a record's asset from its day until that of the next record of its kind.

    Nearly always that is nothing: a record that is newer than all work is relied on by none yet.
    """
    if record.kind not in TRACEABLE:
        return
    until = db.session.scalar(
        select(func.min(Calibration.performed_on)).where(
            Calibration.asset_id == record.asset_id,
            Calibration.kind == record.kind,
            Calibration.status.in_(COUNTED),
            Calibration.performed_on > record.performed_on,
        )
    )
    users = _within(family(record.asset_id), record.performed_on, until)
    children = select(Reliance.child_id).where(users)
    keys = db.session.execute(select(Reliance.child_id, Reliance.standard_id).where(users).distinct()).all()
    if not keys:
        return
    standards = sorted({standard for _child, standard in keys})
    again = and_(CalibrationStandard.calibration_id.in_(children), CalibrationStandard.asset_id.in_(standards))
    fresh = [dict(row) for row in db.session.execute(_edges(again)).mappings()]
    db.session.execute(delete(Reliance).where(users).execution_options(synchronize_session=False))
    db.session.execute(insert(Reliance), fresh)


def family(asset_id: int) -> Select[Any]:
    """Ids of an asset, of its set and of its components: a certificate of a set is one of each of its weights."""
    above = select(Asset.parent_id).where(Asset.id == asset_id).scalar_subquery()
    return select(Asset.id).where(or_(Asset.id == asset_id, Asset.parent_id == asset_id, Asset.id == above))


def is_relied_on(asset_id: int) -> bool:
    """Whether any record relied on an asset, its set or its components."""
    return bool(db.session.scalar(select(exists().where(Reliance.standard_id.in_(family(asset_id))))))


def relied_on(record: Calibration) -> list[tuple[int, int | None]]:
    """What a record rests on, as (standard, record of the standard), worked out: for a draft, which has no edges."""
    wanted = CalibrationStandard.calibration_id == record.id
    return [(row.standard_id, row.parent_id) for row in db.session.execute(_edges(wanted, counted=False))]


def _within(standards: Select[Any], since: date, until: date | None) -> ColumnElement[bool]:
    days = [Reliance.performed_on >= since, *([Reliance.performed_on <= until] if until is not None else [])]
    return and_(Reliance.standard_id.in_(standards), *days)


def _edges(uses: ColumnElement[bool], *, counted: bool = True) -> Select[Any]:
    """Edges of uses of standards; of each kind of work the newest record up to the day it was relied on."""
    use, held, child, parent = CalibrationStandard, aliased(Asset), aliased(Calibration), aliased(Calibration)
    before = and_(
        or_(parent.asset_id == use.asset_id, parent.asset_id == held.parent_id),
        parent.kind.in_(TRACEABLE),
        parent.status.in_(COUNTED),
        parent.performed_on <= child.performed_on,
        parent.id != child.id,
    )
    newest_first = (parent.performed_on.desc(), parent.id.desc())
    place = func.row_number().over(partition_by=(use.id, parent.kind), order_by=newest_first)
    ranked = (
        select(
            use.calibration_id.label("child_id"),
            use.asset_id.label("standard_id"),
            child.performed_on.label("performed_on"),
            parent.id.label("parent_id"),
            place.label("place"),
        )
        .join(child, child.id == use.calibration_id)
        .join(held, held.id == use.asset_id)
        .outerjoin(parent, before)
        .where(uses, *([child.status.in_(COUNTED)] if counted else []))
        .subquery()
    )
    return select(*(ranked.c[name] for name in COLUMNS)).where(ranked.c.place == 1)
