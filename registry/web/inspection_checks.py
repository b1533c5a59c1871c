"""Where the leader decides which record of a thing counts, and what was not in the registry is registered."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.inspection import queries as inspections
from registry.inspection.checks import actions, queries
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.checks.schemas import RegisterCheckedIn
from registry.inspection.models import Inspection
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("inspection_checks", __name__)
Answer = str | Response | tuple[str, int]


@blp.post("/inspections/<key:id>/checks/<code:check>/standing")
@idempotent
def prefer(id: int, check: str) -> Answer:
    """Let one record of a thing count where members of the team saw it differently."""
    visit = inspections.by_id(signin.person(), id, lock=True)
    actions.prefer(visit, queries.by_key(visit, check), by=signin.person())
    db.session.commit()
    flash(_("This record counts now; the other one is kept."))
    return redirect(url_for("inspection.show", id=id))


@blp.route("/inspections/<key:id>/checks/<code:check>/register", methods=["GET", "POST"])
@idempotent
def register(id: int, check: str) -> Answer:
    """Register an instrument that was entered on the spot, with what was written down of it."""
    me = signin.person()
    visit = inspections.by_id(me, id, lock=True)
    found = queries.by_key(visit, check)
    require(me, Verb.ASSET_WRITE)
    if found.registered is not None:
        return redirect(url_for("inspection.show", id=id))
    keepers = accounts.organisation_choices(me, Verb.ASSET_WRITE, clock.today())
    drawn = {"owner": keepers[0].code} if len(keepers) == 1 else {}
    form: Form[Asset] = Form(RegisterCheckedIn, drawn=drawn | {"kind": (found.kind or Kind.INSTRUMENT).value})
    made = form.attempt(lambda data: _registered(visit, found, data))
    if made is None:
        page = render_template(
            "inspection/register.html",
            visit=visit,
            check=found,
            owners=keepers,
            kinds=[kind.value for kind in Kind],
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Registered with the tag %(tag)s.", tag=made.tag))
    return redirect(url_for("asset.show", tag=made.tag))


def _registered(visit: Inspection, found: InspectionCheck, data: dict[str, Any]) -> Asset:
    made = actions.register(found, visit, **data, by=signin.person())
    db.session.commit()
    return made
