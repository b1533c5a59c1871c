"""The edges of traceability, written by set-based statements when a record is issued or voided."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select, union_all
from sqlalchemy.orm import aliased

from registry.assets.models import Asset
from registry.calibration.models import Calibration, CalibrationStandard
from registry.calibration.rules import TRACEABLE, RecordStatus
from registry.calibration.traceability.models import Reliance
from registry.kernel.db import db

COUNTED = (RecordStatus.ISSUED, RecordStatus.AMENDED)  # what an amended certificate said was relied on all the same
COLUMNS = ("child_id", "standard_id", "performed_on", "parent_id")


def link(record: Calibration) -> None:
    """Write what an issued record relied on."""
    _link(CalibrationStandard.calibration_id == record.id)


def link_all(records: Select[Any]) -> None:
    """Write what many issued records relied on, and let others rely on them; `records` selects their keys."""
    _link(CalibrationStandard.calibration_id.in_(records))
    proven = select(Calibration.asset_id).where(Calibration.id.in_(records), Calibration.kind.in_(TRACEABLE))
    related = or_(Asset.id.in_(proven), Asset.parent_id.in_(proven), Asset.id.in_(_sets_of(proven)))
    users = and_(Reliance.standard_id.in_(select(Asset.id).where(related)), Reliance.child_id.not_in(records))
    if db.session.scalar(select(exists().where(users))):
        children = select(Reliance.child_id).where(users)
        of_these = CalibrationStandard.asset_id.in_(select(Asset.id).where(related))
        _write_again(users, and_(CalibrationStandard.calibration_id.in_(children), of_these))


def _sets_of(assets: Select[Any]) -> Select[Any]:
    return select(Asset.parent_id).where(Asset.id.in_(assets), Asset.parent_id.is_not(None))


def _link(uses: ColumnElement[bool]) -> None:
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
    until = _next(record)
    users = _within(family(record.asset_id), record.performed_on, until)
    children = select(Reliance.child_id).where(users)
    keys = db.session.execute(select(Reliance.child_id, Reliance.standard_id).where(users).distinct()).all()
    if not keys:
        return
    standards = sorted({standard for _child, standard in keys})
    _write_again(
        users, and_(CalibrationStandard.calibration_id.in_(children), CalibrationStandard.asset_id.in_(standards))
    )


def _next(record: Calibration) -> date | None:
    return db.session.scalar(
        select(func.min(Calibration.performed_on)).where(
            Calibration.asset_id == record.asset_id,
            Calibration.kind == record.kind,
            Calibration.status.in_(COUNTED),
            Calibration.performed_on > record.performed_on,
        )
    )


def _write_again(users: ColumnElement[bool], again: ColumnElement[bool]) -> None:
    fresh = [dict(row) for row in db.session.execute(_edges(again)).mappings()]
    db.session.execute(delete(Reliance).where(users).execution_options(synchronize_session=False))
    db.session.execute(insert(Reliance), fresh)


def family(asset_id: Any) -> Select[Any]:  # noqa: ANN401 — a key, or a parameter for one
    """Ids of an asset, of its set and of its components: a certificate of a set is one of each of its weights.

    Three lookups: of one condition with OR, SQLite would read every asset.
    """
    above = select(Asset.parent_id).where(Asset.id == asset_id, Asset.parent_id.is_not(None))
    return _each(*_and_components(asset_id), above)


def _and_components(asset_id: Any) -> tuple[Select[Any], Select[Any]]:  # noqa: ANN401 — as above
    return select(Asset.id.label("id")).where(Asset.id == asset_id), select(Asset.id).where(Asset.parent_id == asset_id)


def _each(*lookups: Select[Any]) -> Select[Any]:
    found = union_all(*lookups).subquery("found")
    return select(found.c.id)


def has_users(asset_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 — a key, or a parameter for one
    """That a record relied on an asset, its set or its components."""
    return Reliance.standard_id.in_(family(asset_id))


def relied_on(record: Calibration) -> list[tuple[int, int | None]]:
    """What a record rests on, as (standard, record of the standard), worked out: for a draft, which has no edges."""
    wanted = CalibrationStandard.calibration_id == record.id
    return [(row.standard_id, row.parent_id) for row in db.session.execute(_edges(wanted, counted=False))]


def rests_on(record: Calibration) -> set[int]:
    """The keys of all assets that a record rests on at any depth, also before it is linked: one statement."""
    edge = Reliance.__table__
    own = _edges(CalibrationStandard.calibration_id == record.id, counted=False).subquery()
    walk = select(own.c.standard_id, own.c.parent_id).cte("above", recursive=True)
    walk = walk.union(select(edge.c.standard_id, edge.c.parent_id).where(edge.c.child_id == walk.c.parent_id))
    return set(db.session.scalars(select(walk.c.standard_id).distinct()))


def would_carry(record: Calibration, assets: Collection[int]) -> bool:
    """Whether records of some assets will rest, at any depth, on a record that is not linked yet: two statements."""
    if record.kind not in TRACEABLE:
        return False
    edge, until = Reliance.__table__, _next(record)
    held = _each(*_and_components(record.asset_id))
    days = [edge.c.performed_on >= record.performed_on, *([edge.c.performed_on < until] if until is not None else [])]
    walk = select(edge.c.child_id).where(edge.c.standard_id.in_(held), *days).cte("below", recursive=True)
    walk = walk.union(select(edge.c.child_id).where(edge.c.parent_id == walk.c.child_id))
    found = select(Calibration.id).join(walk, walk.c.child_id == Calibration.id)
    return db.session.scalar(select(exists(found.where(Calibration.asset_id.in_(assets))))) is True


def ringed(records: Select[Any]) -> list[tuple[int, date]]:
    """Those of many linked records, with their days, on which records of their own standards rest: one statement.

    The twin of `would_carry` for what is linked already. Only records that have standards and are relied on are walked.
    """
    edge, child = Reliance.__table__, aliased(Calibration)
    between = select(edge.c.parent_id).where(edge.c.parent_id.in_(records))
    start = edge.c.child_id.in_(between)
    up = (
        select(edge.c.child_id.label("start"), edge.c.standard_id, edge.c.parent_id)
        .where(start)
        .cte("up", recursive=True)
    )
    up = up.union(select(up.c.start, edge.c.standard_id, edge.c.parent_id).where(edge.c.child_id == up.c.parent_id))
    first = select(edge.c.parent_id.label("start"), edge.c.child_id)
    down = first.where(edge.c.parent_id.in_(select(up.c.start))).cte("down", recursive=True)
    down = down.union(select(down.c.start, edge.c.child_id).where(edge.c.parent_id == down.c.child_id))
    found = select(Calibration.id, Calibration.performed_on).join(down, down.c.start == Calibration.id)
    found = found.join(child, child.id == down.c.child_id)
    found = found.join(up, and_(up.c.start == down.c.start, up.c.standard_id == child.asset_id))
    return [(row[0], row[1]) for row in db.session.execute(found.distinct().order_by(Calibration.id))]


def _within(standards: Select[Any], since: date, until: date | None) -> ColumnElement[bool]:
    days = [Reliance.performed_on >= since, *([Reliance.performed_on <= until] if until is not None else [])]
    return and_(Reliance.standard_id.in_(standards), *days)


def _edges(uses: ColumnElement[bool], *, counted: bool = True) -> Select[Any]:
    """Edges of uses of standards; of each kind of work the newest record up to the day it was relied on."""
    ranked = _ranked(counted=counted).where(uses).subquery()
    return select(*(ranked.c[name] for name in COLUMNS)).where(ranked.c.place == 1)


@cache  # asked several times at every issue, and slow to build
def _ranked(*, counted: bool) -> Select[Any]:
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
    )
    return ranked.where(child.status.in_(COUNTED)) if counted else ranked
