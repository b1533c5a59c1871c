"""A plan on a day over `BENCH_ROLLUP` links of its fourteen annex rows, against the bare grouped SELECT of their sums.

The bare one adds quantities by indicator and period over a covering index. Ours judges every goal and row, knows which
records still hold, counts people and organisations once and laboratories while they are accredited, and has the money.
The board is measured by what the database takes for its statements, asked once more one after the other. The rollup
reads the counts that are kept; how long it takes to make them from nothing is told, and so is what a reading costs
while CHANGED decisions are not folded in yet.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from time import perf_counter, process_time
from typing import Any, Final

from sqlalchemy import event, text

from registry.jobs import counting
from registry.kernel.db import db
from registry.plan import files, queries, versions
from registry.plan.board import placing
from registry.plan.board import queries as board
from registry.plan.counts import folding
from tests.benchmarks import bulk
from tests.benchmarks.alternating import cost, database_processor, in_turns
from tests.benchmarks.result import Result, at_most

LINKS: Final = int(os.environ.get("BENCH_ROLLUP", "1000000"))
RUNS: Final = 5
LOOKS: Final = 15  # at the board, of which the one that was disturbed least tells
CHANGED: Final = 100
AT_ONCE: Final = 10_000  # nobody else waits to write
MOST: Final = 1.2
MOST_STATEMENTS: Final = 20
MOST_OF_BOARD: Final = 10.0  # ms
PLAN: Final = "436-KH-UBND"
ON: Final = date(2026, 6, 15)
LABS: Final = 200
KINDS: Final = {
    "asset": ("II.2.a", "II.3.a.2"),
    "organisation": ("II.2.b", "II.3.c", "II.4.b"),
    "activity": ("I.1", "I.2", "II.1.-", "II.2.c", "II.3.a.1", "II.3.b", "II.4.a", "II.5.-"),
}
FILL: Final = (
    """INSERT INTO asset (id, tag, kind, name, owner_id, status, commissioned_on, proof, due_order, name_order, search,
    contradicted, created_at, version) {numbers} SELECT id, 'T' || id, 'standard', 'C', 1, 'in_service', '2024-01-01',
    'good', '2030-01-01', 'c', 'c', false, CURRENT_TIMESTAMP, 1 FROM number""",
    """INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version)
    {numbers} SELECT id + 1000, 'O' || (id + 1000), 'O', 'O', 'enterprise', 'o', 1 FROM number""",
    """INSERT INTO activity (id, kind, title, held_from, held_to, organiser_id, recorded_at, place, quantity, persons,
    listed, words, details, search, version) {numbers} SELECT id, 'training', 'A', '2024-01-01', '2024-01-01', 1,
    CURRENT_TIMESTAMP, '', 1, 1, false, '', '{{}}', 'a', 1 FROM number""",
)
LAB: Final = """INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
    {numbers} SELECT id, 'L' || id, 'L', 1, 'accredited', 'l', 1, '' FROM number"""
LINK: Final = """INSERT INTO evidence (indicator_id, record_type, record_id, counted_on, quantity, state,
    also_counted_in, decided_at, version) {numbers} SELECT {indicator}, '{kind}', '{letter}' || (id + {first}),
    {day}, 1, 'counted', '[]', CURRENT_TIMESTAMP, 1 FROM number"""
CHANGE: Final = "UPDATE evidence SET state = 'excluded' WHERE id <= {most}"
BARE: Final = """SELECT indicator_id, CASE WHEN counted_on <= '2025-12-31' THEN 0 ELSE 1 END AS place, sum(quantity)
    FROM evidence WHERE state = 'counted' AND counted_on <= '2026-06-15' GROUP BY indicator_id, place"""


def results() -> Iterator[Result]:
    """The rollup on both databases."""
    for name in bulk.DATABASES:
        with bulk.database(name):
            _fill()
            made = cost(_make)
            bulk.settle()
            _bare()
            statements = _asked(_ours)
            found = in_turns(_ours, _bare, runs=RUNS)
            yield found.at_most(f"rollup.{name}.ms", MOST, f"{LINKS} links, 14 rows; made in {made.wall / 1000:.0f} s")
            db.session.execute(text(CHANGE.format(most=CHANGED)))
            db.session.commit()
            found = in_turns(_ours, _bare, runs=RUNS)
            yield found.at_most(f"rollup.{name}.changed.ms", MOST, f"{CHANGED} decisions not folded in")
            yield at_most(f"rollup.{name}.statements", len(statements), None, MOST_STATEMENTS)
            asked = _asked(_board)
            took, worked = (min(found) for found in zip(*(_took(asked) for _look in range(LOOKS)), strict=True))
            told = f"database time of {len(asked)} statements, processor {worked:.1f} ms"
            yield at_most(f"board.{name}.ms", took, None, MOST_OF_BOARD, told)


def _make() -> None:
    for fold in (folding.fold, placing.fold):
        while fold(AT_ONCE):
            db.session.commit()
        db.session.commit()
    counting.count_waiting()


def _ours() -> None:
    queries.rollup(queries.by_code(PLAN, None), ON)
    db.session.rollback()


def _bare() -> int:
    found = len(db.session.execute(text(BARE)).all())
    db.session.rollback()
    return found


def _board() -> None:
    board.board(queries.by_code(PLAN, None), None, ON)
    db.session.rollback()


def _asked(what: Callable[[], None]) -> list[tuple[str, Any]]:
    """The statements that something asks, with their parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    what()
    event.remove(db.engine, "before_cursor_execute", note)
    return asked


