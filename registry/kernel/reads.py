"""Lone SELECTs on hot paths: compiled once, run on a connection each thread keeps, outside any transaction.

A label's status is asked for by whole markets at once. Taking a connection from a pool and building a statement, a
transaction and a result object for it costs three times what the database needs to answer.
"""

import threading
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Dialect, Engine, Select, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from registry.kernel.db import db

Convert = Callable[[Any], Any] | None


class Read:
    """A SELECT whose only variables are named bind parameters."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._prepared: dict[str, _Prepared] = {}

    def rows(self, **values: object) -> list[tuple[Any, ...]]:
        """Every row, with values of the columns' types. Raises OperationalError when the database does not answer."""
        lines = _lines()
        prepared = self._prepared.get(lines.dialect.name)
        if prepared is None:
            prepared = self._prepared[lines.dialect.name] = _Prepared(self._statement, lines.dialect)
        found = lines.ask(prepared.sql, prepared.parameters(values))
        return [prepared.converted(row) for row in found]


class _Prepared:
    """A statement in the words of one database, with what turns values into its types and back."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order: list[str] | None = list(compiled.positiontup or ()) if compiled.positional else None
        self._fixed = {name: _bound(bind, dialect) for name, bind in compiled.binds.items() if not bind.required}
        self._converts: list[Convert] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns
        ]

    def parameters(self, values: dict[str, object]) -> Any:  # noqa: ANN401 — a list or a mapping, as the driver wants it
        given = self._fixed | values
        return given if self._order is None else [given[name] for name in self._order]

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        pairs = zip(row, self._converts, strict=True)
        return tuple([value if convert is None else convert(value) for value, convert in pairs])


class _Lines:
    """One connection for each thread that asks, made when it first does and again after the database went away."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self.own = threading.local()
        self.open: list[Any] = []

    def ask(self, sql: str, parameters: Any) -> list[Any]:  # noqa: ANN401 — see _Prepared.parameters
        """Run a statement; a connection that broke since it was last used is replaced once."""
        kept = getattr(self.own, "connection", None)
        broken = self.dialect.loaded_dbapi.Error
        try:
            return self._run(kept or self._connect(), sql, parameters)
        except broken as error:
            self._forget()
            if kept is None:
                raise OperationalError(sql, parameters, error) from error
        try:
            return self._run(self._connect(), sql, parameters)
        except broken as error:
            self._forget()
            raise OperationalError(sql, parameters, error) from error

    def close(self) -> None:
        """Close every thread's connection."""
        while self.open:
            self.open.pop().close()
        self.own = threading.local()

    def _connect(self) -> Any:  # noqa: ANN401 — the driver's own connection
        lent = self._engine.raw_connection()
        connection = lent.driver_connection
        lent.detach()
        self.own.connection = connection
        self.open.append(connection)
        return connection

    def _forget(self) -> None:
        connection = self.own.__dict__.pop("connection", None)
        if connection in self.open:
            self.open.remove(connection)
            connection.close()

    @staticmethod
    def _run(connection: Any, sql: str, parameters: Any) -> list[Any]:  # noqa: ANN401 — the driver's own connection
        found: list[Any] = connection.execute(sql, parameters).fetchall()
        return found


def _bound(bind: Any, dialect: Dialect) -> object:  # noqa: ANN401 — a bind parameter of any type
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return convert(bind.value) if convert else bind.value


def _lines() -> _Lines:
    """The connections of this process; they end with the application's own."""
    lines: _Lines | None = current_app.extensions.get("registry.reads")
    if lines is None:
        main = db.engine
        lines = _Lines(create_engine(main.url, isolation_level="AUTOCOMMIT", poolclass=NullPool))
        event.listen(main, "engine_disposed", lambda _main: lines.close())
        current_app.extensions["registry.reads"] = lines
    return lines
