"""Lone SELECTs on hot paths: compiled once, run on connections kept for them, outside any transaction.

A label's status is asked for by whole markets at once. Taking a connection from a pool and building a statement, a
transaction and a result object for it costs three times what the database needs to answer.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Dialect,
    Engine,
    SelectBase,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from registry.kernel.db import db

MOST_IDLE = 4
# A hot path finds its rows by an index, also before PostgreSQL has counted what was just imported; none is worth a JIT.
ON_HOT_PATHS = "SET enable_seqscan = off; SET jit = off"


class Read:
    """A SELECT whose only variables are named bind parameters."""

    def __init__(self, statement: SelectBase) -> None:
        self.statement = statement
        self._prepared: dict[str, _Prepared] = {}

    def rows(self, **values: object) -> list[tuple[Any, ...]]:
        """Every row, with values of the columns' types. Raises OperationalError when the database does not answer."""
        lines = _lines()
        prepared = self._prepared.get(lines.dialect.name)
        if prepared is None:
            prepared = self._prepared[lines.dialect.name] = _Prepared(self.statement, lines.dialect)
        found = lines.ask(prepared.sql, prepared.parameters(values))
        return [prepared.converted(row) for row in found]


class _Hinting(SQLiteCompiler):
    """SQLAlchemy writes no hints for SQLite, which knows INDEXED BY."""

    def get_from_hint_text(self, _table: object, text: str | None) -> str | None:
        return text


class _Prepared:
    """A statement in the words of one database, with what turns values into its types and back."""

    def __init__(self, statement: SelectBase, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order: list[str] | None = list(compiled.positiontup or ()) if compiled.positional else None
        self._fixed = {name: _bound(bind, dialect) for name, bind in compiled.binds.items() if not bind.required}
        self._binds = _binds(compiled, dialect)
        converts = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns
        )
        self._converts = [(place, convert) for place, convert in enumerate(converts) if convert is not None]

    def parameters(self, values: dict[str, object]) -> Any:  # noqa: ANN401 — a list or a mapping, as the driver wants it
        given = self._fixed | values
        for name, convert in self._binds.items():
            given[name] = convert(given[name])
        return given if self._order is None else [given[name] for name in self._order]

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self._converts:
            return row
        values = list(row)
        for place, convert in self._converts:
            values[place] = convert(values[place])
        return tuple(values)


class _Lines:
    """A few idle connections, whoever asked last first; more are made while many ask and closed when they are done."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self.idle: deque[Any] = deque()
        self._engine = engine
        if self.dialect.name == "sqlite":
            self.dialect.statement_compiler = _Hinting

    def ask(self, sql: str, parameters: Any) -> list[Any]:  # noqa: ANN401 — see _Prepared.parameters
        """Run a statement; idle connections that broke meanwhile are passed over for a new one."""
        broken = self.dialect.loaded_dbapi.Error
        while True:
            kept = connection = self._kept()
            try:
                connection = kept or self._connect()
                found = self._run(connection, sql, parameters)
            except broken as error:
                if connection is not None:
                    connection.close()
                if kept is None:
                    raise OperationalError(sql, parameters, error) from error
                continue
            if len(self.idle) < MOST_IDLE:
                self.idle.append(connection)
            else:
                connection.close()
            return found

    def close(self) -> None:
        """Close what is idle."""
        while (connection := self._kept()) is not None:
            connection.close()

    def _kept(self) -> Any:  # noqa: ANN401 — the driver's own connection
        try:
            return self.idle.pop()
        except IndexError:
            return None

    def _connect(self) -> Any:  # noqa: ANN401 — the driver's own connection
        lent = self._engine.raw_connection()
        connection: Any = lent.driver_connection
        lent.detach()
        if self.dialect.name == "postgresql":
            connection.execute(ON_HOT_PATHS)
        return connection

    @staticmethod
    def _run(connection: Any, sql: str, parameters: Any) -> list[Any]:  # noqa: ANN401 — the driver's own connection
        found: list[Any] = connection.execute(sql, parameters).fetchall()
        return found


def _bound(bind: Any, dialect: Dialect) -> object:  # noqa: ANN401 — a bind parameter of any type
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return convert(bind.value) if convert else bind.value


def among(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """That a column has one of the values of a named parameter, a list: IN cannot be compiled before its length."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(select(func.json_each(bindparam(name, type_=JSON)).table_valued("value").c.value))


def dialect() -> str:
    """The name of the database that answers."""
    return _lines().dialect.name


def _binds(compiled: Any, dialect: Dialect) -> dict[str, Callable[[Any], Any]]:  # noqa: ANN401 — a compiled statement
    """What turns the values of named parameters into the driver's, where they are not the same."""
    required = ((name, bind.type.dialect_impl(dialect)) for name, bind in compiled.binds.items() if bind.required)
    converts = ((name, kind.bind_processor(dialect)) for name, kind in required)
    return {name: convert for name, convert in converts if convert is not None}


def _shared(engine: Engine) -> dict[str, object]:
    """SQLite's connections may be used by one thread after the other; psycopg's are so by themselves."""
    return {"check_same_thread": False} if engine.dialect.name == "sqlite" else {}


def _lines() -> _Lines:
    """The connections of this process; they end with the application's own."""
    lines: _Lines | None = current_app.extensions.get("registry.reads")
    if lines is None:
        main = db.engine
        lines = _Lines(
            create_engine(main.url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=_shared(main))
        )
        event.listen(main, "engine_disposed", lambda _main: lines.close())
        current_app.extensions["registry.reads"] = lines
    return lines
