"""API doors of scopes."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import queries as labs
from registry.labs.models import ScopeDecision
from registry.labs.scope import actions, queries, sheet, undoing
from registry.labs.scope.lines import told
from registry.labs.scope.rules import Which
from registry.labs.scope.schemas import (
    CorrectionIn,
    DecisionsQuery,
    LinesOut,
    LinesQuery,
    ScopeDecisionIn,
    ScopeDecisionOut,
    ScopeUndoIn,
    SheetOut,
    StoredLineOut,
)
from registry.sheets.downloads import download, form_named
from registry.sheets.intake import BODY, only_a_sheet

FILE = {"type": "string", "format": "binary"}
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


@blp.route("/labs/<code:code>/scope-decisions/<key:id>/undo", methods=["POST"])
@idempotent
@blp.arguments(ScopeUndoIn)
@blp.response(200, ScopeDecisionOut)
def undo(data: dict[str, Any], code: str, id: int) -> ScopeDecision:
    """Take back what a decision, such as an imported sheet, did to a scope; it stays readable."""
    lab = labs.by_code(code, lock=True)
    undone = undoing.undo(lab, undoing.decision_of(lab, id), **data, by=signin.person())
    db.session.commit()
    return undone


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


@blp.route("/labs/<code:code>/scope-sheet", methods=["POST"])
@blp.doc(requestBody=BODY)
@idempotent
@blp.response(200, SheetOut)
def check_sheet(code: str) -> dict[str, Any]:
    """See what a sheet of lines says and what is wrong in which cell; nothing is kept."""
    lab = labs.by_code(code)
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    found = sheet.read(lab, **only_a_sheet())
    return {"lines": [told(line) for line in found.lines], "errors": [fault.told for fault in found.faults]}


@blp.route("/labs/<code:code>/scope-sheet.<string:form>")
@blp.response(200, FILE, content_type="*/*")
def export_sheet(code: str, form: str) -> Response:
    """The lines of a scope that hold today as a sheet, xlsx or csv, that can be read again."""
    kind, lab = form_named(form), labs.by_code(code)
    content = sheet.exported(kind, queries.lines(lab, on=clock.today()), locale=current_locale())
    return download(kind, f"scope-{lab.code}", content)
