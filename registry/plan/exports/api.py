"""API doors of files of plans."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.http import Blueprint
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.plan import queries as plans
from registry.plan.exports import actions, queries
from registry.plan.exports.models import PlanExport
from registry.plan.exports.rules import OF_NO_PLAN
from registry.plan.exports.schemas import PlanExportIn, PlanExportOut
from registry.sheets.downloads import download

blp = Blueprint("plan_exports", __name__, description="Files of plans for spreadsheets, made in the background.")
FILE = {"type": "string", "format": "binary"}


@blp.route("/plan-exports", methods=["POST"])
@idempotent
@blp.arguments(PlanExportIn)
@blp.response(202, PlanExportOut)
def ask(data: dict[str, Any]) -> PlanExport:
    """Ask for a file: a plan's money by year and source, its focus enterprises, its numbers by parts, or activities."""
    me, code, kind = signin.person(), data.pop("plan", None), data.pop("kind")
    if code is None and kind not in OF_NO_PLAN:
        raise Invalid({"plan": [_("Say of which plan.")]})
    plan = plans.by_code(code, me) if code is not None else None
    found = actions.ask(kind, plan=plan, form=data["form"], filters=data["filters"], locale=current_locale(), by=me)
    db.session.commit()
    return found


@blp.route("/plan-exports/<key:id>")
@blp.response(200, PlanExportOut)
def asked(id: int) -> PlanExport:
    """Whether a plan's file is ready."""
    return queries.by_key(signin.person(), id)


@blp.route("/plan-exports/<key:id>/content")
@blp.response(200, FILE, content_type="*/*")
def content(id: int) -> Response:
    """A plan's file, once it is ready."""
    found = queries.by_key(signin.person(), id)
    return download(found.form, queries.name_of(found), queries.content(found))
