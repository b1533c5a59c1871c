"""API doors of accreditation bodies."""

from collections.abc import Sequence
from typing import Any

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.labs.bodies import actions, queries
from registry.labs.bodies.rules import Known
from registry.labs.bodies.schemas import BodyIn, BodyOut

blp = Blueprint("accreditation_bodies", __name__, description="Accreditation bodies and their arrangements.")


@blp.route("/accreditation-bodies")
@blp.response(200, BodyOut(many=True))
def bodies() -> Sequence[Known]:
    """The accreditation bodies that are known."""
    return queries.bodies()


@blp.route("/accreditation-bodies", methods=["POST"])
@idempotent
@blp.arguments(BodyIn)
@blp.response(201, BodyOut)
def enter(data: dict[str, Any]) -> Known:
    """Say all there is of an accreditation body, new or known."""
    body = actions.enter(**data, by=signin.person())
    db.session.commit()
    return body
