"""API doors of what laboratories state of themselves."""

from typing import Any

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.labs.confirming import actions, queries
from registry.labs.confirming.schemas import ConfirmIn, StatementsOut

blp = Blueprint("lab_statements", __name__, description="What laboratories state of themselves, and who confirms it.")


@blp.route("/labs/<code:code>/confirmations")
@blp.response(200, StatementsOut)
def statements(code: str) -> dict[str, Any]:
    """What a laboratory states: its accreditations, the decisions about them, and its recognitions."""
    return {"statements": queries.statements(labs.by_code(code))}


@blp.route("/labs/<code:code>/confirmations", methods=["POST"])
@idempotent
@blp.arguments(ConfirmIn)
@blp.response(200, StatementsOut)
def confirm(data: dict[str, Any], code: str) -> dict[str, Any]:
    """Confirm some of it, for the body that supervises the laboratory."""
    lab = labs.by_code(code, lock=True)
    actions.confirm(lab, **data, by=signin.person())
    db.session.commit()
    return {"statements": queries.statements(labs.by_code(code))}
