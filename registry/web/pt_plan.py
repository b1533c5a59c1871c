"""Where a laboratory sees what is due, what it found, and whether its participations cover its scope."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs.proficiency import following, planning, plans, queries, words
from registry.labs.proficiency.care import CancelIn, PlanLineIn
from registry.labs.proficiency.models import PtPlanLine
from registry.labs.proficiency.rules import FollowUpState
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("pt_plan", __name__)
Answer = str | Response | tuple[str, int]
RANGE: Final = frozenset({"range_low", "range_high"})
MOST_FOLLOWED: Final = 20


@blp.get("/proficiency")
def mine() -> Answer:
    """What is due in the laboratories a person works for, their newest verdicts, and what is followed up."""
    me, today = signin.person(), clock.today()
    own = plans.own_labs(me)
    keys = [lab.id for lab in own]
    return render_template(
        "proficiency/mine.html",
        own=[plans.plan_of(lab, today) for lab in own],
        awaiting=plans.awaiting(keys),
        latest=plans.latest(keys),
        follow_ups=following.page_of(me, state=FollowUpState.OPEN, limit=MOST_FOLLOWED).items,
        today=today,
        why=words.why,
    )


@blp.route("/labs/<code:code>/proficiency", methods=["GET", "POST"])
@idempotent
def show(code: str) -> Answer:
    """How participations cover a laboratory's scope; a participation is planned here."""
    me = signin.person()
    lab = plans.readable_lab(me, code)
    form: Form[PtPlanLine] = Form(PlanLineIn, decimals=RANGE)
    if form.attempt(lambda data: planning.plan(lab, **data, by=me)) is not None:
        db.session.commit()
        flash(_("Saved."))
        return redirect(url_for("pt_plan.show", code=code))
    return _page(code, form)


@blp.post("/labs/<code:code>/proficiency/<key:id>/cancel")
@idempotent
def cancel(code: str, id: int) -> Answer:
    """Give a planned participation up."""
    me = signin.person()
    row = plans.line_by_id(me, id, lock=True)
    if row.lab.code != code:
        raise NotFound(_("There is no planned participation with the number %(key)s.", key=id))
    require(me, Verb.LAB_WRITE, row.lab.organisation_id)
    form: Form[PtPlanLine] = Form(CancelIn)
    if form.attempt(lambda data: planning.cancel(row, **data, by=me)) is None:
        return _page(code, form)
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for("pt_plan.show", code=code))


def _page(code: str, form: Form[PtPlanLine]) -> tuple[str, int]:
    me = signin.person()
    lab = plans.readable_lab(me, code)
    page = render_template(
        "proficiency/plan.html",
        lab=lab,
        plan=plans.plan_of(lab, clock.today()),
        today=clock.today(),
        schemes=queries.scheme_page(limit=200).items,
        may_plan=accounts.may(me, Verb.LAB_WRITE, lab.organisation_id),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status
