"""Where a manager writes down what happens to a laboratory: decisions, steps, its people; and the bodies."""

import re
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries, words
from registry.labs.bodies import actions as bodies
from registry.labs.bodies import queries as known
from registry.labs.bodies.rules import Known, signed_on
from registry.labs.bodies.schemas import BodyIn
from registry.labs.confirming.queries import may_confirm
from registry.labs.decisions import actions
from registry.labs.decisions import queries as decisions
from registry.labs.decisions.schemas import AnnulIn, DecisionIn
from registry.labs.journey import Step
from registry.labs.models import Lab
from registry.labs.schemas import StepIn
from registry.labs.staff import actions as staff
from registry.labs.staff import queries as people
from registry.labs.staff.rules import Duty
from registry.labs.staff.schemas import StaffList, StaffListOut
from registry.labs.standing import DecisionKind
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("lab_record", __name__)
CODE: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Answer = str | Response | tuple[str, int]


@blp.route("/labs/<code:code>/decisions/new", methods=["GET", "POST"])
@idempotent
def decide(code: str) -> Answer:
    """Record what a body decided about an accreditation."""
    lab = _overseen(code)
    drawn = {"accreditation": lab.accreditations[-1].number if lab.accreditations else ""}
    form: Form[Any] = Form(DecisionIn, drawn=drawn)
    made = form.attempt(lambda data: _committed(actions.record(lab, **data, by=signin.person())))
    if made is None:
        return _page("lab/decision.html", form, lab, kinds=list(DecisionKind))
    if made.awaits_confirmation:
        flash(_("It counts once the supervising body has confirmed it."))
    return _done(code)


@blp.route("/labs/<code:code>/decisions/<key:key>/annul", methods=["GET", "POST"])
@idempotent
def annul(code: str, key: int) -> Answer:
    """Let a decision that was recorded by mistake or overturned not count."""
    lab = _overseen(code)
    decision = decisions.one(lab, key)
    form: Form[Any] = Form(AnnulIn)
    if form.attempt(lambda data: _committed(actions.annul(lab, decision, **data, by=signin.person()))) is None:
        return _page("lab/annul.html", form, lab, decision=decision)
    return _done(code)


@blp.route("/labs/<code:code>/steps/new", methods=["GET", "POST"])
@idempotent
def declare_step(code: str) -> Answer:
    """Declare a step on the way to ISO/IEC 17025."""
    lab = _kept(code)
    form: Form[Any] = Form(StepIn, drawn={"on": clock.today().isoformat()})
    if form.attempt(lambda data: _committed(actions.declare_step(lab, **data, by=signin.person()))) is None:
        return _page("lab/step.html", form, lab, steps=list(Step))
    return _done(code)


@blp.route("/labs/<code:code>/staff", methods=["GET", "POST"])
@idempotent
def list_people(code: str) -> Answer:
    """List the people of a laboratory."""
    lab = queries.by_code(code, lock=True)
    people.check_may_see(signin.person(), lab)
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    form: Form[Any] = Form(
        StaffList, drawn=StaffListOut(only=("staff",)).dump({"staff": people.staff(lab)}), clears=True
    )
    if form.attempt(lambda data: _committed(staff.replace(lab, **data, by=signin.person()))) is None:
        return _page("lab/staff.html", form, lab, duties=list(Duty), history=audit.history("lab_staff", code))
    return _done(code)


@blp.route("/accreditation-bodies", methods=["GET", "POST"])
@idempotent
def list_bodies() -> Answer:
    """The accreditation bodies that are known, and a form for one more."""
    me, today = signin.person(), clock.today()
    form: Form[Known] = Form(BodyIn, drawn=_meant(request.args.get("body", "").strip()))
    if form.attempt(lambda data: _committed(bodies.enter(**data, by=me)), reading=_schemes) is None:
        page = render_template(
            "lab/bodies.html",
            bodies=[(body, signed_on(body, today)) for body in known.bodies()],
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
            may_enter=accounts.may(me, Verb.CATALOGUE_WRITE, None),
        )
        return page, form.status
    flash(_("Saved."))
    return redirect(url_for("lab_record.list_bodies"))


def _meant(said: str) -> dict[str, str]:
    """What a form begins with for a body as an accreditation names it: its name, and its code where it can be one."""
    return {"name": said[:200], "code": said if CODE.fullmatch(said) else ""}


def _schemes(said: dict[str, Any]) -> dict[str, Any]:
    """The beginnings of numbers are typed in one line, with commas between them."""
    typed = [one.strip() for one in str(said.pop("schemes", "")).split(",")]
    return said | {"schemes": [one for one in typed if one]}


def _overseen(code: str) -> Lab:
    """For those who keep the laboratory or supervise it."""
    lab = queries.by_code(code, lock=True)
    if not may_confirm(signin.person(), lab.organisation_id):
        require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    return lab


def _kept(code: str) -> Lab:
    lab = queries.by_code(code, lock=True)
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    return lab


def _committed(made: Any) -> Any:  # noqa: ANN401 — whatever an action made
    db.session.commit()
    return made


def _done(code: str) -> Response:
    flash(_("Saved."))
    return redirect(url_for("lab.show", code=code))


def _page(template: str, form: Form[Any], lab: Lab, **more: Any) -> tuple[str, int]:  # noqa: ANN401 — what the page shows
    page = render_template(
        template, lab=lab, form=form.typed, errors=form.errors, form_key=form_key(), said=words, **more
    )
    return page, form.status
