"""The plan of a laboratory's participations, as it stands against its scope and its results."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.quantities import quantity_key
from registry.kernel.text import shown
from registry.labs import queries as labs
from registry.labs.models import Lab
from registry.labs.proficiency.coverage import Covered, Cycle, Done, Planned, Span, State, covered, cycle_of, kept
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

MOST_LINES = 500
MOST_LABS = 50
WORST_FIRST = (Verdict.UNSATISFACTORY, Verdict.QUESTIONABLE, Verdict.SATISFACTORY)


class Plan(NamedTuple):
    """A laboratory's plan: the cycle, how its scope stands, what is planned with what did it, what was done at all."""

    lab: Lab
    cycle: Cycle
    lines: Sequence[Covered]
    planned: Sequence[tuple[PtPlanLine, Done | None]]
    done: Sequence[Done]

    @property
    def gaps(self) -> int:
        """How many lines of the scope nothing covers."""
        return sum(line.state in {State.GAP, State.OVERDUE} for line in self.lines)


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
    cycle = cycle_of(lab.accreditations, today)
    done, rows = participations([lab.id]).get(lab.id, []), lines_of(lab)
    planned = [_planned(row) for row in rows]
    did = kept(planned, done)
    scope = [Span(quantity_key(line.quantity), line.unit, line.range_low, line.range_high) for line in lab.scope]
    return Plan(lab, cycle, covered(scope, done, planned, cycle, today), [(row, did.get(row.id)) for row in rows], done)


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
        .with_only_columns(PtScore.lab_id, PtRound, PtScheme, PtScore.verdict)
        .order_by(PtRound.due_on, PtRound.id)
    )
    found: dict[int, dict[int, Done]] = {}
    for lab_id, row, scheme, verdict in rows:
        span = Span(scheme.quantity_key, scheme.unit, scheme.range_low, scheme.range_high)
        title = f"{scheme.name} · {row.code}"
        one = Done(row.due_on, span, scheme.id, row.id, title, verdict)
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


def lapsing(until: date) -> list[PtPlanLine]:
    """Planned participations of all laboratories that are due until a day and not done, for reminders."""
    wanted = select(PtPlanLine).where(PtPlanLine.cancelled_at.is_(None), PtPlanLine.due_on <= until)
    wanted = wanted.options(joinedload(PtPlanLine.lab), joinedload(PtPlanLine.scheme)).order_by(
        PtPlanLine.due_on, PtPlanLine.id
    )
    rows = db.session.scalars(wanted).all()
    done = participations(sorted({row.lab_id for row in rows}))
    by_lab: dict[int, list[PtPlanLine]] = {}
    for row in rows:
        by_lab.setdefault(row.lab_id, []).append(row)
    left = []
    for lab_id, ours in by_lab.items():
        did = kept([_planned(row) for row in ours], done.get(lab_id, []))
        left += [row for row in ours if row.id not in did]
    return sorted(left, key=lambda row: (row.due_on, row.id))


def _judged() -> Select[PtScore]:
    """Scores of the evaluations that stand and are published."""
    return (
        select(PtScore)
        .join(PtEvaluation, PtEvaluation.id == PtScore.evaluation_id)
        .join(PtRound, (PtRound.id == PtEvaluation.round_id) & (PtRound.evaluation == PtEvaluation.number))
        .join(PtScheme, PtScheme.id == PtRound.scheme_id)
        .where(PtRound.state == RoundState.PUBLISHED)
    )


def _planned(row: PtPlanLine) -> Planned:
    span = Span(row.quantity_key, row.unit, row.range_low, row.range_high)
    return Planned(row.id, row.planned_on, row.due_on, span, row.scheme_id, row.aim)
