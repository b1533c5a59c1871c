"""Evaluating a round: what results are judged by and how is frozen; evaluating again makes a new version."""

from collections.abc import Sequence

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.labs.proficiency import queries
from registry.labs.proficiency.following import follow
from registry.labs.proficiency.judging import Entry, Outcome, frozen, judge
from registry.labs.proficiency.models import PtEvaluation, PtMeasurand, PtParticipant, PtResult, PtRound, PtScore
from registry.labs.proficiency.planning import count
from registry.labs.proficiency.rules import JUDGED, RoundState, check_turn
from registry.labs.proficiency.scores import Kind, Said


def evaluate(row: PtRound, *, reason: str | None = None, by: Person | None) -> PtEvaluation:
    """Judge all results of a closed round, or judge them again with a reason; the round comes locked.

    A round of another provider is published with it, for its laboratories have its report. Raises Conflict before it is
    closed, Invalid where results cannot be judged.
    """
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    if row.state not in JUDGED | {RoundState.CLOSED}:
        raise Conflict(_("Close the round first: results are evaluated when no more come in."))
    if row.evaluation and not reason:
        raise Invalid({"reason": [_("This round is evaluated already; say why it is evaluated again.")]})
    participants = queries.participants(row)
    given = {result.id: (participant, result) for participant in participants for result in participant.results}
    evaluation = PtEvaluation(
        round_id=row.id,
        number=row.evaluation + 1,
        measurands=[],
        actor=by.name if by else "registry",
        made_by_id=by.id if by else None,
        reason=reason or None,
    )
    lines: list[dict[str, object]] = []
    for measurand in row.measurands:
        ours = [result for _participant, result in given.values() if result.measurand_id == measurand.id]
        outcome = judge(
            measurand.name, measurand.unit, measurand.basis, measurand.least_results, list(map(_entry, ours))
        )
        lines.append(_line(measurand) | frozen(measurand.basis, measurand.least_results, outcome))
        evaluation.scores += _scores(outcome, measurand, given)
    evaluation.measurands = lines
    db.session.add(evaluation)
    before = row.evaluation, row.state
    row.evaluation = evaluation.number
    if row.state is RoundState.CLOSED:
        row.state = RoundState.EVALUATED if row.scheme.is_own else RoundState.PUBLISHED
    db.session.flush()
    changes: audit.Changes = {"evaluation": [before[0] or None, row.evaluation], "state": [before[1], row.state]}
    changes["results"] = [None, len(evaluation.scores)]
    if reason:
        changes["reason"] = [None, reason]
    audit.record("pt_round.evaluate", ("pt_round", row.id), changes, by=by)
    if row.state is RoundState.PUBLISHED:
        _published(evaluation.scores, row.evaluation, by)
    return evaluation


def turn(row: PtRound, *, to: RoundState, by: Person | None) -> PtRound:
    """Open a round, close it, open it again while nothing is evaluated, or publish what was found. It comes locked.

    What is not satisfactory is followed up from the day it is published. Raises Conflict for another order.
    """
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    check_turn(row.state, to)
    before, row.state = row.state, to
    audit.record("pt_round.turn", ("pt_round", row.id), {"state": [before, to]}, by=by)
    db.session.flush()
    if to is RoundState.PUBLISHED:
        _published(queries.scores_of(row), row.evaluation, by)
    return row


def _published(scores: Sequence[PtScore], evaluation: int, by: Person | None) -> None:
    """What is not satisfactory is followed up, and what was planned is done."""
    follow(scores, evaluation=evaluation, by=by)
    count({score.lab_id for score in scores})


def _entry(result: PtResult) -> Entry:
    said = Said(result.value, result.expanded_uncertainty, result.coverage_factor)
    return Entry(result.id, said, result.unit)


def _line(measurand: PtMeasurand) -> dict[str, object]:
    return {
        "number": measurand.number,
        "name": measurand.name,
        "unit": measurand.unit,
        "assigned_by": measurand.assigned_by,
    }


def _scores(
    outcome: Outcome, measurand: PtMeasurand, given: dict[int, tuple[PtParticipant, PtResult]]
) -> list[PtScore]:
    made = []
    for judgement in outcome.judgements:
        participant, result = given[judgement.key]
        value = {kind: score.value for kind, score in judgement.scores.items()}
        made.append(
            PtScore(
                participant_id=participant.id,
                measurand_id=measurand.id,
                lab_id=participant.lab_id,
                value=result.value,
                unit=result.unit,
                expanded_uncertainty=result.expanded_uncertainty,
                coverage_factor=result.coverage_factor,
                found_value=judgement.found.value,
                found_uncertainty=judgement.found.expanded,
                decides=judgement.decides.kind,
                verdict=judgement.verdict,
                en=value.get(Kind.EN),
                z=value.get(Kind.Z),
                z_prime=value.get(Kind.Z_PRIME),
                zeta=value.get(Kind.ZETA),
            )
        )
    return made
