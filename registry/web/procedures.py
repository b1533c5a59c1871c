"""Where laboratories keep their procedures: find one, write one, change it in a next version, retire it."""

import re
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.types import queries as types
from registry.calibration.procedures import actions, queries
from registry.calibration.procedures.models import CalibrationProcedure
from registry.calibration.procedures.rules import MOST_REPETITIONS, LimitsSource, ProcedureState
from registry.calibration.procedures.schemas import (
    ProcedureIn,
    ProcedureQuery,
    ProcedureRevision,
    RetirementIn,
    VersionTermsOut,
)
from registry.calibration.rules import CalibrationKind, DecisionRule, Stage
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("procedures", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS: Final = frozenset(
    {"nominal", "percent_of_range", "lower_limit", "upper_limit", "low", "high", "guard_factor", "target_risk"}
)
BETWEEN_NAMES = re.compile(r"[;\n]+")
BETWEEN_TAGS = re.compile(r"[\s,;]+")
LISTS: Final = ("types", "standards")  # a form says them in one field


@blp.get("/procedures")
def list_procedures() -> Answer:
    """Find a procedure: those in use, or those that were retired."""
    asked = listed(ProcedureQuery)
    page = queries.page_of(signin.person(), **asked)
    return render_template(
        "procedures/list.html",
        procedures=page.items,
        next=page.next,
        kinds=[kind.value for kind in CalibrationKind],
        states=[state.value for state in ProcedureState],
        may_add=accounts.may(signin.person(), Verb.PROCEDURE_WRITE, None),
    )


@blp.get("/procedures/<key:id>")
def show(id: int) -> Answer:
    """One procedure, by its newest version."""
    found = queries.by_id(signin.person(), id)
    return _procedure_page(found, found.number, {}, {}), 200


@blp.get("/procedures/<key:id>/versions/<key:number>")
def version(id: int, number: int) -> Answer:
    """One version of a procedure, as it was."""
    return _procedure_page(queries.by_id(signin.person(), id), number, {}, {}), 200


@blp.route("/procedures/new", methods=["GET", "POST"])
@idempotent
def add() -> Answer:
    """Write a procedure."""
    me = signin.person()
    require(me, Verb.PROCEDURE_WRITE)
    owners = accounts.organisation_choices(me, Verb.PROCEDURE_WRITE, clock.today())
    owner = owners[0].code if len(owners) == 1 else ""
    drawn = {"kind": CalibrationKind.CALIBRATION.value, "limits": LimitsSource.ASSET_MPE.value, "owner": owner}
    form: Form[CalibrationProcedure] = Form(ProcedureIn, drawn=drawn, decimals=DECIMALS)
    added = form.attempt(_added, reading=_read)
    if added is None:
        return _form_page(form, owners=owners, may_share=accounts.may(me, Verb.CATALOGUE_WRITE, None))
    flash(_("Saved."))
    return redirect(url_for("procedures.show", id=added.id))


@blp.route("/procedures/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit(id: int) -> Answer:
    """Change a procedure: what is saved is its next version."""
    found = _mine(id)
    if found.retired_at is not None:
        raise Conflict(_("A procedure that was retired is not changed; add a new one."))
    form: Form[CalibrationProcedure] = Form(ProcedureRevision, drawn=_written(found), decimals=DECIMALS)
    before = found.number
    revised = form.attempt(lambda data: _revised(form, found, data), reading=_read)
    if revised is None:
        return _form_page(form, procedure=queries.by_id(signin.person(), id))
    same = revised.number == before
    flash(_("Nothing was changed.") if same else _("Saved as version %(number)s.", number=revised.number))
    return redirect(url_for("procedures.show", id=id))


@blp.post("/procedures/<key:id>/retire")
@idempotent
def retire(id: int) -> Answer:
    """Offer a procedure no longer."""
    found = _mine(id)
    form: Form[CalibrationProcedure] = Form(RetirementIn)
    if form.attempt(lambda data: actions.retire(found, **data, by=signin.person())) is None:
        found = queries.by_id(signin.person(), id)
        return _procedure_page(found, found.number, form.typed, form.errors), form.status
    db.session.commit()
    flash(_("The procedure is offered no longer."))
    return redirect(url_for("procedures.show", id=id))


def _mine(key: int) -> CalibrationProcedure:
    """The procedure to change, locked; raises Forbidden before a form is drawn that could not be sent."""
    found = queries.by_id(signin.person(), key, lock=True)
    if not queries.may_write(signin.person(), found):
        raise Forbidden(
            _("Only an administrator, or a manager of the organisation it belongs to, changes this procedure.")
        )
    return found


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """What a form says as the API is told: types and standards as lists, rows that say nothing left out."""
    types = [name.strip() for name in BETWEEN_NAMES.split(said.pop("types", "")) if name.strip()]
    tags = [tag for tag in BETWEEN_TAGS.split(said.pop("standards", "")) if tag]
    rows = {"setpoints": _is_said, "environment": _is_said}
    kept = {name: [row for row in said.pop(name, []) if wanted(row)] for name, wanted in rows.items()}
    return said | {name: value for name, value in (kept | {"types": types, "standards": tags}).items() if value}


def _is_said(row: dict[str, str]) -> bool:
    """Whether a row says more than what a form starts it with."""
    return any(value for name, value in row.items() if name not in {"stage", "repetitions"})


def _added(data: dict[str, Any]) -> CalibrationProcedure:
    added = actions.add(**data, by=signin.person())
    db.session.commit()
    return added


def _revised(
    form: Form[CalibrationProcedure], found: CalibrationProcedure, data: dict[str, Any]
) -> CalibrationProcedure:
    form.check_version(found.number)
    actions.revise(found, **data, by=signin.person())
    db.session.commit()
    return found


def _written(found: CalibrationProcedure) -> dict[str, Any]:
    """What the newest version says, as its form shows it."""
    drawn: dict[str, Any] = VersionTermsOut().dump(found.current)
    drawn["types"] = "\n".join(one.name for one in found.current.types)
    drawn["standards"] = " ".join(one.current_tag for one in found.current.standards)
    return drawn


def _procedure_page(found: CalibrationProcedure, number: int, typed: dict[str, Any], errors: Messages) -> str:
    me = signin.person()
    return render_template(
        "procedures/procedure.html",
        procedure=found,
        version=queries.version_of(found, number),
        history=audit.history("procedure", found.id),
        may_edit=queries.may_write(me, found) and found.retired_at is None,
        form=typed,
        errors=errors,
        form_key=form_key(),
    )


def _form_page(form: Form[CalibrationProcedure], **more: object) -> tuple[str, int]:
    errors = dict(form.errors)
    for name in LISTS:
        spread = [field for field in errors if field.startswith(f"{name}.")]
        found = [message for field in spread for message in errors.pop(field)]
        errors |= {name: [*errors.get(name, []), *found]} if found else {}
    page = render_template(
        "procedures/form.html",
        form=form.typed,
        errors=errors,
        kinds=[kind.value for kind in CalibrationKind],
        rules=[rule.value for rule in DecisionRule],
        limits=[source.value for source in LimitsSource],
        stages=[stage.value for stage in Stage],
        types=types.suggestions(signin.person(), clock.today()),
        most=MOST_REPETITIONS,
        form_key=form_key(),
        **more,
    )
    return page, form.status
