"""API doors of criteria sets, assessments, findings and corrective actions."""

from typing import Any, NamedTuple

from registry.accounts import reauthentication, signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.files.doors import open_doors
from registry.kernel.files.shelf import Shelf
from registry.kernel.http import Blueprint
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs.criteria import actions, correcting, evidence, gaps, loading, queries
from registry.labs.criteria import statistics as counting
from registry.labs.criteria.loading import Preview
from registry.labs.criteria.models import ActionFile, Answer, AnswerFile, Assessment, CorrectiveAction, CriteriaSet
from registry.labs.criteria.queries import Line
from registry.labs.criteria.rules import Score
from registry.labs.criteria.schemas import (
    ActionEdit,
    ActionIn,
    ActionQuery,
    AnswerIn,
    AnswerOut,
    AssessmentEdit,
    AssessmentIn,
    AssessmentLine,
    AssessmentOut,
    AssessmentQuery,
    AssessmentSignOff,
    CorrectionOut,
    DoneIn,
    FindingOut,
    GapQuery,
    VerifyIn,
)
from registry.labs.criteria.sets import (
    AssessmentStatisticsOut,
    LoadedOut,
    LoadIn,
    SetLine,
    SetOut,
    SetQuery,
    StatisticsQuery,
    VersionQuery,
)

blp = Blueprint("criteria", __name__, description="Criteria sets, assessments, findings and corrective actions.")


class Shown(NamedTuple):
    """An assessment and its score as it stands."""

    assessment: Assessment
    score: Score


@blp.route("/criteria-sets")
@blp.arguments(SetQuery, location="query")
@blp.response(200, paged(SetLine))
def sets(query: dict[str, Any]) -> Page[CriteriaSet]:
    """List criteria sets, each in its newest version."""
    return queries.sets(**query)


@blp.route("/criteria-sets", methods=["POST"])
@idempotent
@blp.arguments(LoadIn)
@blp.response(200, LoadedOut)
def load(data: dict[str, Any]) -> Preview:
    """Load a criteria set, or see what loading it would change."""
    loaded = loading.bring_in(**data, by=signin.person())
    db.session.commit()
    return loaded


@blp.route("/criteria-sets/<code:code>")
@blp.arguments(VersionQuery, location="query")
@blp.response(200, SetOut)
def criteria_set(query: dict[str, Any], code: str) -> CriteriaSet:
    """A criteria set with its criteria."""
    return queries.set_by_code(code, query.get("number"))


@blp.route("/assessments")
@blp.arguments(AssessmentQuery, location="query")
@blp.response(200, paged(AssessmentLine))
def assessments(query: dict[str, Any]) -> Page[Assessment]:
    """List assessments, the newest first; signed ones say who applied which set on which day with what result."""
    return queries.page_of(signin.person(), **query)


@blp.route("/assessment-statistics")
@blp.arguments(StatisticsQuery, location="query")
@blp.response(200, AssessmentStatisticsOut)
def statistics(query: dict[str, Any]) -> dict[str, Any]:
    """What signed assessments come to: by set, by year, and which criteria are not met most often."""
    me, code = signin.person(), query.get("code")
    chosen = queries.set_by_code(code, query.get("number")) if code is not None else None
    return {
        "by_set": counting.by_set(me),
        "by_year": counting.by_year(me),
        "by_criterion": counting.by_criterion(me, chosen.id) if chosen else [],
    }


@blp.route("/assessments", methods=["POST"])
@idempotent
@blp.arguments(AssessmentIn)
@blp.response(201, AssessmentOut)
def open_assessment(data: dict[str, Any]) -> Shown:
    """Open an assessment."""
    made = actions.open_assessment(**data, by=signin.person())
    db.session.commit()
    return _shown(made.id)


@blp.route("/assessments/<key:key>")
@blp.etag
@blp.response(200, AssessmentOut)
def assessment(key: int) -> Shown:
    """An assessment with its score as it stands."""
    return _shown(key)


