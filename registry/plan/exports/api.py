"""API doors of files of plans."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.plan.exports import actions, queries
from registry.plan.exports.models import PlanExport
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
    found = actions.ask(**data, locale=current_locale(), by=signin.person())
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
