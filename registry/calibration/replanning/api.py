"""API doors of planning: a proposal, planned days, and taking them back."""

from typing import Any

from registry.accounts import signin
from registry.calibration.replanning import actions, queries
from registry.calibration.replanning.queries import Proposal
from registry.calibration.replanning.schemas import DueRangeIn, LevellingOut, LevelQuery, PlannedDaysIn, PlannedDaysOut
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent

blp = Blueprint("replanning", __name__, description="Planning work earlier than it is due, so that the load is level.")


@blp.route("/replanning")
@blp.arguments(LevelQuery, location="query")
@blp.response(200, LevellingOut)
def proposal(query: dict[str, Any]) -> Proposal:
    """How the load of a range could be levelled; nothing changes."""
    return queries.proposal(signin.person(), **query)


@blp.route("/replanning", methods=["POST"])
@idempotent
@blp.arguments(PlannedDaysIn)
@blp.response(200, PlannedDaysOut)
def plan(data: dict[str, Any]) -> dict[str, int]:
    """Plan work for days no later than it is due, all or none."""
    changed = actions.plan(**data, by=signin.person())
    db.session.commit()
    return {"changed": changed}


@blp.route("/replanning/clear", methods=["POST"])
@idempotent
@blp.arguments(DueRangeIn)
@blp.response(200, PlannedDaysOut)
def clear(data: dict[str, Any]) -> dict[str, int]:
    """Take back the planned days of what falls due in a range."""
    changed = actions.clear(**data, by=signin.person())
    db.session.commit()
    return {"changed": changed}
