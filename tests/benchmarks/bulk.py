"""Seeding by the million: rows made in the database itself, and indexes built afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from sqlalchemy import text

from registry import config
from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.app import create_app
from registry.kernel import migrate
from registry.kernel.db import db
from tests import postgres

DATABASES: Final = os.environ.get("BENCH_DATABASES", "sqlite postgresql").split()


@contextmanager
def database(name: str, *, durable: bool = False) -> Iterator[tuple[str, str]]:
    """An empty, migrated database of a kind with one owner, in its application's context; gives its address and home.

    A `durable` PostgreSQL waits for the disk, as it does unless it is told not to.
    """
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{home}/registry.db"
        if name == "postgresql":
            url = stack.enter_context(
                postgres.fresh_database(stack.enter_context(postgres.server(durable=durable)), "bench")
            )
        settings = config.from_environment(os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": home})
        with create_app(settings).app_context():
            migrate.upgrade()
            accounts.add_organisation(
                code="CSH", name_vi="Chủ sở hữu", name_en="Owner", kind=OrganisationKind.PROVINCE, by=None
            )
            db.session.commit()
            yield url, home
            db.session.rollback()
            db.engine.dispose()


@contextmanager
def unindexed(*tables: str, left_out: tuple[str, ...] = ()) -> Iterator[None]:
    """Keep no index, beside those of constraints, and no trigger meanwhile; indexes of `left_out` do not come back."""
    among = ", ".join(f"'{table}'" for table in tables)
    if db.engine.dialect.name == "sqlite":
        listing = f"""SELECT type, name, sql, tbl_name FROM sqlite_master
            WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({among})"""  # noqa: S608 — our own words
    else:
        listing = f"""SELECT 'index' AS type, indexname AS name, indexdef AS sql, tablename AS tbl_name FROM pg_indexes
            WHERE indexname NOT IN (SELECT conname FROM pg_constraint) AND tablename IN ({among})"""  # noqa: S608 — see above
        for table in tables:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    found = db.session.execute(text(listing)).all()
    for row in found:
        db.session.execute(text(f"DROP {row.type} {row.name}"))
    yield
    for row in found:
        if row.type == "trigger" or row.tbl_name not in left_out:
            db.session.connection().exec_driver_sql(row.sql)
    if db.engine.dialect.name == "postgresql":
        for table in tables:
            db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    db.session.commit()


def settle() -> None:
    """What a database does by itself in a quiet hour, and counting its tables."""
    connection = db.engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name == "sqlite":
            driver.execute("ANALYZE")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            driver.autocommit = True
            driver.execute("VACUUM ANALYZE")
            driver.autocommit = False
    finally:
        connection.close()


def numbers(count: int) -> str:
    """A table expression `number(id)` from one to a count, in the words of the database."""
    if db.engine.dialect.name == "sqlite":
        return f"WITH RECURSIVE number(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM number WHERE id < {count})"  # noqa: S608 — a number
    return f"WITH number(id) AS (SELECT generate_series(1, {count}))"


def day(days: str) -> str:
    """The day :today plus a number of days, in the words of the database."""
    if db.engine.dialect.name == "sqlite":
        return f"date(:today, ({days}) || ' days')"
    return f"CAST(:today AS date) + ({days})"
