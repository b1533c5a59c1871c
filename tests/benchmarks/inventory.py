"""A seeded province of any size: owners, and assets of every kind, status and validity, each with a schedule.

Rows go in by the driver's fastest way before the migration that indexes them; a database that is there already is kept.
"""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from flask import Flask

from registry import config
from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind, Role
from registry.app import create_app
from registry.assets.models import NO_END
from registry.assets.tags import ALPHABET, RANDOM_LENGTH, check_character
from registry.kernel import clock, migrate
from registry.kernel.db import db
from registry.kernel.text import fold, word_text
from tests import postgres
from tests.benchmarks import bulk

ASSETS: Final = int(os.environ.get("BENCH_ASSETS", "1000000"))
CACHE: Final = Path(__file__).parents[2] / ".cache"
OWNERS: Final = 92
BEFORE_SEARCH: Final = "0009"
MOST_WORDS: Final = 2000  # characters, as the migration for searches has it, which finds nothing left to write
NAMES: Final = (
    "Cột đo xăng dầu",
    "Cân đồng hồ lò xo",
    "Đồng hồ nước lạnh",
    "Huyết áp kế",
    "Cân ô tô",
    "Quả cân chuẩn F1",
    "Công tơ điện xoay chiều",
    "Taximet",
    "Áp kế lò xo",
    "Nhiệt kế y học",
    "Máy đo điện tim",
    "Cân phân tích",
)
MAKERS: Final = ("Omron", "Mettler Toledo", "Sensus", "Kobold", "Nhơn Hòa", "Gelex", "Tatsuno", "Wika")
PLACES: Final = ("Chợ", "Kho", "Phòng khám", "Trạm cân", "Cửa hàng", "Phòng thí nghiệm")
KINDS: Final = (("instrument", 90), ("standard", 8), ("reference_material", 2))
STATUSES: Final = (("in_service", 80), ("limited_use", 6), ("out_of_service", 8), ("quarantined", 1), ("retired", 5))
PROOFS: Final = (("good", 85), ("missing", 10), ("failed", 1), ("not_required", 4))
ASSET: Final = (
    *("id", "tag", "kind", "name", "owner_id", "status", "manufacturer", "model", "serial_no", "location"),
    *("proof", "due_on", "search", "due_order", "name_order", "created_at", "version"),
)
SCHEDULE: Final = ("asset_id", "kind", "interval_months", "proof", "due_on")
CHARACTERISTIC: Final = ("asset_id", "position", "quantity", "unit", "range_low", "range_high")
EMAIL: Final = "bench@example.vn"
Row = tuple[object, ...]


def databases() -> Iterator[tuple[str, str, str]]:
    """Each database by name, with its address and a home: SQLite's is kept between runs, PostgreSQL's is not."""
    if "sqlite" in bulk.DATABASES:
        home = CACHE / f"inventory-{ASSETS}-{migrate.newest()}"
        home.mkdir(parents=True, exist_ok=True)
        yield "sqlite", f"sqlite:///{home}/registry.db", str(home)
    if "postgresql" not in bulk.DATABASES:
        return
    with (
        tempfile.TemporaryDirectory() as other,
        postgres.server() as main,
        postgres.fresh_database(main, "bench") as url,
    ):
        yield "postgresql", url, other


@contextmanager
def filled(url: str, home: str, *, count: int = ASSETS) -> Iterator[tuple[Flask, str]]:
    """The application on a database of so many assets, and the token of somebody who reads all of them."""
    environment = os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": home}
    app = create_app(config.from_environment(environment))
    done = Path(home) / "filled"
    with app.app_context():
        if not done.exists():
            for broken_off in Path(home).glob("registry.db*"):
                broken_off.unlink()
            migrate.upgrade(BEFORE_SEARCH)
            with bulk.unindexed("asset", "schedule", "characteristic"):
                _fill(count)
            migrate.upgrade()
            _settle()
            done.touch()
        token = _token()
    yield app, token
    with app.app_context():
        db.engine.dispose()


