"""Where a technician finds, registers and looks after an asset."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import actions, queries, record, tags
from registry.assets.characteristics import unknown_units
from registry.assets.custody.queries import custody
from registry.assets.duplicates import spelt_otherwise
from registry.assets.files.queries import hook as files_of
from registry.assets.labels import actions as labelling
from registry.assets.labels import queries as labels
from registry.assets.labels import single
from registry.assets.labels.models import Label
from registry.assets.labels.rules import Revocation
from registry.assets.lacking import lack_of
from registry.assets.lifecycle.queries import life
from registry.assets.materials import actions as materials
from registry.assets.models import Asset
from registry.assets.rules import Doubted, Kind, ScheduleKind, StandardClass, Status, is_unstated
from registry.assets.schedules import Anchor, Ends
from registry.assets.schemas import AssetEdit, AssetIn, AssetOut
from registry.assets.types import links
from registry.assets.types import queries as types
from registry.assets.words import lack_text, unstated_text
from registry.calibration import queries as calibrations
from registry.calibration.cases import parts
from registry.calibration.cases import queries as cases
from registry.calibration.cases.doubts import contradicting
from registry.calibration.due import queries as dates
from registry.inspection.checks.queries import violations_on
from registry.kernel import audit, clock, units
from registry.kernel.calendar import IntervalUnit
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.schema import Day
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.web import listing
from registry.web.forms import Form
from registry.web.linking import linked
from registry.web.shell import form_key

blp = Blueprint("asset", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS = frozenset(
    {"range_low", "range_high", "mpe", "mpe_percent_of_reading", "mpe_percent_of_range", "resolution", "usage_limit"}
)
LATEST = 10
UNSAID_POLICIES: dict[str, Any] = {
    "ends": Ends.EXACT,
    "anchor": Anchor.PERFORMED,
    "early_days": None,
    "late_keeps": "",
    "usage_limit": None,
    "usage_unit": None,
}


class NewAssetIn(AssetIn):
    """What the form of a new asset says: of a reference material its shelf life too, which its data sheet keeps."""

    expires_on = Day(allow_none=True)


@blp.get("/assets")
def list_assets() -> Answer:
    """Find an asset."""
    return listing.page()


@blp.get("/assets/<string:tag>")
def show(tag: str) -> Answer:
    """One asset: state, records, label, the plan indicators it fulfils, history."""
    me, today = signin.person(), clock.today()
    asset = queries.by_tag(me, tag)
    if asset.label_tag and tags.parse(tag) == asset.tag:  # which its label no longer says
        return redirect(url_for("asset.show", tag=asset.current_tag))
    doubts = cases.doubts_on(asset) if asset.doubt is not None else []
    contradicted = contradicting(asset) if asset.contradicted else []
    return render_template(
        "asset/asset.html",
        asset=asset,
        doubts=doubts,
        case_pages=parts.pages_of(me, doubts),
        cases_about=cases.active_about(asset),
        violations=violations_on(me, asset.id),
        contradicting=contradicted,
        lack=lack_text(lacks) if (lacks := lack_of(asset)) is not None else None,
        unstated=_unstated(asset),
        marked={one.id: Doubted.CONTRADICTED for one in contradicted}
        | {item.calibration_id: item.doubt for item in doubts},
        record=record.of(asset),
        custody=custody(asset, me, today),
        life=life(asset, me),
        calibrations=calibrations.history(asset, limit=LATEST),
        turns=calibrations.open_turns(asset),
        whys={why.schedule.id: why for why in dates.explanations(asset)},
        **linked(me, [Record(RecordType.ASSET, asset.tag)]),
        its_type=links.standing(me, asset, today),
        files=attachments.shown(files_of(asset)),
        labels=labels.labels_of(asset, limit=LATEST).items,
        revocations=[one.value for one in Revocation],
        most_bytes=MAX_BYTES,
        history=audit.history("asset", asset.tag),
        may_edit=accounts.may(me, Verb.ASSET_WRITE, asset.owner_id),
        may_record=accounts.may(me, Verb.CALIBRATION_RECORD, asset.owner_id),
        form_key=form_key(),
    )


@blp.route("/assets/new", methods=["GET", "POST"])
@idempotent
def register() -> Answer:
    """Register an asset."""
    me, said = signin.person(), request.args.get("label")
    require(me, Verb.ASSET_WRITE)
    blank = labels.by_tag(me, said) if said else None
    form: Form[Asset] = Form(NewAssetIn, drawn=_drawn(blank), decimals=DECIMALS)
    asset = form.attempt(lambda data: _registered(blank, data), reading=_without_empty_schedules)
    if asset is None:
        return _form_page(form, None, blank)
    if blank is None:
        flash(_("Registered. Print its label and stick it on."))
    else:
        flash(_("Registered under the label %(tag)s, which is on it already.", tag=tags.grouped(blank.tag)))
    _warn(asset)
    if unstated := _unstated(asset):
        flash(unstated, "warning")
    if asset.required_schedules and not form.typed.get("schedules"):
        flash(_("What has to be repeated was taken over from its type; change it if you need it more often."))
    return redirect(url_for("asset.show", tag=asset.current_tag))


@blp.route("/assets/<string:tag>/edit", methods=["GET", "POST"])
@idempotent
def edit(tag: str) -> Answer:
    """Change an asset."""
    asset = queries.by_tag(signin.person(), tag, lock=True)
    require(signin.person(), Verb.ASSET_WRITE, asset.owner_id)
    drawn = AssetOut().dump(asset) | {"parent": asset.parent.current_tag if asset.parent else None}
    form: Form[Asset] = Form(AssetEdit, drawn=drawn, decimals=DECIMALS, clears=True)
    if form.attempt(lambda data: _edited(form, asset, data), reading=_with_whole_schedules) is None:
        return _form_page(form, asset)
    flash(_("Saved."))
    _warn(asset)
    return redirect(url_for("asset.show", tag=asset.current_tag))


@blp.get("/assets/<string:tag>/label")
def label_page(tag: str) -> Answer:
    """A page that prints as the label."""
    return render_template("asset/label.html", asset=queries.by_tag(signin.person(), tag))


@blp.get("/assets/<string:tag>/label.svg")
def label_svg(tag: str) -> Response:
    """The label as a drawing at true size."""
    asset = queries.by_tag(signin.person(), tag)
    return Response(single.svg(_base_url(), asset.current_tag, asset.name), content_type="image/svg+xml")


@blp.get("/assets/<string:tag>/label.png")
def label_png(tag: str) -> Response:
    """The label as an image."""
    asset = queries.by_tag(signin.person(), tag)
    return Response(single.png(_base_url(), asset.current_tag), content_type="image/png")


def _unstated(asset: Asset) -> str | None:
    """What is to be done where nothing shows what a standard or a reference material is worth."""
    is_so = is_unstated(asset.kind, asset.proofs, asset.expires_on, asset.parent_id)
    return unstated_text(asset.kind) if is_so else None


def _warn(asset: Asset) -> None:
    for warning in (*unknown_units(held.unit for held in asset.characteristics), *spelt_otherwise(asset)):
        flash(warning, "warning")


def _base_url() -> str:
    base_url: str = current_app.extensions["registry"].base_url
    return base_url


def _drawn(blank: Label | None) -> dict[str, Any]:
    """What a new asset starts with: the owner whose label it gets, or the only one; a component what its set has."""
    usual: dict[str, Any] = {"kind": Kind.INSTRUMENT, "status": Status.IN_SERVICE}
    if request.method == "POST":
        return usual
    owners = [one.code for one in accounts.organisation_choices(signin.person(), Verb.ASSET_WRITE, clock.today())]
    if blank is not None and blank.organisation.code in owners:
        usual["owner"] = blank.organisation.code
    elif len(owners) == 1:
        usual["owner"] = owners[0]
    if not request.args.get("parent"):
        return usual
    whole = queries.by_tag(signin.person(), request.args["parent"])
    common = {"kind": whole.kind, "owner": whole.owner.code, "location": whole.location, "custodian": whole.custodian}
    return usual | common | {"parent": whole.current_tag}


def _without_empty_schedules(said: dict[str, Any]) -> dict[str, Any]:
    """Schedule lines left blank are not said, so that the type proposes them."""
    return {name: value for name, value in said.items() if name != "schedules" or value}


def _with_whole_schedules(said: dict[str, Any]) -> dict[str, Any]:
    """What is left empty in a schedule line that was drawn with it is taken back."""
    rows = said.get("schedules", ())
    return said | ({"schedules": [UNSAID_POLICIES | row for row in rows]} if rows else {})


def _registered(blank: Label | None, data: dict[str, Any]) -> Asset:
    me = signin.person()
    expires_on = data.pop("expires_on", None)
    if expires_on is not None and data["kind"] is not Kind.REFERENCE_MATERIAL:
        raise Invalid({"expires_on": [_("Only a reference material has a shelf life; leave it out.")]})
    asset = labelling.claim(blank, new=data, by=me) if blank else actions.register(**data, by=me)
    if expires_on is not None:
        materials.describe(asset, expires_on=expires_on, by=me)
    db.session.commit()
    return asset


def _edited(form: Form[Asset], asset: Asset, data: dict[str, Any]) -> Asset:
    form.check_version(asset.version)
    actions.edit(asset, **data, by=signin.person())
    db.session.commit()
    return asset


def _form_page(form: Form[Asset], asset: Asset | None, blank: Label | None = None) -> tuple[str, int]:
    page = render_template(
        "asset/form.html",
        asset=asset,
        blank=blank,
        form=form.typed,
        errors={field.replace(".interval_months", ".interval"): said for field, said in form.errors.items()},
        kinds=[kind.value for kind in Kind],
        statuses=[status.value for status in Status],
        standard_classes=[one.value for one in StandardClass],
        units=units.suggestions(),
        schedule_kinds=[kind.value for kind in ScheduleKind],
        interval_units=[unit.value for unit in IntervalUnit],
        ends=[one.value for one in Ends],
        anchors=[one.value for one in Anchor],
        instrument_types=types.suggestions(signin.person(), clock.today()),
        owners=accounts.organisation_choices(signin.person(), Verb.ASSET_WRITE, clock.today()),
        form_key=form_key(),
    )
    return page, form.status
