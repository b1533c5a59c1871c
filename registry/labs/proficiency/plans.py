"""The plan of a laboratory's participations, as it stands against its scope and its results."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.quantities import quantity_key
from registry.kernel.text import shown
from registry.labs import queries as labs
from registry.labs.models import Lab, ScopeLine
from registry.labs.proficiency.coverage import Covered, Cycle, Done, Planned, Span, State, covered, cycle_of
from registry.labs.proficiency.models import (
    PtEvaluation,
    PtParticipant,
    PtPlanLine,
    PtResult,
    PtRound,
    PtScheme,
    PtScore,
)
from registry.labs.proficiency.rules import RoundState
from registry.labs.proficiency.scores import Verdict
from registry.labs.standing import accredited_on

MOST_LINES = 500
MOST_LABS = 50
WORST_FIRST = (Verdict.UNSATISFACTORY, Verdict.QUESTIONABLE, Verdict.SATISFACTORY)


class Plan(NamedTuple):
    """A laboratory's plan: its cycle, its scope and how each line stands, what is planned and what did it, all done."""

    lab: Lab
    cycle: Cycle
    scope: Sequence[ScopeLine]
    lines: Sequence[Covered]
    planned: Sequence[tuple[PtPlanLine, Done | None]]
    done: Sequence[Done]

    @property
    def gaps(self) -> int:
        """How many lines of the scope nothing covers, or nothing successful."""
        return sum(line.state in {State.GAP, State.OVERDUE, State.UNSATISFACTORY} for line in self.lines)


def readable_lab(person: Person, code: str) -> Lab:
    """A laboratory whose records a person may read; raises NotFound else."""
    lab = labs.by_code(code)
    reach = accounts.reach(person)
    if reach is not None:
        theirs = select(Lab.id).where(Lab.id == lab.id, Lab.organisation_id.in_(reach))
        if db.session.scalar(theirs) is None:
            raise NotFound(_("There is no laboratory with the code “%(code)s”.", code=shown(code)))
    return lab


def plan_of(lab: Lab, today: date) -> Plan:
    """How a laboratory's participations cover its scope on a day."""
    in_force = [held for held in lab.accreditations if accredited_on([held], today)]
    cycle, scope = cycle_of(in_force, today), lab.current_scope
    done, rows = participations([lab.id]).get(lab.id, []), lines_of(lab)
    by_round = {one.round: one for one in done}
    spans = [Span(quantity_key(line.quantity), line.unit, line.range_low, line.range_high) for line in scope]
    lines = covered(spans, done, [as_planned(row) for row in rows if row.round_id is None], cycle, today)
    planned = [(row, by_round.get(row.round_id) if row.round_id else None) for row in rows]
    return Plan(lab, cycle, scope, lines, planned, done)


def lines_of(lab: Lab) -> Sequence[PtPlanLine]:
    """What a laboratory plans and has not given up, those due first in front."""
    wanted = select(PtPlanLine).where(PtPlanLine.lab_id == lab.id, PtPlanLine.cancelled_at.is_(None))
    wanted = wanted.options(joinedload(PtPlanLine.scheme)).order_by(PtPlanLine.due_on, PtPlanLine.id)
    return db.session.scalars(wanted.limit(MOST_LINES).execution_options(populate_existing=True)).all()


def line_by_id(person: Person, key: int, *, lock: bool = False) -> PtPlanLine:
    """A planned participation of a laboratory whose records a person may read; raises NotFound else."""
    reach = accounts.reach(person)
    wanted = select(PtPlanLine).join(Lab, Lab.id == PtPlanLine.lab_id).where(PtPlanLine.id == key)
    wanted = wanted if reach is None else wanted.where(Lab.organisation_id.in_(reach))
    wanted = wanted.options(contains_eager(PtPlanLine.lab), joinedload(PtPlanLine.scheme))
    found = db.session.scalar(wanted.with_for_update(of=PtPlanLine) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no planned participation with the number %(key)s.", key=key))
    return found


def participations(lab_ids: Sequence[int]) -> dict[int, list[Done]]:
    """What laboratories took part in and how it was judged, the oldest first, by laboratory; one statement for all."""
    rows = db.session.execute(
        _judged()
        .where(PtScore.lab_id.in_(lab_ids))
        .with_only_columns(PtScore.lab_id, PtRound, PtScheme, PtScore.verdict, PtEvaluation.made_at)
        .order_by(PtRound.due_on, PtRound.id)
    )
    found: dict[int, dict[int, Done]] = {}
    for lab_id, row, scheme, verdict, judged_at in rows:
        span = Span(scheme.quantity_key, scheme.unit, scheme.range_low, scheme.range_high)
        title = f"{scheme.name} · {row.code}"
        one = Done(min(row.due_on, clock.local(judged_at).date()), span, scheme.id, row.id, title, verdict)
        before = found.setdefault(lab_id, {}).setdefault(row.id, one)
        worst = min(before.verdict, verdict, key=WORST_FIRST.index)
        found[lab_id][row.id] = before._replace(verdict=worst)
    return {lab_id: list(rounds.values()) for lab_id, rounds in found.items()}


def own_labs(person: Person) -> Sequence[Lab]:
    """The laboratories a person works for, by name."""
    ours = accounts.acting(person, Verb.CALIBRATION_RECORD)
    wanted = labs.labs().where(Lab.organisation_id.in_(ours)).order_by(Lab.name, Lab.id)
    return db.session.scalars(wanted.limit(MOST_LABS)).all()


def awaiting(lab_ids: Sequence[int]) -> Sequence[PtParticipant]:
    """Where laboratories take part in an open round and have given no result, those due first in front."""
    wanted = (
        select(PtParticipant)
        .join(PtRound, PtRound.id == PtParticipant.round_id)
        .where(PtParticipant.lab_id.in_(lab_ids), PtRound.state == RoundState.OPEN)
        .where(~select(PtResult.id).where(PtResult.participant_id == PtParticipant.id).exists())
        .options(contains_eager(PtParticipant.round).joinedload(PtRound.scheme), joinedload(PtParticipant.lab))
        .order_by(PtRound.due_on, PtParticipant.id)
        .limit(MOST_LINES)
    )
    return db.session.scalars(wanted).all()


def latest(lab_ids: Sequence[int], *, limit: int = 10) -> Sequence[PtScore]:
    """The newest scores of laboratories that are published."""
    wanted = _judged().where(PtScore.lab_id.in_(lab_ids)).order_by(PtScore.id.desc()).limit(limit)
    of_round = joinedload(PtScore.participant).joinedload(PtParticipant.round).joinedload(PtRound.scheme)
    lab = joinedload(PtScore.participant).joinedload(PtParticipant.lab)
    return db.session.scalars(wanted.options(of_round, lab, joinedload(PtScore.measurand))).all()


def _judged() -> Select[PtScore]:
    """Scores of the evaluations that stand and are published."""
    return (
        select(PtScore)
        .join(PtEvaluation, PtEvaluation.id == PtScore.evaluation_id)
        .join(PtRound, (PtRound.id == PtEvaluation.round_id) & (PtRound.evaluation == PtEvaluation.number))
        .join(PtScheme, PtScheme.id == PtRound.scheme_id)
        .where(PtRound.state == RoundState.PUBLISHED)
    )


def as_planned(row: PtPlanLine) -> Planned:
    """What the rules of coverage read of a planned participation."""
    span = Span(row.quantity_key, row.unit, row.range_low, row.range_high)
    return Planned(row.id, row.planned_on, row.due_on, span, row.scheme_id, row.aim)
