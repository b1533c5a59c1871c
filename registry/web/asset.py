"""Where a technician finds, registers and looks after an asset."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import actions, labels, queries
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind, Status, Validity
from registry.assets.schemas import AssetEdit, AssetIn, AssetOut, AssetQuery
from registry.calibration import actions as calibrating
from registry.calibration import queries as calibrations
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan import queries as plans
from registry.plan.models import RecordType
from registry.plan.progress import counted_rows
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("asset", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS = frozenset({"range_low", "range_high", "mpe", "resolution"})
LATEST = 10


@blp.get("/assets")
def list_assets() -> Answer:
    """Find an asset."""
    me = signin.person()
    page = queries.asset_page(me, today=clock.today(), **listed(AssetQuery))
    return render_template(
        "asset/list.html",
        assets=page.items,
        next=page.next,
        total=page.total,
        kinds=[kind.value for kind in Kind],
        statuses=[status.value for status in Status],
        validities=[validity.value for validity in Validity],
        may_register=accounts.may(me, Verb.ASSET_WRITE, None),
    )


@blp.get("/assets/<string:tag>")
def show(tag: str) -> Answer:
    """One asset: state, records, label, the plan indicators it fulfils, history."""
    me, today = signin.person(), clock.today()
    asset = queries.by_tag(me, tag)
    return render_template(
        "asset/asset.html",
        asset=asset,
        calibrations=calibrations.history(asset, limit=LATEST),
        turns=calibrations.open_turns(asset),
        fulfilments=plans.fulfilled_by(RecordType.ASSET, asset.tag, me, today),
        linkable=_linkable(me),
        history=audit.history("asset", asset.tag),
        may_edit=accounts.may(me, Verb.ASSET_WRITE, asset.owner_id),
        may_record=accounts.may(me, Verb.CALIBRATION_RECORD, asset.owner_id),
        form_key=form_key(),
    )


@blp.route("/assets/new", methods=["GET", "POST"])
@idempotent
def register() -> Answer:
    """Register an asset."""
    require(signin.person(), Verb.ASSET_WRITE)
    form: Form[Asset] = Form(AssetIn, drawn={"kind": Kind.INSTRUMENT, "status": Status.IN_SERVICE}, decimals=DECIMALS)
    asset = form.attempt(_registered)
    if asset is None:
        return _form_page(form, None)
    flash(_("Registered. Print its label and stick it on."))
    return redirect(url_for("asset.show", tag=asset.tag))


@blp.route("/assets/<string:tag>/edit", methods=["GET", "POST"])
@idempotent
def edit(tag: str) -> Answer:
    """Change an asset."""
    asset = queries.by_tag(signin.person(), tag, lock=True)
    require(signin.person(), Verb.ASSET_WRITE, asset.owner_id)
    form: Form[Asset] = Form(AssetEdit, drawn=AssetOut().dump(asset), decimals=DECIMALS, clears=True)
    if form.attempt(lambda data: _edited(form, asset, data)) is None:
        return _form_page(form, asset)
    flash(_("Saved."))
    return redirect(url_for("asset.show", tag=asset.tag))


@blp.get("/assets/<string:tag>/label")
def label_page(tag: str) -> Answer:
    """A page that prints as the label."""
    return render_template("asset/label.html", asset=queries.by_tag(signin.person(), tag))


@blp.get("/assets/<string:tag>/label.svg")
def label_svg(tag: str) -> Response:
    """The label as a drawing at true size."""
    asset = queries.by_tag(signin.person(), tag)
    return Response(labels.svg(_base_url(), asset.tag, asset.name), content_type="image/svg+xml")


@blp.get("/assets/<string:tag>/label.png")
def label_png(tag: str) -> Response:
    """The label as an image."""
    asset = queries.by_tag(signin.person(), tag)
    return Response(labels.png(_base_url(), asset.tag), content_type="image/png")


def _linkable(person: Person) -> list[dict[str, Any]]:
    """The plans whose evidence the person decides, with the annex rows an asset can be linked to."""
    decided = [plan for plan in plans.plans(person) if accounts.may(person, Verb.EVIDENCE_DECIDE, plan.lead_id)]
    return [{"plan": plan, "rows": counted_rows(plans.current_version(plan))} for plan in decided]


def _base_url() -> str:
    base_url: str = current_app.extensions["registry"].base_url
    return base_url


def _registered(data: dict[str, Any]) -> Asset:
    asset = actions.register(**data, by=signin.person())
    db.session.commit()
    return asset


def _edited(form: Form[Asset], asset: Asset, data: dict[str, Any]) -> Asset:
    form.check_version(asset.version)
    actions.edit(asset, **data, by=signin.person())
    for schedule in asset.required_schedules:
        calibrating.settle(asset, schedule.kind, by=signin.person())
    db.session.commit()
    return asset


def _form_page(form: Form[Asset], asset: Asset | None) -> tuple[str, int]:
    page = render_template(
        "asset/form.html",
        asset=asset,
        form=form.typed,
        errors=form.errors,
        kinds=[kind.value for kind in Kind],
        statuses=[status.value for status in Status],
        schedule_kinds=[kind.value for kind in ScheduleKind],
        owners=accounts.organisation_choices(signin.person(), Verb.ASSET_WRITE, clock.today()),
        form_key=form_key(),
    )
    return page, form.status
