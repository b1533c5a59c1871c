"""API doors of the decisions about accreditations."""

from collections.abc import Sequence
from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import queries as labs
from registry.labs.decisions import actions, queries
from registry.labs.decisions.schemas import (
    AnnulIn,
    DecisionIn,
    DecisionOut,
    DecisionQuery,
    LabStandingOut,
    StandingQuery,
)
from registry.labs.models import AccreditationDecision, LabStep
from registry.labs.schemas import StepIn, StepOut

blp = Blueprint("accreditation_decisions", __name__, description="Decisions about accreditations, and standing by day.")


@blp.route("/labs/<code:code>/decisions")
@blp.arguments(DecisionQuery, location="query")
@blp.response(200, paged(DecisionOut))
def decisions(query: dict[str, Any], code: str) -> Page[AccreditationDecision]:
    """The decisions about a laboratory's accreditations, the latest first."""
    return queries.page_of(labs.by_code(code), **query)


@blp.route("/labs/<code:code>/decisions", methods=["POST"])
@idempotent
@blp.arguments(DecisionIn)
@blp.response(201, DecisionOut)
def record(data: dict[str, Any], code: str) -> AccreditationDecision:
    """Record a decision of the accreditation body."""
    decision = actions.record(labs.by_code(code, lock=True), **data, by=signin.person())
    db.session.commit()
    return decision


@blp.route("/labs/<code:code>/decisions/<key:key>/annul", methods=["POST"])
@idempotent
@blp.arguments(AnnulIn)
@blp.response(200, DecisionOut)
def annul(data: dict[str, Any], code: str, key: int) -> AccreditationDecision:
    """Let a decision that was recorded by mistake or overturned not count."""
    lab = labs.by_code(code, lock=True)
    decision = actions.annul(lab, queries.one(lab, key), **data, by=signin.person())
    db.session.commit()
    return decision


@blp.route("/labs/<code:code>/standing")
@blp.arguments(StandingQuery, location="query")
@blp.response(200, LabStandingOut)
def standing(query: dict[str, Any], code: str) -> dict[str, Any]:
    """How the accreditations of a laboratory stand on a day."""
    return queries.standing(labs.by_code(code), query.get("on") or clock.today())


@blp.route("/labs/<code:code>/steps")
@blp.response(200, StepOut(many=True))
def steps(code: str) -> Sequence[LabStep]:
    """The steps on the way to ISO/IEC 17025 that a laboratory declared."""
    return labs.by_code(code).steps


@blp.route("/labs/<code:code>/steps", methods=["POST"])
@idempotent
@blp.arguments(StepIn)
@blp.response(201, StepOut)
def declare_step(data: dict[str, Any], code: str) -> LabStep:
    """Declare a step on the way to ISO/IEC 17025."""
    made = actions.declare_step(labs.by_code(code, lock=True), **data, by=signin.person())
    db.session.commit()
    return made
