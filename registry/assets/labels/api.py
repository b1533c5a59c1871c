"""API doors of labels: drawn, made blank, claimed, revoked."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, current_app, request

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.labels import actions, drawing, queries, selection
from registry.assets.labels.media import MEDIA, Medium
from registry.assets.labels.models import Label, LabelRun
from registry.assets.labels.rules import MOST_AT_ONCE, Format
from registry.assets.labels.schemas import (
    BatchQuery,
    BlankIn,
    BlankOut,
    ClaimIn,
    LabelOut,
    LabelPage,
    LabelsOfQuery,
    LabelsQuery,
    LookQuery,
    MediaOut,
    PrintedIn,
    PrintedOut,
    RevokeIn,
    RunIn,
    RunOut,
)
from registry.assets.models import Asset
from registry.assets.schemas import AssetOut, OneAssetOut
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.http import Blueprint, versioned
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page

blp = Blueprint("labels", __name__, description="Labels on sheets, tapes and rolls; blank, claimed and revoked ones.")
PDF, ZPL = (drawing.CONTENT_TYPES[format] for format in Format)


@blp.route("/label-media")
@blp.response(200, MediaOut)
def media() -> Mapping[str, Sequence[Medium]]:
    """What labels can be printed on."""
    return {"items": list(MEDIA.values())}


@blp.route("/labels.pdf")
@blp.arguments(LabelsQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=PDF)
def labels_pdf(query: dict[str, Any]) -> Response:
    """At most 200 labels as PDF at true size; nothing is noted as printed."""
    return _drawn(query, Format.PDF)


@blp.route("/labels.zpl")
@blp.arguments(LabelsQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=ZPL)
def labels_zpl(query: dict[str, Any]) -> Response:
    """At most 200 labels for a thermal printer; nothing is noted as printed."""
    return _drawn(query, Format.ZPL)


@blp.route("/printed-labels", methods=["POST"])
@idempotent
@blp.arguments(PrintedIn)
@blp.response(201, PrintedOut)
def printed(data: dict[str, Any]) -> Mapping[str, int]:
    """Note that the labels of some assets were printed, so that only those whose due date changes are printed again."""
    noted = actions.note_tags(**data, by=signin.person())
    db.session.commit()
    return {"labels": noted}


@blp.route("/label-runs", methods=["POST"])
@idempotent
@blp.arguments(RunIn)
@blp.response(201, RunOut)
def ask_run(data: dict[str, Any]) -> LabelRun:
    """Ask for many labels; they are drawn in the background and noted as printed."""
    run = actions.ask_run(**data, locale=current_locale(), by=signin.person())
    db.session.commit()
    return run


@blp.route("/label-runs/<key:id>")
@blp.response(200, RunOut)
def run(id: int) -> LabelRun:
    """Whether the labels are drawn."""
    return queries.run_of(signin.person(), id)


@blp.route("/label-runs/<key:id>/file")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def run_file(id: int) -> Response:
    """The labels of a run."""
    found = queries.run_of(signin.person(), id)
    if found.content is None:
        raise NotFound(_("These labels are not drawn yet, or could not be; ask for the run to see why."))
    return Response(found.content, content_type=drawing.CONTENT_TYPES[found.format])


@blp.route("/labels")
@blp.arguments(BatchQuery, location="query")
@blp.response(200, LabelPage)
def labels(query: dict[str, Any]) -> Page[Label]:
    """Labels that were made blank, printed or revoked, newest first."""
    return queries.label_page(signin.person(), **query)


@blp.route("/labels", methods=["POST"])
@idempotent
@blp.arguments(BlankIn)
@blp.response(201, BlankOut)
def make_blank(data: dict[str, Any]) -> Mapping[str, str]:
    """Make blank labels."""
    batch = actions.make_blank(**data, by=signin.person())
    db.session.commit()
    return {"batch": batch}


@blp.route("/label-batches/<code:batch>.pdf")
@blp.arguments(LookQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=PDF)
def batch_pdf(query: dict[str, Any], batch: str) -> Response:
    """The labels of a batch that are still blank, as PDF."""
    return _batch(query, batch, Format.PDF)


@blp.route("/label-batches/<code:batch>.zpl")
@blp.arguments(LookQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=ZPL)
def batch_zpl(query: dict[str, Any], batch: str) -> Response:
    """The labels of a batch that are still blank, for a thermal printer."""
    return _batch(query, batch, Format.ZPL)


@blp.route("/labels/<string:tag>")
@blp.response(200, LabelOut)
def label(tag: str) -> Label:
    """One label."""
    return queries.by_tag(signin.person(), tag)


@blp.route("/labels/<string:tag>/claim", methods=["POST"])
@idempotent
@blp.arguments(ClaimIn)
@blp.response(201, OneAssetOut)
def claim(data: dict[str, Any], tag: str) -> Asset:
    """Put a blank label on an asset, or register a new asset under it."""
    asset = actions.claim(queries.by_tag(signin.person(), tag), **data, by=signin.person())
    db.session.commit()
    return asset


@blp.route("/labels/<string:tag>/discard", methods=["POST"])
@idempotent
@blp.arguments(RevokeIn)
@blp.response(201, LabelOut)
def discard(data: dict[str, Any], tag: str) -> Label:
    """Revoke a blank label."""
    found = actions.discard(queries.by_tag(signin.person(), tag), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/assets/<string:tag>/labels")
@blp.arguments(LabelsOfQuery, location="query")
@blp.response(200, LabelPage)
def labels_of(query: dict[str, Any], tag: str) -> Page[Label]:
    """The labels an asset had and has, newest first; its own tag among them once it was printed or revoked."""
    return queries.labels_of(assets.by_tag(signin.person(), tag), **query)


@blp.route("/assets/<string:tag>/label/revoke", methods=["POST"])
@versioned
@idempotent
@blp.arguments(RevokeIn)
@blp.response(201, LabelOut)
def revoke(data: dict[str, Any], tag: str) -> Label:
    """Revoke the label on an asset; the answer is the new one to print."""
    me = signin.person()
    asset = assets.by_tag(me, tag, lock=True)
    blp.check_version(asset, AssetOut)
    if not request.if_match:
        queries.refuse_again(asset)
    made = actions.revoke(asset, **data, by=me)
    db.session.commit()
    return made


def _drawn(query: Mapping[str, Any], format: Format) -> Response:
    look = drawing.look(query)
    rows = selection.chosen(signin.person(), query, most=MOST_AT_ONCE)
    content = drawing.drawn(look, selection.contents(rows, look.parts, current_locale()), _base_url(), format=format)
    return Response(content, content_type=drawing.CONTENT_TYPES[format])


def _batch(query: Mapping[str, Any], batch: str, format: Format) -> Response:
    look = drawing.look(query)
    queries.batch(signin.person(), batch)
    contents = selection.blank_contents(batch, look.parts, current_locale())
    return Response(
        drawing.drawn(look, contents, _base_url(), format=format), content_type=drawing.CONTENT_TYPES[format]
    )


def _base_url() -> str:
    base_url: str = current_app.extensions["registry"].base_url
    return base_url
