"""The nightly sweep over `BENCH_SCHEDULES` schedules of which one in a hundred fell overdue since the last one.

The floor is bare SQL that does the same without the registry: it flags what fell overdue in a column of the schedules
and writes a line of history for each, in a table with one index. Both know which days are new, ask which assets are on
the clock, and commit.
"""

import os
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Engine, event, text

from registry.calibration import actions
from registry.calibration.turns import FlagResult
from registry.kernel import clock
from registry.kernel.db import db
from tests.benchmarks import alternating, bulk
from tests.benchmarks.alternating import Cost, in_turns
from tests.benchmarks.result import Result, at_most

SCHEDULES: Final = int(os.environ.get("BENCH_SCHEDULES", "1000000"))
RUNS, NOTHING_RUNS = 5, 51
MOST, MOST_NOTHING_MS, MOST_GROWTH = 1.3, 1.0, 11.0
DAY: Final = timedelta(days=1)
ASSETS: Final = """INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, due_order, name_order, search,
    created_at, version) {numbers} SELECT id, 'T' || id, 'instrument', 'C' || id, 1,
    CASE (id / 100) % 20 WHEN 7 THEN 'retired' ELSE 'in_service' END, 'good', {day}, 'c' || id, 'c' || id,
    CURRENT_TIMESTAMP, 1 FROM number"""
SCHEDULES_OF: Final = """INSERT INTO schedule (asset_id, kind, interval, proof, due_on) {numbers}
    SELECT id, 'verification', 12, 'good', {day} FROM number"""
# One in a hundred fell overdue yesterday, five in a hundred did before, spread evenly over the table.
DUE: Final = "CASE WHEN id % 100 = 0 THEN -1 WHEN id % 100 < 6 THEN -2 - (id / 100) % 400 ELSE 1 + (id / 100) % 700 END"
BARE: Final = (
    "ALTER TABLE schedule ADD COLUMN overdue_since date",
    """CREATE TABLE bare_history (id {serial} PRIMARY KEY, schedule_id integer NOT NULL, asset_id integer NOT NULL,
        due_on date NOT NULL, since_on date NOT NULL, flagged_at timestamp NOT NULL)""",
    "CREATE INDEX ix_bare_history_schedule ON bare_history (schedule_id)",
)
FALLEN: Final = """schedule.due_on >= :yesterday AND schedule.due_on < :today AND schedule.proof IN ('good', 'missing')
    AND asset.status IN ('in_service', 'limited_use', 'out_for_calibration')"""
FLAG: Final = f"""UPDATE schedule SET overdue_since = :today FROM asset
    WHERE asset.id = schedule.asset_id AND schedule.overdue_since IS NULL AND {FALLEN}"""  # noqa: S608 — our own words
WRITE: Final = f"""INSERT INTO bare_history (schedule_id, asset_id, due_on, since_on, flagged_at)
    SELECT schedule.id, schedule.asset_id, schedule.due_on, overdue_since, CURRENT_TIMESTAMP FROM schedule
    JOIN asset ON asset.id = schedule.asset_id WHERE schedule.overdue_since = :today AND {FALLEN}"""  # noqa: S608 — see above
BACK: Final = (
    "DELETE FROM overdue_turn WHERE since_on = :today",
    "UPDATE turn_sweep SET swept_on = :yesterday",
    "DELETE FROM bare_history",
    "UPDATE schedule SET overdue_since = NULL WHERE due_on = :yesterday",
)


def results() -> Iterator[Result]:
    """One in a hundred and nothing, and what ten times as many cost, on both databases."""
    for name in bulk.DATABASES:
        costs: list[Cost] = []
        for count in (SCHEDULES // 10, SCHEDULES):
            with clock.frozen(clock.now()), bulk.database(name):  # the day must not change meanwhile
                _fill(count)
                yield from _measured(f"sweep.{name}.{count}", count, costs)
        growth = costs[1].wall / costs[0].wall
        note = f"{costs[1].cpu / costs[0].cpu:.1f} times the processor"
        yield at_most(f"sweep.{name}.tenfold", growth, None, MOST_GROWTH, note)


def _measured(name: str, count: int, costs: list[Cost]) -> Iterator[Result]:
    today = clock.today()
    _sweep(today - DAY)
    days: dict[str, Any] = {"today": str(today), "yesterday": str(today - DAY)}
    found = in_turns(lambda: _sweep(today), lambda: _run((FLAG, WRITE), days), runs=RUNS, after=lambda: _back(days))
    costs.append(found.ours)
    yield found.at_most(f"{name}.ms", MOST, f"{_fallen(count)} newly due")
    _sweep(today)
    with clock.frozen(today + DAY):
        times = [_nothing_ms(today) for _run in range(NOTHING_RUNS)]
    note = f"a night on which nobody is due; worst {max(times):.2f} ms"
    yield at_most(f"{name}.nothing_ms", statistics.median(times), None, MOST_NOTHING_MS, note)


def _fallen(count: int) -> int:
    return sum((key // 100) % 20 != 7 for key in range(100, count + 1, 100))


def _sweep(on: date) -> FlagResult:
    found = actions.flag_overdue(on)
    db.session.commit()
    db.session.expunge_all()
    return found


def _run(statements: tuple[str, ...], days: dict[str, Any]) -> None:
    for statement in statements:
        db.session.execute(text(statement), days)
    db.session.commit()


def _back(days: dict[str, Any]) -> None:
    _run(BACK, days)
    bulk.settle()


def _nothing_ms(swept: date) -> float:
    """What the statements of the next night take of the database's processor time."""
    _run(("UPDATE turn_sweep SET swept_on = :swept",), {"swept": str(swept)})
    sent: list[float] = []
    processor = alternating.database_processor()

    def begun(*_what: object) -> None:
        sent.append(-processor())

    def ended(*_what: object) -> None:
        sent[-1] += processor()

    event.listen(Engine, "before_cursor_execute", begun)
    event.listen(Engine, "after_cursor_execute", ended)
    try:
        assert _sweep(swept + DAY) == (0, 0)
    finally:
        event.remove(Engine, "before_cursor_execute", begun)
        event.remove(Engine, "after_cursor_execute", ended)
    return sum(sent) * 1000


def _fill(count: int) -> None:
    """So many assets with a schedule each; of the indexes on assets only those that begin with the status matter."""
    today = {"today": str(clock.today())}
    with bulk.unindexed("asset", "schedule", left_out=("asset",)):
        for statement in (ASSETS, SCHEDULES_OF):
            said = statement.format(numbers=bulk.numbers(count), day=bulk.day(DUE))
            db.session.execute(text(said), today)
    serial = "integer" if db.engine.dialect.name == "sqlite" else "integer GENERATED BY DEFAULT AS IDENTITY"
    for statement in BARE:
        db.session.execute(text(statement.format(serial=serial)))
    for column in ("status, name_order, id", "status, due_order, id"):
        db.session.execute(text(f"CREATE INDEX ix_asset_{column.split(', ')[1]} ON asset ({column})"))
    db.session.commit()
    bulk.settle()
