"""Where planners keep the list of focus enterprises: steps with reasons, yearly reviews, and the list of any day."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan import queries as plans
from registry.plan.activities.words import OWNERSHIPS
from registry.plan.focus import actions, queries, words
from registry.plan.focus.models import FocusEntry, FocusReview
from registry.plan.focus.rules import FROM, Step, is_stale
from registry.plan.focus.schemas import FocusIn, FocusQuery, FocusReviewIn, FocusReviewQuery
from registry.plan.models import Plan
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("focus", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/plan/<code:code>/focus")
def list_focus(code: str) -> Answer:
    """The list as of a day, by name."""
    me = signin.person()
    plan = plans.by_code(code, me)
    query = listed(FocusQuery)
    on = query.pop("on", None) or clock.today()
    standing = queries.standing(plan, on)
    return render_template(
        "focus/list.html",
        plan=plan,
        page=queries.page_of(plan, me, on, **query),
        standing=standing,
        stale=bool(standing.confirmed) and is_stale(standing.reviewed_on, on),
        words=words,
        on=on,
        is_today=on == clock.today(),
        may_write=accounts.may(me, Verb.PLAN_WRITE, plan.lead_id),
        form_key=form_key(),
    )


@blp.route("/plan/<code:code>/focus/add", methods=["GET", "POST"])
@idempotent
def add(code: str) -> Answer:
    """Propose an enterprise."""
    me, plan = _keeper(code)
    form: Form[FocusEntry] = Form(FocusIn, drawn={"on": clock.today()})
    if form.attempt(lambda data: _taken(plan, data), reading=lambda said: said | {"step": Step.PROPOSE}) is None:
        page = render_template(
            "focus/add.html",
            plan=plan,
            candidates=queries.candidates(plan, me),
            form=form.typed,
            errors=form.errors,
            today=clock.today(),
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Proposed."))
    return redirect(url_for("focus.list_focus", code=code))


@blp.route("/plan/<code:code>/focus/of/<code:enterprise>", methods=["GET", "POST"])
@idempotent
def show(code: str, enterprise: str) -> Answer:
    """One enterprise on the list: every step it took, and a form for the next."""
    me = signin.person()
    plan = plans.by_code(code, me)
    entry = queries.entry_of(plan, me, enterprise)
    form: Form[FocusEntry] = Form(FocusIn, drawn={"on": clock.today()})
    if form.submitted:
        require(me, Verb.PLAN_WRITE, plan.lead_id)
    if form.attempt(lambda data: _taken(plan, data), reading=lambda said: said | {"enterprise": enterprise}) is None:
        page = render_template(
            "focus/entry.html",
            plan=plan,
            entry=entry,
            steps=queries.steps(entry, clock.today()),
            next_steps=[step for step in Step if step is not Step.KEEP and entry.state in FROM[step]],
            words=words,
            ownerships=OWNERSHIPS,
            may_write=accounts.may(me, Verb.PLAN_WRITE, plan.lead_id),
            form=form.typed,
            errors=form.errors,
            today=clock.today(),
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Saved."))
    return redirect(url_for("focus.show", code=code, enterprise=enterprise))


@blp.get("/plan/<code:code>/focus/reviews")
def reviews(code: str) -> Answer:
    """The reviews of the list: who was added, kept and taken off by which decision."""
    me = signin.person()
    plan = plans.by_code(code, me)
    page = queries.reviews(plan, me, **listed(FocusReviewQuery))
    may_write = accounts.may(me, Verb.PLAN_WRITE, plan.lead_id)
    return render_template(
        "focus/reviews.html", plan=plan, reviews=page.items, next=page.next, words=words, may_write=may_write
    )


@blp.route("/plan/<code:code>/focus/review", methods=["GET", "POST"])
@idempotent
def review(code: str) -> Answer:
    """Review the list by a decision."""
    _me, plan = _keeper(code)
    form: Form[FocusReview] = Form(FocusReviewIn, drawn={"on": clock.today()})
    made = form.attempt(lambda data: _reviewed(plan, data), reading=_decided)
    if made is None:
        said = {row.get("enterprise"): row for row in form.typed.get("entries", ())}
        page = render_template(
            "focus/review.html",
            plan=plan,
            entries=queries.current(plan),
            said=said,
            words=words,
            form=form.typed,
            errors=form.errors,
            today=clock.today(),
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Reviewed."))
    return redirect(url_for("focus.reviews", code=code))


def _keeper(code: str) -> tuple[Any, Plan]:
    me = signin.person()
    plan = plans.by_code(code, me)
    require(me, Verb.PLAN_WRITE, plan.lead_id)
    return me, plan


def _taken(plan: Plan, data: dict[str, Any]) -> FocusEntry:
    entry = actions.take(plan, **data, by=signin.person())
    db.session.commit()
    return entry


def _reviewed(plan: Plan, data: dict[str, Any]) -> FocusReview:
    made = actions.review(plan, **data, by=signin.person())
    db.session.commit()
    return made


def _decided(said: dict[str, Any]) -> dict[str, Any]:
    """Only what the review decides: of a proposed enterprise nothing may be decided yet."""
    entries = [row for row in said.get("entries", ()) if row.get("step")]
    return {"note": ""} | said | {"entries": entries}
