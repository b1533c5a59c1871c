"""SELECTs for the hottest doors: compiled once, sent without a transaction around them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.engine.interfaces import DBAPIConnection

from registry.kernel.db import db

Converter = Callable[[Any], Any] | None


class Prepared:
    """A SELECT with one parameter, of plain text, by name.

    It goes straight to the driver on a pooled connection that commits by itself: on PostgreSQL one round trip instead
    of three, on SQLite a quarter of the time SQLAlchemy's execution takes. Rows hold what the columns' types give.
    """

    def __init__(self, statement: Select[Any], parameter: str) -> None:
        self.statement, self.parameter = statement, parameter
        self._compiled: dict[str, tuple[str, bool, tuple[Converter, ...]]] = {}

    def rows(self, value: str) -> list[tuple[Any, ...]]:
        """All rows for a value of the parameter."""
        engine = db.engine
        text, positional, converters = self._compiled.get(engine.dialect.name) or self._compile(engine.dialect)
        connection = engine.raw_connection()
        try:
            driver = connection.dbapi_connection
            found = _fetched(driver, text, (value,) if positional else {self.parameter: value})
        finally:
            connection.close()
        return [
            tuple(convert(value) if convert else value for value, convert in zip(row, converters, strict=True))
            for row in found
        ]

    def _compile(self, dialect: Dialect) -> tuple[str, bool, tuple[Converter, ...]]:
        compiled = self.statement.compile(dialect=dialect)
        types = [column.type.dialect_impl(dialect) for column in self.statement.selected_columns]
        converters = tuple(kind.result_processor(dialect, None) for kind in types)
        made = self._compiled[dialect.name] = str(compiled), dialect.positional, converters
        return made


def _fetched(driver: DBAPIConnection | None, text: str, values: object) -> list[tuple[Any, ...]]:
    connection: Any = driver
    commits = getattr(connection, "autocommit", None)  # SQLite's connections are opened committing by themselves
    if commits is not False:
        return connection.execute(text, values).fetchall()  # type: ignore[no-any-return]
    connection.autocommit = True
    try:
        return connection.execute(text, values).fetchall()  # type: ignore[no-any-return]
    finally:
        connection.autocommit = False
