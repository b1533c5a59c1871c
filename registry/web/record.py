"""Where a technician keeps an asset's record: the data sheet of a reference material, what is taken of it, software."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries
from registry.assets.characteristics import unknown_units
from registry.assets.materials import actions as materials
from registry.assets.materials import queries as sheets
from registry.assets.materials.models import Material, MaterialDraw
from registry.assets.materials.rules import TimeUnit
from registry.assets.materials.schemas import DrawIn, MaterialIn, MaterialOut
from registry.assets.models import Asset
from registry.assets.software import actions as software
from registry.assets.software import queries as installed
from registry.assets.software.models import InstalledSoftware
from registry.assets.software.rules import SoftwareKind
from registry.assets.software.schemas import SoftwareIn
from registry.kernel import clock, units
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("record", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS = frozenset({"value", "expanded_uncertainty", "coverage_factor", "quantity", "amount"})


@blp.route("/assets/<string:tag>/material", methods=["GET", "POST"])
@idempotent
def material(tag: str) -> Answer:
    """Fill in the data sheet of a reference material."""
    asset = _writable(tag)
    sheet = sheets.sheet(asset)
    drawn = MaterialOut().dump(sheet) | {"producer": sheet.producer or asset.manufacturer}
    form: Form[Material] = Form(MaterialIn, drawn=drawn, decimals=DECIMALS, clears=True)
    if form.attempt(lambda data: _described(form, asset, data)) is not None:
        flash(_("Saved."))
        for warning in unknown_units([sheet.unit or "", *(value.unit for value in sheet.certified_values)]):
            flash(warning, "warning")
        return redirect(url_for("asset.show", tag=asset.current_tag))
    page = render_template(
        "asset/material.html",
        asset=asset,
        version=sheet.version or 0,
        form=form.typed,
        errors=form.errors,
        time_units=[unit.value for unit in TimeUnit],
        units=units.suggestions(),
        form_key=form_key(),
    )
    return page, form.status


@blp.route("/assets/<string:tag>/material/draws", methods=["GET", "POST"])
@idempotent
def draw(tag: str) -> Answer:
    """Take some of a reference material, and see who took how much."""
    asset = _writable(tag)
    sheet = sheets.sheet(asset)
    drawn = {"taken_on": clock.today().isoformat(), "taken_by": signin.person().name, "unit": sheet.unit or ""}
    form: Form[MaterialDraw] = Form(DrawIn, drawn=drawn, decimals=DECIMALS)
    if form.attempt(lambda data: _drawn(asset, data)) is not None:
        flash(_("Written down."))
        return redirect(url_for("asset.show", tag=asset.current_tag))
    page = render_template(
        "asset/draw.html",
        asset=asset,
        material=sheet,
        draws=sheets.draws(asset).items,
        form=form.typed,
        errors=form.errors,
        today=clock.today(),
        units=units.suggestions(),
        form_key=form_key(),
    )
    return page, form.status


@blp.route("/assets/<string:tag>/software", methods=["GET", "POST"])
@idempotent
def install(tag: str) -> Answer:
    """Record a version of firmware or software, and see those before it."""
    asset = _writable(tag)
    drawn = {"kind": SoftwareKind.FIRMWARE, "since_on": clock.today().isoformat()}
    form: Form[InstalledSoftware] = Form(SoftwareIn, drawn=drawn)
    if form.attempt(lambda data: _installed(asset, data)) is not None:
        flash(_("Written down."))
        return redirect(url_for("asset.show", tag=asset.current_tag))
    page = render_template(
        "asset/software.html",
        asset=asset,
        versions=installed.versions(asset).items,
        form=form.typed,
        errors=form.errors,
        kinds=[kind.value for kind in SoftwareKind],
        today=clock.today(),
        form_key=form_key(),
    )
    return page, form.status


def _writable(tag: str) -> Asset:
    asset = queries.by_tag(signin.person(), tag, lock=True)
    require(signin.person(), Verb.ASSET_WRITE, asset.owner_id)
    return asset


def _described(form: Form[Material], asset: Asset, data: dict[str, Any]) -> Material:
    form.check_version(sheets.sheet(asset).version or 0)
    sheet = materials.describe(asset, **data, by=signin.person())
    db.session.commit()
    return sheet


def _drawn(asset: Asset, data: dict[str, Any]) -> MaterialDraw:
    made = materials.draw(asset, **data, by=signin.person())
    db.session.commit()
    return made


def _installed(asset: Asset, data: dict[str, Any]) -> InstalledSoftware:
    made = software.install(asset, **data, by=signin.person())
    db.session.commit()
    return made
