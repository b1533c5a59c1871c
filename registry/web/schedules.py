"""What the pages of a schedule share: the schedule that is changed, and a form that was sent about it."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.assets.models import Asset, Schedule
from registry.calibration.due import queries
from registry.kernel.db import db
from registry.kernel.errors import Messages
from registry.web.forms import Form

Answer = str | Response | tuple[str, int]
Redraw = Callable[[dict[str, Any], Messages, str], str]


def locked(tag: str, kind: str) -> tuple[Asset, Schedule]:
    """An asset and its schedule, kept from others until the commit."""
    return queries.asset_schedule(signin.person(), tag, kind, lock=True)


def attempted(form: Form[object], act: Callable[..., object], redraw: Redraw, *, done: str, back: str) -> Answer:
    """Do what a form asks for and go back, or draw the page again with what was refused, and of which form."""
    if form.attempt(lambda data: act(**data, by=signin.person())) is None:
        return redraw(form.typed, form.errors, (request.endpoint or "").partition(".")[2]), form.status
    db.session.commit()
    flash(done)
    return redirect(back)
