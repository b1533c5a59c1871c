"""The marks of doubt on assets: what cases, state inspections and the records themselves say of them."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    not_,
    or_,
    select,
    union,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from registry.assets.models import Asset, Schedule
from registry.assets.rules import Doubt, Proof, ScheduleKind
from registry.calibration.cases import calling
from registry.calibration.cases.models import CaseItem
from registry.calibration.models import ISSUED, Calibration
from registry.calibration.rules import CLAIMED, FAILED, CalibrationKind
from registry.calibration.traceability import reliance
from registry.kernel.db import db

GRAVEST = (Doubt.RECALL, Doubt.CERTIFICATE_WITHDRAWN, Doubt.RECALIBRATE, Doubt.IN_DOUBT)


def mark(assets: Iterable[int] | Any) -> None:  # noqa: ANN401 — keys, or a select of them
    """Write anew the mark of some assets, of which this is the one writer.

    A state inspection that stopped their use says the gravest, then cases about the newest record of each kind of work.
    """
    among = Asset.id.in_(sorted(set(assets)) if isinstance(assets, list | set) else assets)
    changed = update(Asset).where(among).values(doubt=_said())
    db.session.execute(changed.execution_options(synchronize_session=False))


def marked(assets: Iterable[int]) -> CompoundSelect[int]:
    """Those of some assets, and of their parts, whose mark depends on their records."""
    keys = sorted(set(assets))
    in_a_case = select(CaseItem.asset_id).where(CaseItem.asset_id.in_(keys), CaseItem.doubt.is_not(None))
    return union(in_a_case, _found_over_limit(keys))


def _found_over_limit(keys: Sequence[Any]) -> Select[int]:
    """Those of some assets, and of their parts, of which an inspection found the error over its limit."""
    part, piece, upper = (aliased(Asset) for _level in range(3))
    within = union_all(
        select(Asset.id).where(Asset.id.in_(keys)),
        select(part.id).where(part.parent_id.in_(keys)),
        select(piece.id).join(upper, upper.id == piece.parent_id).where(upper.parent_id.in_(keys)),
    ).subquery()
    one = aliased(Asset)
    return select(one.id).join(within, within.c.id == one.id).where(one.error_found_on.is_not(None))


@cache  # slow to build
def _said() -> Any:  # noqa: ANN401 — a CASE
    exceeds = and_(Asset.error_found_on.is_not(None), not_(_shown_good_since()))
    stopped = or_(Asset.stopped_on.is_not(None), exceeds)
    return case((stopped, Doubt.STOPPED), else_=_gravest_of_newest())


def _shown_good_since() -> ColumnElement[bool]:
    """That good work after the day of an error over the limit shows otherwise, on the thing or on a set it is part of.

    Where the law has it verified, a calibration does not; without a statement of conformity it shows nothing.
    """
    record, set_, held = aliased(Calibration), aliased(Asset), aliased(Schedule)
    above = select(set_.parent_id).where(set_.id == Asset.parent_id).correlate(Asset).scalar_subquery()
    is_kept = held.kind == ScheduleKind.VERIFICATION, held.proof != Proof.NOT_REQUIRED
    verified = exists().where(held.asset_id == Asset.id, *is_kept).correlate(Asset)
    calibrated = and_(record.kind == CalibrationKind.CALIBRATION, not_(Asset.unverified), not_(verified))
    return exists().where(
        record.asset_id.in_([Asset.id, Asset.parent_id, above]),
        record.status == ISSUED,
        record.performed_on > Asset.error_found_on,
        record.outcome.in_(CLAIMED),
        or_(record.kind == CalibrationKind.VERIFICATION, calibrated),
    )


@cache  # slow to build
def _gravest_of_newest() -> Any:  # noqa: ANN401 — a scalar subquery
    record = aliased(Calibration)
    wanted = (
        select(CaseItem.doubt)
        .join(record, record.id == CaseItem.calibration_id)
        .where(CaseItem.asset_id == Asset.id, CaseItem.doubt.is_not(None), is_newest(record))
    )
    return wanted.order_by(_gravest_first()).limit(1).correlate(Asset).scalar_subquery()


def gravest() -> Any:  # noqa: ANN401 — a scalar subquery
    """The gravest word of all cases about the record that a statement is about."""
    wanted = select(CaseItem.doubt).where(CaseItem.calibration_id == Calibration.id, CaseItem.doubt.is_not(None))
    return wanted.order_by(_gravest_first()).limit(1).correlate(Calibration).scalar_subquery()


def _gravest_first() -> Any:  # noqa: ANN401 — an order
    places = {doubt: place for place, doubt in enumerate(GRAVEST)}
    return case(places, value=CaseItem.doubt, else_=len(GRAVEST))


def mark_again(asset: Asset) -> bool:
    """Write the marks of an asset anew when a record of it was issued or voided; gives whether others relied on it."""
    found = db.session.execute(_found_of_one(), {"asset_id": asset.id}).one()
    if found[0]:
        mark(marked([asset.id]))
        db.session.expire(asset, ["doubt"])
        calling.move_days_of(asset)
    if found[1] is not asset.contradicted:
        changed = update(Asset).where(Asset.id == asset.id).values(contradicted=found[1])
        db.session.execute(changed.execution_options(synchronize_session=False))
        db.session.expire(asset, ["contradicted"])
    return bool(found[2])


@cache  # asked at every issue, and slow to build
def _found_of_one() -> Select[bool, bool, bool]:
    """Whether records of an asset decide its mark, whether they contradict themselves, whether others relied on it."""
    asset_id: BindParameter[int] = bindparam("asset_id")
    in_a_case = exists().where(CaseItem.asset_id == asset_id, CaseItem.doubt.is_not(None))
    found = _found_over_limit([asset_id]).exists()
    contradicts_itself = exists().where(*_contradicting(aliased(Calibration), asset_id))
    return select(or_(in_a_case, found), contradicts_itself, exists().where(reliance.has_users(asset_id)))


def mark_contradicted(assets: Any) -> None:  # noqa: ANN401 — a select of keys
    """Write anew, for many assets at once, whether a record that decides is declared good while its points fail."""
    found = exists().where(*_contradicting(aliased(Calibration), Asset.id)).correlate(Asset)
    changed = update(Asset).where(Asset.id.in_(assets), Asset.contradicted != found).values(contradicted=found)
    db.session.execute(changed.execution_options(synchronize_session=False))


def contradicting(asset: Asset) -> Sequence[Calibration]:
    """The newest records of an asset, one of each kind at most, that are declared good while their points fail."""
    record = aliased(Calibration)
    wanted = select(record).where(*_contradicting(record, asset.id)).order_by(record.performed_on.desc(), record.id)
    return db.session.scalars(wanted).all()


def _contradicting(record: Any, asset_id: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 — an alias, and a key
    return record.asset_id == asset_id, contradicts(record), is_newest(record)


def contradicts(record: Any) -> ColumnElement[bool]:  # noqa: ANN401 — Calibration or an alias of it
    """That a record is declared good while its points fail."""
    return and_(record.outcome.in_(CLAIMED), record.recomputed.in_(FAILED))


def is_newest(record: Any) -> ColumnElement[bool]:  # noqa: ANN401 — an alias of Calibration
    """That a record is the newest issued one of its kind of its asset, on which validity rests."""
    newer = aliased(Calibration)
    later = or_(
        newer.performed_on > record.performed_on,
        and_(newer.performed_on == record.performed_on, newer.id > record.id),
    )
    replaced = exists().where(
        newer.asset_id == record.asset_id,
        newer.kind == record.kind,
        newer.status == ISSUED,
        later,
    )
    return and_(record.status == ISSUED, ~replaced)
