"""What cases ask for: that work is done anew, and by which day, as part of the due dates of what they decided about."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from registry.assets.models import NO_END, Asset, Schedule
from registry.assets.rules import ASKS_WORK, Doubt, Proof, earliest
from registry.calibration import turns
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus, proof_of
from registry.kernel.db import db

PART: Final = 500
assets_table = cast("Table", Asset.__table__)
schedule = cast("Table", Schedule.__table__)


class Called(NamedTuple):
    """What a case says of a record: its key and standard, and what was decided, by whom and by when work is due."""

    case_id: int
    standard: str
    doubt: Doubt
    work_due_on: date | None
    decided_by: str | None
    decided_at: datetime


def called_on(record: Calibration) -> date | None:
    """By which day cases ask for new work instead of a record, inclusive; None where none does."""
    return db.session.scalar(select(func.min(CaseItem.work_due_on)).where(*_asking(record.id)))


def no_later(due_on: date | None, asset: Asset, record: Calibration) -> date | None:
    """The day that a record of an asset gives its schedule, no later than cases ask for new work; only doubt costs."""
    is_asked = asset.doubt in ASKS_WORK and proof_of(record.kind, record.outcome) is Proof.GOOD
    return earliest([due_on, called_on(record)]) if is_asked else due_on


def words_on(record: Calibration) -> list[Called]:
    """What cases say of a record, what asks for work first, the earliest before the others."""
    wanted = (
        select(CaseItem.case_id, Asset.name, CaseItem.doubt, CaseItem.work_due_on)
        .add_columns(CaseItem.disposed_actor, CaseItem.disposed_at)
        .join(Case, Case.id == CaseItem.case_id)
        .join(Asset, Asset.id == Case.asset_id)
        .where(CaseItem.calibration_id == record.id, CaseItem.doubt.is_not(None))
        .order_by(CaseItem.work_due_on.is_(None), CaseItem.work_due_on, CaseItem.id)
    )
    return [Called(*row) for row in db.session.execute(wanted)]


def is_called() -> ColumnElement[bool]:
    """That the due date of a schedule is the day by which a case asks for new work."""
    return exists().where(
        CaseItem.asset_id == Schedule.asset_id,
        CaseItem.doubt.in_(sorted(ASKS_WORK)),
        CaseItem.work_due_on == Schedule.due_on,
        Calibration.id == CaseItem.calibration_id,
        Calibration.kind == Schedule.kind,
        Calibration.performed_on == Schedule.last_performed_on,
    )


def move_days(assets: Iterable[int] | Any) -> set[int]:  # noqa: ANN401 — keys, or a select of them
    """Let the schedules of some assets be due when cases ask for new work, or when their records say.

    Gives the keys of the assets whose days moved. What was planned for another day is planned no longer.
    """
    among = Schedule.asset_id.in_(sorted(set(assets)) if isinstance(assets, list | set) else assets)
    moved = db.session.execute(_moved().where(among)).all()
    if not moved:
        return set()
    put = schedule.update().where(schedule.c.id == bindparam("key"))
    db.session.execute(
        put.values(due_on=bindparam("day"), planned_on=None), [{"key": one.id, "day": one.day} for one in moved]
    )
    keys = sorted({one.asset_id for one in moved})
    db.session.execute(_summed_up(), [{"key": key} for key in keys])
    for start in range(0, len(keys), PART):
        turns.clear_of(keys[start : start + PART])
    return set(keys)


def move_days_of(one: Asset) -> None:
    """The same for one asset, which is read anew where a day moved."""
    if move_days([one.id]):
        for held in one.schedules:
            db.session.expire(held)
        db.session.expire(one, ["due_on", "due_order"])


def _moved() -> Select[Any]:
    """The good schedules whose day is not what their newest record and the cases about it say, with that day."""
    record, newer = aliased(Calibration), aliased(Calibration)
    asked = select(func.min(CaseItem.work_due_on)).where(*_asking(record.id)).correlate(record).scalar_subquery()
    day: Any = case((record.due_on.is_(None), asked), (asked < record.due_on, asked), else_=record.due_on)
    last = (
        select(newer.id)
        .where(newer.asset_id == Schedule.asset_id, newer.kind == Schedule.kind)
        .where(newer.status == RecordStatus.ISSUED)
        .order_by(newer.performed_on.desc(), newer.id.desc())
        .limit(1)
        .correlate(Schedule)
        .scalar_subquery()
    )
    in_a_case = exists().where(CaseItem.calibration_id == record.id)
    wanted: Select[Any] = select(Schedule.id, Schedule.asset_id, day.label("day")).join(record, record.id == last)
    return wanted.where(Schedule.proof == Proof.GOOD, in_a_case, Schedule.due_on.is_distinct_from(day))


def _asking(record: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 — a key, or a column of keys
    return CaseItem.calibration_id == record, CaseItem.doubt.in_(sorted(ASKS_WORK))


def _summed_up() -> Any:  # noqa: ANN401 — an UPDATE
    """The due date of an asset from those of its schedules and its shelf life; see assets.rules.summed_up."""
    first = (
        select(func.min(schedule.c.due_on))
        .where(schedule.c.asset_id == assets_table.c.id, schedule.c.proof != Proof.NOT_REQUIRED)
        .correlate(assets_table)
        .scalar_subquery()
    )
    shelf_life_first = and_(
        assets_table.c.expires_on.is_not(None), func.coalesce(first, NO_END) > assets_table.c.expires_on
    )
    day = case((shelf_life_first, assets_table.c.expires_on), else_=first)
    return (
        assets_table.update()
        .where(assets_table.c.id == bindparam("key"))
        .values(due_on=day, due_order=func.coalesce(day, NO_END))
    )
