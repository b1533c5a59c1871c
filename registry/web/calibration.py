"""Where a technician records a calibration and everybody who may reads it."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.calibration import actions, queries
from registry.calibration.due import queries as dates
from registry.calibration.files.queries import hook as files_of
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, DecisionRule, Outcome, RecordStatus, Stage
from registry.calibration.schemas import ApproveIn, CalibrationIn, VoidIn
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Messages, NotFound
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("calibration", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS = frozenset(
    {"nominal", "reference", "indication", "expanded_uncertainty", "coverage_factor", "lower_limit", "upper_limit"}
)
BETWEEN_TAGS = re.compile(r"[\s,;]+")


@blp.route("/assets/<string:tag>/calibrations/new", methods=["GET", "POST"])
@idempotent
def record(tag: str) -> Answer:
    """Record a calibration of one asset: the label's tag is enough to know it."""
    require(signin.person(), Verb.CALIBRATION_RECORD)
    asset = _held(tag)
    form: Form[Calibration] = Form(CalibrationIn, drawn=_proposed(asset), decimals=DECIMALS)
    made = form.attempt(_recorded, reading=lambda said: _read(said, asset))
    if made is None:
        return _form_page(form, asset)
    flash(_outcome(made))
    return redirect(url_for("calibration.show", id=made.id))


@blp.get("/calibrations/<key:id>")
def show(id: int) -> Answer:
    """One record, why it counts until that day, and who did what to it."""
    return _record_page(queries.by_id(signin.person(), id), {}, {}), 200


@blp.post("/calibrations/<key:id>/approve")
@idempotent
def approve(id: int) -> Answer:
    """Issue a draft."""
    calibration = queries.by_id(signin.person(), id)
    form: Form[Calibration] = Form(ApproveIn)
    if form.attempt(lambda data: actions.approve(calibration, **data, by=signin.person())) is None:
        return _record_page(queries.by_id(signin.person(), id), form.typed, form.errors), form.status
    db.session.commit()
    flash(_("Approved and issued."))
    return redirect(url_for("calibration.show", id=id))


@blp.post("/calibrations/<key:id>/void")
@idempotent
def void(id: int) -> Answer:
    """Take a record out of account."""
    calibration = queries.by_id(signin.person(), id)
    form: Form[Calibration] = Form(VoidIn)
    if form.attempt(lambda data: actions.void(calibration, **data, by=signin.person())) is None:
        return _record_page(queries.by_id(signin.person(), id), form.typed, form.errors), form.status
    db.session.commit()
    flash(_("The record is void and no longer counts."))
    return redirect(url_for("calibration.show", id=id))


def _outcome(made: Calibration) -> str:
    if made.status is RecordStatus.DRAFT:
        return _("Kept as a draft: it counts once a manager has approved it under a certificate number.")
    return _("Recorded. The due date has moved.") if made.moved else _("Recorded. The due date has not moved.")


def _held(tag: str) -> Asset:
    try:
        return queries.asset_field(tag, "asset")
    except Invalid as refusal:
        raise NotFound(refusal.detail) from refusal


def _proposed(asset: Asset) -> dict[str, Any]:
    kinds = [schedule.kind.value for schedule in asset.required_schedules]
    return {"kind": kinds[0] if len(kinds) == 1 else "", "performed_on": clock.today().isoformat()}


def _read(said: dict[str, Any], asset: Asset) -> dict[str, Any]:
    tags = [tag for tag in BETWEEN_TAGS.split(said.pop("standards", "")) if tag]
    return said | {"asset": asset.tag} | ({"standards": tags} if tags else {})


def _recorded(data: dict[str, Any]) -> Calibration:
    made = actions.record(**data, by=signin.person())
    db.session.commit()
    return made


def _form_page(form: Form[Calibration], asset: Asset) -> tuple[str, int]:
    page = render_template(
        "calibration/form.html",
        asset=asset,
        form=form.typed,
        errors=form.errors,
        kinds=[kind.value for kind in CalibrationKind],
        outcomes=[outcome.value for outcome in Outcome],
        decision_rules=[rule.value for rule in DecisionRule],
        stages=[stage.value for stage in Stage],
        labs=labs.choices(),
        today=clock.today(),
        form_key=form_key(),
    )
    return page, form.status


def _record_page(calibration: Calibration, typed: dict[str, Any], errors: Messages) -> str:
    me = signin.person()
    owners = [calibration.asset.owner_id, *([calibration.lab.organisation_id] if calibration.lab else [])]
    schedule = queries.schedule_of(calibration.asset, calibration.kind)
    approves = any(accounts.may(me, Verb.CALIBRATION_APPROVE, owner) for owner in owners)
    records = any(accounts.may(me, Verb.CALIBRATION_RECORD, owner) for owner in owners)
    return render_template(
        "calibration/calibration.html",
        calibration=calibration,
        why=dates.said(calibration, schedule) if calibration.due_on else [],
        files=attachments.shown(files_of(calibration)),
        most_bytes=MAX_BYTES,
        may_attach=records and calibration.status is not RecordStatus.VOID,
        may_remove=records if calibration.status is RecordStatus.DRAFT else approves,
        history=audit.history("calibration", calibration.id),
        may_approve=approves and calibration.status is RecordStatus.DRAFT and calibration.recorded_by_id != me.id,
        may_void=approves and calibration.status is not RecordStatus.VOID,
        form=typed,
        errors=errors,
        form_key=form_key(),
    )
