"""Indicators that go on from what was reached under an earlier plan: what counted there counts on here, once.

The rows of earlier plans stand before those of the plan, under `plan/code`, and the days before the plan in a span of
their own: whatever counts rows that share evidence then counts these without knowing of it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from registry.kernel.db import db
from registry.plan import progress
from registry.plan.adjustments import queries as adjustments
from registry.plan.distinct import ByPeriod
from registry.plan.document import Carry
from registry.plan.links.models import PlanLink
from registry.plan.models import Indicator, Plan, PlanRow, PlanVersion
from registry.plan.rules import Span

BEFORE: Final = "…"  # no code of a period


class Counting(NamedTuple):
    """What a version counts: its rows and those they go on from, and its periods after the days before them.

    `carrying` are the codes of the rows that go on from others.
    """

    rows: Sequence[PlanRow]
    spans: Sequence[Span]
    carrying: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[int]:
        """The keys of every indicator whose evidence counts."""
        return [row.indicator_id for row in self.rows if row.indicator_id]

    def base(self, code: str, counted: Mapping[str, ByPeriod]) -> int | None:
        """What a row goes on from: what it counted before the plan began; None for one that goes on from no other."""
        if code not in self.carrying:
            return None
        tally = counted.get(code, {}).get(BEFORE)
        return tally.running if tally else 0


def counting(version: PlanVersion, on: date, known_at: datetime | None = None) -> Counting:
    """What a version counts on a day; without a statement where none of its rows goes on from an earlier plan's."""
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    earlier: list[PlanRow] = []
    joined: dict[str, str] = {}
    first = spans[0].start
    seen, waiting = {version.plan_id}, [("", version)]
    while waiting:
        prefix, one = waiting.pop(0)
        for plan, own, other in _goes_on_from(one):
            if plan.id not in seen:
                seen.add(plan.id)
                before = adjustments.version_on(plan, on, known_at=known_at)
                waiting.append((f"{plan.code}/", before))
                earlier = [*_renamed(before, f"{plan.code}/"), *earlier]
                first = min(first, before.periods[0].start_on)
            code = next((row.code for row in one.rows if row.indicator_id == own), None)
            source = next((row.code for row in earlier if row.indicator_id == other), None)
            if code is not None and source is not None:
                joined[prefix + code] = source
    if not joined:
        return Counting(rows, spans)
    every = [_joined(row, joined[row.code]) if row.code in joined else row for row in [*earlier, *rows]]
    before_it = Span(BEFORE, min(first, spans[0].start - timedelta(days=1)), spans[0].start - timedelta(days=1))
    return Counting(every, [before_it, *spans], frozenset(joined) & {row.code for row in rows})


def _goes_on_from(version: PlanVersion) -> Sequence[tuple[Plan, int, int]]:
    """The plans that a version's rows go on from, with the keys of both indicators."""
    if not any((row.details.get("follows") or {}).get("carry") == Carry.BASE for row in version.rows):
        return ()
    other = aliased(Indicator)
    wanted = select(Plan, PlanLink.indicator_id, PlanLink.other_id).select_from(PlanLink)
    wanted = wanted.join(other, other.id == PlanLink.other_id).join(Plan, Plan.id == other.plan_id)
    wanted = wanted.where(PlanLink.version_id == version.id, PlanLink.carry == Carry.BASE).order_by(PlanLink.id)
    return [(plan, own, source) for plan, own, source in db.session.execute(wanted)]


def _renamed(version: PlanVersion, prefix: str) -> list[PlanRow]:
    """The rows of an earlier plan, with whatever they name under the plan's own name."""
    found = []
    for row in progress.counted_rows(version):
        continued = row.details.get("continues")
        annex = [prefix + code for code in row.details.get("annex_rows", ())]
        details = {"annex_rows": annex, "continues": prefix + continued if continued else None}
        found.append(_like(row, prefix + row.code, details))
    return found


def _joined(row: PlanRow, source: str) -> PlanRow:
    """A row that goes on from another one."""
    return _like(row, row.code, {"annex_rows": row.details.get("annex_rows", ()), "continues": source})


def _like(row: PlanRow, code: str, details: dict[str, object]) -> PlanRow:
    """As much of a row as counting asks for; it is never stored."""
    return PlanRow(
        indicator_id=row.indicator_id,
        position=row.position,
        code=code,
        kind=row.kind,
        parent_code=None,
        title_vi=row.title_vi,
        title_en=row.title_en,
        clause=row.clause,
        mode=row.mode,
        count_unit=row.count_unit,
        geo_scope=row.geo_scope,
        standing=row.standing,
        details=details,
    )
