"""Consistent copies of the embedded database, taken while it is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

from registry.kernel import migrate
from registry.kernel.db import db
from registry.kernel.errors import Refusal


def backup(target: Path) -> None:
    """Copy the database into a new file; raises Refusal when the file exists or the database is no SQLite."""
    if target.exists():
        raise Refusal(f"{target} exists already; name a new file")
    try:
        with closing(sqlite3.connect(_embedded())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise Refusal(f"cannot write {target}: {error}") from error


def restore(source: Path) -> None:
    """Put a copy in the place of the database; raises Refusal unless the copy is a whole database of the registry."""
    if not source.is_file():
        raise Refusal(f"{source} does not exist")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        try:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
            (version,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        except (sqlite3.DatabaseError, TypeError) as error:
            raise Refusal(f"{source} is no copy of a registry: {error}") from error
        if sound != "ok":
            raise Refusal(f"{source} is damaged: {sound}")
        if version not in migrate.known():
            raise Refusal(
                f"{source} comes from a newer version of the registry ({version}); upgrade the registry first"
            )
        with closing(sqlite3.connect(_embedded())) as target:
            copy.backup(target)


def _embedded() -> str:
    if db.engine.dialect.name != "sqlite":
        raise Refusal("this is for the embedded database; on PostgreSQL use pg_dump and pg_restore")
    return str(db.engine.url.database)
