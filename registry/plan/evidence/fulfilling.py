"""Which indicators records fulfil, decided or proposed: as many statements for several plans as for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.accounts.models import Person
from registry.kernel import paging
from registry.kernel.db import db
from registry.plan import measures, progress, records
from registry.plan.counts.wanted import feeds
from registry.plan.evidence.claims import among
from registry.plan.evidence.effects import effects
from registry.plan.evidence.lines import EvidenceLine, Fulfilment
from registry.plan.evidence.queries import lines, proposed
from registry.plan.models import Evidence, EvidenceState, Indicator, Plan, PlanRow, PlanVersion, RecordType
from registry.plan.records import Record
from registry.plan.rules import Mode, Span

AT_ONCE = 20  # plans in one statement, each with a part for every row that could count; SQLite takes 500 parts


class _Known(NamedTuple):
    """A plan as its version in force words it, its rows by code."""

    plan: Plan
    version: PlanVersion
    rows: Mapping[str, PlanRow]


def fulfilled_by(
    about: Collection[Record], person: Person | None, on: date, in_force: Sequence[tuple[Plan, PlanVersion]]
) -> list[Fulfilment]:
    """Which indicators of some plans records fulfil, decided or proposed, and through which annex row.

    `in_force` is `plans.in_force(person)`. Where a record that counts fell, the numbers that rest on it cost more.
    """
    known = [
        _Known(plan, version, {row.code: row for row in progress.counted_rows(version)}) for plan, version in in_force
    ]
    stands = _decided(about, person, known)
    for first in range(0, len(known), AT_ONCE):
        for key, found in _proposed(about, person, on, known[first : first + AT_ONCE]).items():
            stands[key] += found
    return [
        fulfilment
        for one in known
        for line in stands[one.plan.id]
        if line.indicator in one.rows
        for fulfilment in _fulfilments(one, line, on)
    ]


def _decided(
    about: Collection[Record], person: Person | None, known: Sequence[_Known]
) -> dict[int, list[EvidenceLine]]:
    """Lines of what was decided about the records, by the key of the plan."""
    wanted = select(Evidence).join(Indicator, Indicator.id == Evidence.indicator_id)
    wanted = wanted.where(
        Indicator.plan_id.in_([one.plan.id for one in known]),
        records.visible_evidence(person),
        among(about),
        Evidence.state != EvidenceState.PROPOSED,
    )
    found = db.session.scalars(wanted.options(joinedload(Evidence.decided_by))).all()
    stands: dict[int, list[EvidenceLine]] = {one.plan.id: [] for one in known}
    for row, line in zip(found, lines(found, person), strict=True):
        stands[row.indicator.plan_id].append(line)
    return stands


def _proposed(
    about: Collection[Record], person: Person | None, on: date, known: Sequence[_Known]
) -> dict[int, list[EvidenceLine]]:
    """Lines of what the facts propose and nobody has decided about the records, by the key of the plan."""
    kinds: dict[RecordType, set[str]] = {}
    for record in about:
        kinds.setdefault(record.type, set()).add(record.id)
    asked = [(measures.question(one.plan, one.version, on, person), list(one.rows.values())) for one in known]
    found = measures.proposals_about(asked, kinds).subquery("proposed")
    order = found.c.indicator_id, found.c.record_type, found.c.record_id
    wanted: Any = select(*found.c).order_by(*order).limit(paging.MAX_LIMIT * len(known))
    rows = [row for one in known for row in one.rows.values()]
    waiting = db.session.execute(wanted).all()
    plan_of = {row.indicator_id: one.plan.id for one in known for row in one.rows.values()}
    stands: dict[int, list[EvidenceLine]] = {}
    for row, line in zip(waiting, proposed(waiting, rows, person), strict=True):
        stands.setdefault(plan_of[row.indicator_id], []).append(line)
    return stands


def _fulfilments(known: _Known, line: EvidenceLine, on: date) -> list[Fulfilment]:
    """A line at its own row, and at every goal it feeds whose target its day can serve, with what rests on it."""
    own, spans, feeding = known.rows[line.indicator], progress.spans_of(known.version), feeds(list(known.rows.values()))
    found = [Fulfilment(plan=known.plan, row=own, line=line, through=None)]
    found += [
        Fulfilment(plan=known.plan, row=row, line=line, through=own)
        for row in known.rows.values()
        if row.code != own.code and own.indicator_id in feeding[row.code] and _serves(row, line.counted_on, spans)
    ]
    moved = effects(known.version, [line], on)
    return [replace(one, effects=[effect for effect in moved if effect.row.code == one.row.code]) for one in found]


def _serves(row: PlanRow, day: date, spans: Sequence[Span]) -> bool:
    targets = progress.targets_of(row)
    judged = [span for span in spans if targets.get(span.code) is not None]
    if row.mode is Mode.CUMULATIVE:
        return any(day <= span.end for span in judged)
    return any(span.holds(day) for span in judged)
