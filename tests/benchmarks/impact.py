"""What rests on a standard, against the bare recursive query over the same edges on the same connection.

`BENCH_IMPACT` results rest on one standard at six depths, among ten times as many edges that lead elsewhere; two
thousand rest on another. Both databases are counted by ANALYZE, which is where a planner can go astray.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import select, text

from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.assets.tags import ALPHABET, RANDOM_LENGTH, check_character
from registry.calibration.cases import actions as cases
from registry.calibration.cases import queries
from registry.calibration.cases.rules import Bearing
from registry.calibration.traceability import impact
from registry.calibration.traceability.impact import Window
from registry.kernel import clock
from registry.kernel.db import db
from tests.benchmarks import bulk
from tests.benchmarks.alternating import in_turns
from tests.benchmarks.inventory import _copy
from tests.benchmarks.result import Result, at_most

HITS: Final = int(os.environ.get("BENCH_IMPACT", "100000"))
EDGES: Final = 10 * HITS
DEPTH: Final = 6
FEW: Final = 2000
RUNS: Final = 5
MOST_COUNT, MOST_ROWS, MOST_FEW_MS, MOST_PAGE = 1.3, 1.5, 5.0, 1.5
SINCE: Final = date(2016, 1, 1)
ASSET: Final = (
    *("id", "tag", "kind", "name", "owner_id", "status", "proof", "due_order", "name_order", "search"),
    *("created_at", "version"),
)
RECORD: Final = (
    *("id", "asset_id", "kind", "performed_on", "certificate_no", "outcome", "status", "note", "search"),
    *("recorded_at", "moved", "lab_id", "environment"),
)
EDGE: Final = ("parent_id", "child_id", "standard_id", "performed_on")
GREAT, SMALL = 1, 2  # keys of the two standards
BARE: Final = """WITH RECURSIVE walk(id) AS (
    SELECT child_id FROM reliance WHERE standard_id = :standard AND performed_on >= :since
    UNION SELECT edge.child_id FROM walk JOIN reliance AS edge ON edge.parent_id {joined}
) """
ROWS: Final = """SELECT walk.id, asset.tag, asset.name, organisation.code, calibration.kind, calibration.performed_on,
    calibration.certificate_no, calibration.outcome, calibration.status FROM walk
    JOIN calibration ON calibration.id = walk.id JOIN asset ON asset.id = calibration.asset_id
    JOIN organisation ON organisation.id = asset.owner_id"""


def results() -> Iterator[Result]:
    """Counts, whole rows, a few among many, and the first page of a case, on both databases."""
    for name in bulk.DATABASES:
        with bulk.database(name):
            _fill()
            bulk.settle()
            yield from _measured(f"impact.{name}")
            db.session.rollback()


def _measured(name: str) -> Iterator[Result]:
    window, few = Window(SINCE), _bare("SELECT count(*) FROM walk", SMALL)
    assert impact.how_many([GREAT], window) == HITS
    counted = in_turns(lambda: impact.how_many([GREAT], window), _bare("SELECT count(*) FROM walk", GREAT), runs=RUNS)
    yield counted.at_most(f"{name}.count_ms", MOST_COUNT)
    whole = impact.rows([GREAT], window)
    assert len(db.session.execute(whole).all()) == HITS
    read = in_turns(lambda: db.session.execute(whole).all(), _bare(ROWS, GREAT), runs=RUNS)
    yield read.at_most(f"{name}.rows_ms", MOST_ROWS, "with depth")
    assert impact.how_many([SMALL], window) == FEW
    found = in_turns(lambda: impact.how_many([SMALL], window), few, runs=3 * RUNS)
    note = f"bare {found.floor.wall:.2f} ms, processor {found.ours.cpu:.2f} ms, among {EDGES} edges"
    yield at_most(f"{name}.few_ms", found.ours.wall, None, MOST_FEW_MS, note)
    _first_page(GREAT), _first_page(SMALL)
    page = in_turns(lambda: _first_page(GREAT), lambda: _first_page(SMALL), runs=RUNS)
    yield page.at_most(f"{name}.first_page_ms", MOST_PAGE, f"of {HITS} against {FEW} in a case")


def _first_page(standard: int) -> None:
    """Open a case about a standard and look at the first of what it holds; nothing of it is kept."""
    opened = cases.open_case(db.session.get_one(Asset, standard), reason="Bench", since=SINCE, by=None)
    assert len(queries.items_of(opened, limit=50, bearing=Bearing.UNKNOWN).items) == 50
    db.session.rollback()
    db.session.remove()


def _bare(tail: str, standard: int) -> Callable[[], object]:
    """The bare query as each database runs it best; its rows are fetched."""
    joined = "BETWEEN walk.id AND walk.id" if db.engine.dialect.name == "sqlite" else "= walk.id"
    statement = text(BARE.format(joined=joined) + tail)
    values: dict[str, Any] = {"standard": standard, "since": SINCE.isoformat()}
    return lambda: db.session.execute(statement, values).all()


def _fill() -> None:
    owner_id = db.session.scalar(select(Organisation.id))
    db.session.remove()
    assert owner_id is not None
    with bulk.unindexed("asset"):
        db.session.commit()
        raw: Any = db.engine.raw_connection()
        raw.cursor().execute("BEGIN")
        for table, columns, rows in (
            ("asset", ASSET, _assets(owner_id)),
            ("calibration", RECORD, _records()),
            ("reliance", EDGE, _edges()),
        ):
            _copy(raw, table, columns, rows)
        raw.commit()
        raw.close()


def _assets(owner_id: int) -> Iterator[tuple[object, ...]]:
    pick = random.Random(436)  # noqa: S311 — a repeatable choice, not a secret
    now = clock.now().replace(tzinfo=None).isoformat(sep=" ")
    for key in range(1, EDGES + 3):
        body = "".join(pick.choices(ALPHABET, k=RANDOM_LENGTH))
        name = f"Cân {key}"
        yield (
            *(key, body + check_character(body), "instrument", name, owner_id, "in_service", "not_required"),
            *("9999-12-31", name.lower(), name.lower(), now, 1),
        )


def _records() -> Iterator[tuple[object, ...]]:
    """One test of each asset, whose key it has."""
    day, now = str(clock.today()), clock.now().replace(tzinfo=None).isoformat(sep=" ")
    for key in range(1, EDGES + 3):
        yield key, key, "testing", day, f"T-{key}", "pass", "issued", "", "", now, False, None, "[]"


def _edges() -> Iterator[tuple[object, ...]]:
    """Six layers below the great standard, two below the small one, and the rest far from both."""
    pick, day = random.Random(437), str(clock.today())  # noqa: S311 — see above
    layer = HITS // DEPTH
    for key in range(3, HITS + 3):
        below = min((key - 3) // layer, DEPTH - 1)
        parent = pick.randrange(3 + (below - 1) * layer, 3 + below * layer) if below else None
        yield parent, key, GREAT if parent is None else parent, day
    first = HITS + 3
    for key in range(first, first + FEW):
        near = key < first + FEW // 20
        yield (None, key, SMALL, day) if near else (pick.randrange(first, first + FEW // 20), key, key - 1, day)
    for key in range(first + FEW, EDGES + 3):
        yield pick.randrange(first + FEW, key) if key > first + FEW else None, key, key, day
