"""Recording one calibration, durably: without HTTP against two bare statements, through the API against hello-world.

The bare floor inserts the record and moves the due date of its schedule, by the driver alone, on the very connection;
it checks nothing, computes nothing and logs nothing. Both wait for the disk. Through the API the server answers as it
is delivered.
"""

import itertools
import json
import os
import random
import statistics
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import event, text

from registry.accounts import actions as accounts
from registry.accounts import queries
from registry.accounts.rules import Role
from registry.assets.tags import ALPHABET, RANDOM_LENGTH, check_character
from registry.calibration import actions
from registry.calibration.rules import CalibrationKind, Outcome
from registry.kernel import clock
from registry.kernel.db import db
from registry.labs import actions as labs
from tests.benchmarks import bulk, load, serving
from tests.benchmarks.alternating import in_turns
from tests.benchmarks.result import Result, at_least
from tests.statements import sent

ASSETS: Final = int(os.environ.get("BENCH_RECORDS", "8000"))
PAIRS, WARM = 101, 20
RUNS, SECONDS, WARM_UP = 3, 3.0, 1.0
LEAST, LEAST_API = 0.5, 0.4
LAB, EMAIL = "PTN-1", "bench@example.vn"
FILL: Final = (
    """INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, due_order, name_order, search, created_at,
    version) {numbers} SELECT id, 'T' || id, 'instrument', 'C' || id, 1, 'in_service', 'missing', '9999-12-31',
    'c' || id, 'c' || id, CURRENT_TIMESTAMP, 1 FROM number""",
    """INSERT INTO schedule (asset_id, kind, interval, proof) {numbers}
    SELECT id, 'calibration', 12, 'missing' FROM number""",
)
INSERT: Final = """INSERT INTO calibration (asset_id, kind, performed_on, lab_id, certificate_no, certificate_key,
    outcome, status, note, search, recorded_at, moved, environment) VALUES
    (?, 'calibration', ?, 1, ?, ?, 'pass', 'issued', '', '', CURRENT_TIMESTAMP, ?, '[]')"""
UPDATE: Final = "UPDATE schedule SET proof = 'good', due_on = ?, last_performed_on = ? WHERE asset_id = ?"


def results() -> Iterator[Result]:
    """Records a second as ratios, on both databases."""
    for name in bulk.DATABASES:
        with bulk.database(name, durable=True) as (url, home):
            tags = _fill()
            yield from _alone(name, iter(tags[: len(tags) // 2]), itertools.count(len(tags) // 2))
            token = _token()
            with serving.registry(url, home) as product, serving.hello() as floor:
                yield from _through_the_api(name, product.port, floor.port, iter(tags[len(tags) // 2 :]), token)


def _alone(name: str, tags: Iterator[str], keys: Iterator[int]) -> Iterator[Result]:
    _sync_each_commit()
    for _run in range(WARM):
        _record(next(tags))
    with sent() as statements:
        _record(next(tags))
    raw: Any = db.engine.raw_connection()
    db.session.remove()
    found = in_turns(lambda: _record(next(tags)), lambda: _bare(raw, next(keys)), runs=PAIRS)
    raw.close()
    ours, floor = found
    note = f"processor {ours.cpu:.2f} against {floor.cpu:.2f} ms, {len(statements)} statements against 2"
    yield at_least(f"record.{name}.per_second", 1000 / ours.wall, 1000 / floor.wall, LEAST, note)


def _through_the_api(name: str, port: int, floor_port: int, tags: Iterator[str], token: str) -> Iterator[Result]:
    bodies = (json.dumps(_said(tag)).encode() for tag in tags)
    records, roots = itertools.repeat("/api/v1/calibrations"), itertools.repeat("/")
    speeds, floors = [], []
    load.run(port, records, seconds=WARM_UP, token=token, bodies=bodies)
    load.run(floor_port, roots, seconds=WARM_UP)
    for _run in range(RUNS):
        floors.append(load.run(floor_port, roots, seconds=SECONDS).per_second)
        speeds.append(load.run(port, records, seconds=SECONDS, token=token, bodies=bodies).per_second)
    ours, floor = statistics.median(speeds), statistics.median(floors)
    yield at_least(f"record.{name}.api_per_second", ours, floor, LEAST_API, "eight at once, none waits for more")


def _said(tag: str) -> dict[str, str]:
    usual = {"kind": "calibration", "outcome": "pass", "lab": LAB, "performed_on": str(clock.today())}
    return usual | {"asset": tag, "certificate_no": f"GCN-{tag}"}


def _record(tag: str) -> None:
    actions.record(
        asset=tag,
        kind=CalibrationKind.CALIBRATION,
        performed_on=clock.today(),
        outcome=Outcome.PASS,
        lab=LAB,
        certificate_no=f"GCN-{tag}",
        by=None,
    )
    db.session.commit()
    db.session.remove()


def _bare(raw: Any, key: int) -> None:
    day, number = str(clock.today()), f"GCN-{key}"
    cursor, mark = raw.cursor(), "?" if db.engine.dialect.name == "sqlite" else "%s"
    cursor.execute("BEGIN IMMEDIATE" if mark == "?" else "BEGIN")
    cursor.execute(INSERT.replace("?", mark), (key, day, number, number, False))
    cursor.execute(UPDATE.replace("?", mark), (day, day, key))
    cursor.execute("COMMIT")


def _sync_each_commit() -> None:
    """Let SQLite wait for the disk at each commit; the PostgreSQL of this benchmark does."""
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _entry: connection.execute("PRAGMA synchronous=FULL"))


def _fill() -> list[str]:
    pick = random.Random(436)  # noqa: S311 — a repeatable choice, not a secret
    bodies = ["".join(pick.choices(ALPHABET, k=RANDOM_LENGTH)) for _asset in range(ASSETS)]
    tags = [body + check_character(body) for body in bodies]
    labs.register(code=LAB, organisation="CSH", name="Phòng hiệu chuẩn", by=None)
    for statement in FILL:
        said = statement.format(numbers=bulk.numbers(ASSETS))
        if db.engine.dialect.name == "postgresql":
            said = said.replace("'9999-12-31'", "DATE '9999-12-31'")
        db.session.execute(text(said))
    places = [{"tag": tag, "id": key} for key, tag in enumerate(tags, 1)]
    db.session.execute(text("UPDATE asset SET tag = :tag WHERE id = :id"), places)
    db.session.commit()
    bulk.settle()
    return tags


def _token() -> str:
    accounts.add_person(email=EMAIL, name="Bench", role=Role.ADMIN, organisation="CSH", by=None)
    db.session.flush()
    _row, token = accounts.add_token(queries.person_by_email(EMAIL), name="bench", by=None)
    db.session.commit()
    db.session.remove()
    return token
