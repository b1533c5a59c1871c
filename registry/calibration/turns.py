"""The turns at which schedules fall overdue, written once each by set-based statements."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, and_, exists, func, literal, or_, select, type_coerce, update

from registry.assets.models import Asset, Schedule
from registry.assets.rules import ON_THE_CLOCK, Proof
from registry.calibration.models import OverdueTurn
from registry.kernel import clock
from registry.kernel.db import Instant, db, insert_into

AWAITING = (Proof.GOOD, Proof.MISSING)


class FlagResult(NamedTuple):
    """What one sweep found: turns recorded, and turns of schedules that are good again."""

    newly_flagged: int
    cleared: int


def is_awaited() -> ColumnElement[bool]:
    """Schedules whose day counts: of assets on the clock, and not failed, which no day mends."""
    return and_(Schedule.proof.in_(AWAITING), Asset.status.in_(ON_THE_CLOCK))


def flag(on: date) -> int:
    """Record the turn of each schedule whose last valid day is before `on`; gives how many, none when done again.

    A turn that was cleared opens again when its due date is back, as after voiding the record that cleared it.
    """
    engine = db.session.get_bind().dialect.name
    recorded = exists().where(
        OverdueTurn.schedule_id == Schedule.id,
        OverdueTurn.due_on == Schedule.due_on,
        OverdueTurn.cleared_at.is_(None),
    )
    fallen = (
        select(Schedule.id, Schedule.asset_id, Schedule.due_on, _following_day(engine), literal(clock.now(), Instant))
        .join(Asset, Asset.id == Schedule.asset_id)
        .where(is_awaited(), Schedule.due_on < on, ~recorded)
    )
    columns = ["schedule_id", "asset_id", "due_on", "since_on", "flagged_at"]
    insert = insert_into(OverdueTurn, engine).from_select(columns, fallen)
    reopen = insert.on_conflict_do_update(index_elements=["schedule_id", "since_on"], set_={"cleared_at": None})
    return _count(reopen)


def clear(schedule: Schedule | None = None) -> int:
    """Clear the open turns, of one schedule or of all, whose schedule no longer waits since then; gives how many.

    A failed record does not clear a turn: the asset is still waiting for a good one. A turn of a day to come, recorded
    while a clock ran ahead, is cleared too, and opens again when its day has come.
    """
    waits = or_(Schedule.proof == Proof.FAILED, Schedule.due_on == OverdueTurn.due_on)
    in_use = Asset.status.in_(ON_THE_CLOCK), Schedule.proof != Proof.NOT_REQUIRED
    still = exists().where(Schedule.id == OverdueTurn.schedule_id, Asset.id == Schedule.asset_id, waits, *in_use)
    ahead = OverdueTurn.since_on > clock.today()
    cleared = update(OverdueTurn).where(OverdueTurn.cleared_at.is_(None), or_(ahead, ~still))
    if schedule is not None:
        cleared = cleared.where(OverdueTurn.schedule_id == schedule.id)
    return _count(cleared.values(cleared_at=clock.now()).execution_options(synchronize_session=False))


def _following_day(engine: str) -> ColumnElement[date]:
    """The day after a schedule's due date, in the words of each database."""
    if engine == "sqlite":
        return type_coerce(func.date(Schedule.due_on, "+1 day"), Date)
    return type_coerce(Schedule.due_on + 1, Date)


def _count(statement: Any) -> int:  # noqa: ANN401 — an INSERT or an UPDATE
    result: Any = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)
