"""API doors of calibrations."""

from typing import Any

from registry.accounts import signin
from registry.calibration import actions, queries
from registry.calibration.models import Calibration
from registry.calibration.schemas import (
    ApproveIn,
    CalibrationIn,
    CalibrationLine,
    CalibrationOut,
    CalibrationQuery,
    VoidIn,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
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
@idempotent
@blp.arguments(CalibrationIn)
@blp.response(201, CalibrationOut)
def record(data: dict[str, Any]) -> Calibration:
    """Record a calibration."""
    made = actions.record(**data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), made.id)


@blp.route("/calibrations/<key:key>")
@blp.etag
@blp.response(200, CalibrationOut)
def calibration(key: int) -> Calibration:
    """One calibration."""
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/approve", methods=["POST"])
@idempotent
@blp.arguments(ApproveIn)
@blp.response(200, CalibrationOut)
def approve(data: dict[str, Any], key: int) -> Calibration:
    """Issue a draft under its certificate number."""
    actions.approve(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibrations/<key:key>/void", methods=["POST"])
@idempotent
@blp.arguments(VoidIn)
@blp.response(200, CalibrationOut)
def void(data: dict[str, Any], key: int) -> Calibration:
    """Take a record out of account, with a reason."""
    actions.void(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)
