"""API doors of closed periods."""

from typing import Any

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan.closing import actions, queries
from registry.plan.closing.models import PeriodClosure
from registry.plan.closing.schemas import ClosureIn, ClosureOut, ClosureQuery, ReopenIn
from registry.plan.queries import by_code

blp = Blueprint("closures", __name__, description="Closed periods, in which a report keeps its numbers.")


@blp.route("/plans/<code:code>/closures")
@blp.arguments(ClosureQuery, location="query")
@blp.response(200, paged(ClosureOut))
def closures(query: dict[str, Any], code: str) -> Page[PeriodClosure]:
    """List closures of a plan, the newest first."""
    return queries.page_of(by_code(code, signin.person()), **query)


@blp.route("/plans/<code:code>/closures", methods=["POST"])
@idempotent
@blp.arguments(ClosureIn)
@blp.response(201, ClosureOut)
def close(data: dict[str, Any], code: str) -> PeriodClosure:
    """Close a plan up to and including a day."""
    person = signin.person()
    made = actions.close(by_code(code, person), **data, by=person)
    db.session.commit()
    return made


@blp.route("/plans/<code:code>/closures/<key:closure_id>/reopen", methods=["POST"])
@idempotent
@blp.arguments(ReopenIn)
@blp.response(200, ClosureOut)
def reopen(data: dict[str, Any], code: str, closure_id: int) -> PeriodClosure:
    """Open again what a closure closed."""
    person = signin.person()
    plan = by_code(code, person)
    closure = actions.reopen(plan, queries.by_id(plan, closure_id), **data, by=person)
    db.session.commit()
    return closure
