"""Where somebody asks which laboratory can calibrate an item, and which results a change of one bears on."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, render_template, request

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries
from registry.assets.models import Asset
from registry.calibration import queries as calibrations
from registry.calibration.competence import queries as checks
from registry.calibration.competence.capable import Order, capable
from registry.calibration.competence.remarking import remarks
from registry.calibration.competence.schemas import CapableQuery, ChangedQuery
from registry.calibration.competence.telling import asked, candidate_told, told
from registry.calibration.rules import CalibrationKind, Stage
from registry.calibration.traceability.measured import Point, in_force
from registry.kernel import clock
from registry.kernel.errors import Invalid
from registry.labs import queries as labs
from registry.labs.scope import words
from registry.labs.scope.judging import verdict
from registry.labs.scope.rules import Bearing, Place, Work
from registry.web import decimals
from registry.web.forms import listed, nested

LARGE: Final = Decimal(10) ** 40
VALUES: Final = ("nominal", "reference", "indication")

blp = Blueprint("capable", __name__)


@blp.get("/assets/<string:tag>/laboratories")
def show(tag: str) -> str:
    """Who can calibrate an item, who cannot, and why."""
    asset = queries.by_tag(signin.person(), tag)
    query = listed(CapableQuery)
    said = asked(query, clock.today())
    found = capable(asset, **said)
    return render_template(
        "lab/capable.html",
        asset=asset,
        found=found,
        capable=[candidate_told(one, said["ratio"]) for one in found.capable],
        others=[candidate_told(one, said["ratio"]) for one in found.others],
        asked=said | {"place": query.get("place")},
        orders=[order.value for order in Order],
        places=[place.value for place in Place],
        may_ship=accounts.may(signin.person(), Verb.ASSET_WRITE, asset.owner_id),
    )


@blp.get("/changed-results")
def changed() -> str:
    """Results of all laboratories that a change bears on, of those a person may read."""
    page = checks.changed(signin.person(), **listed(ChangedQuery))
    return render_template("lab/changed.html", changed=page.items, next=page.next, words=words)


@blp.get("/assets/<string:tag>/calibrations/new/laboratory")
def laboratory(tag: str) -> str:
    """Whether a laboratory may do work that is being written down, by accreditation or designation: the form's part."""
    require(signin.person(), Verb.CALIBRATION_RECORD)
    said = nested(request.args)
    try:
        asset, lab = calibrations.asset_field(tag, "asset"), labs.lab_field(str(said.get("lab", "")))
    except Invalid:
        return ""
    day = _day(str(said.get("performed_on", "")))
    if said.get("kind") == CalibrationKind.VERIFICATION.value:
        held = checks.holders([(checks.holder_of(lab, Bearing.DESIGNATION), lab, day)])[0]
        told_of = told(verdict(held, Work([], day)))
        return render_template("calibration/_laboratory.html", told=told_of, alone=False)
    rows = said.get("points")
    points = [_point(row) for row in rows if row.get("quantity")] if isinstance(rows, list) else []
    measured = in_force(point for point in points if point.value is not None)
    on_site = {"true": True, "false": False}.get(str(said.get("on_site", "")))
    held = checks.holders([(checks.holder_of(lab), lab, day)])[0]
    found = verdict(held, Work(measured or _ends(asset), day, on_site, checks.thing_of(asset)))
    return render_template(
        "calibration/_laboratory.html", told=told(found, remarks([(found.holder, day)])[0]), alone=not measured
    )


def _point(row: Mapping[str, str]) -> Point:
    numbers = {name: _number(row.get(name, "")) for name in (*VALUES, "expanded_uncertainty", "coverage_factor")}
    return Point(
        quantity=row["quantity"],
        unit=row.get("unit", ""),
        value=next((numbers[name] for name in VALUES if numbers[name] is not None), None),
        uncertainty=numbers["expanded_uncertainty"],
        factor=numbers["coverage_factor"] or None,
        stage=Stage.AS_LEFT if row.get("stage") == Stage.AS_LEFT.value else Stage.AS_FOUND,
    )


def _number(typed: str) -> Decimal | None:
    try:
        return Decimal(decimals.plain(typed.strip())) if typed.strip() else None
    except (decimals.Misread, ArithmeticError):
        return None


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return clock.today()


def _ends(asset: Asset) -> list[Any]:
    """The ends of the ranges of an item, with an uncertainty that no scope is better than."""
    return [
        Point(held.quantity, held.unit, end, uncertainty=LARGE)
        for held in asset.characteristics
        for end in (held.range_low, held.range_high)
        if end is not None
    ]
