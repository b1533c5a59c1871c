"""Where somebody brings a whole inventory in from a sheet, looks at what it would do, and takes sheets out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.exchange import actions, queries, template
from registry.assets.exchange.columns import meaning_of
from registry.assets.exchange.intake import sheet
from registry.assets.exchange.models import AssetImport, Form, ImportState, Outcome
from registry.assets.exchange.schemas import ApplyIn, ExportIn, ImportsQuery, RowsQuery, changes_of, errors_of, notes_of
from registry.assets.exchange.sheet_files import download
from registry.assets.exchange.telling import lines
from registry.assets.labels import queries as labels
from registry.jobs.queries import somebody_works
from registry.kernel import problems
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Messages
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form as PageForm
from registry.web.forms import listed
from registry.web.shell import form_key

blp = Blueprint("exchange", __name__)
Answer = str | Response | tuple[str, int]
WORKING = frozenset({ImportState.QUEUED, ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING})


@blp.route("/assets/import", methods=["GET", "POST"])
@idempotent
def imports() -> Answer:
    """Bring a sheet in; the sheets that were brought in before."""
    require(signin.person(), Verb.ASSET_WRITE)
    if request.method == "POST":
        try:
            found = actions.upload(**sheet(), locale=current_locale(), by=signin.person())
        except Invalid as refusal:
            problems.rollback()
            return _upload_page(refusal.errors or {}), refusal.status
        db.session.commit()
        return redirect(url_for("exchange.show", id=found.id))
    return _upload_page({})


@blp.get("/assets/import/template.<any(xlsx, csv):form>")
def empty(form: str) -> Response:
    """The sheet to fill in."""
    require(signin.person(), Verb.ASSET_WRITE)
    name = "mau-nhap-thiet-bi" if current_locale() == "vi" else "asset-template"
    return download(Form(form), name, template.template(Form(form), locale=current_locale(), by=signin.person()))


@blp.get("/imports/<key:id>")
def show(id: int) -> Answer:
    """What a sheet would do, row by row, or did."""
    return _page(queries.by_key(signin.person(), id))


@blp.post("/imports/<key:id>/apply")
@idempotent
def apply(id: int) -> Answer:
    """Import all rows, or the good ones."""
    found = queries.by_key(signin.person(), id)
    form: PageForm[AssetImport] = PageForm(ApplyIn)
    if form.attempt(lambda data: actions.ask_apply(found, **data, by=signin.person())) is None:
        return _page(queries.by_key(signin.person(), id), form.errors), form.status
    db.session.commit()
    return redirect(url_for("exchange.show", id=id))


@blp.post("/imports/<key:id>/undo")
@idempotent
def undo(id: int) -> Answer:
    """Take a whole import back."""
    try:
        actions.ask_undo(queries.by_key(signin.person(), id), by=signin.person())
    except Conflict as conflict:
        problems.rollback()
        return _page(queries.by_key(signin.person(), id), {"_schema": [conflict.detail]}), conflict.status
    db.session.commit()
    return redirect(url_for("exchange.show", id=id))


@blp.post("/assets/export")
@idempotent
def export() -> Answer:
    """Ask for a file of the assets that the list shows."""
    query = listed(ExportIn)
    form = query.pop("form")
    filters = ExportIn().dump(query)
    found = actions.ask_export(form=form, filters=filters, locale=current_locale(), by=signin.person())
    db.session.commit()
    return redirect(url_for("exchange.exported", id=found.id))


@blp.get("/exports/<key:id>")
def exported(id: int) -> Answer:
    """A file that is being made, or is ready."""
    found = queries.export_by_key(signin.person(), id)
    return render_template(
        "exchange/export.html", export=found, nobody_works=not found.ready_at and not somebody_works()
    )


@blp.get("/exports/<key:id>/content")
def content(id: int) -> Response:
    """The file."""
    found = queries.export_by_key(signin.person(), id)
    name = "thiet-bi" if current_locale() == "vi" else "assets"
    return download(found.form, name, queries.content(found))


def _upload_page(errors: Messages) -> str:
    page = queries.imports(signin.person(), **listed(ImportsQuery))
    return render_template(
        "exchange/imports.html", imports=page.items, next=page.next, errors=errors, form_key=form_key()
    )


def _page(found: AssetImport, errors: Messages | None = None) -> str:
    working = found.state in WORKING
    if errors:
        flash(" ".join(message for messages in errors.values() for message in messages), "error")
    asked: dict[str, Any] = {} if errors else listed(RowsQuery)
    page = queries.rows(found, **asked)
    return render_template(
        "exchange/import.html",
        found=found,
        working=working,
        nobody_works=working and not somebody_works(),
        outcomes=[outcome.value for outcome in Outcome],
        good=sum(found.counted.get(outcome, 0) for outcome in (Outcome.NEW, Outcome.CHANGED)),
        wrong=found.counted.get(Outcome.ERROR, 0),
        rows=page.items,
        worn=labels.worn({row.tag for row in page.items if row.tag}),
        next=page.next,
        meaning_of=lambda field: meaning_of(field, current_locale()),
        lines=lambda row: lines(changes_of(row), current_locale()),
        errors_of=errors_of,
        notes_of=notes_of,
        form_key=form_key(),
    )
