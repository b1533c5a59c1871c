"""The application on SQLite and on PostgreSQL, for one run of the tests."""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from registry import cli, config
from registry.app import create_app, fetch
from registry.kernel import migrate
from registry.kernel.db import Base, db
from tests import postgres

TEMPLATES = Path(__file__).parents[1] / ".cache" / "templates"  # as compiled, for every process that tests
SQLITE = "sqlite:///"
STATEMENTS = 3_000  # kept as compiled: a process that tests everything sends more kinds than any server does


class Backends:
    """The application on each database, built and migrated when a test first asks, kept for the run."""

    def __init__(self, folder: Path, shared: Path, stack: ExitStack) -> None:
        self.folder, self.shared, self.stack = folder, shared, stack
        self.apps: dict[str, Flask] = {}
        self.server: str | None = None

    def app(self, backend: str) -> Flask:
        if backend not in self.apps:
            url = self.empty_database(backend, "registry_test")
            if backend == "sqlite":
                shutil.copyfile(self.newest(), url.removeprefix(SQLITE))
            app = build(url, self.folder / backend)
            if backend == "postgresql":
                with app.app_context():
                    migrate.upgrade()
            self.apps[backend] = app
        return self.apps[backend]

    def newest(self) -> Path:
        """What `registry db upgrade` makes of no database at all: made by the first process that asks, for all."""
        made = self.shared / "newest.db"
        with (self.shared / "newest.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                home = self.folder / "newest"
                environment = {"REGISTRY_HOME": str(home), "REGISTRY_DATABASE_URL": ""}
                upgraded = CliRunner(env=environment).invoke(cli.main, ["db", "upgrade"])
                assert upgraded.exit_code == 0, upgraded.output
                with closing(sqlite3.connect(home / "registry.db")) as whole:
                    whole.execute("VACUUM INTO ?", (str(made),))
        return made

    def empty_database(self, backend: str, name: str) -> str:
        """The address of a new database without a table, in the place of one of that name; gone with the run."""
        if backend == "sqlite":
            for left in self.folder.glob(f"{name}.db*"):
                left.unlink()
            return f"{SQLITE}{self.folder / name}.db"
        if self.server is None:
            self.server = self.stack.enter_context(postgres.server())
        return self.stack.enter_context(postgres.fresh_database(self.server, name))

    def close(self) -> None:
        """Let go of every connection, so that the databases can go."""
        for app in self.apps.values():
            with app.app_context():
                db.engine.dispose()


def build(database_url: str, home: Path) -> Flask:
    """The application as `registry serve` builds it, with failures raised into the test; CSRF has its own test."""
    home.mkdir(exist_ok=True)
    settings = config.from_environment({"REGISTRY_HOME": str(home), "REGISTRY_DATABASE_URL": database_url})
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    fetch(app)
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES))
    with app.app_context():
        db.engine._compiled_cache.capacity = STATEMENTS  # noqa: SLF001 — no setting reaches an engine that is made
    return app


def delete_everything() -> None:
    """Empty every table in one round trip, foreign keys and triggers at rest."""
    tables = [table.name for table in Base.metadata.tables.values()]
    raw: Any = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "sqlite":
            asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)  # noqa: S608 — see below
            question = " UNION ALL ".join(asked)
            while held := _deletions(name for (name,) in raw.execute(question)):  # a trigger may write meanwhile
                raw.executescript(f"PRAGMA foreign_keys=OFF; BEGIN; {held} COMMIT; PRAGMA foreign_keys=ON;")
        else:
            deletions = _deletions(tables)
            raw.cursor().execute(f"SET session_replication_role = replica; {deletions} RESET session_replication_role;")
            raw.commit()
    finally:
        raw.close()


def _deletions(names: Iterable[str]) -> str:
    return "".join(f'DELETE FROM "{name}";' for name in names)  # noqa: S608 — names from our own models