def _fill(count: int) -> None:
    accounts.add_organisation(
        code="TINH", name_vi="Tỉnh mẫu", name_en="Sample province", kind=OrganisationKind.PROVINCE, by=None
    )
    for number in range(OWNERS):
        accounts.add_organisation(
            code=f"XA-{number:02d}",
            name_vi=f"Xã số {number:02d}",
            name_en=f"Commune {number:02d}",
            kind=OrganisationKind.COMMUNE,
            parent="TINH",
            by=None,
        )
    accounts.add_person(email=EMAIL, name="Bench", role=Role.INSPECTOR, organisation="TINH", by=None)
    db.session.commit()
    db.session.remove()
    raw: Any = db.engine.raw_connection()
    schedules: list[tuple[str, str | None]] = []
    try:
        raw.cursor().execute("BEGIN")
        if db.engine.dialect.name == "postgresql":
            raw.cursor().execute("SET LOCAL session_replication_role = replica")  # our own keys need no check
        for table, columns, rows in (
            ("asset", ASSET, _assets(count, schedules)),
            ("schedule", SCHEDULE, _schedules(schedules)),
            ("characteristic", CHARACTERISTIC, _characteristics(count)),
        ):
            _copy(raw, table, columns, rows)
        raw.commit()
    finally:
        raw.close()


def _copy(raw: Any, table: str, columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    names = ", ".join(columns)
    if db.engine.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        raw.cursor().executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 — our own words
    else:
        with raw.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if "id" in columns:
            raw.cursor().execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608 — see above


def _settle() -> None:
    """What a database does by itself in a quiet hour."""
    raw: Any = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            raw.driver_connection.autocommit = True
            raw.cursor().execute("VACUUM ANALYZE")
            raw.driver_connection.autocommit = False
    finally:
        raw.close()


def _token() -> str:
    person = accounts.queries.person_by_email(EMAIL)
    _row, token = accounts.add_token(person, name="bench", by=None)
    db.session.commit()
    return token


def _chosen(pick: random.Random, among: tuple[tuple[str, int], ...]) -> str:
    return pick.choices([word for word, _weight in among], [weight for _word, weight in among])[0]


def _assets(count: int, schedules: list[tuple[str, str | None]]) -> Iterator[Row]:
    """Rows of assets; what their schedules say is put aside."""
    pick = random.Random(436)  # noqa: S311 — a repeatable choice, not a secret
    folded = {text: fold(text) for text in NAMES}
    today, now = clock.today(), clock.now().replace(tzinfo=None).isoformat(sep=" ")
    for key in range(1, count + 1):
        body = "".join(pick.choices(ALPHABET, k=RANDOM_LENGTH))
        tag, name, maker, place = body + check_character(body), *(pick.choice(all_) for all_ in (NAMES, MAKERS, PLACES))
        model, serial_no, spot = f"M{pick.randrange(300)}", f"SN-{key:07d}", pick.randrange(400)
        proof = _chosen(pick, PROOFS)
        due_on = str(today + timedelta(days=pick.randrange(-140, 700))) if proof == "good" else None
        schedules.append((proof, due_on))
        parts = (f"{name} {key}", tag, serial_no, maker, model, f"{place} {spot}")
        words = word_text(parts, (serial_no, model), most=MOST_WORDS)
        yield (
            *(key, tag, _chosen(pick, KINDS), f"{name} {key}", 2 + key % OWNERS, _chosen(pick, STATUSES)),
            *(maker, model, serial_no, f"{place} {spot}", proof, due_on),
            *(words, due_on or str(NO_END), f"{folded[name]} {key}", now, 1),
        )


def _schedules(said: list[tuple[str, str | None]]) -> Iterator[Row]:
    for key, (proof, due_on) in enumerate(said, 1):
        yield key, "verification", 12, proof, due_on


def _characteristics(count: int) -> Iterator[Row]:
    for key in range(1, count + 1):
        yield key, 0, "Khối lượng", "kg", "0.10", "200.000"
