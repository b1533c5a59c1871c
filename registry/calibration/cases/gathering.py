"""Finding everything that relied on the standard of a case, and judging it: a few at once, the many in the background.

What is found is written by one statement from the walk itself. What is found is judged in the order of its days, so
that what an item relied on is judged before it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, String, and_, delete, exists, func, literal, select, update
from sqlalchemy.orm import aliased

from registry.assets.models import Asset, Characteristic
from registry.assets.rules import holds, limit
from registry.calibration.cases import calling, doubts, news
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import (
    ACTIVE,
    IN_SCOPE,
    RANKS,
    AffectedRange,
    Bearing,
    CaseState,
    Disposition,
    Estimate,
    Significance,
    bearing,
    doubt_of,
    estimate,
    worst_point,
)
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import RecordStatus
from registry.calibration.traceability import impact
from registry.calibration.traceability.impact import Window
from registry.calibration.traceability.measured import Point, in_force, point_of, scope_of
from registry.calibration.traceability.models import Reliance
from registry.kernel import clock
from registry.kernel.amounts import comparable, difference_in, folded, reading_in
from registry.kernel.db import db, insert_into
from registry.kernel.i18n import _

Step = Callable[[], None]
FEW: Final = 200  # what is found and judged while somebody waits
BATCH: Final = 500
DECIDED: Final = (
    "disposition",
    "disposition_reason",
    "disposed_at",
    "disposed_by_id",
    "disposed_actor",
    "work_due_on",
)
COLUMNS: Final = ("case_id", "calibration_id", "asset_id", "owner_id", "performed_on", "depth", "bearing", "rank")


def begin(case: Case) -> bool:
    """Judge what relied on the standard, the nearest first; False when that is more than can be waited for."""
    standards, window = impact.family_of(case.asset_id), window_of(case)
    is_few = impact.how_many(standards, window, most=FEW + 1) <= FEW
    _write(case, impact.hits(standards, window) if is_few else impact.nearest(standards, window, FEW))
    judge(case)
    if is_few:
        _gathered(case)
    return is_few


def again(case: Case) -> bool:
    """Find and judge anew what is not decided; as `begin`. What relied on it on no day in doubt is let go."""
    undecided = and_(CaseItem.case_id == case.id, CaseItem.disposition.is_(None))
    found = impact.hits(impact.family_of(case.asset_id), window_of(case)).subquery("hit")
    amending = exists().where(Calibration.id == CaseItem.calibration_id, Calibration.amends_id.is_not(None))
    let_go = and_(undecided, CaseItem.calibration_id.not_in(select(found.c.id)), ~amending)
    assets = set(db.session.scalars(select(CaseItem.asset_id).where(let_go)))
    unloaded = {"synchronize_session": False}
    db.session.execute(delete(CaseItem).where(let_go).execution_options(**unloaded))
    doubts.mark(assets)
    db.session.execute(update(CaseItem).where(undecided).values(bearing=Bearing.PENDING).execution_options(**unloaded))
    waiting = select(func.count()).select_from(CaseItem).where(undecided)
    return (db.session.scalar(waiting) or 0) <= FEW and begin(case)


def finish(case: Case, *, step: Step) -> None:
    """Find and judge the rest; what is done so far is kept at each step, and what was found before stays."""
    _write(case, impact.hits(impact.family_of(case.asset_id), window_of(case)))
    step()
    judge(case, step=step)
    _gathered(case)


def add(case: Case, record: Calibration, depth: int) -> None:
    """Add a record that was issued after the case was opened, and judge it."""
    hit = select(literal(record.id, Integer).label("id"), literal(depth, Integer).label("depth"))
    _write(case, hit)
    judge(case)
    news.ask(case)


def inherit(item: CaseItem, record: Calibration) -> None:
    """Let an amendment stand beside what it amends, whatever it says itself: with its decision and its mark.

    That an item has no effect was decided about other numbers; while a case is open that is decided anew.
    """
    case = item.case
    hit = select(literal(record.id, Integer).label("id"), literal(item.depth, Integer).label("depth"))
    _write(case, hit)
    if item.disposition is not None and (case.state not in ACTIVE or item.disposition is not Disposition.NO_EFFECT):
        same = and_(CaseItem.case_id == case.id, CaseItem.calibration_id == record.id)
        told = {name: getattr(item, name) for name in DECIDED}
        db.session.execute(update(CaseItem).where(same).values(**told))
    judge(case)
    news.ask(case)


def judge(case: Case, *, step: Step | None = None) -> None:
    """Judge every item that waits for it, and again those that only relied on results that turned out to be bad."""
    ranges = [one.affected for one in case.ranges]
    measured = measured_by(case.asset_id, Calibration.id == case.calibration_id)
    while batch := _waiting(case):
        _judge(case, batch, ranges, measured)
        if step is not None:
            step()
        if len(batch) < BATCH and not _reopened(case):
            break


def window_of(case: Case) -> Window:
    """The days on which the standard of a case was relied on while it was in doubt."""
    return Window(case.from_on, case.until_on)


def measured_by(asset_id: int, records: ColumnElement[bool] | None = None) -> list[tuple[str, str]]:
    """The quantities and units that a standard measures, by its characteristics and by the points of its records.

    Without `records` those of all that are issued.
    """
    wanted = records if records is not None else Calibration.status == RecordStatus.ISSUED
    described = select(Characteristic.quantity, Characteristic.unit).where(Characteristic.asset_id == asset_id)
    recorded = (
        select(CalibrationPoint.quantity, CalibrationPoint.unit)
        .join(Calibration, Calibration.id == CalibrationPoint.calibration_id)
        .where(Calibration.asset_id == asset_id, wanted)
        .distinct()
    )
    rows = [*db.session.execute(described), *db.session.execute(recorded)]
    return list(dict.fromkeys((row.quantity, row.unit) for row in rows))


def _write(case: Case, found: Any) -> None:  # noqa: ANN401 — a select of (id, depth)
    """Write what was found as items that wait for a judgement; what is an item already stays as it is."""
    hit = found.subquery("hit")
    lines = (
        select(
            literal(case.id, Integer),
            hit.c.id,
            Calibration.asset_id,
            Asset.owner_id,
            Calibration.performed_on,
            hit.c.depth,
            literal(Bearing.PENDING.value, String),
            literal(RANKS[Significance.UNKNOWN], Integer),
        )
        .join_from(hit, Calibration, Calibration.id == hit.c.id)
        .join(Asset, Asset.id == Calibration.asset_id)
        .where(Calibration.asset_id != case.asset_id)
    )
    engine = db.session.get_bind().dialect.name
    insert = insert_into(CaseItem, engine).from_select(list(COLUMNS), lines)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["case_id", "calibration_id"]))


def _waiting(case: Case) -> Sequence[CaseItem]:
    wanted = select(CaseItem).where(CaseItem.case_id == case.id, CaseItem.bearing == Bearing.PENDING)
    first = wanted.order_by(CaseItem.performed_on, CaseItem.depth, CaseItem.id).limit(BATCH)
    return db.session.scalars(first.execution_options(populate_existing=True)).all()


def _judge(
    case: Case,
    batch: Sequence[CaseItem],
    ranges: Sequence[AffectedRange],
    measured: Sequence[tuple[str, str]],
) -> None:
    """Judge some items: a fixed number of statements."""
    records = [item.calibration_id for item in batch]
    relied_on = _parents(case, records)
    amending = _amending(case, records)
    for item, own in _own_points(case, batch, relied_on):
        above = relied_on.get(item.calibration_id, ())
        item.bearing = bearing(own, ranges, measured)
        if item.depth > 1 and above and not any(parent.bearing in IN_SCOPE for _standard, parent in above):
            item.bearing = Bearing.UPSTREAM_OUTSIDE
        if item.calibration_id in amending and item.bearing not in IN_SCOPE:
            item.bearing = Bearing.UNKNOWN
        _estimate(item, own, ranges)
    db.session.flush()
    doubts.mark([item.asset_id for item in batch])
    if decided := [item.asset_id for item in batch if item.work_due_on is not None]:
        calling.move_days(decided)


def rested_on(case: Case, items: Sequence[CaseItem]) -> dict[int, tuple[Point, Estimate]]:
    """The point that the estimate of each item rests on, with it, by the item's key: few statements.

    What has changed since it was judged, so that it would be judged otherwise now, is left out.
    """
    ranges = [one.affected for one in case.ranges]
    parents = _parents(case, [item.calibration_id for item in items])
    found = ((item, worst_point(in_force(own), ranges)) for item, own in _own_points(case, items, parents))
    return {item.id: worst for item, worst in found if worst and worst[1].significance is item.significance}


def _own_points(
    case: Case, items: Sequence[CaseItem], relied_on: Mapping[int, Sequence[tuple[int, CaseItem]]]
) -> Iterator[tuple[CaseItem, list[Point]]]:
    """Items, each with its points that were measured with what a case is about, and the limits it is held to."""
    points = _points([item.calibration_id for item in items])
    limits = _characteristics([item.asset_id for item in items])
    family = impact.family_of(case.asset_id)
    for item in items:
        used = {*family, *(standard for standard, _parent in relied_on.get(item.calibration_id, ()))}
        own = scope_of(points.get(item.calibration_id, ()), used)
        yield item, [_limited(point, limits.get(item.asset_id, ())) for point in own]


def _estimate(item: CaseItem, points: Sequence[Point], ranges: Sequence[AffectedRange]) -> None:
    if item.bearing not in IN_SCOPE:
        item.significance, item.doubt = None, None
        return
    found = estimate(in_force(points), ranges)
    item.significance, item.rank = found.significance, RANKS[found.significance]
    item.shift, item.unit = found.shift, found.unit or None
    item.of_uncertainty, item.of_limit = found.of_uncertainty, found.of_limit
    item.doubt = doubt_of(item.disposition)


def _limited(point: Point, characteristics: Sequence[Characteristic]) -> Point:
    """A point with the limits its item is held to, where the record states none: ± the maximum permissible error."""
    if point.lower is not None or point.upper is not None or point.value is None:
        return point
    for one in characteristics:
        named = folded(one.quantity) == folded(point.quantity)
        if named and comparable(one.unit, point.unit):
            at = reading_in(point.value, point.unit, one.unit)
            error = limit(one, at) if holds(one, at) else None
            if error is not None:
                most = difference_in(error, one.unit, point.unit)
                return point._replace(lower=-most, upper=most)
    return point


def _points(records: Sequence[int]) -> dict[int, list[Point]]:
    found: dict[int, list[Point]] = {}
    wanted = (
        select(CalibrationPoint, CalibrationStandard.asset_id)
        .outerjoin(CalibrationStandard, CalibrationStandard.id == CalibrationPoint.standard_id)
        .where(CalibrationPoint.calibration_id.in_(records))
    )
    for point, standard in db.session.execute(wanted.order_by(CalibrationPoint.id)):
        found.setdefault(point.calibration_id, []).append(point_of(point, standard))
    return found


def _characteristics(assets: Sequence[int]) -> dict[int, list[Characteristic]]:
    found: dict[int, list[Characteristic]] = {}
    for one in db.session.scalars(select(Characteristic).where(Characteristic.asset_id.in_(set(assets)))):
        found.setdefault(one.asset_id, []).append(one)
    return found


def _parents(case: Case, records: Sequence[int]) -> dict[int, list[tuple[int, CaseItem]]]:
    """The items of the case that records relied on, each with the standard it was relied on by."""
    wanted = (
        select(Reliance.child_id, Reliance.standard_id, CaseItem)
        .join(CaseItem, CaseItem.calibration_id == Reliance.parent_id)
        .where(Reliance.child_id.in_(records), CaseItem.case_id == case.id)
    )
    found: dict[int, list[tuple[int, CaseItem]]] = {}
    for child, standard, parent in db.session.execute(wanted):
        found.setdefault(child, []).append((standard, parent))
    return found


def _amending(case: Case, records: Sequence[int]) -> set[int]:
    """Those records that amend an item within the scope of a case: an amendment alone takes nothing out of it."""
    wanted = (
        select(Calibration.id)
        .join(CaseItem, CaseItem.calibration_id == Calibration.amends_id)
        .where(Calibration.id.in_(records), CaseItem.case_id == case.id, CaseItem.bearing.in_(IN_SCOPE))
    )
    return set(db.session.scalars(wanted))


def _reopened(case: Case) -> bool:
    """Let items wait again that were left out for what they relied on, where part of that came in afterwards."""
    parent = aliased(CaseItem)
    relied = exists().where(
        Reliance.child_id == CaseItem.calibration_id,
        parent.calibration_id == Reliance.parent_id,
        parent.case_id == case.id,
        parent.bearing.in_(IN_SCOPE),
    )
    left_out = and_(CaseItem.case_id == case.id, CaseItem.bearing == Bearing.UPSTREAM_OUTSIDE, relied)
    again = update(CaseItem).where(left_out).values(bearing=Bearing.PENDING)
    result: Any = db.session.execute(again.execution_options(synchronize_session=False))
    return bool(result.rowcount)


def _gathered(case: Case) -> None:
    if case.state is CaseState.GATHERING:
        case.state, case.gathered_at = CaseState.OPEN, clock.now()
    deepest = select(CaseItem.calibration_id).where(CaseItem.case_id == case.id, CaseItem.depth >= impact.MOST_STEPS)
    if impact.goes_on(db.session.scalars(deepest).all()):
        case.problem = _(
            "The search ended %(num)s steps away, and more relied on what was found there.", num=impact.MOST_STEPS
        )
    db.session.flush()
    news.ask(case)
