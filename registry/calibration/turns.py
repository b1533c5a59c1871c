"""The turns at which schedules fall overdue, written once each by set-based statements.

A sweep looks at two kinds of schedules alone: those whose day has come since the last one, and those that changed
since, which triggers note. So what is overdue for years costs nothing more, and nothing is missed.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Date, and_, delete, exists, func, literal, or_, select, type_coerce, update

from registry.assets.models import Asset, Schedule
from registry.assets.rules import ON_THE_CLOCK, Proof
from registry.calibration.models import ChangedSchedule, OverdueTurn, TurnSweep
from registry.kernel import clock
from registry.kernel.db import Instant, db, insert_into

AWAITING = (Proof.GOOD, Proof.MISSING)
THE_ONE: Final = 1
TAKEN: Final = select(ChangedSchedule.schedule_id).where(ChangedSchedule.taken)


class FlagResult(NamedTuple):
    """What one sweep found: turns recorded, and turns of schedules that are good again."""

    newly_flagged: int
    cleared: int


def is_awaited() -> ColumnElement[bool]:
    """Schedules whose day counts: of assets on the clock, and not failed, which no day mends."""
    return and_(Schedule.proof.in_(AWAITING), Asset.status.in_(ON_THE_CLOCK))


def sweep(on: date) -> FlagResult:
    """Record the turn of each schedule whose last valid day is before `on`, and clear those that wait no longer.

    A night that was missed is caught up by the next sweep, and one that is done again changes nothing. A turn that was
    cleared opens again when its due date is back, as after voiding the record that cleared it. Turns of days to come,
    recorded while a clock ran ahead, are cleared and open again when their day has come.
    """
    today, before = clock.today(), db.session.scalar(select(TurnSweep.swept_on)) or date.min
    start = min(before, today)
    end = max(start, on)
    flagged = _record(and_(Schedule.due_on >= start, Schedule.due_on < end))
    cleared = _clear(OverdueTurn.since_on > today) if max(before, end) > today else 0
    if _count(update(ChangedSchedule).where(~ChangedSchedule.taken).values(taken=True)):
        flagged += _record(and_(Schedule.id.in_(TAKEN), Schedule.due_on < min(end, today)))
        cleared += _clear(and_(OverdueTurn.schedule_id.in_(TAKEN), ~_waits()))
        _count(delete(ChangedSchedule).where(ChangedSchedule.taken))
    _swept(min(end, today))
    return FlagResult(flagged, cleared)


def may_be_open(schedule: Schedule) -> bool:
    """Whether a schedule, as it stands, may have an open turn: its day has passed, or a failed record hides it."""
    return schedule.proof not in AWAITING or (schedule.due_on is not None and schedule.due_on < clock.today())


def clear(schedule: Schedule) -> int:
    """Clear the open turns of a schedule that it no longer waits since; gives how many."""
    return _clear(and_(OverdueTurn.schedule_id == schedule.id, _is_over()))


def clear_of(assets: Collection[int]) -> int:
    """The same for every schedule of some assets, by their keys."""
    return _clear(and_(OverdueTurn.asset_id.in_(assets), _is_over()))


def _is_over() -> ColumnElement[bool]:
    return or_(OverdueTurn.since_on > clock.today(), ~_waits())


def _record(among: ColumnElement[bool]) -> int:
    """Open the turns of awaited schedules among some; gives how many were not open.

    Few of many fall overdue in a night: PostgreSQL would read every asset for a join, and a subquery it looks up.
    """
    engine = db.session.get_bind().dialect.name
    status = select(Asset.status).where(Asset.id == Schedule.asset_id).scalar_subquery()
    fallen = select(
        Schedule.id, Schedule.asset_id, Schedule.due_on, _following_day(engine), literal(clock.now(), Instant)
    ).where(Schedule.proof.in_(AWAITING), status.in_(ON_THE_CLOCK), among)
    columns = ["schedule_id", "asset_id", "due_on", "since_on", "flagged_at"]
    insert = insert_into(OverdueTurn, engine).from_select(columns, fallen)
    unless_open = {"index_elements": ["schedule_id", "since_on"], "where": OverdueTurn.cleared_at.is_not(None)}
    return _count(insert.on_conflict_do_update(set_={"cleared_at": None}, **unless_open))


def _waits() -> ColumnElement[bool]:
    """Whether the schedule of a turn still waits since then; a failed record does not end that."""
    waits = or_(Schedule.proof == Proof.FAILED, Schedule.due_on == OverdueTurn.due_on)
    in_use = Asset.status.in_(ON_THE_CLOCK), Schedule.proof != Proof.NOT_REQUIRED
    return exists().where(Schedule.id == OverdueTurn.schedule_id, Asset.id == Schedule.asset_id, waits, *in_use)


def _clear(among: ColumnElement[bool]) -> int:
    cleared = update(OverdueTurn).where(OverdueTurn.cleared_at.is_(None), among)
    return _count(cleared.values(cleared_at=clock.now()))


def _following_day(engine: str) -> ColumnElement[date]:
    """The day after a schedule's due date, in the words of each database."""
    if engine == "sqlite":
        return type_coerce(func.date(Schedule.due_on, "+1 day"), Date)
    return type_coerce(Schedule.due_on + 1, Date)


def _swept(until: date) -> None:
    """Keep up to which day everything was looked at."""
    insert = insert_into(TurnSweep, db.session.get_bind().dialect.name).values(id=THE_ONE, swept_on=until)
    moved = TurnSweep.swept_on != until
    db.session.execute(insert.on_conflict_do_update(index_elements=["id"], set_={"swept_on": until}, where=moved))


def _count(statement: Any) -> int:  # noqa: ANN401 — an INSERT, an UPDATE or a DELETE
    options = {"preserve_rowcount": True, "synchronize_session": False}
    result: Any = db.session.execute(statement, execution_options=options)
    return int(result.rowcount)
