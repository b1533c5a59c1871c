"""API doors of minutes."""

from typing import Any

from registry.accounts import signin
from registry.inspection import queries as inspections
from registry.inspection.minutes import actions, queries
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.minutes.queries import Proved
from registry.inspection.minutes.schemas import MinutesIn, MinutesListOut, MinutesOut, ProofOut, ProofQuery
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent

blp = Blueprint("inspection_minutes", __name__, description="Minutes of inspections, frozen when they are signed.")


@blp.route("/inspections/<key:key>/minutes")
@blp.response(200, MinutesListOut)
def minutes(key: int) -> dict[str, Any]:
    """All versions of the minutes, the newest first."""
    return {"items": queries.versions(inspections.by_id(signin.person(), key))}


@blp.route("/inspections/<key:key>/minutes", methods=["POST"])
@idempotent
@blp.arguments(MinutesIn)
@blp.response(201, MinutesOut)
def sign(data: dict[str, Any], key: int) -> InspectionMinutes:
    """Sign the minutes, or amend those that were signed, as the leader of the team."""
    made = actions.sign(inspections.by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/inspection-minutes")
@signin.public
@blp.doc(security=[{}, {"token": []}])
@blp.arguments(ProofQuery, location="query")
@blp.response(200, ProofOut)
def prove(query: dict[str, Any]) -> Proved:
    """Whether minutes with a hash were signed here and are unchanged, for everybody who holds a copy."""
    return queries.proved(query["sha256"], signin.person_or_none())
