"""API doors of imports and exports of assets."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.assets.exchange import actions, queries, template
from registry.assets.exchange.models import AssetExport, AssetImport, AssetImportRow
from registry.assets.exchange.schemas import ExportIn, ExportOut, FormIn, TakeBackQuery
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.sheets.downloads import download, form_named
from registry.sheets.intake import BODY, only_a_sheet
from registry.sheets.schemas import (
    PAGE,
    ApplyIn,
    ColumnsIn,
    ImportOut,
    ImportRowOut,
    ImportsQuery,
    OneImportOut,
    RowsQuery,
)

blp = Blueprint("asset_imports", __name__, description="Sheets of assets, in and out, worked on in the background.")
FILE = {"type": "string", "format": "binary"}


@blp.route("/asset-imports")
@blp.arguments(ImportsQuery, location="query")
@blp.response(200, PAGE)
def imports(query: dict[str, Any]) -> Page[AssetImport]:
    """One's own imports, newest first."""
    return queries.imports(signin.person(), **query)


@blp.route("/asset-imports", methods=["POST"])
@blp.doc(requestBody=BODY)
@idempotent
@blp.response(202, ImportOut)
def upload() -> AssetImport:
    """Give a sheet to be checked; nothing is imported yet."""
    found = actions.upload(**only_a_sheet(), locale=current_locale(), by=signin.person())
    db.session.commit()
    return found


@blp.route("/asset-imports/<key:id>")
@blp.etag
@blp.response(200, OneImportOut)
def one(id: int) -> AssetImport:
    """An import and how far it is."""
    return queries.by_key(signin.person(), id)


@blp.route("/asset-imports/<key:id>/rows")
@blp.arguments(RowsQuery, location="query")
@blp.response(200, paged(ImportRowOut))
def rows(query: dict[str, Any], id: int) -> Page[AssetImportRow]:
    """What every row does, in the order of the sheet."""
    return queries.rows(queries.by_key(signin.person(), id), **query)


@blp.route("/asset-imports/<key:id>/columns", methods=["POST"])
@idempotent
@blp.arguments(ColumnsIn)
@blp.response(202, ImportOut)
def columns(data: dict[str, Any], id: int) -> AssetImport:
    """Say what columns of the sheet mean, and have it checked again."""
    found = actions.ask_columns(queries.by_key(signin.person(), id), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/asset-imports/<key:id>/apply", methods=["POST"])
@idempotent
@blp.arguments(ApplyIn)
@blp.response(202, ImportOut)
def apply(data: dict[str, Any], id: int) -> AssetImport:
    """Import what was checked: all rows, or the good ones."""
    found = actions.ask_apply(queries.by_key(signin.person(), id), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/asset-imports/<key:id>/wrong-rows", methods=["POST"])
@idempotent
@blp.arguments(FormIn)
@blp.response(202, ExportOut)
def wrong_rows(data: dict[str, Any], id: int) -> AssetExport:
    """Ask for a file of the rows that are wrong, to mend and send again; it is fetched like an export."""
    found = queries.by_key(signin.person(), id)
    asked = actions.ask_wrong_rows(found, **data, locale=current_locale(), by=signin.person())
    db.session.commit()
    return asked


@blp.route("/asset-imports/<key:id>/undo", methods=["POST"])
@idempotent
@blp.arguments(TakeBackQuery, location="query")
@blp.response(202, ImportOut)
def undo(data: dict[str, Any], id: int) -> AssetImport:
    """Take a whole import back while nothing depends on it."""
    found = actions.ask_undo(queries.by_key(signin.person(), id), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/asset-imports/template.<string:form>")
@blp.response(200, FILE, content_type="*/*")
def empty(form: str) -> Response:
    """The sheet to fill in, as xlsx or csv."""
    kind = form_named(form)
    return download(kind, "template", template.template(kind, locale=current_locale(), by=signin.person()))


@blp.route("/asset-exports", methods=["POST"])
@idempotent
@blp.arguments(ExportIn, location="query")
@blp.response(202, ExportOut)
def export(query: dict[str, Any]) -> AssetExport:
    """Ask for a file of the assets under filters."""
    form = query.pop("form")
    filters = ExportIn().dump(query)
    found = actions.ask_export(form=form, filters=filters, locale=current_locale(), by=signin.person())
    db.session.commit()
    return found


@blp.route("/asset-exports/<key:id>")
@blp.response(200, ExportOut)
def exported(id: int) -> AssetExport:
    """Whether a file is ready."""
    return queries.export_by_key(signin.person(), id)


@blp.route("/asset-exports/<key:id>/content")
@blp.response(200, FILE, content_type="*/*")
def content(id: int) -> Response:
    """The file."""
    found = queries.export_by_key(signin.person(), id)
    return download(found.form, "assets", queries.content(found))
