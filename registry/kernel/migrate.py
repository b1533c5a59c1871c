"""Migrations from inside the package: bring a database to the newest schema, or say how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from registry.kernel.db import db

PLACE = Path(__file__).parent.parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, bound to a connection."""
    config = Config()
    config.set_main_option("script_location", str(PLACE))
    config.attributes["connection"] = connection
    return config


def upgrade(revision: str = "head") -> None:
    """Upgrade the application's database; needs an application context."""
    with db.engine.connect() as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(revision: str) -> None:
    """Downgrade the application's database; needs an application context."""
    with db.engine.connect() as connection:
        command.downgrade(configuration(connection), revision)


def current() -> str | None:
    """The revision the database is at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The newest revision this version of the registry knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


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
