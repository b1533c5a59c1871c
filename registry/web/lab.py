"""Where a manager keeps laboratories, their accreditation and scope, and everybody looks them up."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import actions, queries
from registry.labs.models import Lab
from registry.labs.rules import AccreditationStatus, Iso17025Status
from registry.labs.schemas import LabEdit, LabIn, LabOut, LabQuery
from registry.labs.standing import accredited_on
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("lab", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS = frozenset({"range_low", "range_high", "cmc"})
STATUSES = [status.value for status in Iso17025Status]


@blp.get("/labs")
def list_labs() -> Answer:
    """Find a laboratory."""
    today = clock.today()
    page = queries.page_of(**listed(LabQuery))
    lines = [{"lab": lab, "accredited": accredited_on(lab.accreditations, today)} for lab in page.items]
    may_register = accounts.may(signin.person(), Verb.LAB_WRITE, None)
    return render_template("lab/list.html", lines=lines, next=page.next, statuses=STATUSES, may_register=may_register)


@blp.get("/labs/<code:code>")
def show(code: str) -> Answer:
    """One laboratory with its accreditations and scope."""
    lab, today = queries.by_code(code), clock.today()
    may_edit = accounts.may(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    in_force = {held.id for held in lab.accreditations if accredited_on([held], today)}
    history = audit.history("lab", code)
    return render_template("lab/lab.html", lab=lab, in_force=in_force, history=history, may_edit=may_edit)


@blp.route("/labs/new", methods=["GET", "POST"])
@idempotent
def register() -> Answer:
    """Add a laboratory."""
    require(signin.person(), Verb.LAB_WRITE)
    form: Form[Lab] = Form(LabIn, decimals=DECIMALS)
    lab = form.attempt(_registered)
    if lab is None:
        return _form_page(form, None)
    flash(_("Saved."))
    return redirect(url_for("lab.show", code=lab.code))


@blp.route("/labs/<code:code>/edit", methods=["GET", "POST"])
@idempotent
def edit(code: str) -> Answer:
    """Change a laboratory."""
    lab = queries.by_code(code, lock=True)
    require(signin.person(), Verb.LAB_WRITE, lab.organisation_id)
    form: Form[Lab] = Form(LabEdit, drawn=LabOut().dump(lab), decimals=DECIMALS, clears=True)
    if form.attempt(lambda data: _edited(form, lab, data)) is None:
        return _form_page(form, lab)
    flash(_("Saved."))
    return redirect(url_for("lab.show", code=code))


def _registered(data: dict[str, Any]) -> Lab:
    lab = actions.register(**data, by=signin.person())
    db.session.commit()
    return lab


def _edited(form: Form[Lab], lab: Lab, data: dict[str, Any]) -> Lab:
    data.pop("scope", None)  # its lines have days and decisions, and a page of their own
    form.check_version(lab.version)
    actions.edit(lab, **data, by=signin.person())
    db.session.commit()
    return lab


def _form_page(form: Form[Lab], lab: Lab | None) -> tuple[str, int]:
    page = render_template(
        "lab/form.html",
        lab=lab,
        form=form.typed,
        errors=form.errors,
        organisations=accounts.organisation_choices(signin.person(), Verb.LAB_WRITE, clock.today()),
        statuses=STATUSES,
        accreditation_statuses=[status.value for status in AccreditationStatus],
        form_key=form_key(),
    )
    return page, form.status
