"""Proving that the audit log is whole: every seal computed anew, to the first entry that is not what was sealed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select

from registry.kernel.reads import Read
from registry.kernel.seals import BEGINNING, FORM, LINES, SEAL, Line, block, entry, hash_of, seal_of

PAGE: Final = 1000
BLOCKS: Final = 20
ROWS: Final = Read(LINES)
NEXT_BLOCKS: Final = Read(
    select(block).where(block.c.number > bindparam("after")).order_by(block.c.number).limit(BLOCKS)
)
OLDEST: Final = Read(select(func.coalesce(func.min(entry.c.id), 1)))
WAITING: Final = Read(select(func.count(), func.min(entry.c.at)).where(entry.c.id > bindparam("after")))


class Proof(NamedTuple):
    """What was found: how much is sealed, the head of the chain as number:hash, and what waits to be sealed.

    `fault` says what is wrong first, None when the log is whole.
    """

    entries: int
    blocks: int
    head: str | None
    sealed_at: datetime | None
    waiting: int
    waiting_since: datetime | None
    fault: str | None


class _Broken(Exception):
    pass


def verify(*, noted: str | None = None) -> Proof:
    """Compute the chain anew. `noted` is a head that was written down before: the chain must still go through it.

    What is not sealed yet proves nothing; whoever can write to the database can also seal anew what they changed,
    which only a noted head brings to light.
    """
    walk = _Walk(noted)
    fault = None
    try:
        walk.to_the_end()
        if not walk.went_through:
            fault = f"the chain does not go through the noted head {noted}: it was sealed anew or cut off"
    except _Broken as broken:
        fault = str(broken)
    ((waiting, since),) = WAITING.rows(after=walk.last_id)
    return Proof(
        entries=walk.entries,
        blocks=walk.number,
        head=walk.head,
        sealed_at=walk.sealed_at,
        waiting=0 if fault else waiting,
        waiting_since=None if fault else since,
        fault=fault,
    )


class _Walk:
    """How far along the chain everything is as it was sealed."""

    def __init__(self, noted: str | None) -> None:
        self.number, self.last_id, self.entries = 0, 0, 0
        self.hash, self.sealed_at = BEGINNING, None
        self.went_through = noted is None
        self._noted = noted

    @property
    def head(self) -> str | None:
        """What a person notes elsewhere to know the chain again."""
        return f"{self.number}:{self.hash}" if self.number else None

    def to_the_end(self) -> None:
        """Go through all blocks in their order. Keys begin with 1; what is below was put there by other means."""
        ((oldest,),) = OLDEST.rows()
        if oldest < 1:
            raise _Broken(f"audit entry {oldest} was inserted after the log was begun")
        while found := NEXT_BLOCKS.rows(after=self.number):
            rows = _rows(self.last_id, found[-1][2])
            waiting = next(rows, None)
            for values in found:
                waiting = self._through(dict(zip(block.c.keys(), values, strict=True)), waiting, rows)

    def _through(self, sealed: Mapping[str, Any], row: Line | None, rows: Iterator[Line]) -> Line | None:
        """Go through one block, whose first entry at the earliest is `row`; gives the first one after it."""
        number = self.number + 1
        if sealed["number"] != number:
            raise _Broken(f"block {number}, of the entries after {self.last_id}, was removed")
        if len(sealed["seals"]) % SEAL.size or sealed["form"] != FORM:
            raise _Broken(f"block {number}, of the entries after {self.last_id}, was changed")
        before, count, key = bytes.fromhex(self.hash), 0, self.last_id
        for key, kept in SEAL.iter_unpack(sealed["seals"]):
            if row is None or row.id > key:
                raise _Broken(f"audit entry {key} was removed after it was sealed (block {number})")
            if row.id < key:
                raise _Broken(f"audit entry {row.id} was inserted after entry {key} was sealed (block {number})")
            before = seal_of(before, row)
            if before != kept:
                raise _Broken(f"audit entry {key} was changed after it was sealed (block {number})")
            row, count = next(rows, None), count + 1
        if key != sealed["last_id"] or sealed["hash"] != hash_of(number, FORM, sealed["sealed_at"], before):
            raise _Broken(f"block {number}, which ends with entry {key}, was changed")
        self.number, self.last_id, self.hash, self.sealed_at = number, key, sealed["hash"], sealed["sealed_at"]
        self.entries += count
        self.went_through |= self.head == self._noted
        return row


def _rows(after: int, upto: int) -> Iterator[Line]:
    """The entries with keys beyond one and up to another, in their order."""
    while found := ROWS.rows(after=after, upto=upto, most=PAGE):
        yield from (Line._make(row) for row in found)
        after = found[-1][0]
