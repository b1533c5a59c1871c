"""An import over all its records: the trial and the real thing differ in nothing but whether anything is kept.

In a trial every part is looked at while everybody else writes, and nothing is written but the report: whatever stands
against a record is found in memory, all but a ring through what rests on one of them. The real thing finds these, and
imports nothing then. It writes part by part, see `arriving`, and goes on where it was when it is begun again.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import func, select

from registry.accounts.rules import Verb
from registry.assets.exchange.holdings import Owners
from registry.calibration import entry
from registry.calibration.exchange import arriving, checking, settling, spooling, writing
from registry.calibration.exchange.checking import Said
from registry.calibration.exchange.columns import POINT, vocabulary
from registry.calibration.exchange.holdings import Laboratories
from registry.calibration.exchange.judging import Judge, Judged
from registry.calibration.exchange.models import CalibrationImport, CalibrationImportReason, CalibrationImportRow
from registry.calibration.exchange.trying import Trial
from registry.kernel.db import db, looking, write_much
from registry.kernel.i18n import kept_of
from registry.kernel.text import digits
from registry.sheets import headings, tables
from registry.sheets.choosing import chosen_of
from registry.sheets.headings import Table
from registry.sheets.models import Mode, Outcome
from registry.sheets.running import Begin, Step, Written, error, kept, parts, refuse_all

PART: Final = 250  # records that are written while everybody else waits
ROW: Final = cast("SqlTable", CalibrationImportRow.__table__)
REASON: Final = cast("SqlTable", CalibrationImportReason.__table__)


class Loaded(NamedTuple):
    """A table and its records, the oldest work first."""

    table: Table
    records: Iterable[Said]


def read(found: CalibrationImport, step: Step) -> Loaded:
    """The records of an import's file, every one read before the first is judged and outside of any transaction.

    Raises Invalid when it cannot be read.
    """
    content, form, chosen = found.content, found.form, chosen_of(found)
    known = {"owner": Owners(found.person, Verb.CALIBRATION_RECORD).known, "lab": Laboratories().known}
    step()
    table = headings.table(tables.tables(content, form), vocabulary(), chosen)
    return Loaded(table, spooling.by_days(checking.records(table, known)))


def go(found: CalibrationImport, given: Loaded, mode: Mode | None, step: Step) -> Counter[str]:
    """Judge every record, keep what `mode` says, none without one, and write down what became of each.

    Raises NotAllGood for one that is wrong when all were to be imported.
    """
    by = found.person
    judge, counted = Judge(given.table, by), Counter[str]()
    trial = Trial(judge.type_of)
    done = {} if mode is None else _done(found, step)
    written = Written(found, given.table, ROW, REASON, Begin.ON if done else Begin.EMPTY)
    if done:
        judge.remember(found.id)
        counted.update(done.values())
    if mode is None:
        step()
    for said in parts((one for one in given.records if one.number not in done), None if mode is None else PART):
        if mode is None:
            with looking(keeps=True):
                part = judge.judge(said, lock=False)
                trial.record(part)
        else:
            write_much()
            part = judge.judge(said, lock=True)
            writing.record(part, found.id, judge.type_of, by=by)
        wrong = min((row for row in part if row.is_wrong()), key=lambda row: row.said.number, default=None)
        if mode is Mode.ALL and wrong:
            refuse_all(wrong.said.number, _errors(wrong, given.table)[0])
        written.add([_line(row, given.table) for row in part])
        counted.update(row.outcome.value for row in part)
        found.done, found.counted = sum(counted.values()), dict(counted)
        step()
    found.total = found.done = sum(counted.values())
    if mode is not None:
        _let_count(found)
    return counted


def _done(found: CalibrationImport, step: Step) -> dict[int, str]:
    """What became of the records of an import that broke off, by their numbers; of one that did not, nothing."""
    if not arriving.waits(found):
        return {}
    rows = db.session.execute(select(ROW.c.number, ROW.c.outcome).where(ROW.c.import_id == found.id)).all()
    if not rows:
        arriving.take_away(found, step)
    return {row.number: row.outcome.value for row in rows}


def _let_count(found: CalibrationImport) -> None:
    """Issue all that arrived, at once. Raises NotAllGood where one closes a ring."""
    write_much()
    arriving.issue(found)
    ringed = settling.link(found.id)
    if ringed:
        key, day = ringed[0]
        of_record = ROW.c.import_id == found.id, ROW.c.calibration_id == key
        number = db.session.scalar(select(func.min(ROW.c.number)).where(*of_record)) or 0
        refuse_all(number, {"cell": "", "message": entry.ring_below(day)})


def _line(row: Judged, table: Table) -> dict[str, Any]:
    return {
        "number": row.said.number,
        "outcome": row.outcome,
        "tag": row.tag,
        "name": row.asset.name if row.asset is not None else None,
        "calibration_id": row.calibration_id,
        "changes": _read_of(row.said) if row.outcome is Outcome.NEW else None,
        "errors": [kept(one) for one in _errors(row, table)] if row.outcome is Outcome.ERROR else None,
        "notes": [kept_of(note) for note in row.notes] or None,
    }


def _errors(row: Judged, table: Table) -> list[dict[str, str]]:
    """What is wrong with a record: which cells, what stands there, and the remedy; row by row."""

    def place(fault: checking.Fault) -> tuple[int, int]:
        column = table.place(fault.field)
        return fault.number, -1 if column is None else column

    return [
        error(table, fault.field, fault.message, fault.number, fault.cells)
        for fault in sorted(row.said.faults, key=place)
    ]


def _read_of(said: Said) -> dict[str, Any]:
    """What a new record says as it was read, by columns; of its points how many there are."""
    read = {name: _as_json(value) for name, value in said.plain.items()}
    if said.points:
        read[POINT.removesuffix(".")] = len(said.points)
    return read


def _as_json(value: object) -> object:
    match value:
        case Decimal():
            return digits(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
