"""Which numbers rest on evidence that fell: each as it is with it, and as it is without."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_

from registry.plan import belonging, progress
from registry.plan.evidence.lines import Effect, EvidenceLine
from registry.plan.links import carrying
from registry.plan.links.carrying import BEFORE, Counting
from registry.plan.models import Evidence, EvidenceState, PlanRow, PlanVersion, RecordType
from registry.plan.records import Record
from registry.plan.rollups.knowledge import EVERY, NOW, Knowledge
from registry.plan.tallies import tallies


@dataclass(frozen=True)
class _With(Knowledge):
    """As if some rows of evidence had not fallen; `labs` gives since when laboratories are not accredited."""

    ids: Sequence[int] = ()
    labs: Mapping[str, date | None] | None = None
    records: Collection[Record] = ()

    def counted(self, on: date, kinds: Collection[RecordType] = EVERY) -> tuple[ColumnElement[bool], ...]:
        """Those rows hold."""
        holds = or_(self._holding(kinds), Evidence.id.in_(self.ids))
        return Evidence.state == EvidenceState.COUNTED, Evidence.counted_on <= on, holds

    def standing(self, keys: Iterable[str], days: Iterable[date]) -> dict[date, set[str]]:
        """Those laboratories stand."""
        labs = self.labs or {}
        found = super().standing(keys, days)
        return {
            day: held | {lab for lab, since in labs.items() if since is None or since <= day}
            for day, held in found.items()
        }

    def lapsed(self, about: Iterable[Record], day: date) -> set[Record]:
        """None of those."""
        return super().lapsed(about, day) - set(self.records)


@dataclass(frozen=True)
class _Without(Knowledge):
    """As if some rows of evidence were not counted."""

    ids: Sequence[int] = ()

    def counted(self, on: date, kinds: Collection[RecordType] = EVERY) -> tuple[ColumnElement[bool], ...]:
        """Those rows are left out."""
        return *super().counted(on, kinds), Evidence.id.not_in(self.ids)


def effects(version: PlanVersion, lines: Sequence[EvidenceLine], on: date) -> list[Effect]:
    """The numbers with a target that would differ if some evidence that fell had not fallen, or were taken out.

    A fixed number of statements, and none when there are no such lines.
    """
    fallen = [line for line in lines if line.fall is not None and line.id is not None]
    if not fallen:
        return []
    ids = [line.id for line in fallen if line.id is not None]
    since = {line.record: line.fall.on for line in fallen if line.fall is not None}
    labs = {lab: since[record] for record, lab in belonging.labs_of(since).items()}
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    counts = carrying.counting(version, on)
    kept, left, now = (
        _values(rows, counts, on, known) for known in (_With(ids=ids, labs=labs, records=since), _Without(ids=ids), NOW)
    )
    return [
        Effect(row, span, kept[at], left[at], now[at])
        for row in rows
        for span in spans
        if kept.get(at := (row.code, span.code)) != left.get(at)
    ]


def _values(rows: Sequence[PlanRow], counts: Counting, on: date, known: Knowledge) -> dict[tuple[str, str], int]:
    by_row = {row.code: row for row in rows}
    tallied, spans = tallies(counts.rows, counts.spans, on, known), [s for s in counts.spans if s.code != BEFORE]
    judged = [progress.indicator(row, by_row, tallied.get(row.code, {}), spans, on, doubts=()) for row in rows]
    parts = [(one.row.code, part) for one in judged for part in one.periods if part.official.target is not None]
    return {(code, part.span.code): part.official.value for code, part in parts}
