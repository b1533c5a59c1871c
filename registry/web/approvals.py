"""Where a manager finds what waits for them: results to approve, extensions to grant, proposed intervals to decide."""

from flask import Blueprint, render_template

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.schemas import HistoryQuery
from registry.calibration import waiting
from registry.calibration.due.words import span
from registry.calibration.review.words import METHODS
from registry.web.forms import listed

blp = Blueprint("approvals", __name__, url_prefix="/approvals")


@blp.get("")
def records() -> str:
    """Results that others handed in."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    page = waiting.record_page(signin.person(), **listed(HistoryQuery))
    return render_template("approvals/records.html", items=page.items, next=page.next, waiting=_counts())


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


def _counts() -> waiting.Waiting:
    return waiting.counted(signin.person())
