"""An import over all its rows: the trial and the real thing differ in nothing but whether anything is kept."""

import os
import pickle
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO, Final, NamedTuple, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets.exchange import checking, joining, writing
from registry.assets.exchange.checking import TAG, Said
from registry.assets.exchange.columns import vocabulary
from registry.assets.exchange.holdings import Owners, folded
from registry.assets.exchange.judged import Judged, told
from registry.assets.exchange.judging import Done, Judge
from registry.assets.exchange.models import AssetImport, AssetImportReason, AssetImportRow
from registry.assets.exchange.sets import PARENT, Sets, named_by
from registry.assets.exchange.shown import Shown
from registry.assets.schedules import in_a_word, said_interval
from registry.kernel import audit
from registry.kernel.db import db, write_much
from registry.kernel.i18n import kept_of
from registry.kernel.text import digits
from registry.sheets import headings, tables
from registry.sheets.choosing import chosen_of
from registry.sheets.headings import Table
from registry.sheets.models import ImportState, Mode, Outcome
from registry.sheets.reading import CLEARED
from registry.sheets.running import PART, Begin, Step, Written, kept, parts, refuse_all

AS_JSON: Final = frozenset({str, int})
ROW: Final = cast("SqlTable", AssetImportRow.__table__)
REASON: Final = cast("SqlTable", AssetImportReason.__table__)


class Loaded(NamedTuple):
    """A table and its rows, loaded but not compared with anything yet; `named` is how rows call their sets.

    The parts come once, or again and again from a `Spool`, as what is imported needs.
    """

    table: Table
    parts: Iterable[list[Said]]
    named: frozenset[str] = frozenset()


class Spool:
    """Parts of rows at hand in a file, which is gone with this."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        weakref.finalize(self, file.close)

    def __iter__(self) -> Iterator[list[Said]]:
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301 — written a moment ago, by nobody else


def loaded(found: AssetImport, by: Person | None, step: Step) -> Loaded:
    """The rows of an import's file, read outside of any transaction. Raises Invalid when it cannot be read."""
    content, form, owners, chosen = found.content, found.form, Owners(by).known, chosen_of(found)
    db.session.expire(found, ["content"])
    step()
    table = headings.table(tables.tables(content, form), vocabulary(), chosen)
    return Loaded(table, parts(checking.rows(table, owners)))


def read(found: AssetImport, by: Person | None, step: Step) -> Loaded:
    """The rows for a trial: as they come, or all of them at hand where rows may be sets of others."""
    given = loaded(found, by, step)
    return spooled(given) if given.table.has(PARENT) else given


