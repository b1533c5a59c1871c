"""The audit log as a chain: entries are sealed in the order of their keys, each with everything before it.

An entry's seal is SHA-256(the seal before it ‖ its content). Nothing is computed when an entry is written: committed
entries are sealed seconds later, some hundreds to a block, so writers wait neither for each other nor for this. On
PostgreSQL keys are given out before transactions commit, in any order, and some are never used. A block therefore
ends where no transaction is left that could still bring a key below, and says which keys it holds: what turns up
between two sealed keys was put there later, and what is missing was taken away. Old entries are sealed the same way.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from struct import Struct
from typing import Final, NamedTuple, cast

from sqlalchemy import LargeBinary, String, Table, Text, bindparam, func, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import Base, Instant, db, one_at_a_time
from registry.kernel.reads import Read

FORM: Final = 1
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
MOST: Final = 500  # entries in a block: SQLite's one writer is kept waiting for some milliseconds
SEAL: Final = Struct(">q32s")
BEGINNING: Final = "0" * 64
# Whoever writes an entry has locked the table before the entry gets its key, and keeps it until the transaction ends.
WRITING: Final = text(
    "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE relation = CAST('audit_entry' AS regclass)"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode NOT IN ('AccessShareLock', 'RowShareLock') AND pid IS DISTINCT FROM pg_backend_pid()"
)


class AuditBlock(Base):
    """Entries that were sealed together, and in `seals` the key and the seal of each, 8 and 32 bytes.

    The first one follows on the `hash` of the block before, which covers its last seal, its number and its instant.
    """

    __tablename__ = "audit_block"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[int]
    last_id: Mapped[int]
    sealed_at: Mapped[datetime] = mapped_column(Instant)
    seals: Mapped[bytes] = mapped_column(LargeBinary, repr=False)
    hash: Mapped[str] = mapped_column(String(64))


class Line(NamedTuple):
    """An entry as it is sealed; its changes as the text that is stored, on both databases letter by letter."""

    id: int
    at: datetime
    person_id: int | None
    actor: str
    action: str
    subject_type: str
    subject_key: str
    changes: str


entry = cast("Table", AuditEntry.__table__)
block = cast("Table", AuditBlock.__table__)
LINES: Final = (
    select(*(entry.c[name] for name in Line._fields[:-1]), as_type(entry.c.changes, Text))
    .where(entry.c.id > bindparam("after"), entry.c.id <= bindparam("upto"))
    .order_by(entry.c.id)
    .limit(bindparam("most"))
)
LAST: Final = select(block.c.number, block.c.last_id, block.c.hash).order_by(block.c.number.desc()).limit(1)
NEWEST: Final = Read(select(func.coalesce(func.max(entry.c.id), 0)))
SEALED: Final = Read(LAST)


def seal_of(before: bytes, line: Line) -> bytes:
    """The seal of an entry that follows on another seal."""
    content = _written((line.id, _instant(line.at), *line[2:]))
    return hashlib.sha256(before + content.encode("utf-8", "surrogatepass")).digest()


def hash_of(number: int, form: int, sealed_at: datetime, last: bytes) -> str:
    """The hash of a block that ends with a seal."""
    return hashlib.sha256(f"{number}|{form}|{_instant(sealed_at)}|".encode() + last).hexdigest()


def is_waiting() -> bool:
    """Whether there are entries that no block holds yet."""
    ((newest,),) = NEWEST.rows()
    sealed = SEALED.rows()
    return int(newest) > (sealed[0][1] if sealed else 0)


def newest() -> int:
    """The key of the newest entry that is committed."""
    return db.session.scalar(select(func.max(entry.c.id))) or 0


def writing() -> set[str]:
    """The transactions that may hold entries which are not committed; on SQLite what is seen is never followed by less.

    An entry with a key up to `newest()` that is not there once those of this moment have ended will never be there.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return set()
    return set(db.session.scalars(WRITING))


def seal(upto: int) -> int:
    """Seal the next block of entries with keys up to one below which nothing can come any more; gives how many."""
    one_at_a_time("audit seals")
    last = db.session.execute(LAST).first()
    number, after, before = (last.number, last.last_id, last.hash) if last else (0, 0, BEGINNING)
    found = db.session.execute(LINES, {"after": after, "upto": upto, "most": MOST}).all()
    if not found:
        return 0
    db.session.add(_block(number + 1, bytes.fromhex(before), [Line._make(row) for row in found]))
    db.session.flush()
    return len(found)


def _block(number: int, before: bytes, lines: Sequence[Line]) -> AuditBlock:
    seals = bytearray()
    for line in lines:
        before = seal_of(before, line)
        seals += SEAL.pack(line.id, before)
    at = clock.now()
    return AuditBlock(
        number=number,
        form=FORM,
        last_id=lines[-1].id,
        sealed_at=at,
        seals=bytes(seals),
        hash=hash_of(number, FORM, at, before),
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
