"""The pages on which years of calibrations and verifications are brought in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.exchange import actions, queries, template
from registry.calibration.exchange.columns import vocabulary
from registry.calibration.exchange.models import CalibrationImportRow
from registry.calibration.exchange.schemas import UndoIn
from registry.kernel.i18n import current_locale
from registry.kernel.idempotency import idempotent
from registry.sheets.downloads import download
from registry.sheets.models import Form
from registry.sheets.telling import Line, text
from registry.web.importing import Answer, Pages

blp = Blueprint("history_import", __name__)


def _lines(changes: Mapping[str, Sequence[Any]], locale: str) -> list[Line]:
    words = vocabulary()
    return [
        Line(words.meaning_of(key, locale), "", text(words.columns.get(key), new, locale))
        for key, (_old, new) in changes.items()
    ]


def _record_of(row: CalibrationImportRow) -> str | None:
    return url_for("calibration.show", id=row.calibration_id) if row.calibration_id is not None else None


PAGES: Final = Pages(
    endpoint="history_import",
    actions=actions.IMPORTS,
    queries=queries,
    vocabulary=vocabulary,
    lines=_lines,
    templates=("exchange/histories.html", "exchange/history.html"),
    record_of=_record_of,
    undoing=UndoIn,
)


@blp.route("/calibrations/import", methods=["GET", "POST"])
@idempotent
def imports() -> Answer:
    """Bring a sheet in; the sheets that were brought in before."""
    return PAGES.bring_in(is_sent=request.method == "POST")


@blp.get("/calibrations/import/template.<any(xlsx, csv):form>")
def empty(form: str) -> Response:
    """The sheet to fill in."""
    require(signin.person(), Verb.CALIBRATION_RECORD)
    name = "mau-nhap-ho-so" if current_locale() == "vi" else "records-template"
    return download(Form(form), name, template.template(Form(form), locale=current_locale(), by=signin.person()))


@blp.get("/calibration-imports/<key:id>")
def show(id: int) -> Answer:
    """What a sheet would do, record by record, or did."""
    return PAGES.show(id)


@blp.post("/calibration-imports/<key:id>/columns")
@idempotent
def columns(id: int) -> Answer:
    """Say what columns of the sheet mean, and have it checked again."""
    return PAGES.columns(id)


@blp.post("/calibration-imports/<key:id>/apply")
@idempotent
def apply(id: int) -> Answer:
    """Import all records, or the good ones."""
    return PAGES.apply(id)


@blp.post("/calibration-imports/<key:id>/undo")
@reauthentication.counted
@idempotent
def undo(id: int) -> Answer:
    """Take a whole import back."""
    return PAGES.undo(id)
