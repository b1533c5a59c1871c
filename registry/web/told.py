"""Where people see what they were told of cases, and managers and planners what was told to whom."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.cases import parts
from registry.calibration.notices import actions, told, words
from registry.calibration.notices.rules import Delivery, Subject
from registry.calibration.notices.schemas import PlainQuery, TellingQuery
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.web.concerning import concerning
from registry.web.forms import listed

blp = Blueprint("told", __name__)


@blp.get("/notices")
def log() -> str:
    """What was told to whom about the things of my organisations."""
    require(signin.person(), Verb.TELLING_READ)
    page = told.page_of(signin.person(), **listed(TellingQuery))
    return render_template(
        "notices/told.html",
        tellings=page.items,
        next=page.next,
        subjects=list(Subject),
        deliveries=list(Delivery),
        words=words,
    )


@blp.get("/account/notices/cases")
def cases() -> str:
    """The cases that say something of items whose records I may read, whether I was told of them or came later."""
    me = signin.person()
    page = parts.page_of(me, **listed(PlainQuery))
    return render_template("notices/cases.html", concerning=concerning(me, page.items), next=page.next, words=words)


@blp.post("/account/notices/cases/<key:id>/note")
def note(id: int) -> Response:
    """Note what I was told of a case."""
    actions.note(told.own_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    flash(_("Noted."))
    return redirect(url_for("told.cases"))
