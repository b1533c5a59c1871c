"""Folding what changed into the counts that are kept: a part a transaction, one process at a time.

Whatever is folded is read as it is then, and only the notes that were seen are taken away: what changes meanwhile has a
note of its own and is folded again. A part that fails leaves everything as it was.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, insert, inspect, or_, select
from sqlalchemy.orm import selectinload

from registry.kernel.db import Base, db, insert_into, one_at_a_time
from registry.plan import progress
from registry.plan.counts import entries, queries
from registry.plan.counts.models import ANEW, ChangedEvidence, CountedDay, CountedKey, CountedMonth, RunningCount
from registry.plan.counts.rules import Count, Entry, Sums, difference
from registry.plan.counts.wanted import wanted
from registry.plan.models import Evidence, EvidenceState, Indicator, Plan, PlanVersion

AT_ONCE: Final = 1000
ROWS: Final = 2000  # of a statement
SECTION: Final = "running counts"
KEYS: Final = ("evidence_id", "unit", "key")


def is_waiting() -> bool:
    """Whether anything changed since."""
    return db.session.scalar(select(ChangedEvidence.id).limit(1)) is not None


def fold(most: int = AT_ONCE) -> int:
    """Fold in some of what changed, the oldest first; gives how many notes it was, none when nothing is left."""
    one_at_a_time(SECTION)
    line = ChangedEvidence
    noted = select(line.id, line.evidence_id, line.fact_type, line.fact_key).order_by(line.id).limit(most)
    notes = db.session.execute(noted).all()
    if not notes:
        return 0
    anew = [note.fact_key for note in notes if note.fact_type == ANEW]
    if anew:
        _start_anew(None if None in anew else {int(key) for key in anew if key is not None})
    keys = [note.id for note in notes]
    ids = {note.evidence_id for note in notes if note.evidence_id is not None}
    if any(note.fact_type for note in notes):
        about = select(Evidence.id).join(line, queries.about_same()).where(line.id.in_(keys))
        ids |= set(db.session.scalars(about))
    if ids:
        _replace(ids)
    taken = delete(line).where(line.id.in_(keys))
    db.session.execute(taken.execution_options(synchronize_session=False))
    return len(notes)


def start_anew() -> None:
    """Have every count made again from nothing."""
    db.session.add(ChangedEvidence(fact_type=ANEW))
    db.session.flush()


def _start_anew(plan_ids: Collection[int] | None) -> None:
    """Keep the counts that the versions of some plans want, or with None make all of all plans again."""
    every = db.session.scalars(select(Plan.id)).all()
    for plan_id in every if plan_ids is None else sorted(plan_ids):
        counts = {count.key: count for count in _wanted_by(plan_id)}
        kept = set(db.session.scalars(select(RunningCount.key).where(RunningCount.plan_id == plan_id)))
        if plan_ids is not None and counts.keys() <= kept:
            continue
        mine = select(RunningCount.id).where(RunningCount.plan_id == plan_id)
        for sums in (CountedDay, CountedMonth):
            db.session.execute(delete(sums).where(sums.count_id.in_(mine)))
        db.session.execute(delete(RunningCount).where(RunningCount.plan_id == plan_id))
        standing = select(Evidence.id).join(Indicator, Indicator.id == Evidence.indicator_id)
        standing = standing.where(Indicator.plan_id == plan_id)
        gone = or_(CountedKey.evidence_id.in_(standing), CountedKey.evidence_id.not_in(select(Evidence.id)))
        db.session.execute(delete(CountedKey).where(gone))
        db.session.add_all(
            RunningCount(
                plan_id=plan_id,
                key=key,
                unit=count.unit,
                sources=list(count.sources),
                periods=[[str(day) for day in period] for period in count.periods],
            )
            for key, count in counts.items()
        )
        counted = standing.where(Evidence.state == EvidenceState.COUNTED).with_only_columns(Evidence.id)
        db.session.execute(insert(ChangedEvidence).from_select(["evidence_id"], counted))
    db.session.flush()


def _wanted_by(plan_id: int) -> Iterable[Count]:
    """The counts of every version of a plan: any of them may be in force on a day that is asked about."""
    versions = select(PlanVersion).where(PlanVersion.plan_id == plan_id)
    versions = versions.options(selectinload(PlanVersion.rows), selectinload(PlanVersion.periods))
    for version in db.session.scalars(versions):
        yield from wanted(progress.counted_rows(version), progress.spans_of(version)).all()


def _replace(ids: Collection[int]) -> None:
    """Put what some rows of evidence name now in the place of what they named when they were folded in last."""
    kept = db.session.scalars(select(RunningCount)).all()
    counts = {row.id: row.count for row in kept}
    now = set(entries.entries(ids, entries.units_of(counts.values())))
    had = set(_entries(CountedKey.evidence_id.in_(part) for part in entries.parts(sorted(ids))))
    gone, come = had - now, now - had
    names = sorted({(entry.unit, entry.key) for entry in gone | come})
    before = set(_entries(queries.naming(part) for part in entries.parts(names)))
    if gone:
        keys = [{f"old_{name}": getattr(entry, name) for name in KEYS} for entry in sorted(gone)]
        db.session.connection().execute(_LEAVING, keys)
    _write(CountedKey, [entry._asdict() for entry in sorted(come)])
    _add(difference(counts.values(), before, (before - gone) | come), {count.key: key for key, count in counts.items()})


def _entries(conditions: Iterable[ColumnElement[bool]]) -> Iterator[Entry]:
    for condition in conditions:
        found = select(*(getattr(CountedKey, name) for name in Entry._fields)).where(condition)
        yield from (Entry(*row) for row in db.session.execute(found))


def _add(sums: Sums, ids: Mapping[str, int]) -> None:
    changes = [(ids[at.key], at.place, at.on, whole, new) for at, whole, new in sums.changes()]
    _write_sums(CountedDay, "on", changes)
    months: dict[tuple[int, int, date], tuple[int, int]] = {}
    for count_id, place, on, whole, new in changes:
        month = count_id, place, on.replace(day=1)
        had = months.get(month, (0, 0))
        months[month] = had[0] + whole, had[1] + new
    _write_sums(CountedMonth, "month", [(*month, *added) for month, added in months.items()])


def _write_sums(table: type[Base], on: str, changes: Iterable[tuple[int, int, date, int, int]]) -> None:
    names = ("count_id", "place", on, "whole", "new")
    _write(table, [dict(zip(names, change, strict=True)) for change in sorted(changes)], added=names[-2:])


def _write(table: type[Base], rows: Sequence[Mapping[str, Any]], added: Collection[str] = ()) -> None:
    """Insert rows; `added` are columns that are added to the row that is there."""
    put = insert_into(table, db.session.get_bind().dialect.name)
    connection = db.session.connection()  # what follows is written without anybody's identity map
    if added:
        together = {name: getattr(table, name) + put.excluded[name] for name in added}
        put = put.on_conflict_do_update(index_elements=list(inspect(table).primary_key), set_=together)
    for first in range(0, len(rows), ROWS):
        connection.execute(put, list(rows[first : first + ROWS]))


_LEAVING: Final = delete(CountedKey).where(*(getattr(CountedKey, name) == bindparam(f"old_{name}") for name in KEYS))
