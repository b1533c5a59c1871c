"""API doors of assets, their labels and what a scan says."""

import json
from operator import methodcaller
from typing import Any

from flask import Response, current_app, request, url_for

from registry.accounts import signin
from registry.assets import actions, characteristics, queries, tags
from registry.assets.fitness import ScanFacts
from registry.assets.labels import queries as labels
from registry.assets.labels import single
from registry.assets.labels.answers import scanned_answer
from registry.assets.lists import queries as lists
from registry.assets.lists.schemas import ListedAssetOut, page_answer
from registry.assets.models import Asset
from registry.assets.schemas import (
    AssetEdit,
    AssetIn,
    AssetOut,
    AssetQuery,
    HistoryOut,
    HistoryQuery,
    LimitOut,
    LimitQuery,
    OneAssetOut,
    ScanOut,
)
from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint(
    "assets", __name__, description="Standards, reference materials and instruments, their labels and state."
)
ENCODER = json.JSONEncoder(ensure_ascii=False, default=methodcaller("isoformat"))
SVG, PNG = "image/svg+xml", "image/png"


@blp.route("/scan/<string:tag>")
@signin.public
@blp.doc(security=[{}, {"token": []}])
@blp.response(200, ScanOut)
def scan(tag: str) -> Response:
    """May it be used, and why not: what a label says to anybody who scans it."""
    scanned = labels.scanned(tags.parse(tag))
    answer = scanned_answer(scanned, clock.now())
    if "Authorization" in request.headers:
        answer |= _for_insiders(scanned.facts)
    return Response(ENCODER.encode(answer), content_type="application/json")


@blp.route("/assets")
@blp.arguments(AssetQuery, location="query")
@blp.response(200, paged(ListedAssetOut))
def assets(query: dict[str, Any]) -> Response:
    """List assets."""
    page = lists.asset_page(signin.person(), today=clock.today(), **query)
    return Response(ENCODER.encode(page_answer(page)), content_type="application/json")


@blp.route("/assets", methods=["POST"])
@idempotent
@blp.arguments(AssetIn)
@blp.response(201, OneAssetOut)
def register(data: dict[str, Any]) -> Asset:
    """Register an asset."""
    asset = actions.register(**data, by=signin.person())
    db.session.commit()
    return asset


@blp.route("/assets/<string:tag>")
@blp.etag
@blp.response(200, OneAssetOut)
def asset(tag: str) -> Asset:
    """One asset."""
    found = queries.by_tag(signin.person(), tag)
    blp.set_etag(found, AssetOut)
    return found


@blp.route("/assets/<string:tag>", methods=["PATCH"])
@blp.etag
@blp.arguments(AssetEdit)
@blp.response(200, OneAssetOut)
def edit(data: dict[str, Any], tag: str) -> Asset:
    """Change an asset."""
    found = queries.by_tag(signin.person(), tag, lock=True)
    blp.check_etag(found, AssetOut)
    actions.edit(found, **data, by=signin.person())
    db.session.commit()
    blp.set_etag(found, AssetOut)
    return found


@blp.route("/assets/<string:tag>/limits")
@blp.arguments(LimitQuery, location="query")
@blp.response(200, LimitOut(many=True))
def limits(query: dict[str, Any], tag: str) -> list[characteristics.Limit]:
    """The maximum permissible error at a reading."""
    return characteristics.limits(queries.by_tag(signin.person(), tag), **query)


@blp.route("/assets/<string:tag>/history")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(HistoryOut))
def history(query: dict[str, Any], tag: str) -> Page[AuditEntry]:
    """Who changed what of an asset, newest first."""
    return queries.history(queries.by_tag(signin.person(), tag), **query)


@blp.route("/assets/<string:tag>/label.svg")
@blp.response(200, {"type": "string"}, content_type=SVG)
def label_svg(tag: str) -> Response:
    """The QR label as a drawing at true size."""
    found = queries.by_tag(signin.person(), tag)
    return Response(single.svg(_base_url(), found.current_tag, found.name), content_type=SVG)


@blp.route("/assets/<string:tag>/label.png")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=PNG)
def label_png(tag: str) -> Response:
    """The QR label as an image."""
    found = queries.by_tag(signin.person(), tag)
    return Response(single.png(_base_url(), found.current_tag), content_type=PNG)


def _for_insiders(facts: ScanFacts) -> dict[str, Any]:
    person = signin.person_or_none()
    if person is None or not queries.sees(person, facts.owner_id):
        return {}
    found = queries.by_tag(person, facts.tag)
    history = url_for("api_assets.history", tag=facts.tag)
    return {"owner": found.owner.code, "location": found.location, "serial_no": found.serial_no, "history": history}


def _base_url() -> str:
    base_url: str = current_app.extensions["registry"].base_url
    return base_url
