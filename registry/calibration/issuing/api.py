"""API doors of which laboratories issue their certificates here."""

from typing import Any

from registry.accounts import reauthentication, signin
from registry.calibration.issuing import actions, queries
from registry.calibration.issuing.models import IssuingLab
from registry.calibration.issuing.schemas import IssuingIn, IssuingOut
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs

blp = Blueprint("issuing", __name__, description="Laboratories whose certificates a second person issues here.")


@blp.route("/labs/<code:code>/issuing")
@blp.response(200, IssuingOut)
def issuing(code: str) -> IssuingLab | dict[str, Any]:
    """Since when a laboratory issues its certificates here."""
    return queries.of_lab(labs.by_code(code)) or {}


@blp.route("/labs/<code:code>/issuing", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(IssuingIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, IssuingOut)
def decide(data: dict[str, Any], code: str) -> IssuingLab | dict[str, Any]:
    """Say from which day on a laboratory issues its certificates here."""
    found = actions.decide(labs.by_code(code, lock=True), **data, by=signin.person())
    db.session.commit()
    return found or {}
