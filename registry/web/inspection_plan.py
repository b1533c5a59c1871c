"""Where the inspections of a year are planned by a decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.inspection import acting, actions, queries
from registry.inspection.checks import queries as checks
from registry.inspection.models import InspectionPlan
from registry.inspection.schemas import InspectionPlanEdit, InspectionPlanIn, InspectionPlanQuery, InspectionQuery
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("inspection_plan", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/inspection-plans")
def list_plans() -> Answer:
    """Which plans there are."""
    me = signin.person()
    page = queries.plan_page(me, **listed(InspectionPlanQuery))
    may_plan = accounts.may(me, Verb.INSPECTION_WRITE, None)
    return render_template("inspection/plans.html", plans=page.items, next=page.next, may_plan=may_plan)


@blp.route("/inspection-plans/new", methods=["GET", "POST"])
@idempotent
def add() -> Answer:
    """Make the plan of a year."""
    me = signin.person()
    require(me, Verb.INSPECTION_WRITE)
    bodies = queries.authorities(me)
    drawn = {"authority": bodies[0].code if bodies else "", "year": str(clock.today().year)}
    form: Form[InspectionPlan] = Form(InspectionPlanIn, drawn=drawn)
    made = form.attempt(_added)
    if made is None:
        return _form_page(form, None, authorities=bodies)
    flash(_("Saved."))
    return redirect(url_for("inspection_plan.show", id=made.id))


@blp.get("/inspection-plans/<key:id>")
def show(id: int) -> Answer:
    """One plan and its inspections."""
    me = signin.person()
    plan = queries.plan_by_id(me, id)
    page = queries.page_of(me, **listed(InspectionQuery) | {"plan": id})
    return render_template(
        "inspection/plan.html",
        plan=plan,
        visits=page.items,
        counts=checks.counts([visit.id for visit in page.items]),
        next=page.next,
        writes=acting.acts_for(me, plan.authority_id),
        history=audit.history("inspection_plan", plan.id),
    )


@blp.route("/inspection-plans/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit(id: int) -> Answer:
    """Change a plan."""
    me = signin.person()
    plan = queries.plan_by_id(me, id, lock=True)
    acting.check_acts_for(plan.authority_id, me)
    drawn = {name: str(getattr(plan, name) or "") for name in ("year", "title", "decision_no", "decision_on", "note")}
    form: Form[InspectionPlan] = Form(InspectionPlanEdit, drawn=drawn | {"version": str(plan.version)}, clears=True)
    if form.attempt(lambda data: _edited(plan, form, data)) is None:
        return _form_page(form, plan)
    flash(_("Saved."))
    return redirect(url_for("inspection_plan.show", id=id))


def _form_page(form: Form[InspectionPlan], plan: InspectionPlan | None, **more: Any) -> Answer:  # noqa: ANN401 — what the template is given
    page = render_template(
        "inspection/plan_form.html", plan=plan, form=form.typed, errors=form.errors, form_key=form_key(), **more
    )
    return page, form.status


def _added(data: dict[str, Any]) -> InspectionPlan:
    made = actions.plan_year(**data, by=signin.person())
    db.session.commit()
    return made


def _edited(plan: InspectionPlan, form: Form[InspectionPlan], data: dict[str, Any]) -> InspectionPlan:
    form.check_version(plan.version)
    actions.edit_plan(plan, **data, by=signin.person())
    db.session.commit()
    return plan
