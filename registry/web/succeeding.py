"""Where an administrator says who took over from an organisation that ended."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import actions, queries, signin
from registry.accounts.models import OrganisationSuccession
from registry.accounts.permissions import require
from registry.accounts.rules import SuccessionKind, Verb
from registry.accounts.schemas import SuccessionIn
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("succeeding", __name__)
Answer = str | Response | tuple[str, int]


@blp.route("/organisations/<code:code>/succession", methods=["GET", "POST"])
@idempotent
def record(code: str) -> Answer:
    """Record a succession: by whom, from which day, under which decision."""
    me = signin.person()
    found = queries.organisation_by_code(code)
    require(me, Verb.ORGANISATION_WRITE)
    form: Form[OrganisationSuccession] = Form(SuccessionIn)
    if form.attempt(lambda data: _recorded(found.code, data)) is not None:
        flash(_("Recorded. Who answers for it now is asked in its place."))
        return redirect(url_for("account.organisation", code=code))
    page = render_template(
        "account/succession.html",
        organisation=found,
        choices=queries.organisation_choices(me, Verb.ORGANISATION_WRITE, clock.today()),
        kinds=list(SuccessionKind),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


def _recorded(code: str, data: dict[str, Any]) -> OrganisationSuccession:
    made = actions.succeed(code=code, **data, by=signin.person())
    db.session.commit()
    return made
