"""Where everybody looks up what is asked of an instrument type, and who may keeps it in step with the law."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.types import actions, links, queries
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import MEASURES, ControlGroup, in_force, proposal
from registry.assets.types.schemas import (
    InstrumentTypeEdit,
    InstrumentTypeIn,
    InstrumentTypeOut,
    InstrumentTypeQuery,
    InstrumentTypeVersionIn,
    InstrumentTypeVersionOut,
    ProposalQuery,
)
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Forbidden
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("types", __name__)
Answer = str | Response | tuple[str, int]
CARRIED: Final = (*MEASURES, "period_months", "calibration_interval_months")


@blp.get("/types")
def list_types() -> Answer:
    """Find a type and what is asked of it today, or on another day."""
    asked = listed(InstrumentTypeQuery)
    day = asked.get("in_force_on") or clock.today()
    page = queries.type_page(signin.person(), **asked)
    return render_template(
        "types/list.html",
        lines=[{"type": one, "terms": in_force(one.versions, day)} for one in page.items],
        next=page.next,
        groups=[group.value for group in ControlGroup],
        day=day,
        may_add=accounts.may(signin.person(), Verb.TYPE_WRITE, None),
    )


@blp.get("/types/<code:code>")
def show(code: str) -> Answer:
    """One type: what is asked today, and its versions through time."""
    me, today = signin.person(), clock.today()
    found = queries.by_code(me, code)
    terms = in_force(found.versions, today)
    return render_template(
        "types/type.html",
        type=found,
        terms=terms,
        proposed=proposal(found.group, terms),
        today=today,
        history=audit.history("instrument_type", code),
        may_edit=queries.may_write(me, found),
    )


@blp.route("/types/new", methods=["GET", "POST"])
@idempotent
def add() -> Answer:
    """Add a type."""
    require(signin.person(), Verb.TYPE_WRITE)
    drawn = {"group": ControlGroup.ONE, "versions": [{"valid_from": clock.today().isoformat()}]}
    form: Form[InstrumentType] = Form(InstrumentTypeIn, drawn=drawn)
    added = form.attempt(_added)
    if added is None:
        return _form_page("types/form.html", form, owners=_owners(), may_share=_may_share())
    flash(_("Saved."))
    return redirect(url_for("types.show", code=added.code))


@blp.route("/types/<code:code>/edit", methods=["GET", "POST"])
@idempotent
def edit(code: str) -> Answer:
    """Change the names of a type."""
    found = _mine(code)
    form: Form[InstrumentType] = Form(InstrumentTypeEdit, drawn=InstrumentTypeOut().dump(found))
    if form.attempt(lambda data: _edited(form, found, data)) is None:
        return _form_page("types/names.html", form, type=found)
    flash(_("Saved."))
    return redirect(url_for("types.show", code=code))


@blp.route("/types/<code:code>/versions/new", methods=["GET", "POST"])
@idempotent
def add_version(code: str) -> Answer:
    """Record what is asked of a type from a day on; the form starts with what is asked today."""
    found = _mine(code)
    form: Form[InstrumentType] = Form(InstrumentTypeVersionIn, drawn=_carried(found))
    if form.attempt(lambda data: _amended(found, data)) is None:
        return _form_page("types/version.html", form, type=found)
    flash(_("Saved."))
    return redirect(url_for("types.show", code=code))


@blp.get("/assets/new/proposal")
def proposed() -> Answer:
    """What a type that somebody typed proposes for a new asset of an owner: a line for the form."""
    asked = listed(ProposalQuery)
    me, today = signin.person(), clock.today()
    owner_id = accounts.organisation_field(asked["owner"]).id if "owner" in asked else None
    found = queries.named(me, asked["type"], owner_id)
    like = None if found else queries.like(me, asked["type"], owner_id)
    terms = in_force(found.versions, today) if found else None
    said = links.proposed(found, today)
    return render_template(
        "types/_proposal.html", type=found, like=like, kind=asked["kind"], terms=terms, proposed=said
    )


def _mine(code: str) -> InstrumentType:
    """The type to change, locked; raises Forbidden before a form is drawn that could not be sent."""
    found = queries.by_code(signin.person(), code, lock=True)
    if not queries.may_write(signin.person(), found):
        raise Forbidden(_("Only an administrator, or a manager of the organisation it belongs to, changes this type."))
    return found


def _added(data: dict[str, Any]) -> InstrumentType:
    added = actions.add(**data, by=signin.person())
    db.session.commit()
    return added


def _edited(form: Form[InstrumentType], found: InstrumentType, data: dict[str, Any]) -> InstrumentType:
    form.check_version(found.version)
    actions.edit(found, **data, by=signin.person())
    db.session.commit()
    return found


def _amended(found: InstrumentType, data: dict[str, Any]) -> InstrumentType:
    actions.add_version(found, **data, by=signin.person())
    db.session.commit()
    return found


def _carried(found: InstrumentType) -> dict[str, Any]:
    """What is asked today, as the form of the next version shows it."""
    terms = in_force(found.versions, clock.today())
    said = InstrumentTypeVersionOut().dump(terms) if terms else {}
    return {field: str(said[field]).lower() for field in CARRIED if said.get(field) is not None}


def _owners() -> list[Any]:
    return list(accounts.organisation_choices(signin.person(), Verb.TYPE_WRITE, clock.today()))


def _may_share() -> bool:
    return accounts.may(signin.person(), Verb.CATALOGUE_WRITE, None)


def _form_page(template: str, form: Form[InstrumentType], **more: object) -> tuple[str, int]:
    page = render_template(
        template,
        form=form.typed,
        errors=form.errors,
        groups=[group.value for group in ControlGroup],
        measures=MEASURES,
        form_key=form_key(),
        **more,
    )
    return page, form.status