def _took(asked: Sequence[tuple[str, Any]]) -> tuple[float, float]:
    """How long the database takes for some statements and all of their rows, and its processor time, both in ms.

    Where the database is another process, what this one works meanwhile is the driver's, which turns values to and fro.
    """
    cursor, used = db.session.connection().connection.cursor(), database_processor()
    elsewhere = used is not process_time
    worked, own, since = used(), process_time(), perf_counter()
    for statement, parameters in asked:
        cursor.execute(statement, parameters)
        if cursor.description is not None:
            cursor.fetchall()
    took = perf_counter() - since - (process_time() - own) * elsewhere
    worked = used() - worked
    db.session.rollback()
    return 1000 * took, 1000 * worked


def _fill() -> None:
    versions.load(files.read(PLAN), by=None)
    db.session.commit()
    plan = queries.by_code(PLAN, None)
    rows = {row.code: row.indicator_id for row in queries.current_version(plan).rows}
    among = [(kind, code) for kind, codes in KINDS.items() for code in codes]
    each = (LINKS - LABS) // len(among)
    sizes = dict.fromkeys([code for _kind, code in among], each) | {
        among[-1][1]: LINKS - LABS - each * (len(among) - 1)
    }
    with bulk.unindexed("asset", "organisation", "activity", "lab"):
        for statement in FILL:
            db.session.execute(text(statement.format(numbers=bulk.numbers(max(sizes.values()) * 2))))
        db.session.execute(text(LAB.format(numbers=bulk.numbers(LABS))))
    placing.count_anew(db.session.connection())
    db.session.commit()
    day = bulk.day("id % 700")
    with bulk.unindexed("evidence"):
        for kind, code in among:
            first = 1000 if kind == "organisation" else sizes[code] * (code == "II.3.a.2")
            letter = {"asset": "T", "organisation": "O", "activity": ""}[kind]
            said = {"numbers": bulk.numbers(sizes[code]), "indicator": rows[code], "kind": kind, "letter": letter}
            db.session.execute(text(LINK.format(**said, first=first, day=day)), {"today": "2024-06-01"})
        said = {"numbers": bulk.numbers(LABS), "indicator": rows["II.2.d"], "kind": "lab", "letter": "L"}
        db.session.execute(text(LINK.format(**said, first=0, day=day)), {"today": "2024-06-01"})
    folding.start_anew()
    db.session.commit()
