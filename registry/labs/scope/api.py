"""API doors of scopes."""

from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import queries as labs
from registry.labs.models import ScopeDecision
from registry.labs.scope import actions, queries
from registry.labs.scope.rules import Which
from registry.labs.scope.schemas import (
    CorrectionIn,
    DecisionsQuery,
    LinesOut,
    LinesQuery,
    ScopeDecisionIn,
    ScopeDecisionOut,
    StoredLineOut,
)

blp = Blueprint("scopes", __name__, description="What laboratories are accredited for, and since when.")


@blp.route("/labs/<code:code>/scope")
@blp.arguments(LinesQuery, location="query")
@blp.response(200, LinesOut)
def lines(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The lines of a scope as they held on a day, or all there ever were."""
    day = query.get("on") or clock.today()
    return {"items": queries.lines(labs.by_code(code), on=None if query["which"] is Which.ALL else day)}


@blp.route("/labs/<code:code>/scope-decisions")
@blp.arguments(DecisionsQuery, location="query")
@blp.response(200, paged(ScopeDecisionOut))
def decisions(query: dict[str, Any], code: str) -> Page[ScopeDecision]:
    """The decisions about a scope, newest first."""
    return queries.decisions(labs.by_code(code), **query)


@blp.route("/labs/<code:code>/scope-decisions", methods=["POST"])
@idempotent
@blp.arguments(ScopeDecisionIn)
@blp.response(201, ScopeDecisionOut)
def decide(data: dict[str, Any], code: str) -> ScopeDecision:
    """Record a decision that changes a scope from a day on."""
    made = actions.decide(labs.by_code(code, lock=True), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/labs/<code:code>/scope/<key:id>/correct", methods=["POST"])
@idempotent
@blp.arguments(CorrectionIn)
@blp.response(200, StoredLineOut)
def correct(data: dict[str, Any], code: str, id: int) -> Any:  # noqa: ANN401 — a line
    """Put right a line that was registered wrongly; what it said stays readable."""
    lab = labs.by_code(code, lock=True)
    held = queries.line(lab, id)
    made = actions.correct(lab, held, **data, by=signin.person())
    db.session.commit()
    return queries.line(lab, made.id if made is not None else id)
