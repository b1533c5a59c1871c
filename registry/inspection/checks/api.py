"""API doors of checks."""

from dataclasses import replace
from typing import Any

from flask import Response

from registry.accounts import signin
from registry.assets.models import Asset
from registry.assets.schemas import OneAssetOut
from registry.inspection import queries as inspections
from registry.inspection.checks import actions, queries, reading
from registry.inspection.checks.actions import Told
from registry.inspection.checks.models import InspectionCheck, InspectionFile
from registry.inspection.checks.schemas import (
    CheckPhotoOut,
    ChecksToldOut,
    CheckToldOut,
    InspectionCheckOut,
    InspectionCheckQuery,
    InspectionChecksIn,
    OneInspectionCheckIn,
    RegisterCheckedIn,
)
from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.schemas import FileIn
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("inspection_checks", __name__, description="What inspectors saw, beside what the registry knew.")


def _may_record(key: int, check: str) -> None:
    visit = inspections.by_id(signin.person(), key)
    actions.may_record(visit, by=signin.person())
    queries.by_key(visit, check)


@blp.route("/inspections/<key:key>/checks")
@blp.arguments(InspectionCheckQuery, location="query")
@blp.response(200, paged(InspectionCheckOut))
def checks(query: dict[str, Any], key: int) -> Page[InspectionCheck]:
    """The checks of an inspection, one of each instrument, in the order they came."""
    visit = inspections.by_id(signin.person(), key)
    page = queries.page_of(visit, **query)
    return replace(page, items=reading.as_read(signin.person(), visit, page.items))


@blp.route("/inspections/<key:key>/checks", methods=["POST"])
@idempotent
@blp.arguments(OneInspectionCheckIn)
@blp.response(200, CheckToldOut)
def check(data: dict[str, Any], key: int) -> Told:
    """Record one check; the same one sent again is recorded once."""
    visit = inspections.by_id(signin.person(), key)
    told = actions.check(visit, **data, by=signin.person())
    db.session.commit()
    return reading.told(signin.person(), visit, [told])[0]


@blp.route("/inspections/<key:key>/checks/batch", methods=["POST"])
@idempotent
@blp.arguments(InspectionChecksIn)
@blp.response(200, ChecksToldOut)
def batch(data: dict[str, Any], key: int) -> dict[str, Any]:
    """Record many checks; each is told what became of it, and one that is refused keeps no other back."""
    visit = inspections.by_id(signin.person(), key)
    told = actions.receive(visit, **data, by=signin.person())
    db.session.commit()
    return {"told": reading.told(signin.person(), visit, told)}


@blp.route("/inspections/<key:key>/checks/<code:check>/standing", methods=["POST"])
@idempotent
@blp.response(200, InspectionCheckOut)
def prefer(key: int, check: str) -> InspectionCheck:
    """Let this check count where colleagues saw the thing differently, as the leader of the team."""
    visit = inspections.by_id(signin.person(), key, lock=True)
    chosen = actions.prefer(visit, queries.by_key(visit, check), by=signin.person())
    db.session.commit()
    (read,) = reading.as_read(signin.person(), visit, [chosen])
    return read  # type: ignore[no-any-return]  # a check, or the like of it


@blp.route("/inspections/<key:key>/checks/<code:check>/photos", methods=["POST"])
@uploads.taken_in(_may_record, only_photos=True)
@idempotent
@blp.alt_response(200, schema=CheckPhotoOut, description="The same photo hangs there already.")
@blp.response(201, CheckPhotoOut)
def photograph(key: int, check: str) -> tuple[InspectionFile, int]:
    """Add a photo to a check of one's own: drawn anew, without where it was taken."""
    said, incoming = uploads.said(FileIn), uploads.one()
    visit = inspections.by_id(signin.person(), key, lock=True)
    found = queries.by_key(visit, check)
    file, is_new = actions.photograph(visit, found, incoming=incoming, caption=said["caption"], by=signin.person())
    db.session.commit()
    return file, 201 if is_new else 200


@blp.route("/inspections/<key:key>/checks/<code:check>/photos/<key:photo>")
@blp.alt_response(410, "GONE")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
def photo(key: int, check: str, photo: int) -> Response:
    """A photo of what was seen."""
    found = queries.by_key(inspections.by_id(signin.person(), key), check)
    file = attachments.by_id(queries.hook(found), photo)
    return serving.file(file, file.stored)


@blp.route("/inspections/<key:key>/checks/<code:check>/asset", methods=["POST"])
@idempotent
@blp.arguments(RegisterCheckedIn)
@blp.response(201, OneAssetOut)
def register(data: dict[str, Any], key: int, check: str) -> Asset:
    """Register what was not in the registry, for who may write for its owner."""
    visit = inspections.by_id(signin.person(), key, lock=True)
    made = actions.register(queries.by_key(visit, check), visit, **data, by=signin.person())
    db.session.commit()
    return made
