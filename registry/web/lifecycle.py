"""Where people decide an asset's status, check it, report a fault, judge its impact and write down upkeep."""

from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.assets.files import actions as files
from registry.assets.lifecycle import actions, queries
from registry.assets.lifecycle.models import Fault, FitnessCheck, MaintenanceLine, StatusChange, Upkeep
from registry.assets.lifecycle.rules import EXPLAINED, CheckKind, CheckResult, FaultKind, UpkeepKind
from registry.assets.lifecycle.schemas import CheckIn, FaultIn, ImpactIn, MaintenanceIn, StatusIn, UpkeepIn
from registry.assets.models import Asset
from registry.assets.rules import AT_WORK, NOT_YET, STATUS_CHANGES, Status
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.files import uploads
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("lifecycle", __name__)
Row = TypeVar("Row")
LONGEST_CAPTION = 500
Answer = str | Response | tuple[str, int]


def _mine(tag: str, verb: Verb = Verb.ASSET_WRITE) -> Asset:
    """An asset the person may do this for, kept from others until the end of the request."""
    asset = assets.by_tag(signin.person(), tag, lock=True)
    require(signin.person(), verb, asset.owner_id)
    return asset


@blp.route("/assets/<string:tag>/status", methods=["GET", "POST"])
@idempotent
def status(tag: str) -> Answer:
    """Change the status of an asset: first to which, then why."""
    asset = _mine(tag)
    drawn = {"status": request.args.get("to", ""), "on": clock.today().isoformat(), "restriction": asset.restriction}
    form: Form[StatusChange] = Form(StatusIn, drawn=drawn)
    if form.attempt(lambda data: _kept(actions.change_status(asset, **data, by=signin.person()))) is None:
        return _status_page(form, _mine(tag))
    flash(_("Its status was changed."))
    return _back(tag)


@blp.route("/assets/<string:tag>/check", methods=["GET", "POST"])
@idempotent
def check(tag: str) -> Answer:
    """Record a check before an asset is placed or returned into service."""
    asset = _mine(tag)
    kind = CheckKind.ACCEPTANCE if asset.status in NOT_YET else CheckKind.RETURN
    form: Form[FitnessCheck] = Form(CheckIn, drawn={"kind": kind.value, "on": clock.today().isoformat()})
    made = form.attempt(lambda data: _kept(actions.check(asset, **data, by=signin.person())))
    if made is None:
        return _page("lifecycle/check.html", form, _mine(tag), kinds=_values(CheckKind), results=_values(CheckResult))
    if made.result is CheckResult.PASS:
        flash(_("The check is recorded. Its status may be changed now."))
        return redirect(url_for("lifecycle.status", tag=asset.current_tag))
    flash(_("The check is recorded. It stays out of use."))
    return _back(tag)


@blp.route("/assets/<string:tag>/fault", methods=["GET", "POST"])
@uploads.taken_in(_mine, at_least=0)
@idempotent
def fault(tag: str) -> Answer:
    """Report damage, overload or malfunction, with photos of it."""
    asset = _mine(tag)
    form: Form[Fault] = Form(FaultIn, drawn={"found_on": clock.today().isoformat()})
    if form.attempt(lambda data: _kept(_reported(asset, data))) is None:
        return _page("lifecycle/fault.html", form, _mine(tag), kinds=_values(FaultKind), most_bytes=MAX_BYTES)
    flash(_("The fault is recorded. Set the item aside and label it; a manager now judges what was measured with it."))
    if not uploads.taken():
        flash(_("Take a photo of it here, if it can be seen."))
    return redirect(url_for("asset.show", tag=tag, _anchor="files"))


