"""Where the lead of a plan closes what was reported, and opens it again with a reason."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan import queries
from registry.plan.closing import actions
from registry.plan.closing import queries as closing
from registry.plan.closing.models import PeriodClosure
from registry.plan.closing.schemas import ClosureIn, ReopenIn
from registry.plan.models import Plan
from registry.plan.schemas import MoneyPageQuery
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("plan_closing", __name__)
Answer = str | Response | tuple[str, int]


@blp.route("/plan/<code:code>/closures", methods=["GET", "POST"])
@idempotent
def show(code: str) -> Answer:
    """Up to which day the plan is closed, and a form that closes it further."""
    me = signin.person()
    plan = queries.by_code(code, me)
    form: Form[PeriodClosure] = Form(ClosureIn)
    if form.submitted:
        require(me, Verb.PLAN_WRITE, plan.lead_id)
    made = form.attempt(lambda data: _closed(plan, data))
    if made is None:
        return _page(plan, form), form.status
    flash(_("Closed."))
    return redirect(url_for("plan_closing.show", code=code))


@blp.route("/plan/<code:code>/closures/<key:closure_id>/reopen", methods=["GET", "POST"])
@idempotent
def reopen(code: str, closure_id: int) -> Answer:
    """Open a closed period again, with a reason."""
    me = signin.person()
    plan = queries.by_code(code, me)
    require(me, Verb.PLAN_WRITE, plan.lead_id)
    closure = closing.by_id(plan, closure_id)
    form: Form[PeriodClosure] = Form(ReopenIn)
    if form.attempt(lambda data: _reopened(plan, closure, data)) is None:
        page = render_template(
            "plan/reopen.html", plan=plan, closure=closure, form=form.typed, errors=form.errors, form_key=form_key()
        )
        return page, form.status
    flash(_("Opened again."))
    return redirect(url_for("plan_closing.show", code=code))


def _closed(plan: Plan, data: dict[str, Any]) -> PeriodClosure:
    made = actions.close(plan, **data, by=signin.person())
    db.session.commit()
    return made


def _reopened(plan: Plan, closure: PeriodClosure, data: dict[str, Any]) -> PeriodClosure:
    actions.reopen(plan, closure, **data, by=signin.person())
    db.session.commit()
    return closure


def _page(plan: Plan, form: Form[PeriodClosure]) -> str:
    page = closing.page_of(plan, cursor=listed(MoneyPageQuery).get("cursor"))
    return render_template(
        "plan/closures.html",
        plan=plan,
        closure=closing.closure(plan),
        closures=page.items,
        next=page.next,
        may_close=accounts.may(signin.person(), Verb.PLAN_WRITE, plan.lead_id),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
