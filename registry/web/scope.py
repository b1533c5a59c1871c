"""Where people see what a laboratory is accredited for and was, and where its manager records what changes that."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.competence import queries as checks
from registry.calibration.competence.schemas import ChangedQuery
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.kernel.schema import Flag, Schema, Text
from registry.labs import queries as labs
from registry.labs.confirming.queries import may_confirm
from registry.labs.models import Lab, ScopeDecision, ScopeLine
from registry.labs.scope import actions, queries, undoing, words
from registry.labs.scope import sheet as sheets
from registry.labs.scope.rules import Which
from registry.labs.scope.schemas import LinesQuery, ScopeDecisionIn, ScopeLineSchema, ScopeUndoIn, at_most
from registry.sheets.downloads import download, form_named
from registry.sheets.intake import sheet
from registry.web.forms import Form, listed, written
from registry.web.shell import form_key

blp = Blueprint("scope", __name__, url_prefix="/labs/<code:code>/scope")
Answer = str | Response | tuple[str, int]
DECIMALS = frozenset({"range_low", "range_high", "cmc", "cmc_relative"})
LATEST = 50
MOST_DIGITS = 10


class ScopePage(LinesQuery, ChangedQuery):
    """What the address of a scope's page asks for."""


class CorrectionForm(Schema):
    """A correction as a form says it: one row, or that the line should never have been."""

    reason = Text(500, required=True)
    struck = Flag(load_default=False)
    corrected = fields.List(fields.Nested(ScopeLineSchema), validate=at_most(1))


@blp.get("")
def show(code: str) -> Answer:
    """What a laboratory is accredited for, on a day or ever, and which results a change bears on."""
    return _page(code, {}, None)


def _page(code: str, errors: Messages, undone: int | None) -> str:
    lab, asked = labs.by_code(code), listed(ScopePage)
    on = asked.get("on") or clock.today()
    page = checks.changed(signin.person(), lab=lab, limit=asked["limit"], cursor=asked.get("cursor"))
    return render_template(
        "lab/scope.html",
        lab=lab,
        lines=queries.lines(lab, on=None if asked["which"] is Which.ALL else on),
        on=on,
        which=asked["which"],
        decisions=queries.decisions(lab, limit=LATEST).items,
        changed=page.items,
        next=page.next,
        words=words,
        errors=errors,
        undone=undone,
        form_key=form_key(),
        may_edit=accounts.may(signin.person(), Verb.LAB_WRITE, lab.organisation_id),
        may_confirm=may_confirm(signin.person(), lab.organisation_id),
    )


@blp.route("/decide", methods=["GET", "POST"])
@idempotent
def decide(code: str) -> Answer:
    """Record a decision about the scope."""
    lab = _writable(code)
    form: Form[ScopeDecision] = Form(ScopeDecisionIn, decimals=DECIMALS)
    ends = request.form.getlist("ends")
    if form.submitted:
        form.typed["ends"] = ends
    keys = [int(key) for key in ends if key.isascii() and key.isdigit() and len(key) < MOST_DIGITS]
    made = form.attempt(lambda data: _decided(lab, data), reading=lambda said: said | {"ends": keys})
    if made is None:
        return _form_page(form, lab, None)
    flash(_("The decision is recorded. What it bears on is looked at in the background."))
    return redirect(url_for("scope.show", code=code, on=made.effective_on.isoformat()))


@blp.post("/decide/sheet")
def read_sheet(code: str) -> Answer:
    """Draw the decision's form with the lines of a sheet, and what is wrong in which cell; nothing is kept."""
    lab = labs.by_code(code)
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    form: Form[ScopeDecision] = Form(ScopeDecisionIn, decimals=DECIMALS)
    form.typed = {name: form.typed.get(name, "") for name in ("number", "effective_on", "kind", "note")}
    try:
        found = sheets.read(lab, **sheet())
    except Invalid as refusal:
        form.refuse(422, refusal.errors or {})
        return _form_page(form, lab, None)
    form.typed["lines"] = [written(ScopeLineSchema().dump(line), DECIMALS) for line in found.lines]
    if found.faults:
        told = {f"lines.{one.line}.{one.field}": [f"{one.told['cell']}: {one.told['message']}"] for one in found.faults}
        form.refuse(422, told)
    flash(
        _(
            "%(count)s lines were read. Nothing is recorded yet: look them through, then record it.",
            count=len(found.lines),
        )
    )
    return _form_page(form, lab, None)


@blp.get("/template.<string:form>")
def template(code: str, form: str) -> Response:
    """The empty sheet of lines."""
    kind = form_named(form)
    return download(kind, f"scope-{labs.by_code(code).code}", sheets.empty(kind, locale=current_locale()))


@blp.get("/lines.<string:form>")
def export(code: str, form: str) -> Response:
    """The lines that hold today, as a sheet."""
    kind, lab = form_named(form), labs.by_code(code)
    content = sheets.exported(kind, queries.lines(lab, on=clock.today()), locale=current_locale())
    return download(kind, f"scope-{lab.code}", content)


@blp.route("/<key:id>/correct", methods=["GET", "POST"])
@idempotent
def correct(code: str, id: int) -> Answer:
    """Put right a line that was registered wrongly."""
    lab = _writable(code)
    line = queries.line(lab, id)
    form: Form[ScopeLine] = Form(CorrectionForm, drawn={"corrected": [ScopeLineSchema().dump(line)]}, decimals=DECIMALS)
    if form.attempt(lambda data: _corrected(lab, line, data)) is None:
        return _form_page(form, lab, line)
    flash(_("The line is corrected. What it bears on is looked at in the background."))
    return redirect(url_for("scope.show", code=code))


@blp.post("/decisions/<key:id>/undo")
@idempotent
def undo(code: str, id: int) -> Answer:
    """Take back what a decision did to the scope."""
    lab = _writable(code)
    form: Form[ScopeDecision] = Form(ScopeUndoIn)
    undone = form.attempt(lambda data: undoing.undo(lab, undoing.decision_of(lab, id), **data, by=signin.person()))
    if undone is None:
        return _page(code, form.errors, id), form.status
    db.session.commit()
    flash(_("The decision is undone. What it bears on is looked at in the background."))
    return redirect(url_for("scope.show", code=code))


def _writable(code: str) -> Lab:
    lab = labs.by_code(code, lock=request.method == "POST")
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    return lab


def _decided(lab: Lab, data: dict[str, Any]) -> ScopeDecision:
    made = actions.decide(lab, **data, by=signin.person())
    db.session.commit()
    return made


def _corrected(lab: Lab, line: ScopeLine, data: dict[str, Any]) -> ScopeLine:
    rows = data.get("corrected") or []
    if not data["struck"] and not rows:
        raise Invalid({"struck": [_("Say what the line should be, or tick that it should never have been.")]})
    said = None if data["struck"] else rows[0]
    try:
        made = actions.correct(lab, line, reason=data["reason"], corrected=said, by=signin.person())
    except Invalid as refusal:
        errors = refusal.errors or {}
        raise Invalid({name.replace("corrected.", "corrected.0."): text for name, text in errors.items()}) from refusal
    db.session.commit()
    return made or line


def _form_page(form: Form[Any], lab: Lab, line: ScopeLine | None) -> tuple[str, int]:
    page = render_template(
        "lab/scope_form.html",
        lab=lab,
        line=line,
        current=lab.current_scope,
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status
