"""A seal that inspectors found broken ends the verification from that day, as a repair does; a correction undoes it."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select

from registry.accounts.models import Person
from registry.assets.lifecycle.reverifying import keep_seal_found
from registry.assets.models import Asset
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.checks.rules import Seal
from registry.inspection.models import Inspection
from registry.inspection.rules import State
from registry.kernel.db import db


def settle(assets: Collection[int], by: Person | None) -> None:
    """Let the checks that count say of assets when their seal was last found broken; most say what is known already."""
    if not assets:
        return
    kept = select(Asset.id, Asset.seal_found_on).where(Asset.id.in_(assets))
    found = _found(assets)
    changed = [key for key, known in db.session.execute(kept) if found.get(key) != known]
    if not changed:
        return
    wanted = select(Asset).where(Asset.id.in_(changed)).order_by(Asset.id)
    locked = db.session.scalars(wanted.with_for_update(of=Asset).execution_options(populate_existing=True)).all()
    found = _found(changed)  # others may have been inspecting the same thing until their commit
    for asset in locked:
        keep_seal_found(asset, found.get(asset.id), by)


def settle_visit(visit: Inspection, by: Person | None) -> None:
    """The same for whatever was seen broken in an inspection, which was cancelled."""
    broken = select(InspectionCheck.asset_id, InspectionCheck.registered_id).where(
        InspectionCheck.inspection_id == visit.id, InspectionCheck.standing, _IS_BROKEN
    )
    settle({key for row in db.session.execute(broken) for key in row if key is not None}, by)


_IS_BROKEN = or_(InspectionCheck.seal_broken, InspectionCheck.seal == Seal.BROKEN)


def _found(assets: Collection[int]) -> dict[int, date]:
    """The newest day on which a check that counts found the seal of each broken, by key."""
    wanted = (
        select(InspectionCheck.asset_id, InspectionCheck.registered_id, InspectionCheck.seen_on)
        .join(Inspection, Inspection.id == InspectionCheck.inspection_id)
        .where(
            or_(InspectionCheck.asset_id.in_(assets), InspectionCheck.registered_id.in_(assets)),
            InspectionCheck.standing,
            _IS_BROKEN,
            Inspection.state != State.CANCELLED,
        )
        .order_by(InspectionCheck.seen_on)
    )
    return {key: on for *keys, on in db.session.execute(wanted) for key in keys if key is not None}
