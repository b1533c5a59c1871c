"""Where who organises a round pastes the results of many participants from a spreadsheet: all of them or none."""

import re
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _, ngettext
from registry.kernel.idempotency import idempotent
from registry.labs.proficiency import entering, queries
from registry.labs.proficiency.models import PtRound
from registry.labs.proficiency.schemas import PastedIn
from registry.web import decimals
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("pt_paste", __name__)
Answer = str | Response | tuple[str, int]
COLUMNS: Final = ("participant", "value", "expanded_uncertainty", "coverage_factor", "unit")
NEEDED: Final = 3
DECIMALS: Final = frozenset({"value", "expanded_uncertainty", "coverage_factor"})
BETWEEN: Final = re.compile(r"\t|;")
OF_A_LINE: Final = re.compile(r"results\.([0-9]+)\.?(\w*)")


@blp.route("/proficiency/rounds/<key:id>/paste", methods=["GET", "POST"])
@idempotent
def paste(id: int) -> Answer:
    """Paste results of a measurand, a participant a line."""
    row = queries.round_by_id(signin.person(), id, lock=request.method == "POST")
    require(signin.person(), Verb.LAB_WRITE, row.scheme.organisation_id)
    form: Form[int] = Form(PastedIn)
    count = form.attempt(lambda data: _entered(row, data), reading=_read)
    if count is None:
        page = render_template(
            "proficiency/paste.html",
            row=queries.round_by_id(signin.person(), id),
            form=form.typed,
            errors=_beside(form.errors),
            form_key=form_key(),
        )
        return page, form.status
    flash(ngettext("%(num)s result was saved.", "%(num)s results were saved.", count))
    return redirect(url_for("pt_round.show", id=id))


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """What was pasted as the schema knows it; raises Invalid for a line that is no result."""
    lines = [line for line in said.pop("lines", "").splitlines() if line.strip()]
    errors: list[str] = []
    results = [_result(place, line, errors) for place, line in enumerate(lines, 1)]
    if errors:
        raise Invalid({"lines": errors})
    return said | {"results": results}


def _result(place: int, line: str, errors: list[str]) -> dict[str, str]:
    cells = [cell.strip() for cell in BETWEEN.split(line)]
    if not NEEDED <= len(cells) <= len(COLUMNS):
        text = _("Line %(line)s: give participant, result and U, then k and unit, with tabs or semicolons.", line=place)
        errors.append(text)
        return {}
    named = {name: cell for name, cell in zip(COLUMNS, cells, strict=False) if cell}
    for name in DECIMALS & named.keys():
        try:
            named[name] = decimals.plain(named[name])
        except decimals.Misread as misread:
            column = COLUMNS.index(name) + 1
            errors.append(_("Line %(line)s, column %(column)s: %(why)s", line=place, column=column, why=str(misread)))
    return named


def _entered(row: PtRound, data: dict[str, Any]) -> int:
    entering.enter_pasted(row, **data, by=signin.person())
    db.session.commit()
    return len(data["results"])


def _beside(errors: Messages) -> dict[str, Sequence[str]]:
    """Faults of lines beside the field they were pasted into."""
    found: dict[str, Sequence[str]] = {}
    for field, messages in errors.items():
        match = OF_A_LINE.fullmatch(field)
        if match is None:
            found["lines" if field == "results" else field] = messages
            continue
        column = COLUMNS.index(match[2]) + 1 if match[2] in COLUMNS else 1
        told = [
            _("Line %(line)s, column %(column)s: %(why)s", line=int(match[1]) + 1, column=column, why=message)
            for message in messages
        ]
        found["lines"] = [*found.get("lines", ()), *told]
    return found
