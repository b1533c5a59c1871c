"""API doors of procedures."""

from typing import Any

from registry.accounts import signin
from registry.calibration.procedures import actions, queries
from registry.calibration.procedures.models import CalibrationProcedure, ProcedureVersion
from registry.calibration.procedures.schemas import (
    ProcedureIn,
    ProcedureLine,
    ProcedureOut,
    ProcedureQuery,
    ProcedureRevision,
    RetirementIn,
    VersionTermsOut,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("calibration_procedures", __name__, description="How calibrations are done, version by version.")


@blp.route("/calibration-procedures")
@blp.arguments(ProcedureQuery, location="query")
@blp.response(200, paged(ProcedureLine))
def procedures(query: dict[str, Any]) -> Page[CalibrationProcedure]:
    """List procedures."""
    return queries.page_of(signin.person(), **query)


@blp.route("/calibration-procedures", methods=["POST"])
@idempotent
@blp.arguments(ProcedureIn)
@blp.response(201, ProcedureOut)
def add(data: dict[str, Any]) -> CalibrationProcedure:
    """Add a procedure."""
    added = actions.add(**data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), added.id)


@blp.route("/calibration-procedures/<key:key>")
@blp.etag
@blp.response(200, ProcedureOut)
def one(key: int) -> CalibrationProcedure:
    """One procedure, by its newest version."""
    return queries.by_id(signin.person(), key)


@blp.route("/calibration-procedures/<key:key>", methods=["PUT"])
@blp.etag
@blp.arguments(ProcedureRevision)
@blp.response(200, ProcedureOut)
def revise(data: dict[str, Any], key: int) -> CalibrationProcedure:
    """Say everything anew in the next version of a procedure."""
    found = queries.by_id(signin.person(), key, lock=True)
    blp.check_etag(found, ProcedureOut)
    actions.revise(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibration-procedures/<key:key>/retire", methods=["POST"])
@idempotent
@blp.arguments(RetirementIn)
@blp.response(200, ProcedureOut)
def retire(data: dict[str, Any], key: int) -> CalibrationProcedure:
    """Offer a procedure no longer, with a reason."""
    actions.retire(queries.by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)


@blp.route("/calibration-procedures/<key:key>/versions/<key:number>")
@blp.etag
@blp.response(200, VersionTermsOut)
def version(key: int, number: int) -> ProcedureVersion:
    """One version of a procedure, as it was."""
    return queries.version_of(queries.by_id(signin.person(), key), number)
