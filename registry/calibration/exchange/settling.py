"""What an import means for what was there before: due dates, turns, the graph of traceability, cases and doubts."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets.actions import Proven
from registry.assets.models import Asset
from registry.assets.rules import Proof
from registry.calibration import queries, settling, turns
from registry.calibration.cases import actions as cases
from registry.calibration.cases import calling, doubts
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.competence import actions as competence
from registry.calibration.due import queries as dates
from registry.calibration.ending import has_ended
from registry.calibration.exchange.holdings import LEAN
from registry.calibration.exchange.models import CalibrationImport
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, RecordStatus, proof_of
from registry.calibration.traceability import reliance
from registry.calibration.traceability.models import Reliance
from registry.kernel.db import db
from registry.sheets.models import ImportState
from registry.sheets.running import Step

PART: Final = 250
FEW: Final = 25  # records whose cases are kept up with at once
Pair = tuple[int, CalibrationKind]


def after(found: CalibrationImport, step: Step) -> None:
    """What follows from an import that counts, or was taken back; begun again after a crash, nothing is done twice."""
    mine = Calibration.import_id == found.id
    asked = select(Calibration.asset_id, Calibration.kind).where(mine).distinct()
    pairs = [(row.asset_id, row.kind) for row in db.session.execute(asked)]
    if not pairs:
        return
    settle(pairs, found.id, step, by=found.person)
    if found.state is ImportState.UNDONE:
        unfollow(mine, step, by=found.person)
    else:
        follow(mine, step, by=found.person)
        competence.ask()
    for part in _parts(sorted({asset_id for asset_id, _kind in pairs})):
        mark(part)
        step()


def settle(pairs: Collection[Pair], import_id: int, step: Step, *, by: Person | None) -> None:
    """Let the newest issued record of each kind decide the schedules of these assets; history rewinds none."""
    of_asset: dict[int, list[CalibrationKind]] = {}
    for asset_id, kind in pairs:
        of_asset.setdefault(asset_id, []).append(kind)
    for part in _parts(sorted(of_asset)):
        wanted = select(Asset).where(Asset.id.in_(part)).options(*LEAN).execution_options(populate_existing=True)
        held = {one.id: one for one in db.session.scalars(wanted)}
        newest = _deciding(part)
        here = [(held[asset_id], kind) for asset_id in part for kind in of_asset[asset_id]]
        proven = (_proven(asset, kind, newest.get((asset.id, kind)), import_id) for asset, kind in here)
        assets.prove_all([one for one in proven if one is not None], by=by)
        db.session.flush()
        for asset in held.values():
            if any(queries.schedule_of(asset, kind) is None for kind in of_asset[asset.id]):
                settling.settle_all(asset, by)
        turns.clear_of(part)
        step()


def link(import_id: int) -> list[tuple[int, date]]:
    """Write what the records of an import relied on; gives those, with their days, that close a ring."""
    mine = select(Calibration.id).where(Calibration.import_id == import_id)
    reliance.link_all(mine)
    return reliance.ringed(mine)


def follow(mine: Any, step: Step, *, by: Person | None) -> None:  # noqa: ANN401 — a condition on records
    """Keep cases up with the records of an import, the oldest first, as if each had been recorded by itself."""
    for part in _records(and_(mine, Calibration.status == RecordStatus.ISSUED, _concerns_cases())):
        for record in part:
            cases.issued(record, is_linked=True, by=by)
        step()


def unfollow(mine: Any, step: Step, *, by: Person | None) -> None:  # noqa: ANN401 — a condition on records
    """Keep cases, and what relied on the records of an import, up with their being void."""
    for part in _records(and_(mine, exists().where(Case.calibration_id == Calibration.id))):
        for record in part:
            cases.voided(record, by=by)
        step()
    for part in _records(and_(mine, exists().where(Reliance.parent_id == Calibration.id))):
        for record in part:
            reliance.relink(record)
        step()


def _records(which: Any) -> Iterator[list[Calibration]]:  # noqa: ANN401 — a condition on records
    """Records a few at a time, the oldest work first."""
    oldest = select(Calibration.id).where(which).order_by(Calibration.performed_on, Calibration.id)
    for part in _parts(db.session.scalars(oldest).all(), FEW):
        fresh = select(Calibration).where(Calibration.id.in_(part)).execution_options(populate_existing=True)
        found = {one.id: one for one in db.session.scalars(fresh)}
        yield [found[key] for key in part]


def mark(assets: Sequence[int]) -> None:
    """Write anew what cases, inspections and their own points say of some assets."""
    doubts.mark_contradicted(assets)
    doubted = select(CaseItem.asset_id).where(CaseItem.doubt.is_not(None), CaseItem.asset_id.in_(assets))
    doubts.mark(doubts.marked(assets))
    calling.move_days(doubted)


def _proven(asset: Asset, kind: CalibrationKind, newest: Calibration | None, import_id: int) -> Proven | None:
    schedule = queries.schedule_of(asset, kind)
    if schedule is None:
        return None
    if newest is None:
        return Proven(asset, kind, Proof.MISSING, None, None)
    is_new = newest.import_id == import_id and newest.due_on == newest.calendar_due_on  # nobody gave it grace yet
    is_plain = is_new and schedule.usage_limit is None
    newest.due_on = newest.calendar_due_on if is_plain else dates.effective_due(newest, schedule)
    newest.moved = newest.moved or newest.import_id == import_id
    if has_ended(newest, asset):
        return Proven(asset, kind, Proof.MISSING, None, newest.performed_on)
    due_on = calling.no_later(newest.due_on, asset, newest)
    return Proven(asset, kind, proof_of(newest.kind, newest.outcome), due_on, newest.performed_on)


def _deciding(part: Sequence[int]) -> dict[Pair, Calibration]:
    """The record of each kind that says how each of some assets stands."""
    newest_first = (Calibration.performed_on.desc(), Calibration.id.desc())
    place = func.row_number().over(partition_by=(Calibration.asset_id, Calibration.kind), order_by=newest_first)
    ranked = select(Calibration.id, place.label("place"))
    ranked = ranked.where(Calibration.asset_id.in_(part), Calibration.status == RecordStatus.ISSUED)
    best = ranked.subquery()
    wanted = select(Calibration).join(best, best.c.id == Calibration.id).where(best.c.place == 1)
    fresh = wanted.execution_options(populate_existing=True)
    return {(one.asset_id, one.kind): one for one in db.session.scalars(fresh)}


def _concerns_cases() -> Any:  # noqa: ANN401 — a condition on records
    """That others relied on a record's asset, its set or its components, or that it relied on what a case is about."""
    standards = select(Reliance.standard_id).distinct()
    sets = select(Asset.parent_id).where(Asset.id.in_(standards), Asset.parent_id.is_not(None))
    family = or_(Asset.id.in_(standards), Asset.parent_id.in_(standards), Asset.id.in_(sets))
    relied_on = Calibration.asset_id.in_(select(Asset.id).where(family))
    edge = aliased(Reliance)
    of_case = or_(
        edge.standard_id.in_(select(Case.asset_id)),
        edge.parent_id.in_(select(CaseItem.calibration_id)),
    )
    return or_(relied_on, exists().where(edge.child_id == Calibration.id, of_case))


def _parts(keys: Sequence[int], most: int = PART) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), most):
        yield keys[start : start + most]
