"""Which numbers rest on evidence that fell: each as it is with it, and as it is without."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_

from registry.plan import progress
from registry.plan.evidence.falling import Fall
from registry.plan.evidence.lines import Effect, EvidenceLine
from registry.plan.models import Evidence, EvidenceState, PlanRow, PlanVersion, RecordType
from registry.plan.rollups.knowledge import Knowledge
from registry.plan.rules import Span
from registry.plan.tallies import tallies


@dataclass(frozen=True)
class _With(Knowledge):
    """As if some rows of evidence had not fallen; `labs` gives since when laboratories are not accredited."""

    ids: Sequence[int] = ()
    labs: Mapping[str, date | None] | None = None

    def counted(self, on: date) -> tuple[ColumnElement[bool], ...]:
        """Those rows hold."""
        holds = or_(self._holding(), Evidence.id.in_(self.ids))
        return Evidence.state == EvidenceState.COUNTED, Evidence.counted_on <= on, holds

    def standing(self, keys: Iterable[str], days: Iterable[date]) -> dict[date, set[str]]:
        """Those laboratories stand."""
        labs = self.labs or {}
        found = super().standing(keys, days)
        return {
            day: held | {lab for lab, since in labs.items() if since is None or since <= day}
            for day, held in found.items()
        }


@dataclass(frozen=True)
class _Without(Knowledge):
    """As if some rows of evidence were not counted."""

    ids: Sequence[int] = ()

    def counted(self, on: date) -> tuple[ColumnElement[bool], ...]:
        """Those rows are left out."""
        return *super().counted(on), Evidence.id.not_in(self.ids)


def effects(version: PlanVersion, lines: Sequence[EvidenceLine], on: date) -> list[Effect]:
    """The numbers with a target that would differ if some evidence that fell had not fallen, or were taken out.

    A fixed number of statements, and none when there are no such lines.
    """
    fallen = [line for line in lines if line.fall is not None and line.id is not None]
    if not fallen:
        return []
    ids = [line.id for line in fallen if line.id is not None]
    labs = {line.record.id: _since(line.fall) for line in fallen if line.record.type is RecordType.LAB}
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    kept, left = (_values(rows, spans, on, known) for known in (_With(ids=ids, labs=labs), _Without(ids=ids)))
    return [
        Effect(row, span, kept[row.code, span.code], left[row.code, span.code])
        for row in rows
        for span in spans
        if kept.get((row.code, span.code)) != left.get((row.code, span.code))
    ]


def _since(fall: Fall | None) -> date | None:
    return fall.on if fall is not None else None


def _values(rows: Sequence[PlanRow], spans: Sequence[Span], on: date, known: Knowledge) -> dict[tuple[str, str], int]:
    by_row = {row.code: row for row in rows}
    tallied = tallies(rows, spans, on, known)
    judged = [progress.indicator(row, by_row, tallied.get(row.code, {}), spans, on, doubts=()) for row in rows]
    parts = [(one.row.code, part) for one in judged for part in one.periods if part.official.target is not None]
    return {(code, part.span.code): part.official.value for code, part in parts}
