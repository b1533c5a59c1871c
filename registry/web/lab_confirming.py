"""Where a body that supervises a laboratory confirms what that states of itself."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require_supervision
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.labs import words
from registry.labs.confirming import actions, queries
from registry.labs.confirming.queries import Statement
from registry.labs.confirming.schemas import ConfirmIn
from registry.labs.models import Lab
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("lab_confirming", __name__)
PICK: Final = "pick."


@blp.route("/labs/<code:code>/confirmations", methods=["GET", "POST"])
@idempotent
def confirm(code: str) -> str | Response | tuple[str, int]:
    """Confirm some of what a laboratory states, or take a confirmation back; who keeps the laboratory only reads it."""
    me, lab = signin.person(), labs.by_code(code, lock=request.method == "POST")
    reads = request.method == "GET" and accounts.may(me, Verb.LAB_WRITE, lab.organisation_id)
    confirms = queries.may_confirm(me, lab.organisation_id)
    if not reads:
        require_supervision(me, Verb.ACCREDITATION_CONFIRM, lab.organisation_id)
    form: Form[list[Statement]] = Form(ConfirmIn)
    if form.attempt(lambda data: _confirmed(lab, data), reading=_picked) is None:
        page = render_template(
            "lab/confirm.html",
            lab=lab,
            statements=queries.statements(lab),
            back="back" in request.args,
            ticked={name.removeprefix(PICK) for name in form.typed if name.startswith(PICK)},
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
            said=words,
            may_confirm=confirms,
        )
        return page, form.status
    flash(_("Saved."))
    return redirect(url_for("lab.show", code=code))


def _picked(said: dict[str, Any]) -> dict[str, Any]:
    """Each statement is a box of its own."""
    picked = [name.removeprefix(PICK) for name in said if name.startswith(PICK)]
    return {name: value for name, value in said.items() if not name.startswith(PICK)} | {"statements": picked}


def _confirmed(lab: Lab, data: dict[str, Any]) -> list[Statement]:
    found = actions.confirm(lab, **data, by=signin.person())
    db.session.commit()
    return found
