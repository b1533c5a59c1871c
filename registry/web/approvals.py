"""Where a manager finds what waits for them: results to approve, extensions to grant, proposed intervals to decide."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.schemas import HistoryQuery
from registry.calibration import waiting
from registry.calibration.due.words import span
from registry.calibration.issuing import actions as issuing_actions
from registry.calibration.issuing import queries as issuing
from registry.calibration.issuing.schemas import IssuingIn
from registry.calibration.review.words import METHODS
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("approvals", __name__, url_prefix="/approvals")
MOST_LABS = 50


@blp.get("")
def records() -> str:
    """Results that others handed in."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    page = waiting.record_page(signin.person(), **listed(HistoryQuery))
    return render_template("approvals/records.html", items=page.items, next=page.next, waiting=_counts())


@blp.get("/copies")
def copies() -> str:
    """Certificates of one's own laboratories that somebody copied here and nobody confirmed."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    page = waiting.copy_page(signin.person(), **listed(HistoryQuery))
    return render_template("approvals/copies.html", items=page.items, next=page.next, waiting=_counts())


@blp.get("/extensions")
def extensions() -> str:
    """Extensions that others asked for."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    page = waiting.extension_page(signin.person(), **listed(HistoryQuery))
    return render_template("approvals/extensions.html", items=page.items, next=page.next, waiting=_counts())


@blp.get("/intervals")
def intervals() -> str:
    """Proposed intervals."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    page = waiting.review_page(signin.person(), **listed(HistoryQuery))
    return render_template(
        "approvals/intervals.html", items=page.items, next=page.next, waiting=_counts(), methods=METHODS, span=span
    )


@blp.get("/issuing")
def issuing_labs() -> str:
    """Which of the laboratories whose results one signs issue their certificates here."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    return _issuing_page({}, {}, None)


@blp.post("/issuing/<code:code>")
@reauthentication.counted
@idempotent
def decide_issuing(code: str) -> str | Response | tuple[str, int]:
    """Say from which day on a laboratory issues its certificates here."""
    form: Form[bool] = Form(IssuingIn, clears=True)

    def decided(data: dict[str, Any]) -> bool:
        issuing_actions.decide(labs.by_code(code, lock=True), **data, by=signin.person())
        db.session.commit()
        return True

    if form.attempt(decided) is None:
        return _issuing_page(form.typed, form.errors, code), form.status
    flash(_("Saved."))
    return redirect(url_for("approvals.issuing_labs"))


def _issuing_page(typed: dict[str, Any], errors: Any, refused: str | None) -> str:  # noqa: ANN401 — messages by field
    return render_template(
        "approvals/issuing.html",
        labs=issuing.own_labs(signin.person(), limit=MOST_LABS),
        today=clock.today(),
        form=typed,
        errors=errors,
        refused=refused,
        form_key=form_key(),
    )


def _counts() -> waiting.Waiting:
    return waiting.counted(signin.person())
