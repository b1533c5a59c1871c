"""API doors of calibrations."""

from typing import Any

from registry.accounts import reauthentication, signin
from registry.calibration import actions, life, pointwise, queries, recorded, second_look
from registry.calibration.models import Calibration
from registry.calibration.schemas import (
    CalibrationIn,
    CalibrationLine,
    CalibrationOut,
    CalibrationQuery,
    DraftIn,
    PointOut,
    PointsQuery,
)
from registry.calibration.steps import ApproveIn, ConfirmCopyIn, ReturnIn, SubmitIn, VoidIn
from registry.calibration.telling import ToldPoint
from registry.kernel.db import db
from registry.kernel.http import Blueprint, versioned
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("calibrations", __name__, description="Calibrations, verifications, checks and tests.")


@blp.route("/calibrations")
@blp.arguments(CalibrationQuery, location="query")
@blp.response(200, paged(CalibrationLine))
def calibrations(query: dict[str, Any]) -> Page[Calibration]:
    """List calibrations, the newest work first."""
    return queries.page_of(signin.person(), **query)


@blp.route("/calibrations", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(CalibrationIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(201, CalibrationOut)
def record(data: dict[str, Any]) -> Calibration:
    """Record a calibration."""
    made = recorded.as_read(signin.person(), actions.record(**data, by=signin.person()))
    db.session.commit()
    return made


@blp.route("/calibrations/<key:key>")
@blp.etag
@blp.response(200, CalibrationOut)
def calibration(key: int) -> Calibration:
    """One calibration."""
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/points")
@blp.arguments(PointsQuery, location="query")
@blp.response(200, paged(PointOut))
def points(query: dict[str, Any], key: int) -> Page[ToldPoint]:
    """The points of a calibration page by page, with what is decided of each."""
    return pointwise.page(signin.person(), key, **query)


@blp.route("/calibrations/<key:key>", methods=["PUT"])
@blp.etag
@blp.arguments(DraftIn)
@blp.response(200, CalibrationOut)
def revise(data: dict[str, Any], key: int) -> Calibration:
    """Say anew everything that a draft says."""
    found = queries.by_id(signin.person(), key, lock=True)
    blp.check_etag(found, CalibrationOut)
    actions.revise(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/submit", methods=["POST"])
@idempotent
@blp.arguments(SubmitIn)
@blp.response(200, CalibrationOut)
def submit(data: dict[str, Any], key: int) -> Calibration:
    """Hand a draft in for approval."""
    life.submit(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/return", methods=["POST"])
@idempotent
@blp.arguments(ReturnIn)
@blp.response(200, CalibrationOut)
def send_back(data: dict[str, Any], key: int) -> Calibration:
    """Give a submitted record back to who wrote it, with a reason."""
    life.send_back(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/approve", methods=["POST"])
@versioned
@reauthentication.counted
@idempotent
@blp.arguments(ApproveIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, CalibrationOut)
def approve(data: dict[str, Any], key: int) -> Calibration:
    """Sign a submitted result and issue it under its certificate number."""
    found = queries.by_id(signin.person(), key, lock=True)
    blp.check_version(found, CalibrationOut)
    actions.approve(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/confirm", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(ConfirmCopyIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, CalibrationOut)
def confirm(data: dict[str, Any], key: int) -> Calibration:
    """Confirm a certificate that somebody of its laboratory copied, after a second look."""
    second_look.confirm(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/void", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(VoidIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, CalibrationOut)
def void(data: dict[str, Any], key: int) -> Calibration:
    """Take a record out of account, with a reason."""
    actions.void(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)
