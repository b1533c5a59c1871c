"""Search inside texts by trigrams: an FTS5 index of the folded text on SQLite, pg_trgm on PostgreSQL.

On SQLite the index is a table beside the one that is searched, kept up by triggers. A migration that rebuilds that
table (`op.batch_alter_table`) drops its triggers and must call `restore_triggers` afterwards.
"""

from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

LETTERS: Final = 3
ASSETS: Final = "asset_search"
POSTGRESQL_INDEX: Final = "ix_asset_search_trigrams"
TRIGGERS: Final = {
    "asset_search_added": """CREATE TRIGGER asset_search_added AFTER INSERT ON asset BEGIN
        INSERT INTO asset_search (rowid, search) VALUES (new.id, new.search); END""",
    "asset_search_changed": """CREATE TRIGGER asset_search_changed AFTER UPDATE OF search ON asset
        WHEN old.search IS NOT new.search BEGIN
        INSERT INTO asset_search (asset_search, rowid, search) VALUES ('delete', old.id, old.search);
        INSERT INTO asset_search (rowid, search) VALUES (new.id, new.search); END""",
    "asset_search_deleted": """CREATE TRIGGER asset_search_deleted AFTER DELETE ON asset BEGIN
        INSERT INTO asset_search (asset_search, rowid, search) VALUES ('delete', old.id, old.search); END""",
}


class Unavailable(RuntimeError):
    """The database cannot search by trigrams; the message says what to do."""


def install(connection: Connection) -> None:
    """Index what is stored and whatever will be. Raises Unavailable."""
    if connection.dialect.name == "sqlite":
        _create_table(connection)
        connection.exec_driver_sql("INSERT INTO asset_search (asset_search) VALUES ('rebuild')")
        restore_triggers(connection)
    else:
        _create_extension(connection)
        connection.exec_driver_sql(f"CREATE INDEX {POSTGRESQL_INDEX} ON asset USING gin (search gin_trgm_ops)")


def remove(connection: Connection) -> None:
    """Undo `install`; the extension stays, as others may use it."""
    if connection.dialect.name == "sqlite":
        for name in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql("DROP TABLE asset_search")
    else:
        connection.exec_driver_sql(f"DROP INDEX {POSTGRESQL_INDEX}")


def restore_triggers(connection: Connection) -> None:
    """Put back the triggers that are missing."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name, definition in TRIGGERS.items():
        if name not in found:
            connection.exec_driver_sql(definition)


def is_part(name: str | None) -> bool:
    """Whether a table or index belongs to a search index, which no model declares."""
    return name is not None and (name in {ASSETS, POSTGRESQL_INDEX} or name.startswith(f"{ASSETS}_"))


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """What Alembic compares with the models: everything but search indexes."""
    return kind not in {"table", "index"} or not is_part(name)


def match(words: list[str]) -> str:
    """An FTS5 expression for the rows that hold every trigram of words of LETTERS or more letters.

    The index keeps no places of trigrams within a text: that the words themselves are there is still to be checked.
    """
    starts = ((word, range(len(word) - LETTERS + 1)) for word in words)
    trigrams = dict.fromkeys(word[start : start + LETTERS] for word, places in starts for start in places)
    return " ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in trigrams)


def _create_table(connection: Connection) -> None:
    options = "search, content='asset', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none"
    try:
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE asset_search USING fts5({options}, columnsize=0)")
    except DBAPIError as error:
        message = "this SQLite cannot search by trigrams; the registry needs SQLite 3.34 or newer, built with FTS5"
        raise Unavailable(message) from error


def _create_extension(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError as error:
        message = (
            "PostgreSQL does not let this role create the extension pg_trgm, or its contrib package is not installed; "
            "install it and run as the database's owner: CREATE EXTENSION pg_trgm"
        )
        raise Unavailable(message) from error
