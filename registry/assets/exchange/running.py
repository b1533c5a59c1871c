"""An import over all its rows: the trial and the real thing differ in nothing but whether anything is kept."""

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import delete

from registry.accounts.models import Person
from registry.assets.exchange import checking, headings, sheets, writing
from registry.assets.exchange.checking import Said
from registry.assets.exchange.headings import Table
from registry.assets.exchange.holdings import Owners
from registry.assets.exchange.judging import Judge, Judged, told
from registry.assets.exchange.models import AssetImport, AssetImportRow, Mode, Outcome
from registry.kernel import audit
from registry.kernel.db import db, write_much
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _

PART: Final = 1000
ROW: Final = cast("SqlTable", AssetImportRow.__table__)
Step = Callable[[], None]


class NotAllGood(Conflict):
    """All rows were to be imported and one of them is wrong; nothing was changed."""


class Loaded(NamedTuple):
    """A table and its rows, loaded but not compared with anything yet."""

    table: Table
    parts: Iterable[list[Said]]


def loaded(found: AssetImport, by: Person | None) -> Loaded:
    """The rows of an import's file. Raises Invalid when it cannot be read."""
    table = headings.table(sheets.tables(found.content, found.form))
    return Loaded(table, _parts(checking.rows(table, Owners(by).codes)))


def spooled(given: Loaded, step: Step) -> Loaded:
    """The same rows, every one of them read before the first is compared: nobody waits for a file to be read."""
    step()
    file = tempfile.TemporaryFile()  # noqa: SIM115 — gone when the last part was read
    for part in given.parts:
        pickle.dump(part, file, pickle.HIGHEST_PROTOCOL)
    file.seek(0)
    return Loaded(given.table, _unspooled(file))


def go(found: AssetImport, given: Loaded, *, by: Person | None, mode: Mode | None, step: Step) -> Counter[str]:
    """Judge every row, keep what `mode` says, none without one, and write down what became of each.

    Raises NotAllGood for a row that is wrong when all were to be imported.
    """
    if mode is not None:
        write_much()
    db.session.execute(delete(AssetImportRow).where(AssetImportRow.import_id == found.id))
    judge = Judge(given.table, Owners(by), by)
    counted: Counter[str] = Counter()
    found.total, found.done = given.table.height, 0
    found.unread = [*given.table.unread, *({"sheet": name} for name in given.table.left)]
    for said in given.parts:
        part = judge.judged(said, lock=mode is not None)
        writing.edit(part, by=by, keep=mode is not None)
        if mode is not None:
            writing.register(part, by=by)
        wrong = next((row for row in part if row.outcome is Outcome.ERROR), None)
        if mode is Mode.ALL and wrong:
            raise NotAllGood(
                _(
                    "Row %(row)s is wrong, so nothing was imported: %(why)s",
                    row=wrong.said.number,
                    why=_why(wrong, given),
                )
            )
        _write_down(found, part, given.table)
        counted.update(row.outcome.value for row in part)
        found.done, found.counted = part[-1].said.number, dict(counted)
        step()
    found.total = found.done = sum(counted.values())
    return counted


def _parts(rows: Iterator[Said]) -> Iterator[list[Said]]:
    while part := list(islice(rows, PART)):
        yield part


def _unspooled(file: Any) -> Iterator[list[Said]]:  # noqa: ANN401 — an open file
    with file:
        while file.peek(1):
            yield pickle.load(file)  # noqa: S301 — written a moment ago, by nobody else


def _why(wrong: Judged, given: Loaded) -> str:
    first = told(wrong, given.table)[0]
    return f"{first['cell']}: {first['message']}"


def _write_down(found: AssetImport, part: list[Judged], table: Table) -> None:
    lines = [
        {
            "import_id": found.id,
            "number": row.said.number,
            "outcome": row.outcome,
            "tag": row.tag,
            "name": row.name,
            "version": row.version,
            "changes": audit.plain(row.changes) if row.outcome is Outcome.CHANGED else None,
            "errors": told(row, table) if row.outcome is Outcome.ERROR else None,
            "notes": row.notes or None,
        }
        for row in part
    ]
    writing.insert(ROW.insert(), lines)
