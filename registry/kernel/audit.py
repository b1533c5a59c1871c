"""The audit log: who did what to which thing, when, with old and new values, in the transaction of the change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Protocol, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel import clock
from registry.kernel.db import Base, Instant, db

Changes = dict[str, list[object]]
SECRET_FIELDS = frozenset({"password_hash", "secret_hash", "token_hash", "secret"})
PLAIN = frozenset({str, int, bool, float, type(None)})
DERIVED_FIELDS = frozenset({"id", "search", "version"})


class Actor(Protocol):
    """Whoever acts: a person, by key and name."""

    @property
    def id(self) -> int:
        """The person's key."""

    @property
    def name(self) -> str:
        """The name the log keeps even if the person's changes."""


class AuditEntry(Base):
    """One line of the log. `person_id` is empty when the clock or the command line acted; `actor` says which."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject_type", "subject_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_key: Mapped[str] = mapped_column(String(120))
    changes: Mapped[dict[str, list[object]]] = mapped_column(JSON)


ENTRY: Final = cast("Table", AuditEntry.__table__)
INSERT: Final = insert(ENTRY).inline()  # nobody asks for the key; a mapped row would cost four times as much


def record(action: str, subject: tuple[str, object], changes: Changes, *, by: Actor | None) -> None:
    """Write one entry: `subject` is (type, public key), `changes` {field: [old, new]}; `by=None` is the system."""
    # by the connection: the session would first flush what may not be whole yet
    db.session.connection().execute(INSERT, _entry(action, subject, changes, by))


def record_all(action: str, subjects: Iterable[tuple[tuple[str, object], Changes]], *, by: Actor | None) -> None:
    """Write an entry for each of many subjects with its changes, in one statement."""
    lines = [_entry(action, subject, changes, by) for subject, changes in subjects]
    if lines:
        db.session.execute(INSERT, lines)


def record_each(action: str, kind: str, keys: Select[Any], changes: Changes, *, by: Actor | None) -> int:
    """Write the same entry for each of the subjects of a kind that a select of their keys gives; gives how many."""
    said, key = _entry(action, (kind, None), changes, by), keys.subquery("subject")
    columns = [ENTRY.c[name] for name in said]
    values: list[ColumnElement[Any]] = [literal(said[column.name], column.type) for column in columns]
    values[list(said).index("subject_key")] = as_type(next(iter(key.c)), String)
    entries = insert(ENTRY).from_select(columns, select(*values)).execution_options(preserve_rowcount=True)
    result: Any = db.session.execute(entries)
    return int(result.rowcount)


def _entry(action: str, subject: tuple[str, object], changes: Changes, by: Actor | None) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "person_id": by.id if by else None,
        "actor": by.name if by else "registry",
        "action": action,
        "subject_type": subject[0],
        "subject_key": str(subject[1]),
        "changes": plain(changes),
    }


def last_entry() -> int:
    """The key of the newest line of the log."""
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def plain(changes: Changes) -> Changes:
    """Changes as JSON can say them."""
    return {
        field: pair if PLAIN.issuperset(map(type, pair)) else [_plain(value) for value in pair]
        for field, pair in changes.items()
    }


def changes_of(row: Base) -> Changes:
    """What differs in a row since it was read or made, before the flush: {field: [old, new]}, secrets as ***."""
    state = inspect(row)
    found: Changes = {}
    untold = state.unmodified | DERIVED_FIELDS
    for name in state.mapper.column_attrs.keys():  # noqa: SIM118 — no mapping, and in the order of the columns
        if name in untold:
            continue
        history = state.attrs[name].history
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            found[name] = ["***", "***"] if name in SECRET_FIELDS else [old, new]
    return found


def history(subject_type: str, subject_key: object, *, limit: int = 50) -> Sequence[AuditEntry]:
    """The newest entries about one thing, newest first."""
    about = (AuditEntry.subject_type == subject_type) & (AuditEntry.subject_key == str(subject_key))
    return db.session.scalars(select(AuditEntry).where(about).order_by(AuditEntry.id.desc()).limit(limit)).all()


def _plain(value: object) -> object:
    """A value as JSON can say it; an import of a hundred thousand rows asks for millions, nearly all of them simple."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict:
        return {str(key): _plain(inner) for key, inner in value.items()}  # type: ignore[attr-defined]  # a dict, as just seen
    if kind is list:
        return [_plain(inner) for inner in value]  # type: ignore[attr-defined]  # a list, as just seen
    return str(value) if kind is Decimal else _unusual(value)


def _unusual(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(inner) for inner in value]
        case _:
            return str(value)
