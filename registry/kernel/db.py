"""The database: a typed base for tables, exact column types, and connections that mean the same on both databases."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import Error as SQLiteError
from typing import Any, ClassVar

from flask import g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, String, event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

from registry.kernel.text import digits

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
MUCH_KILOBYTES = 16384
USUAL_KILOBYTES = 2000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_WAITS = 2_000  # milliseconds for a lock: few requests are answered at once, and none must keep others waiting
OTHERS_WAIT = 60_000  # work and commands have time: an import of 100,000 rows is written in less
WAITED_IN_VAIN = frozenset({"55P03", "40P01"})  # PostgreSQL's words: for a lock, and in a circle


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Every table subclasses this; rows are dataclasses compared by identity."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


_looking: ContextVar[bool] = ContextVar("looking", default=False)
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite drops zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs its time zone"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal kept with the digits it arrived with: 0.10 stays 0.10 on both databases."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> str | None:
        """Store the digits as text."""
        return None if value is None else digits(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Decimal | None:
        """Give back the same digits."""
        return None if value is None else Decimal(value)


class ExactRows(TypeDecorator[Sequence[Any]]):
    """A list of rows as JSON: the `decimals` among their fields as the digits they arrived with, `choices` as words."""

    impl = JSON
    cache_ok = True

    def __init__(self, decimals: tuple[str, ...], choices: tuple[tuple[str, type[StrEnum]], ...] = ()) -> None:
        super().__init__()
        self.decimals, self.choices = decimals, choices

    def process_bind_param(self, value: Sequence[Any] | None, _dialect: Dialect) -> list[dict[str, object]]:
        """Store the digits as text."""
        return [self._each(row, digits) for row in value or ()]

    def process_result_value(self, value: list[dict[str, Any]] | None, _dialect: Dialect) -> list[dict[str, object]]:
        """Give back the same digits."""
        kinds = dict(self.choices)
        return [
            self._each(row, Decimal) | {name: kind(row[name]) for name, kind in kinds.items()} for row in value or ()
        ]

    def _each(self, row: Mapping[str, Any], exact: Any) -> dict[str, object]:  # noqa: ANN401 — a conversion
        known = self.decimals
        return {name: exact(value) if name in known and value is not None else value for name, value in row.items()}


def choice(kind: type[StrEnum], name: str | None = None, *, check: bool = True) -> Enum:
    """A column type for an enumeration, stored by value and checked by the database unless another table was.

    A table's second column of the same enumeration needs a `name` of its own for its check.
    """
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=check,
        length=40,
        name=name or kind.__name__.lower(),
    )


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction is in the section of that name, and stay in it until this one ends.

    On SQLite a transaction that writes is alone already.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def write_much() -> None:
    """Let this transaction keep what it writes in memory for longer; SQLite's own 2 MB are a few hundred rows.

    What it reads comes through the same memory, not through a window on the file, which would count as ours.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(text(f"PRAGMA cache_size=-{MUCH_KILOBYTES}"))
        db.session.execute(text("PRAGMA mmap_size=0"))
        db.session.connection().info["writes_much"] = True


def without_windows(engine: Engine) -> None:
    """Let what this process reads count once: each of SQLite's windows on the file counts as memory of the process."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA mmap_size=0"))
        engine.dispose()  # of the connections so far


def rows(statement: Any) -> Sequence[Any]:  # noqa: ANN401 — any selectable of one entity
    """All entities a select gives."""
    return db.session.scalars(statement).all()


def insert_into(table: type[Base], dialect: str) -> Any:  # noqa: ANN401 — either dialect's own INSERT
    """An INSERT that knows ON CONFLICT, in the words of a database; only the one in use is loaded."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, _entry: ConnectionPoolEntry) -> None:
    """Each SQLite connection enforces foreign keys and leaves BEGIN to us."""
    if isinstance(connection, SQLiteConnection):
        connection.isolation_level = None
        for pragma in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "temp_store=MEMORY",
            "mmap_size=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 — the driver's own
    """Our questions are answered in milliseconds: compiling the recursive ones takes longer than answering them."""
    if not isinstance(connection, SQLiteConnection):
        before, connection.autocommit = connection.autocommit, True  # no transaction is left open
        connection.execute("SET jit = off")
        connection.autocommit = before


def is_busy(error: OperationalError) -> bool:
    """Whether somebody else was writing for longer than was waited, so that the same will do in a moment."""
    cause: Any = error.orig
    if isinstance(cause, SQLiteError):
        return cause.sqlite_errorcode & 0xFF in {SQLITE_BUSY, SQLITE_LOCKED}
    return getattr(cause, "sqlstate", None) in WAITED_IN_VAIN


def only_read() -> None:
    """Let the rest of this request change nothing, and look at the database as it is while somebody else writes."""
    g.only_reads = True


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin to read, or to write and wait for whoever is writing: a request only for a moment, so that it can say so.

    A transaction that may write takes SQLite's write lock at its start: upgrading a read later fails at once. Only what
    follows a commit begins to read where the lock is not to be had: mostly it asks for the answer to what was saved.
    """
    asked = has_request_context()
    only_reads = (asked and "only_reads" in g) or _looking.get()
    reading = only_reads or (asked and request.method in SAFE_METHODS)
    if connection.dialect.name == "sqlite":
        _wait(connection, REQUEST_WAITS if asked else OTHERS_WAIT)
        _begin_sqlite(connection, reading=reading, only_reads=only_reads)
    elif only_reads:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif asked and not reading:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {REQUEST_WAITS}")


def _wait(connection: Connection, waits: int) -> None:
    if connection.info.get("waits") != waits:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={waits}")
        connection.info["waits"] = waits


def _begin_sqlite(connection: Connection, *, reading: bool, only_reads: bool) -> None:
    if only_reads:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.info["only_reads"] = True
    if not reading:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not (is_busy(error) and something_saved()):
                raise
        else:
            return
    connection.exec_driver_sql("BEGIN")


@contextmanager
def looking(*, keeps: bool = False) -> Iterator[None]:
    """Work outside a request that reads for long and writes nothing: on SQLite everybody else writes meanwhile.

    What was begun before is undone; what was read is expired at its end, for by then it may have changed, unless it is
    kept as it was read: `keeps`.
    """
    db.session.rollback()
    before = _looking.set(True)
    try:
        yield
        if keeps:
            db.session.commit()
    finally:
        db.session.rollback()
        _looking.reset(before)


def something_saved() -> bool:
    """Whether the request at hand committed anything, so that it must not be said that nothing was changed."""
    return has_request_context() and "saved" in g


def nothing_saved() -> None:
    """Say that what this request committed so far changes nothing for whoever asks, as the count of attempts does."""
    g.pop("saved", None)


@event.listens_for(Session, "after_commit")
def _note_saved(session: Session) -> None:
    if has_request_context() and request.method not in SAFE_METHODS and not session.in_nested_transaction():
        g.saved = True


@event.listens_for(Pool, "checkin")
def _give_back(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 — the driver's own connection
    """Whoever gets the connection next may write again, and what it kept for writing much is free for others."""
    if entry.info.pop("writes_much", None):
        connection.execute(f"PRAGMA cache_size=-{USUAL_KILOBYTES}")
    if entry.info.pop("only_reads", None):
        connection.execute("PRAGMA query_only=OFF")
