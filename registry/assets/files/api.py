"""API doors of the files of assets."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.assets import queries
from registry.assets.files import actions
from registry.assets.files.models import AssetFile
from registry.assets.files.queries import hook
from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.schemas import FileIn, FileOut, FilePage, FileQuery, RemoveFileIn
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page

blp = Blueprint("asset_files", __name__, description="Photos and documents of assets.")


def _may_attach(tag: str) -> None:
    actions.may_attach(queries.by_tag(signin.person(), tag), by=signin.person())


@blp.route("/assets/<string:tag>/files")
@blp.arguments(FileQuery, location="query")
@blp.response(200, FilePage)
def files(query: dict[str, Any], tag: str) -> Page[AssetFile]:
    """The files of an asset, in the order they were added."""
    return attachments.page(hook(queries.by_tag(signin.person(), tag)), **query)


@blp.route("/assets/<string:tag>/files", methods=["POST"])
@uploads.taken_in(_may_attach)
@idempotent
@blp.alt_response(200, schema=FileOut, description="The same content hangs there already.")
@blp.response(201, FileOut)
def add(tag: str) -> tuple[AssetFile, int]:
    """Add a file to an asset."""
    said, incoming = uploads.said(FileIn), uploads.one()
    asset = queries.by_tag(signin.person(), tag, lock=True)
    file, is_new = actions.attach(asset, incoming=incoming, **said, by=signin.person())
    db.session.commit()
    return file, 201 if is_new else 200


@blp.route("/assets/<string:tag>/files/<key:id>")
@blp.alt_response(410, "GONE")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
def content(tag: str, id: int) -> Response:
    """The content of a file of an asset."""
    file = attachments.by_id(hook(queries.by_tag(signin.person(), tag)), id)
    return serving.file(file, file.stored)


@blp.route("/assets/<string:tag>/files/<key:id>/thumbnail")
@blp.alt_response(409, "CONFLICT")
@blp.alt_response(410, "GONE")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=serving.WEBP)
def thumbnail(tag: str, id: int) -> Response:
    """The small picture of a photo of an asset."""
    return serving.thumbnail(attachments.by_id(hook(queries.by_tag(signin.person(), tag)), id).stored)


@blp.route("/assets/<string:tag>/files/<key:id>/remove", methods=["POST"])
@idempotent
@blp.arguments(RemoveFileIn)
@blp.alt_response(410, "GONE")
@blp.response(200, FileOut)
def remove(data: dict[str, Any], tag: str, id: int) -> AssetFile:
    """Hide a file of an asset, with a reason."""
    asset = queries.by_tag(signin.person(), tag, lock=True)
    file = actions.remove(asset, attachments.by_id(hook(asset), id), **data, by=signin.person())
    db.session.commit()
    return file
