"""Migrations from inside the package: bring a database to the newest schema, or say how far it is.

Alembic is loaded where it works: a server that starts on a current schema has no use for it, and it costs 150 ms.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from registry.kernel.db import db

if TYPE_CHECKING:
    from alembic.config import Config

PLACE = Path(__file__).parent.parent / "migrations"


class DatabaseFault(RuntimeError):
    """A migration left the database in disorder; restore the copy made before it."""


def configuration(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, bound to a connection."""
    from alembic.config import Config  # noqa: PLC0415 — see above

    config = Config()
    config.set_main_option("script_location", str(PLACE))
    config.attributes["connection"] = connection
    return config


def upgrade(revision: str = "head") -> None:
    """Upgrade the application's database; needs an application context."""
    from alembic import command  # noqa: PLC0415 — see above

    with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        _one_at_a_time(connection)
        command.upgrade(configuration(connection), revision)


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making another one and dropping the first, which its rows' children would forbid.

    Enforcement can only be switched where no transaction is open. What was moved is checked before it is on again.
    Raises DatabaseFault where a row points at nothing.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        orphans = driver.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")
    if orphans:
        message = f"{len(orphans)} rows point at nothing, the first in {orphans[0][0]}"
        raise DatabaseFault(message)


def _one_at_a_time(connection: Connection) -> None:
    """Two nodes that upgrade at once do it one after the other; the lock ends with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(436)"))


def downgrade(revision: str) -> None:
    """Downgrade the application's database; needs an application context."""
    from alembic import command  # noqa: PLC0415 — see above

    with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        command.downgrade(configuration(connection), revision)


def current() -> str | None:
    """The revision the database is at; None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def known() -> list[str]:
    """The revisions this version of the registry knows, oldest first: their files are numbered."""
    return sorted(path.name.partition("_")[0] for path in (PLACE / "versions").glob("[0-9]*_*.py"))


def newest() -> str:
    """The newest revision this version of the registry knows."""
    return known()[-1]


def is_from_the_future() -> bool:
    """Whether a newer version of the registry has worked on the database."""
    revision = current()
    return revision is not None and revision not in known()


def is_current() -> bool:
    """Whether the database is at the newest revision."""
    return current() == newest()


def faults() -> list[str]:
    """What is broken in the stored data: pages and foreign keys on SQLite; PostgreSQL watches over these itself."""
    if db.engine.dialect.name != "sqlite":
        return []
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    broken = [str(page) for page in pages if page != "ok"]
    return broken + [f"{row[0]} row {row[1]} points at a missing {row[2]}" for row in orphans]
