"""The statements sent to the database: for budgets, which do not grow with what is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from registry.kernel.reads import Read


@contextmanager
def sent() -> Iterator[list[str]]:
    """The statements every engine sends meanwhile, and those of the hot paths that need no engine.

    How long a connection waits for others is set when its user changes, and which one the pool gives is chance.
    """
    statements: list[str] = []
    rows = Read.rows

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("PRAGMA busy_timeout"):
            statements.append(statement)

    def noted(read: Read, **values: object) -> list[tuple[Any, ...]]:
        statements.append("a prepared read")
        return rows(read, **values)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with mock.patch.object(Read, "rows", noted):
            yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def plans() -> Iterator[list[tuple[str, str]]]:
    """How SQLite finds what the statements sent meanwhile ask for, each with its statement."""
    found: list[tuple[str, str]] = []

    def explain(_connection: object, cursor: Any, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            given = parameters[0] if isinstance(parameters, list) else parameters  # many of one kind
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
            found.append(("\n".join(row[3] for row in rows), statement))

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