@blp.route("/assets/<string:tag>/faults/<key:key>/impact", methods=["GET", "POST"])
@idempotent
def impact(tag: str, key: int) -> Answer:
    """Judge what a fault meant for what was measured since the asset was last known to be good."""
    asset = _mine(tag, Verb.IMPACT_CONCLUDE)
    found = queries.fault_of(asset, key)
    form: Form[Fault] = Form(ImpactIn)
    if form.attempt(lambda data: _kept(actions.conclude_impact(asset, found, **data, by=signin.person()))) is None:
        again = _mine(tag, Verb.IMPACT_CONCLUDE)
        return _page("lifecycle/impact.html", form, again, fault=queries.fault_of(again, key))
    flash(_("The conclusion is recorded."))
    return _back(tag)


@blp.route("/assets/<string:tag>/upkeep", methods=["GET", "POST"])
@idempotent
def upkeep(tag: str) -> Answer:
    """Write down maintenance, a repair, a modification or an adjustment."""
    asset = _mine(tag)
    drawn = {
        "on": clock.today().isoformat(),
        "kind": UpkeepKind.MAINTENANCE.value,
        "line": request.args.get("line", ""),
    }
    form: Form[Upkeep] = Form(UpkeepIn, drawn=drawn)
    if form.attempt(lambda data: _kept(actions.record_upkeep(asset, **data, by=signin.person()))) is None:
        again = _mine(tag)
        lines = queries.maintenance(again)
        return _page("lifecycle/upkeep.html", form, again, kinds=_values(UpkeepKind), lines=lines)
    flash(_("Saved."))
    return _back(tag)


@blp.route("/assets/<string:tag>/maintenance", methods=["GET", "POST"])
@idempotent
def maintenance(tag: str) -> Answer:
    """The maintenance plan of an asset, and another line for it."""
    asset = _mine(tag)
    form: Form[MaintenanceLine] = Form(MaintenanceIn)
    if form.attempt(lambda data: _kept(actions.plan_maintenance(asset, **data, by=signin.person()))) is None:
        again = _mine(tag)
        return _page("lifecycle/maintenance.html", form, again, lines=queries.maintenance(again), today=clock.today())
    flash(_("Saved."))
    return redirect(url_for("lifecycle.maintenance", tag=asset.current_tag))


@blp.post("/assets/<string:tag>/maintenance/<key:key>/end")
@idempotent
def end(tag: str, key: int) -> Answer:
    """Give up a line of the maintenance plan."""
    asset = _mine(tag)
    actions.end_maintenance(asset, queries.line_of(asset, key), by=signin.person())
    db.session.commit()
    flash(_("The line was given up."))
    return redirect(url_for("lifecycle.maintenance", tag=asset.current_tag))


def _reported(asset: Asset, data: dict[str, Any]) -> Fault:
    photos = uploads.taken()
    made = actions.report_fault(asset, **data, by=signin.person())
    for photo in photos:
        files.attach(asset, incoming=photo, caption=made.description[:LONGEST_CAPTION], by=signin.person())
    return made


def _kept(row: Row) -> Row:
    db.session.commit()
    return row


def _back(tag: str) -> Response:
    return redirect(url_for("asset.show", tag=tag))


def _values(kind: Any) -> list[str]:  # noqa: ANN401 — an enumeration
    return [one.value for one in kind]


def _status_page(form: Form[StatusChange], asset: Asset) -> tuple[str, int]:
    following = [status for status in Status if status in STATUS_CHANGES[asset.status]]
    if asset.status is Status.LIMITED_USE:
        following.insert(0, Status.LIMITED_USE)
    chosen = next((status for status in following if status == form.typed.get("status")), None)
    return _page(
        "lifecycle/status.html",
        form,
        asset,
        following=following,
        chosen=chosen,
        explained=chosen in EXPLAINED,
        barred=chosen in AT_WORK and queries.wants_evidence(asset),
    )


def _page(template: str, form: Form[Any], asset: Asset, **shown: object) -> tuple[str, int]:
    page = render_template(template, asset=asset, form=form.typed, errors=form.errors, form_key=form_key(), **shown)
    return page, form.status
