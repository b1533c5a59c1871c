"""Where the gaps of a laboratory are listed, and where what is done about each is planned, done and verified."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Messages
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs.criteria import correcting, evidence, gaps, queries, tables, words
from registry.labs.criteria.models import Answer as Finding
from registry.labs.criteria.models import CorrectiveAction
from registry.labs.criteria.rules import ActionState, GapState, Grade, is_overdue
from registry.labs.criteria.schemas import ActionEdit, ActionIn, ActionQuery, DoneIn, GapQuery, VerifyIn
from registry.sheets.downloads import download, form_named
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("gaps", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/gaps")
def list_gaps() -> Answer:
    """Findings in the order of the clauses, with who sees to each and until when."""
    me, today = signin.person(), clock.today()
    asked = listed(GapQuery)
    page = gaps.page_of(me, today, **asked)
    return render_template(
        "gaps/list.html",
        findings=page.items,
        next=page.next,
        states=list(GapState),
        grades=list(Grade),
        is_overdue=_is_overdue,
        words=words,
    )


@blp.get("/gaps.<string:form>")
def sheet(form: str) -> Answer:
    """The same as a file that spreadsheets open."""
    kind = form_named(form)
    asked = {name: value for name, value in listed(GapQuery).items() if name not in {"limit", "cursor", "count"}}
    found = gaps.everything(signin.person(), clock.today(), **asked)
    return download(kind, "gaps", tables.gaps_as(kind, found))


@blp.get("/findings/<key:id>")
def show(id: int) -> Answer:
    """One finding, and what is done about it."""
    return _page(gaps.finding(signin.person(), id))


@blp.post("/findings/<key:id>/actions")
@idempotent
def plan(id: int) -> Answer:
    """Plan what is done about a finding."""
    found = gaps.finding(signin.person(), id, lock=True)
    form: Form[CorrectiveAction] = Form(ActionIn)
    if form.attempt(lambda data: _kept(correcting.plan(found, **data, by=signin.person()))) is None:
        return _page(gaps.finding(signin.person(), id), form.typed, form.errors), form.status
    flash(_("Planned."))
    return redirect(url_for("gaps.show", id=id))


@blp.get("/corrective-actions")
def list_actions() -> Answer:
    """What a person has to do about findings, the most urgent first, or what everybody has."""
    me, today = signin.person(), clock.today()
    asked = listed(ActionQuery)
    overdue = asked.pop("overdue", None) == "yes"
    mine = "everybody" not in request.args.getlist("owner")
    asked["owner"] = me.email if mine else None
    page = gaps.actions_page(me, today, overdue=overdue, **asked)
    return render_template(
        "gaps/actions.html",
        actions=page.items,
        next=page.next,
        mine=mine,
        states=list(ActionState),
        is_overdue=_is_overdue,
        words=words,
    )


@blp.get("/corrective-actions/<key:id>")
def action(id: int) -> Answer:
    """One corrective action: change it, say that it is done, or verify it."""
    return _action_page(gaps.action(signin.person(), id), {}, {})


@blp.post("/corrective-actions/<key:id>")
@idempotent
def revise(id: int) -> Answer:
    """Change what is planned."""
    found = gaps.action(signin.person(), id, lock=True)
    form: Form[CorrectiveAction] = Form(ActionEdit)

    def act(data: dict[str, Any]) -> CorrectiveAction:
        form.check_version(found.version)
        return _kept(correcting.revise(found, **data, by=signin.person()))

    return _acted(id, form, act)


@blp.post("/corrective-actions/<key:id>/done")
@idempotent
def done(id: int) -> Answer:
    """Say that an action is done."""
    found = gaps.action(signin.person(), id, lock=True)
    form: Form[CorrectiveAction] = Form(DoneIn)
    return _acted(id, form, lambda data: _kept(correcting.done(found, **data, by=signin.person())))


@blp.post("/corrective-actions/<key:id>/verification")
@idempotent
def verify(id: int) -> Answer:
    """Say whether an action was effective."""
    found = gaps.action(signin.person(), id, lock=True)
    form: Form[CorrectiveAction] = Form(VerifyIn)
    return _acted(id, form, lambda data: _kept(correcting.verify(found, **data, by=signin.person())))


def _acted(id: int, form: Form[CorrectiveAction], act: Any) -> Answer:  # noqa: ANN401 — what a form does
    if form.attempt(act) is None:
        return _action_page(gaps.action(signin.person(), id), form.typed, form.errors), form.status
    flash(_("Saved."))
    return redirect(url_for("gaps.action", id=id))


def _kept(made: CorrectiveAction) -> CorrectiveAction:
    db.session.commit()
    return made


def _is_overdue(one: CorrectiveAction) -> bool:
    return is_overdue(one.state, one.due_on, clock.today())


def _page(found: Finding, typed: dict[str, Any] | None = None, errors: Messages | None = None) -> str:
    me = signin.person()
    may_correct = found.is_open and queries.may_correct(me, found.assessment)
    workers = accounts.workers(found.assessment.organisation_id, Verb.ASSESSMENT_WRITE) if may_correct else []
    return render_template(
        "gaps/finding.html",
        finding=found,
        may_correct=may_correct,
        workers=workers,
        is_overdue=_is_overdue,
        today=clock.today(),
        words=words,
        form=typed or {},
        errors=errors or {},
        form_key=form_key(),
    )


def _action_page(found: CorrectiveAction, typed: dict[str, Any], errors: Messages) -> str:
    me = signin.person()
    assessment = found.answer.assessment
    is_open = found.state is ActionState.OPEN
    may_correct = is_open and queries.may_correct(me, assessment)
    is_second = me.id not in {found.owner_id, found.done_by_id}
    drawn = {"what": found.what, "owner": found.owner.email, "due_on": found.due_on.isoformat()}
    return render_template(
        "gaps/action.html",
        action=found,
        may_revise=may_correct,
        may_finish=is_open and (may_correct or me.id == found.owner_id),
        may_show=found.state is not ActionState.EFFECTIVE
        and (me.id == found.owner_id or queries.may_correct(me, assessment)),
        may_verify=found.state is ActionState.DONE and is_second and queries.may_verify(me, assessment),
        workers=accounts.workers(assessment.organisation_id, Verb.ASSESSMENT_WRITE) if may_correct else [],
        files=attachments.shown(evidence.of_action(found)),
        most_bytes=MAX_BYTES,
        is_overdue=_is_overdue(found),
        words=words,
        form=drawn | typed,
        errors=errors,
        form_key=form_key(),
    )
