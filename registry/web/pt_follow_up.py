"""Where laboratories write down what they do about results that were not satisfactory, and somebody else closes it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs.proficiency import following
from registry.labs.proficiency.care import FollowUpCloseIn, FollowUpIn, FollowUpOut, FollowUpQuery
from registry.labs.proficiency.models import PtFollowUp
from registry.labs.proficiency.rules import FollowUpState
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("pt_follow_up", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/proficiency/follow-ups")
def list_follow_ups() -> Answer:
    """What is followed up, those due first in front."""
    page = following.page_of(signin.person(), **listed(FollowUpQuery))
    return render_template(
        "proficiency/follow_ups.html",
        follow_ups=page.items,
        next=page.next,
        states=[state.value for state in FollowUpState],
        today=clock.today(),
    )


@blp.route("/proficiency/follow-ups/<key:id>", methods=["GET", "POST"])
@idempotent
def show(id: int) -> Answer:
    """One follow-up, and where it is written."""
    row = following.by_id(signin.person(), id, lock=True)
    form: Form[PtFollowUp] = Form(FollowUpIn, drawn=FollowUpOut().dump(row), clears=True)
    if form.attempt(lambda data: _written(form, row, data)) is None:
        return _page(id, form)
    flash(_("Saved."))
    return redirect(url_for("pt_follow_up.show", id=id))


@blp.post("/proficiency/follow-ups/<key:id>/close")
@idempotent
def close(id: int) -> Answer:
    """Find that what was done is enough."""
    row = following.by_id(signin.person(), id, lock=True)
    form: Form[PtFollowUp] = Form(FollowUpCloseIn)
    if form.attempt(lambda data: following.close(row, **data, by=signin.person())) is None:
        return _page(id, form)
    db.session.commit()
    flash(_("The follow-up is closed."))
    return redirect(url_for("pt_follow_up.show", id=id))


def _page(id: int, form: Form[PtFollowUp]) -> tuple[str, int]:
    me = signin.person()
    row = following.by_id(me, id)
    typed: dict[str, Any] = FollowUpOut().dump(row) | form.typed
    page = render_template(
        "proficiency/follow_up.html",
        row=row,
        today=clock.today(),
        may_write=row.closed_at is None and accounts.may(me, Verb.CALIBRATION_RECORD, row.lab.organisation_id),
        may_close=row.closed_at is None and accounts.may(me, Verb.LAB_WRITE, row.lab.organisation_id),
        is_theirs=following.wrote(row, me),
        history=audit.history("pt_follow_up", id),
        form=typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


def _written(form: Form[PtFollowUp], row: PtFollowUp, data: dict[str, Any]) -> PtFollowUp:
    form.check_version(row.version)
    emptied: dict[str, Any] = {name: "" if value is None else value for name, value in data.items()}
    following.write(row, **emptied, by=signin.person())
    db.session.commit()
    return row
