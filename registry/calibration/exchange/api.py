"""API doors of imports of calibrations."""

from typing import Any

from flask import Response

from registry.accounts import reauthentication, signin
from registry.calibration.exchange import actions, queries, template
from registry.calibration.exchange.models import CalibrationImport, CalibrationImportRow
from registry.calibration.exchange.schemas import CalibrationImportRowOut, UndoIn
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.sheets.downloads import download, form_named
from registry.sheets.intake import BODY, only_a_sheet
from registry.sheets.schemas import PAGE, ApplyIn, ColumnsIn, ImportOut, ImportsQuery, OneImportOut, RowsQuery

blp = Blueprint("calibration_imports", __name__, description="History from sheets, worked on in the background.")
FILE = {"type": "string", "format": "binary"}


@blp.route("/calibration-imports")
@blp.arguments(ImportsQuery, location="query")
@blp.response(200, PAGE)
def imports(query: dict[str, Any]) -> Page[CalibrationImport]:
    """One's own imports of calibrations, newest first."""
    return queries.imports(signin.person(), **query)


@blp.route("/calibration-imports", methods=["POST"])
@blp.doc(requestBody=BODY)
@idempotent
@blp.response(202, ImportOut)
def upload() -> CalibrationImport:
    """Give a sheet of calibrations to be checked; nothing is recorded yet."""
    found = actions.upload(**only_a_sheet(), locale=current_locale(), by=signin.person())
    db.session.commit()
    return found


@blp.route("/calibration-imports/<key:id>")
@blp.etag
@blp.response(200, OneImportOut)
def one(id: int) -> CalibrationImport:
    """An import of calibrations and how far it is."""
    return queries.by_key(signin.person(), id)


@blp.route("/calibration-imports/<key:id>/rows")
@blp.arguments(RowsQuery, location="query")
@blp.response(200, paged(CalibrationImportRowOut))
def rows(query: dict[str, Any], id: int) -> Page[CalibrationImportRow]:
    """What every record does, in the order of the sheet."""
    return queries.rows(queries.by_key(signin.person(), id), **query)


@blp.route("/calibration-imports/<key:id>/columns", methods=["POST"])
@idempotent
@blp.arguments(ColumnsIn)
@blp.response(202, ImportOut)
def columns(data: dict[str, Any], id: int) -> CalibrationImport:
    """Say what columns of a sheet of records mean, and have it checked again."""
    found = actions.ask_columns(queries.by_key(signin.person(), id), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/calibration-imports/<key:id>/apply", methods=["POST"])
@idempotent
@blp.arguments(ApplyIn)
@blp.response(202, ImportOut)
def apply(data: dict[str, Any], id: int) -> CalibrationImport:
    """Record what was checked: all records, or the good ones."""
    found = actions.ask_apply(queries.by_key(signin.person(), id), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/calibration-imports/<key:id>/undo", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(UndoIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(202, ImportOut)
def undo(data: dict[str, Any], id: int) -> CalibrationImport:
    """Void everything an import recorded while nothing depends on it."""
    found = actions.ask_undo(queries.by_key(signin.person(), id), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/calibration-imports/template.<string:form>")
@blp.response(200, FILE, content_type="*/*")
def empty(form: str) -> Response:
    """The sheet of calibrations to fill in, as xlsx or csv."""
    kind = form_named(form)
    return download(kind, "template", template.template(kind, locale=current_locale(), by=signin.person()))