def spooled(given: Loaded) -> Loaded:
    """The same rows, every one of them read before the first is compared: nobody waits for a file to be read."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — see Spool
    named: set[str] = set()
    for part in given.parts:
        named.update(folded(text) for said in part if (text := named_by(said)) is not None)
        pickle.dump(part, file, pickle.HIGHEST_PROTOCOL)
    return Loaded(given.table, Spool(file), frozenset(named))


def go(found: AssetImport, given: Loaded, *, by: Person | None, mode: Mode | None, step: Step) -> Counter[str]:
    """Judge every row, keep what `mode` says, none without one, and write down what became of each.

    What was asked for after a trial goes on where it was. Raises NotAllGood for a row that is wrong when all were to be
    imported.
    """
    tried = found.state is ImportState.APPLYING
    shown, done = (Shown(found), _done(found)) if tried else (None, {})
    begin = Begin.ON if done else Begin.OVER
    written = Written(found, given.table, ROW, REASON, begin if tried else Begin.EMPTY)
    counted = Counter(outcome.value for outcome, _tag in done.values())
    step()
    if mode is Mode.ALL and shown is not None and not done and shown.is_outdated():
        rehearsed = _Round(given, by, shown)
        for said in rehearsed.parts():
            rehearsed.judged(said, mode, keep=False)
        step()
    round_ = _Round(given, by, shown)
    for some in round_.parts():
        round_.remember([one for one in some if one.number in done], done)
        said = [one for one in some if one.number not in done]
        if not said:
            continue
        since = _begun(mode)
        part = round_.judged(said, mode, keep=mode is not None)
        span = {"wrote_from": since, "wrote_to": None if since is None else audit.last_entry()}
        written.add([_line(row, given.table, is_kept=mode is not None) | span for row in part])
        counted.update(row.outcome.value for row in part)
        found.done, found.counted = sum(counted.values()), dict(counted)
        step()
    found.total = found.done = sum(counted.values())
    return counted


class _Round:
    """The rows of a sheet gone through once, in the order in which sets come before what is in them."""

    def __init__(self, given: Loaded, by: Person | None, shown: Shown | None) -> None:
        self.given, self.by, self.shown = given, by, shown
        self.judge, self.sets = Judge(given.table, Owners(by), by), Sets(given.named)

    def parts(self) -> Iterator[list[Said]]:
        return _in_order(self.given.parts, self.sets)

    def judged(self, said: list[Said], mode: Mode | None, *, keep: bool) -> list[Judged]:
        """A part, judged and, where it is to be kept, written. Raises NotAllGood where all rows must be good."""
        part = self.judge.found(said, lock=keep)
        self.sets.place(part)
        self.judge.judge(part, lock=keep)
        if self.shown is not None:
            self.shown.refuse_unseen(part)
        joining.join(part)
        writing.edit(part, by=self.by, keep=keep)
        if keep:
            writing.register(part, by=self.by)
            self.judge.pairs.made(part)
        wrong = next((row for row in part if row.outcome is Outcome.ERROR), None)
        if mode is Mode.ALL and wrong is not None:
            refuse_all(wrong.said.number, told(wrong, self.given.table)[0])
        self.sets.remember(part)
        return part

    def remember(self, before: list[Said], done: dict[int, Done]) -> None:
        """Rows that were imported before the work broke off."""
        self.sets.remember(self.judge.again(before, done) if before else ())


def _done(found: AssetImport) -> dict[int, Done]:
    """What became of the rows that were imported before the work broke off and are there still, by their numbers."""
    columns = ROW.c.number, ROW.c.outcome, ROW.c.tag
    there = ROW.c.wrote_to.is_not(None), ROW.c.undid_to.is_(None)
    rows = db.session.execute(select(*columns).where(ROW.c.import_id == found.id, *there))
    return {row.number: (row.outcome, row.tag) for row in rows}


def _begun(mode: Mode | None) -> int | None:
    """Begin to write a part; gives the last entry of the log before it."""
    if mode is None:
        return None
    write_much()
    return audit.last_entry()


def _in_order(parts: Iterable[list[Said]], sets: Sets) -> Iterator[list[Said]]:
    """The rows part by part, those last that name a set that may be another row."""
    for part in parts:
        if ready := sets.ready(part):
            yield ready
    yield from sets.rounds(PART)


def _changes(row: Judged) -> dict[str, Any] | None:
    match row.outcome:
        case Outcome.NEW:
            return _read_of(row)
        case Outcome.CHANGED:
            return audit.plain(row.changes)
        case _:
            return None


def _line(row: Judged, table: Table, *, is_kept: bool) -> dict[str, Any]:
    return {
        "number": row.said.number,
        "outcome": row.outcome,
        "tag": row.tag,
        "name": row.name,
        "version": row.version if is_kept else row.held and row.held.version,
        "changes": _changes(row),
        "errors": [kept(error) for error in told(row, table)] if row.outcome is Outcome.ERROR else None,
        "notes": [kept_of(note) for note in row.notes] or None,
    }


def _read_of(row: Judged) -> dict[str, Any]:
    """What a new asset is made of as it was read, by columns: `characteristics.0.unit`; as JSON says it."""
    said = row.said
    read = {name: value for name, value in said.plain.items() if value is not CLEARED}
    read.pop(TAG, None)
    read |= row.belongings
    for place, values in said.characteristics.items():
        for name, value in values.items():
            if value is not CLEARED:
                read[f"characteristics.{place}.{name}"] = value
    for one in row.values["schedules"]:
        interval = said_interval(one)
        read[f"schedules.{one['kind']}"] = interval and in_a_word(interval)
    return {name: value if type(value) in AS_JSON else _as_json(value) for name, value in read.items()}


def _as_json(value: object) -> str:
    return digits(value) if isinstance(value, Decimal) else str(value)
