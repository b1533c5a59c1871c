"""What inspections say of assets: a seal found broken, an error over its limit, a use that minutes stop.

A seal that inspectors found broken ends the verification from that day, as a repair does; an error over its limit
forbids use until a good result of a later day; minutes forbid it until what they ask for was done. All three fall away
with the check, the measure or the inspection that says so.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select

from registry.accounts.models import Person
from registry.assets.lifecycle.reverifying import keep_seal_found
from registry.assets.lifecycle.stopping import keep_stops
from registry.assets.models import Asset
from registry.calibration.cases import doubts
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.checks.rules import Seal, exceeds
from registry.inspection.measures.models import InspectionMeasure
from registry.inspection.measures.rules import MeasureKind
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.models import Inspection
from registry.inspection.rules import TOLD, State
from registry.kernel.db import db


class Said(NamedTuple):
    """The newest day of a broken seal and of an error over its limit, and the first from which use is stopped."""

    seal_found_on: date | None = None
    error_found_on: date | None = None
    stopped_on: date | None = None


NOTHING = Said()
_IS_BROKEN = or_(InspectionCheck.seal_broken, InspectionCheck.seal == Seal.BROKEN)
_MAY_EXCEED = or_(InspectionCheck.over_limit, InspectionCheck.error_limit.is_not(None))


def settle(assets: Collection[int], by: Person | None) -> None:
    """Let the inspections that count say of assets what stands against them; most say what is known already."""
    if not assets:
        return
    kept = select(Asset.id, Asset.seal_found_on, Asset.error_found_on, Asset.stopped_on).where(Asset.id.in_(assets))
    said = _said(assets)
    changed = [key for key, *known in db.session.execute(kept) if said.get(key, NOTHING) != tuple(known)]
    if not changed:
        return
    wanted = select(Asset).where(Asset.id.in_(changed)).order_by(Asset.id)
    locked = db.session.scalars(wanted.with_for_update(of=Asset).execution_options(populate_existing=True)).all()
    said = _said(changed)  # others may have been inspecting the same thing until their commit
    stopped: list[int] = []
    for asset in locked:
        now = said.get(asset.id, NOTHING)
        keep_seal_found(asset, now.seal_found_on, by)
        if keep_stops(asset, stopped_on=now.stopped_on, error_found_on=now.error_found_on, by=by):
            stopped.append(asset.id)
    if stopped:
        db.session.flush()
        doubts.mark(stopped)
        for asset in locked:
            db.session.expire(asset, ["doubt"])


def settle_visit(visit: Inspection, by: Person | None) -> None:
    """The same for whatever was found in an inspection, which was cancelled, or is stopped by its minutes."""
    seen = select(InspectionCheck.asset_id, InspectionCheck.registered_id).where(
        InspectionCheck.inspection_id == visit.id, InspectionCheck.standing, or_(_IS_BROKEN, _MAY_EXCEED)
    )
    stopped = stops(InspectionMeasure.inspection_id == visit.id, open_only=False)
    keys = {key for row in db.session.execute(seen) for key in row} | {key for one in stopped for key in one.keys}
    settle({key for key in keys if key is not None}, by)


class Stopping(NamedTuple):
    """A measure that stops use, the day it was decided, and the assets it is about: the check's, or made of it."""

    decided_on: date
    keys: tuple[int | None, int | None]


def stops(which: ColumnElement[bool], *, open_only: bool = True) -> list[Stopping]:
    """Measures in signed minutes that stop the use of an instrument: one statement.

    A check that another took the place of since says no longer which instrument that is; the newest does.
    """
    signed = exists().where(
        InspectionMinutes.inspection_id == InspectionMeasure.inspection_id,
        InspectionMinutes.signed_at >= InspectionMeasure.made_at,
    )
    begin = (
        select(InspectionMeasure.decided_on, InspectionMeasure.check_id)
        .join(Inspection, Inspection.id == InspectionMeasure.inspection_id)
        .where(
            which,
            InspectionMeasure.kind == MeasureKind.SUSPENSION,
            InspectionMeasure.check_id.is_not(None),
            Inspection.state.in_(TOLD),
            signed,
        )
    )
    if open_only:
        begin = begin.where(InspectionMeasure.done_on.is_(None))
    line: Any = begin.cte("line", recursive=True)
    line = line.union_all(
        select(line.c.decided_on, InspectionCheck.id).join(line, InspectionCheck.replaces_id == line.c.check_id)
    )
    newer = InspectionCheck.__table__.alias("newer")
    wanted = (
        select(line.c.decided_on, InspectionCheck.asset_id, InspectionCheck.registered_id)
        .join(InspectionCheck, InspectionCheck.id == line.c.check_id)
        .where(~exists().where(newer.c.replaces_id == line.c.check_id))
    )
    return [Stopping(on, (asset, registered)) for on, asset, registered in db.session.execute(wanted)]


def _said(assets: Collection[int]) -> dict[int, Said]:
    """What inspections that count say of assets, by key, without those of which they say nothing."""
    about = or_(InspectionCheck.asset_id.in_(assets), InspectionCheck.registered_id.in_(assets))
    wanted = (
        select(InspectionCheck.asset_id, InspectionCheck.registered_id, InspectionCheck.seen_on, _IS_BROKEN)
        .add_columns(InspectionCheck.over_limit, InspectionCheck.error_value, InspectionCheck.error_limit)
        .join(Inspection, Inspection.id == InspectionCheck.inspection_id)
        .where(about, InspectionCheck.standing, or_(_IS_BROKEN, _MAY_EXCEED), Inspection.state != State.CANCELLED)
        .order_by(InspectionCheck.seen_on)
    )
    found: dict[int, Said] = {}
    for asset, registered, on, broken, over, value, limit in db.session.execute(wanted):
        for key in (asset, registered):
            if key is not None and broken:
                found[key] = found.get(key, NOTHING)._replace(seal_found_on=on)
            if key is not None and (over or exceeds(value, limit)):
                found[key] = found.get(key, NOTHING)._replace(error_found_on=on)
    visits = select(InspectionCheck.inspection_id).where(about)
    for one in stops(InspectionMeasure.inspection_id.in_(visits)):
        for key in one.keys:
            if key is not None:
                before = found.get(key, NOTHING)
                days = [day for day in (before.stopped_on, one.decided_on) if day is not None]
                found[key] = before._replace(stopped_on=min(days))
    return found
