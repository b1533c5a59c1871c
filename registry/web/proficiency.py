"""Where laboratories find proficiency tests and comparisons, and organisers set them up."""

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
from registry.labs.proficiency import actions, queries
from registry.labs.proficiency.models import PtRound, PtScheme
from registry.labs.proficiency.rules import Judged, RoundState, SchemeKind, Source
from registry.labs.proficiency.schemas import (
    RoundEdit,
    RoundIn,
    RoundOut,
    RoundQuery,
    SchemeEdit,
    SchemeIn,
    SchemeOut,
    SchemeQuery,
)
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("proficiency", __name__)
Answer = str | Response | tuple[str, int]
RANGE: Final = frozenset({"range_low", "range_high"})
ASSIGNED: Final = frozenset({"assigned_value", "assigned_uncertainty", "assigned_factor", "sigma"})
KINDS: Final = [kind.value for kind in SchemeKind]


@blp.get("/proficiency/schemes")
def list_schemes() -> Answer:
    """Find a scheme."""
    page = queries.scheme_page(**listed(SchemeQuery))
    may_add = accounts.may(signin.person(), Verb.LAB_WRITE, None)
    return render_template("proficiency/schemes.html", schemes=page.items, next=page.next, kinds=KINDS, may_add=may_add)


@blp.get("/proficiency/schemes/<key:id>")
def show_scheme(id: int) -> Answer:
    """One scheme and the rounds of it that a person may see."""
    me = signin.person()
    scheme = queries.scheme_by_id(id)
    page = queries.round_page(me, **listed(RoundQuery) | {"scheme": id})
    return render_template(
        "proficiency/scheme.html",
        scheme=scheme,
        rounds=page.items,
        next=page.next,
        history=audit.history("pt_scheme", id),
        may_edit=accounts.may(me, Verb.LAB_WRITE, scheme.organisation_id),
    )


@blp.route("/proficiency/schemes/new", methods=["GET", "POST"])
@idempotent
def add_scheme() -> Answer:
    """Add a scheme."""
    me = signin.person()
    require(me, Verb.LAB_WRITE)
    keepers = accounts.organisation_choices(me, Verb.LAB_WRITE, clock.today())
    drawn = {"organisation": keepers[0].code} if len(keepers) == 1 else {}
    form: Form[PtScheme] = Form(SchemeIn, drawn=drawn, decimals=RANGE)
    added = form.attempt(_scheme_added)
    if added is None:
        return _scheme_form(form, organisations=keepers)
    flash(_("Saved."))
    return redirect(url_for("proficiency.show_scheme", id=added.id))


@blp.route("/proficiency/schemes/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit_scheme(id: int) -> Answer:
    """Change a scheme."""
    scheme = queries.scheme_by_id(id, lock=True)
    require(signin.person(), Verb.LAB_WRITE, scheme.organisation_id)
    form: Form[PtScheme] = Form(SchemeEdit, drawn=SchemeOut().dump(scheme), decimals=RANGE, clears=True)
    if form.attempt(lambda data: _scheme_edited(form, scheme, data)) is None:
        return _scheme_form(form, scheme=scheme)
    flash(_("Saved."))
    return redirect(url_for("proficiency.show_scheme", id=id))


@blp.get("/proficiency/rounds")
def list_rounds() -> Answer:
    """Find a round."""
    page = queries.round_page(signin.person(), **listed(RoundQuery))
    return render_template(
        "proficiency/rounds.html",
        rounds=page.items,
        next=page.next,
        states=[state.value for state in RoundState],
        may_add=accounts.may(signin.person(), Verb.LAB_WRITE, None),
    )


@blp.route("/proficiency/rounds/new", methods=["GET", "POST"])
@idempotent
def add_round() -> Answer:
    """Plan a round; the address says of which scheme."""
    me = signin.person()
    require(me, Verb.LAB_WRITE)
    today = clock.today().isoformat()
    drawn = {"scheme": request.args.get("scheme", ""), "opens_on": today}
    form: Form[PtRound] = Form(RoundIn, drawn=drawn, decimals=ASSIGNED)
    added = form.attempt(_round_added, reading=_read)
    if added is None:
        return _round_form(form, schemes=queries.scheme_choices(me))
    flash(_("Saved."))
    return redirect(url_for("pt_round.show", id=added.id))


@blp.route("/proficiency/rounds/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit_round(id: int) -> Answer:
    """Change a round that is not evaluated yet."""
    row = queries.round_by_id(signin.person(), id, lock=True)
    require(signin.person(), Verb.LAB_WRITE, row.scheme.organisation_id)
    form: Form[PtRound] = Form(RoundEdit, drawn=RoundOut(only=("item", "opens_on", "due_on")).dump(row))
    if form.attempt(lambda data: _round_edited(form, row, data)) is None:
        return _round_form(form, row=row)
    flash(_("Saved."))
    return redirect(url_for("pt_round.show", id=id))


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """What a form says as the API is told: measurands that say nothing but their defaults are left out."""
    usual = {"judged_by", "source", "assigned_factor"}
    rows = [row for row in said.get("measurands", []) if row.keys() - usual]
    for row in rows:
        if not row.keys() & {"assigned_value", "assigned_uncertainty"}:
            row.pop("assigned_factor", None)
    return said | {"measurands": rows}


def _scheme_added(data: dict[str, Any]) -> PtScheme:
    added = actions.add_scheme(**data, by=signin.person())
    db.session.commit()
    return added


def _scheme_edited(form: Form[PtScheme], scheme: PtScheme, data: dict[str, Any]) -> PtScheme:
    form.check_version(scheme.version)
    actions.edit_scheme(scheme, **data, by=signin.person())
    db.session.commit()
    return scheme


def _round_added(data: dict[str, Any]) -> PtRound:
    added = actions.add_round(**data, by=signin.person())
    db.session.commit()
    return added


def _round_edited(form: Form[PtRound], row: PtRound, data: dict[str, Any]) -> PtRound:
    form.check_version(row.version)
    actions.edit_round(row, **data, by=signin.person())
    db.session.commit()
    return row


def _scheme_form(form: Form[PtScheme], **more: object) -> tuple[str, int]:
    page = render_template(
        "proficiency/scheme_form.html", form=form.typed, errors=form.errors, kinds=KINDS, form_key=form_key(), **more
    )
    return page, form.status


def _round_form(form: Form[PtRound], **more: object) -> tuple[str, int]:
    page = render_template(
        "proficiency/round_form.html",
        form=form.typed,
        errors=form.errors,
        judged=[by.value for by in Judged],
        sources=[source.value for source in Source],
        form_key=form_key(),
        **more,
    )
    return page, form.status
