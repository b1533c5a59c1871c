"""API doors of proficiency tests and comparisons."""

from collections.abc import Sequence
from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs.proficiency import actions, entering, evaluating, following, planning, plans, queries
from registry.labs.proficiency.care import (
    CancelIn,
    CoverageOut,
    FollowUpCloseIn,
    FollowUpIn,
    FollowUpOut,
    FollowUpQuery,
    PlanLineIn,
    PlanLineOut,
)
from registry.labs.proficiency.models import PtEvaluation, PtFollowUp, PtPlanLine, PtRound, PtScheme
from registry.labs.proficiency.schemas import (
    AssignIn,
    EvaluateIn,
    EvaluationLine,
    EvaluationOut,
    ExcuseIn,
    ParticipantIn,
    PlaceOut,
    ResultIn,
    RoundEdit,
    RoundIn,
    RoundLine,
    RoundOut,
    RoundQuery,
    SchemeEdit,
    SchemeIn,
    SchemeOut,
    SchemeQuery,
    TurnIn,
)

blp = Blueprint(
    "proficiency", __name__, description="Proficiency tests and comparisons: schemes, rounds, scores, follow-up."
)


@blp.route("/proficiency-schemes")
@blp.arguments(SchemeQuery, location="query")
@blp.response(200, paged(SchemeOut))
def schemes(query: dict[str, Any]) -> Page[PtScheme]:
    """List schemes."""
    return queries.scheme_page(**query)


@blp.route("/proficiency-schemes", methods=["POST"])
@idempotent
@blp.arguments(SchemeIn)
@blp.response(201, SchemeOut)
def add_scheme(data: dict[str, Any]) -> PtScheme:
    """Add a scheme."""
    scheme = actions.add_scheme(**data, by=signin.person())
    db.session.commit()
    return queries.scheme_by_id(scheme.id)


@blp.route("/proficiency-schemes/<key:key>")
@blp.etag
@blp.response(200, SchemeOut)
def scheme(key: int) -> PtScheme:
    """One scheme."""
    return queries.scheme_by_id(key)


