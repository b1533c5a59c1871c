"""Many decisions at one indicator at once: all in one transaction, with an outcome for each record."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.tags import parse
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Messages, NotFound, Refusal
from registry.kernel.i18n import _
from registry.plan import records
from registry.plan.closing import queries as closing
from registry.plan.closing.models import PeriodClosure
from registry.plan.evidence import actions, claims, together
from registry.plan.evidence.lines import EvidenceLine
from registry.plan.evidence.queries import proposals
from registry.plan.models import Evidence, EvidenceState, Plan, RecordType
from registry.plan.records import Fact, Record

MOST: Final = 500


class Decision(StrEnum):
    """What is decided about many records."""

    COUNTED = "counted"
    EXCLUDED = "excluded"


class Outcome(StrEnum):
    """What became of one of them: decided now, decided so before by the same person, or not decided."""

    DECIDED = "decided"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


class Chosen(NamedTuple):
    """A record, and the version of its evidence that was looked at; None where there was none yet."""

    record: Record
    version: int | None = None


class Answer(NamedTuple):
    """What became of a record, and why not; `id` is the number of its evidence."""

    record: Record
    outcome: Outcome
    id: int | None
    errors: Messages


class Answers(NamedTuple):
    """What became of all of them; `left` is how many more were proposed than one call decides."""

    answers: Sequence[Answer]
    left: int

    def number(self, *outcomes: Outcome) -> int:
        """How many came out so."""
        return sum(answer.outcome in outcomes for answer in self.answers)


class _Known(NamedTuple):
    """Everything that is asked once for all records."""

    at: claims.Place
    decision: EvidenceState
    reason: str | None
    stored: Mapping[Record, Evidence]
    proposed: Mapping[Record, EvidenceLine]
    facts: Mapping[Record, Fact]
    rivals: Mapping[Record, Sequence[str]]
    same: together.Same
    fit: Collection[Record]
    held: claims.Held
    closure: PeriodClosure | None
    by: Person | None


def decide_many(
    plan: Plan,
    *,
    indicator: str,
    state: Decision,
    rows: Sequence[Chosen] = (),
    all_matching: bool = False,
    expected: int | None = None,
    reason: str | None = None,
    by: Person | None,
) -> Answers:
    """Count or exclude many records at an indicator, with one reason; what cannot be decided holds up no other.

    The records are `rows`, or with `all_matching` what is proposed at the indicator now, MOST at most; `expected` is
    how many were looked at: Conflict when there are others now. A record that somebody else decided about meanwhile is
    a conflict of its own; saying the same again changes nothing.
    """
    require(by, Verb.EVIDENCE_DECIDE, plan.lead_id)
    at = claims.place(plan, indicator)
    _check(state, rows, reason, all_matching=all_matching)
    closing.deciding(plan)
    page = proposals(plan, by, clock.today(), indicator=indicator, limit=MOST, count="exact")
    proposed = {line.record: line for line in page.items}
    total = page.total or 0
    if all_matching:
        if expected is not None and expected != total:
            message = _("%(now)s records are proposed now, not %(then)s; look at them again.", now=total, then=expected)
            raise Conflict(message)
        rows = [Chosen(line.record, line.version) for line in page.items]
    chosen = {one.record: one for one in map(_as_stored, rows)}
    known = _Known(
        at,
        EvidenceState(state.value),
        reason,
        _stored(at, chosen),
        proposed,
        records.facts(chosen, by),
        claims.rivals(at, chosen),
        together.same(at, chosen),
        claims.fitting_at(at, chosen),
        claims.held_by(at, chosen),
        closing.closure(plan),
        by,
    )
    found = [_answer(one, known) for one in chosen.values()]
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise claims.lost_race(", ".join(one.record.id for one in rows[:3]), at) from error
    answers = [Answer(record, outcome, row.id if row else None, errors) for record, outcome, row, errors in found]
    return Answers(answers, max(total - MOST, 0) if all_matching else 0)


def _as_stored(one: Chosen) -> Chosen:
    """A tag as it is stored, however people type it; what is no tag at all is refused later."""
    if one.record.type is not RecordType.ASSET:
        return one
    try:
        return one._replace(record=Record(one.record.type, parse(one.record.id)))
    except NotFound:
        return one


def _check(state: Decision, rows: Sequence[Chosen], reason: str | None, *, all_matching: bool) -> None:
    if all_matching is bool(rows):
        raise Invalid({"rows": [_("Name the records, or say all_matching; one of the two.")]})
    if state is Decision.EXCLUDED and reason is None:
        raise Invalid({"reason": [_("Say why these records do not count.")]})


def _stored(at: claims.Place, chosen: Mapping[Record, Chosen]) -> dict[Record, Evidence]:
    wanted = select(Evidence).where(Evidence.indicator_id == at.indicator.id, claims.among(chosen))
    wanted = wanted.options(joinedload(Evidence.decided_by)).execution_options(populate_existing=True)
    found = db.session.scalars(wanted.with_for_update(of=Evidence)).all() if chosen else ()
    return {Record(row.record_type, row.record_id): row for row in found}


def _answer(one: Chosen, known: _Known) -> tuple[Record, Outcome, Evidence | None, Messages]:
    row = known.stored.get(one.record)
    try:
        with db.session.no_autoflush:
            if row is None:
                return one.record, Outcome.DECIDED, _made(one, known), {}
            if row.state is known.decision and row.decided_by_id == (known.by.id if known.by else None):
                return one.record, Outcome.UNCHANGED, row, {}
            _check_version(one, row, known)
            return one.record, Outcome.DECIDED, _changed(row, known), {}
    except Refusal as refusal:
        if row is not None:
            db.session.expire(row)
            db.session.refresh(row)
        outcome = Outcome.CONFLICT if isinstance(refusal, Conflict) else Outcome.REFUSED
        return one.record, outcome, row, refusal.errors or {"_schema": [refusal.detail]}


def _check_version(one: Chosen, row: Evidence, known: _Known) -> None:
    """Somebody else was faster, unless the decision is about what is there."""
    waits = row.state is EvidenceState.PROPOSED and one.version is None and one.record in known.proposed
    if one.version != row.version and not waits:
        name = row.decided_by.name if row.decided_by else _("the registry")
        raise Conflict(_("%(name)s decided about it meanwhile; look at it again.", name=name))


def _made(one: Chosen, known: _Known) -> Evidence:
    if one.version is not None:
        raise Conflict(_("Its evidence is gone; look at it again."))
    fact, line = known.facts.get(one.record), known.proposed.get(one.record)
    if fact is None:
        fact = records.fact(one.record, known.by)
    leading = known.same.leading(fact.record)
    day = leading.counted_on if leading else line.counted_on if line else fact.since
    row = Evidence(
        indicator_id=known.at.indicator.id,
        record_type=fact.record.type,
        record_id=fact.record.id,
        counted_on=claims.day_in(known.at.version, day),
        quantity=line.quantity if line else max(records.most(fact.record, known.at.row), 1),
        state=known.decision,
        reason=known.reason,
        also_counted_in=[],
        decided_by_id=known.by.id if known.by else None,
        decided_at=clock.now(),
    )
    _judge(row, fact, None, known)
    db.session.add(row)
    audit.record(f"evidence.{row.state}", known.at.subject, audit.changes_of(row), by=known.by)
    return row


def _changed(row: Evidence, known: _Known) -> Evidence:
    before, record = actions.counted_day(row), Record(row.record_type, row.record_id)
    was, row.state = row.state, known.decision
    row.reason = actions.reason_of(row, was, known.reason)
    changes = audit.changes_of(row)
    row.decided_by_id, row.decided_at = known.by.id if known.by else None, clock.now()
    _judge(row, known.facts.get(record) or records.fact(record, known.by), before, known)
    changes |= {"record_type": [record.type, record.type], "record_id": [record.id, record.id]}
    audit.record(f"evidence.{row.state}", known.at.subject, changes, by=known.by)
    return row


def _judge(row: Evidence, fact: Fact, before: date | None, known: _Known) -> None:
    claims.check_counts(row, fact, known.at, known.fit)
    claims.check_held(row, known.at.row, known.held)
    together.check(row, known.same)
    if not actions.takes_out(row, known.reason):
        days = [*actions.touched(before, row), *together.moved(row, known.at, known.same)]
        closing.check(known.closure, days, "counted_on")
    claims.claim(row, known.at, known.rivals)
    together.follow(row, known.at, known.same, known.by)
