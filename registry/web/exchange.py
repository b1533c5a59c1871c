"""The pages of imports and exports of assets."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.exchange import actions, labelled, queries, template
from registry.assets.exchange.columns import is_derived, vocabulary
from registry.assets.exchange.schemas import ExportIn, TakeBackQuery
from registry.assets.exchange.telling import lines
from registry.calibration.exchange import columns as history
from registry.jobs.queries import somebody_works
from registry.kernel.db import db
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.sheets.downloads import download
from registry.sheets.models import Form
from registry.web.forms import listed
from registry.web.importing import Answer, Pages

blp = Blueprint("exchange", __name__)
RECORDED: Final = frozenset(
    {"performed_on", "issued_on", "valid_until", "certificate_no", "stamp_no", "lab", "outcome", "verification_kind"}
)


def _is_of_a_record(heading: str) -> bool:
    """Whether a heading is of what a calibration or verification says, from which due dates follow."""
    column = history.vocabulary().meant_by(heading)
    return column is not None and column.key in RECORDED


PAGES: Final = Pages(
    endpoint="exchange",
    actions=actions.IMPORTS,
    queries=queries,
    vocabulary=vocabulary,
    lines=lines,
    templates=("exchange/imports.html", "exchange/import.html"),
    told_elsewhere=_is_of_a_record,
    derived=is_derived,
    undoing=TakeBackQuery,
    ask_undo=actions.ask_undo,
    printed=labelled.printed,
)


@blp.route("/assets/import", methods=["GET", "POST"])
@idempotent
def imports() -> Answer:
    """Bring a sheet in; the sheets that were brought in before."""
    return PAGES.bring_in(is_sent=request.method == "POST")


@blp.get("/assets/import/template.<any(xlsx, csv):form>")
def empty(form: str) -> Response:
    """The sheet to fill in."""
    require(signin.person(), Verb.ASSET_WRITE)
    name = "mau-nhap-thiet-bi" if current_locale() == "vi" else "asset-template"
    return download(Form(form), name, template.template(Form(form), locale=current_locale(), by=signin.person()))


@blp.get("/imports/<key:id>")
def show(id: int) -> Answer:
    """What a sheet would do, row by row, or did."""
    return PAGES.show(id)


@blp.post("/imports/<key:id>/columns")
@idempotent
def columns(id: int) -> Answer:
    """Say what columns of the sheet mean, and have it checked again."""
    return PAGES.columns(id)


@blp.post("/imports/<key:id>/apply")
@idempotent
def apply(id: int) -> Answer:
    """Import all rows, or the good ones."""
    return PAGES.apply(id)


@blp.post("/imports/<key:id>/wrong-rows")
@idempotent
def wrong_rows(id: int) -> Answer:
    """Ask for a file of the rows that are wrong."""
    found = queries.by_key(signin.person(), id)
    asked = actions.ask_wrong_rows(found, form=Form.XLSX, locale=current_locale(), by=signin.person())
    db.session.commit()
    return redirect(url_for("exchange.exported", id=asked.id))


@blp.post("/imports/<key:id>/undo")
@idempotent
def undo(id: int) -> Answer:
    """Take a whole import back."""
    return PAGES.undo(id)


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
        "exchange/export.html",
        export=found,
        wrong_of=found.filters.get(actions.WRONG_OF),
        nobody_works=not found.ready_at and not somebody_works(),
    )


@blp.get("/exports/<key:id>/content")
def content(id: int) -> Response:
    """The file."""
    found = queries.export_by_key(signin.person(), id)
    vi, en = ("dong-sai", "wrong-rows") if actions.WRONG_OF in found.filters else ("thiet-bi", "assets")
    return download(found.form, vi if current_locale() == "vi" else en, queries.content(found))