@blp.route("/assessments/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(AssessmentEdit)
@blp.response(200, AssessmentOut)
def edit(data: dict[str, Any], key: int) -> Shown:
    """Change who assesses and when."""
    found = queries.by_id(signin.person(), key, lock=True)
    blp.check_etag(Shown(found, queries.score(found, queries.lines(found))), AssessmentOut)
    actions.edit(found, **data, by=signin.person())
    db.session.commit()
    return _shown(key)


@blp.route("/assessments/<key:key>/answers/<code:code>")
@blp.etag
@blp.response(200, AnswerOut)
def answer(key: int, code: str) -> Line:
    """A criterion of an assessment, and what was answered to it."""
    return queries.line(queries.by_id(signin.person(), key), code)


@blp.route("/assessments/<key:key>/answers/<code:code>", methods=["PUT"])
@blp.etag
@blp.arguments(AnswerIn)
@blp.response(200, AnswerOut)
def put_answer(data: dict[str, Any], key: int, code: str) -> Line:
    """Answer a criterion, or answer it anew."""
    found = queries.by_id(signin.person(), key, lock=True)
    line = queries.line(found, code)
    blp.check_etag(line, AnswerOut)
    actions.answer(found, line, **data, by=signin.person())
    db.session.commit()
    return queries.line(found, code)


@blp.route("/assessments/<key:key>/sign-off", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(AssessmentSignOff)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, AssessmentOut)
def sign_off(data: dict[str, Any], key: int) -> Shown:
    """Sign an assessment off once everything is answered."""
    actions.sign_off(queries.by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return _shown(key)


@blp.route("/findings")
@blp.arguments(GapQuery, location="query")
@blp.response(200, paged(FindingOut))
def findings(query: dict[str, Any]) -> Page[Answer]:
    """List findings in the order of the clauses, such as the gaps of a laboratory."""
    return gaps.page_of(signin.person(), clock.today(), **query)


@blp.route("/findings/<key:key>")
@blp.response(200, FindingOut)
def finding(key: int) -> Answer:
    """A finding, and what is done about it."""
    return gaps.finding(signin.person(), key)


@blp.route("/findings/<key:key>/actions", methods=["POST"])
@idempotent
@blp.arguments(ActionIn)
@blp.response(201, CorrectionOut)
def plan_action(data: dict[str, Any], key: int) -> CorrectiveAction:
    """Plan what is done about a finding."""
    made = correcting.plan(gaps.finding(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return gaps.action(signin.person(), made.id)


@blp.route("/corrective-actions")
@blp.arguments(ActionQuery, location="query")
@blp.response(200, paged(CorrectionOut))
def corrective_actions(query: dict[str, Any]) -> Page[CorrectiveAction]:
    """List corrective actions, the most urgent first."""
    overdue = query.pop("overdue", None) == "yes"
    return gaps.actions_page(signin.person(), clock.today(), overdue=overdue, **query)


@blp.route("/corrective-actions/<key:key>")
@blp.etag
@blp.response(200, CorrectionOut)
def corrective_action(key: int) -> CorrectiveAction:
    """A corrective action."""
    return gaps.action(signin.person(), key)


@blp.route("/corrective-actions/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(ActionEdit)
@blp.response(200, CorrectionOut)
def revise_action(data: dict[str, Any], key: int) -> CorrectiveAction:
    """Change what is planned while it is not done."""
    found = gaps.action(signin.person(), key, lock=True)
    blp.check_etag(found, CorrectionOut)
    correcting.revise(found, **data, by=signin.person())
    db.session.commit()
    return gaps.action(signin.person(), key)


@blp.route("/corrective-actions/<key:key>/done", methods=["POST"])
@idempotent
@blp.arguments(DoneIn)
@blp.response(200, CorrectionOut)
def action_done(data: dict[str, Any], key: int) -> CorrectiveAction:
    """Say that an action is done."""
    correcting.done(gaps.action(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return gaps.action(signin.person(), key)


@blp.route("/corrective-actions/<key:key>/verification", methods=["POST"])
@idempotent
@blp.arguments(VerifyIn)
@blp.response(200, CorrectionOut)
def verify_action(data: dict[str, Any], key: int) -> CorrectiveAction:
    """Say whether an action was effective."""
    correcting.verify(gaps.action(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return gaps.action(signin.person(), key)


def _shown(key: int) -> Shown:
    found = queries.by_id(signin.person(), key)
    return Shown(found, queries.score(found, queries.lines(found)))


def _answered(key: int, code: str) -> Answer:
    """An answer that was given; raises NotFound."""
    found = queries.line(queries.by_id(signin.person(), key), code).answer
    if found is None:
        raise NotFound(_("This criterion is not answered yet; answer it first, then add what shows it."))
    return found


def _answer_shelf(key: int, code: str, *, lock: bool) -> Shelf[AnswerFile]:  # noqa: ARG001 — what changes it locks it
    return evidence.shelf_of_answer(_answered(key, code), by=signin.person())


def _action_shelf(key: int, *, lock: bool) -> Shelf[ActionFile]:
    person = signin.person()
    return evidence.shelf_of_action(gaps.action(person, key, lock=lock), by=person)


open_doors(blp, "/assessments/<key:key>/answers/<code:code>/files", _answer_shelf, of="answer")
open_doors(blp, "/corrective-actions/<key:key>/files", _action_shelf, of="corrective action")
