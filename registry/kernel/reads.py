"""Lone SELECTs on hot paths: compiled once, run on a connection of their own pool that never opens a transaction.

A label's status is asked for by whole markets at once. Building a statement, a transaction and a result object for it
costs three times what the database needs to answer.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Dialect, Engine, Select, create_engine, event
from sqlalchemy.pool import QueuePool

from registry.kernel.db import db

Convert = Callable[[Any], Any] | None


class Read:
    """A SELECT whose only variables are named bind parameters."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._prepared: dict[str, _Prepared] = {}

    def rows(self, **values: object) -> list[tuple[Any, ...]]:
        """Every row, its values as the columns' types say."""
        engine = _engine()
        prepared = self._prepared.get(engine.dialect.name)
        if prepared is None:
            prepared = self._prepared[engine.dialect.name] = _Prepared(self._statement, engine.dialect)
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(prepared.sql, prepared.parameters(values))
            found = cursor.fetchall()
            cursor.close()
        finally:
            connection.close()
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


def _bound(bind: Any, dialect: Dialect) -> object:  # noqa: ANN401 — a bind parameter of any type
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return convert(bind.value) if convert else bind.value


def _engine() -> Engine:
    """The pool of this process; it ends with the application's own."""
    engine: Engine | None = current_app.extensions.get("registry.reads")
    if engine is None:
        main = db.engine
        engine = create_engine(
            main.url, isolation_level="AUTOCOMMIT", poolclass=QueuePool, pool_reset_on_return=None, pool_size=5
        )
        event.listen(main, "engine_disposed", lambda _main: engine.dispose())
        current_app.extensions["registry.reads"] = engine
    return engine
