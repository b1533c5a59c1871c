"""API doors of the files of calibrations."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.calibration import queries
from registry.calibration.files import actions
from registry.calibration.files.models import CalibrationFile
from registry.calibration.files.queries import hook
from registry.calibration.files.schemas import PAGE, CalibrationFileOut
from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.schemas import FileIn, FileQuery, RemoveFileIn
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page

blp = Blueprint("calibration_files", __name__, description="Certificates and other files of calibrations.")


def _may_attach(key: int) -> None:
    actions.may_attach(queries.by_id(signin.person(), key), by=signin.person())


@blp.route("/calibrations/<key:key>/files")
@blp.arguments(FileQuery, location="query")
@blp.response(200, PAGE)
def files(query: dict[str, Any], key: int) -> Page[CalibrationFile]:
    """The files of a calibration, in the order they were added."""
    return attachments.page(hook(queries.by_id(signin.person(), key)), **query)


@blp.route("/calibrations/<key:key>/files", methods=["POST"])
@uploads.taken_in(_may_attach)
@idempotent
@blp.alt_response(200, schema=CalibrationFileOut, description="The same content hangs there already.")
@blp.response(201, CalibrationFileOut)
def add(key: int) -> tuple[CalibrationFile, int]:
    """Add a file to a calibration."""
    said, incoming = uploads.said(FileIn), uploads.one()
    calibration = queries.by_id(signin.person(), key)
    file, is_new = actions.attach(calibration, incoming=incoming, **said, by=signin.person())
    db.session.commit()
    return file, 201 if is_new else 200


@blp.route("/calibrations/<key:key>/files/<key:id>")
@blp.alt_response(410, "GONE")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
def content(key: int, id: int) -> Response:
    """The content of a file of a calibration."""
    file = attachments.by_id(hook(queries.by_id(signin.person(), key)), id)
    return serving.file(file, file.stored)


@blp.route("/calibrations/<key:key>/files/<key:id>/thumbnail")
@blp.alt_response(409, "CONFLICT")
@blp.alt_response(410, "GONE")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=serving.WEBP)
def thumbnail(key: int, id: int) -> Response:
    """The small picture of a photo of a calibration."""
    return serving.thumbnail(attachments.by_id(hook(queries.by_id(signin.person(), key)), id).stored)


@blp.route("/calibrations/<key:key>/files/<key:id>/remove", methods=["POST"])
@idempotent
@blp.arguments(RemoveFileIn)
@blp.alt_response(410, "GONE")
@blp.response(200, CalibrationFileOut)
def remove(data: dict[str, Any], key: int, id: int) -> CalibrationFile:
    """Hide a file of a calibration, with a reason."""
    calibration = queries.by_id(signin.person(), key)
    file = actions.remove(calibration, attachments.by_id(hook(calibration), id), **data, by=signin.person())
    db.session.commit()
    return file
