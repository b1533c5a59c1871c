"""What rests on a standard, against the bare recursive query over the same edges on the same connection.

`BENCH_IMPACT` results rest on one standard at six depths, among ten times as many edges that lead elsewhere; two
thousand rest on another. Both databases are counted by ANALYZE, which is where a planner can go astray.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text

from registry import config
from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.app import create_app
from registry.assets.tags import ALPHABET, RANDOM_LENGTH, check_character
from registry.calibration.traceability import impact
from registry.calibration.traceability.impact import Window
from registry.kernel import clock, migrate
from registry.kernel.db import db
from tests import postgres
from tests.benchmarks.inventory import _copy
from tests.benchmarks.result import Result, at_most

HITS: Final = int(os.environ.get("BENCH_IMPACT", "100000"))
EDGES: Final = 10 * HITS
DEPTH: Final = 6
FEW: Final = 2000
RUNS: Final = 7
MOST_COUNT, MOST_ROWS, MOST_FEW_MS = 1.3, 1.5, 5.0
ASSET: Final = (
    *("id", "tag", "kind", "name", "owner_id", "status", "proof", "due_order", "name_order", "search"),
    *("created_at", "version"),
)
RECORD: Final = (
    *("id", "asset_id", "kind", "performed_on", "certificate_no", "outcome", "status", "note", "search"),
    *("recorded_at", "moved", "lab_id"),
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
    """Counts, whole rows, and a few among many, on both databases."""
    with tempfile.TemporaryDirectory() as home:
        yield from _measured("sqlite", f"sqlite:///{home}/registry.db", home)
    with (
        tempfile.TemporaryDirectory() as home,
        postgres.server() as main,
        postgres.fresh_database(main, "bench") as url,
    ):
        yield from _measured("postgresql", url, home)


def _measured(name: str, url: str, home: str) -> Iterator[Result]:
    app = create_app(config.from_environment(os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": home}))
    with app.app_context():
        migrate.upgrade()
        _fill()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        window = Window(clock.today() - timedelta(days=3650))
        ours = lambda: impact.how_many([GREAT], window)  # noqa: E731 — said once, measured below
        assert ours() == HITS
        yield at_most(
            f"impact.{name}.count_ms", *_alternately(ours, _bare("SELECT count(*) FROM walk", GREAT)), MOST_COUNT
        )
        whole = impact.rows([GREAT], window)
        rows = lambda: len(db.session.execute(whole).all())  # noqa: E731 — see above
        assert rows() == HITS
        yield at_most(f"impact.{name}.rows_ms", *_alternately(rows, _bare(ROWS, GREAT)), MOST_ROWS, "with depth")
        assert impact.how_many([SMALL], window) == FEW
        few, floor = _alternately(lambda: impact.how_many([SMALL], window), _bare("SELECT count(*) FROM walk", SMALL))
        note = f"bare {floor:.2f} ms, among {EDGES} edges"
        yield at_most(f"impact.{name}.few_ms", few, None, MOST_FEW_MS, note)
        db.session.rollback()
        db.engine.dispose()


def _alternately(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """The medians of both in milliseconds, measured in turns."""
    for warm in (ours, floor):
        warm()
    pairs = [(_timed(ours), _timed(floor)) for _run in range(RUNS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _bare(tail: str, standard: int) -> Callable[[], object]:
    """The bare query as each database runs it best; its rows are fetched."""
    joined = "BETWEEN walk.id AND walk.id" if db.engine.dialect.name == "sqlite" else "= walk.id"
    statement = text(BARE.format(joined=joined) + tail)
    values: dict[str, Any] = {"standard": standard, "since": (clock.today() - timedelta(days=3650)).isoformat()}
    return lambda: db.session.execute(statement, values).all()


def _fill() -> None:
    owner = accounts.add_organisation(
        code="CSH", name_vi="Chủ sở hữu", name_en="Owner", kind=OrganisationKind.PROVINCE, by=None
    )
    db.session.flush()
    owner_id = owner.id
    db.session.commit()
    db.session.remove()
    raw: Any = db.engine.raw_connection()
    try:
        raw.cursor().execute("BEGIN")
        for table, columns, rows in (
            ("asset", ASSET, _assets(owner_id)),
            ("calibration", RECORD, _records()),
            ("reliance", EDGE, _edges()),
        ):
            _copy(raw, table, columns, rows)
        raw.commit()
    finally:
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
        yield key, key, "testing", day, f"T-{key}", "pass", "issued", "", "", now, False, None


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