@blp.route("/proficiency-schemes/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(SchemeEdit)
@blp.response(200, SchemeOut)
def edit_scheme(data: dict[str, Any], key: int) -> PtScheme:
    """Change a scheme."""
    found = queries.scheme_by_id(key, lock=True)
    blp.check_etag(found, SchemeOut)
    actions.edit_scheme(found, **data, by=signin.person())
    db.session.commit()
    return queries.scheme_by_id(key)


@blp.route("/proficiency-rounds")
@blp.arguments(RoundQuery, location="query")
@blp.response(200, paged(RoundLine))
def rounds(query: dict[str, Any]) -> Page[PtRound]:
    """List rounds, those due last in front."""
    return queries.round_page(signin.person(), **query)


@blp.route("/proficiency-rounds", methods=["POST"])
@idempotent
@blp.arguments(RoundIn)
@blp.response(201, RoundOut)
def add_round(data: dict[str, Any]) -> PtRound:
    """Plan a round."""
    added = actions.add_round(**data, by=signin.person())
    db.session.commit()
    return queries.round_by_id(signin.person(), added.id)


@blp.route("/proficiency-rounds/<key:key>")
@blp.etag
@blp.response(200, RoundOut)
def one_round(key: int) -> PtRound:
    """One round; its assigned values as far as whoever asks may know them."""
    return queries.round_by_id(signin.person(), key)


@blp.route("/proficiency-rounds/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(RoundEdit)
@blp.response(200, RoundOut)
def edit_round(data: dict[str, Any], key: int) -> PtRound:
    """Change a round that is not evaluated yet."""
    found = _locked(key)
    blp.check_etag(found, RoundOut)
    actions.edit_round(found, **data, by=signin.person())
    return _saved(key)


@blp.route("/proficiency-rounds/<key:key>/turn", methods=["POST"])
@idempotent
@blp.arguments(TurnIn)
@blp.response(200, RoundOut)
def turn(data: dict[str, Any], key: int) -> PtRound:
    """Open, close, open again or publish a round."""
    evaluating.turn(_locked(key), **data, by=signin.person())
    return _saved(key)


@blp.route("/proficiency-rounds/<key:key>/measurands/<key:number>/assign", methods=["POST"])
@idempotent
@blp.arguments(AssignIn)
@blp.response(200, RoundOut)
def assign(data: dict[str, Any], key: int, number: int) -> PtRound:
    """Say what a measurand is judged by; after its evaluation with a reason."""
    actions.assign(_locked(key), number, **data, by=signin.person())
    return _saved(key)


@blp.route("/proficiency-rounds/<key:key>/participants")
@blp.response(200, PlaceOut(many=True))
def participants(key: int) -> Sequence[queries.Place]:
    """Who takes part, as far as whoever asks may know them."""
    found = queries.round_by_id(signin.person(), key)
    return queries.places(signin.person(), found)


@blp.route("/proficiency-rounds/<key:key>/participants", methods=["POST"])
@idempotent
@blp.arguments(ParticipantIn)
@blp.response(201, PlaceOut(many=True))
def invite(data: dict[str, Any], key: int) -> Sequence[queries.Place]:
    """Let a laboratory take part."""
    actions.invite(_locked(key), **data, by=signin.person())
    return queries.places(signin.person(), _saved(key))


@blp.route("/proficiency-rounds/<key:key>/participants/excuse", methods=["POST"])
@idempotent
@blp.arguments(ExcuseIn)
@blp.response(200, PlaceOut(many=True))
def excuse(data: dict[str, Any], key: int) -> Sequence[queries.Place]:
    """Let a laboratory no longer take part, which has given no result."""
    actions.excuse(_locked(key), **data, by=signin.person())
    return queries.places(signin.person(), _saved(key))


@blp.route("/proficiency-rounds/<key:key>/results", methods=["POST"])
@idempotent
@blp.arguments(ResultIn)
@blp.response(200, PlaceOut(many=True))
def enter(data: dict[str, Any], key: int) -> Sequence[queries.Place]:
    """Give a result, or correct it with a reason until it is evaluated."""
    entering.enter(_locked(key), **data, by=signin.person())
    return queries.places(signin.person(), _saved(key))


@blp.route("/proficiency-rounds/<key:key>/evaluations")
@blp.response(200, EvaluationLine(many=True))
def evaluations(key: int) -> Sequence[PtEvaluation]:
    """The evaluations of a round, the newest first."""
    found = queries.round_by_id(signin.person(), key)
    return queries.evaluations(found) if queries.shows_scores(signin.person(), found) else []


@blp.route("/proficiency-rounds/<key:key>/evaluations", methods=["POST"])
@idempotent
@blp.arguments(EvaluateIn)
@blp.response(201, EvaluationOut)
def evaluate(data: dict[str, Any], key: int) -> PtEvaluation:
    """Judge all results of a closed round, or judge them again with a reason: the versions before stay."""
    made = evaluating.evaluate(_locked(key), **data, by=signin.person())
    return queries.evaluation_of(signin.person(), _saved(key), made.number)


@blp.route("/proficiency-rounds/<key:key>/evaluations/<key:number>")
@blp.etag
@blp.response(200, EvaluationOut)
def evaluation(key: int, number: int) -> PtEvaluation:
    """One evaluation as it was made."""
    found = queries.round_by_id(signin.person(), key)
    return queries.evaluation_of(signin.person(), found, number)


@blp.route("/proficiency-follow-ups")
@blp.arguments(FollowUpQuery, location="query")
@blp.response(200, paged(FollowUpOut))
def follow_ups(query: dict[str, Any]) -> Page[PtFollowUp]:
    """List follow-ups, those due first in front."""
    return following.page_of(signin.person(), **query)


@blp.route("/proficiency-follow-ups/<key:key>")
@blp.etag
@blp.response(200, FollowUpOut)
def follow_up(key: int) -> PtFollowUp:
    """One follow-up."""
    return following.by_id(signin.person(), key)


@blp.route("/proficiency-follow-ups/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(FollowUpIn)
@blp.response(200, FollowUpOut)
def write_follow_up(data: dict[str, Any], key: int) -> PtFollowUp:
    """Write down cause, action, who does it until when, and evidence."""
    found = following.by_id(signin.person(), key, lock=True)
    blp.check_etag(found, FollowUpOut)
    following.write(found, **data, by=signin.person())
    db.session.commit()
    return following.by_id(signin.person(), key)


@blp.route("/proficiency-follow-ups/<key:key>/close", methods=["POST"])
@idempotent
@blp.arguments(FollowUpCloseIn)
@blp.response(200, FollowUpOut)
def close_follow_up(data: dict[str, Any], key: int) -> PtFollowUp:
    """Find that what was done is enough; whoever wrote it does not close it."""
    following.close(following.by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return following.by_id(signin.person(), key)


@blp.route("/labs/<code:code>/proficiency-plan")
@blp.response(200, CoverageOut)
def plan_of(code: str) -> plans.Plan:
    """How a laboratory's participations cover its scope."""
    return plans.plan_of(plans.readable_lab(signin.person(), code), clock.today())


@blp.route("/labs/<code:code>/proficiency-plan", methods=["POST"])
@idempotent
@blp.arguments(PlanLineIn)
@blp.response(201, PlanLineOut)
def plan(data: dict[str, Any], code: str) -> PtPlanLine:
    """Plan a participation."""
    row = planning.plan(plans.readable_lab(signin.person(), code), **data, by=signin.person())
    db.session.commit()
    return plans.line_by_id(signin.person(), row.id)


@blp.route("/proficiency-plan-lines/<key:key>/cancel", methods=["POST"])
@idempotent
@blp.arguments(CancelIn)
@blp.response(200, PlanLineOut)
def cancel_plan(data: dict[str, Any], key: int) -> PtPlanLine:
    """Give a planned participation up, with a reason."""
    planning.cancel(plans.line_by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return plans.line_by_id(signin.person(), key)


def _locked(key: int) -> PtRound:
    return queries.round_by_id(signin.person(), key, lock=True)


def _saved(key: int) -> PtRound:
    db.session.commit()
    return queries.round_by_id(signin.person(), key)
