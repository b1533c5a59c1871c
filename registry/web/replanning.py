"""Where a manager levels the load of weeks and months: a proposal first, then all of it at once."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.rules import ScheduleKind
from registry.calibration.replanning import actions, queries
from registry.calibration.replanning.levelling import Per
from registry.calibration.replanning.queries import Proposal
from registry.calibration.replanning.schemas import DueRangeIn, LevelQuery, PlannedDaysIn
from registry.kernel import clock
from registry.kernel.calendar import month_end, months_later
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("replanning", __name__, url_prefix="/replanning")
Answer = str | Response | tuple[str, int]
MONTHS = 6
LINES = 200


@blp.get("")
def show() -> Answer:
    """What falls due in a range, and how it could be levelled."""
    require(signin.person(), Verb.ASSET_WRITE)
    if "due_from" not in request.args:
        return _page(None, _drawn(), {}), 200
    try:
        found = queries.proposal(signin.person(), **listed(LevelQuery))
    except Invalid as refusal:
        return _page(None, request.args.to_dict(), refusal.errors or {}), 422
    return _page(found, request.args.to_dict(), {}), 200


@blp.post("/apply")
@idempotent
def apply() -> Answer:
    """Plan as was proposed: what was looked at is sent along."""
    form: Form[int] = Form(PlannedDaysIn)
    made = form.attempt(lambda data: actions.plan(**data, by=signin.person()), reading=_items)
    if made is None:
        first = next(iter(form.errors.values()), [""])[0]
        raise Conflict(_("Nothing was planned: %(why)s Make the proposal again.", why=first))
    db.session.commit()
    flash(_("Planned: %(count)s. Make the proposal again to change it, or take it back.", count=made))
    return redirect(url_for("replanning.show", **_asked()))


@blp.post("/clear")
@idempotent
def clear() -> Answer:
    """Take back the planned days of a range."""
    form: Form[int] = Form(DueRangeIn)
    said = {name: value for name, value in _asked().items() if name not in {"per", "capacity"}}
    made = form.attempt(lambda data: actions.clear(**data, by=signin.person()), reading=lambda _typed: said)
    if made is None:
        raise Invalid(form.errors)
    db.session.commit()
    flash(_("Planned days taken back: %(count)s.", count=made))
    return redirect(url_for("replanning.show", **_asked()))


def _items(typed: dict[str, Any]) -> dict[str, Any]:
    """The lines of the proposal: tag, kind, due date and planned day with blanks between them."""
    lines = (line.split() for line in str(typed.get("lines", "")).splitlines())
    names = ("asset", "kind", "due_on", "planned_on")
    return {"items": [dict(zip(names, line, strict=False)) for line in lines if line]}


def _asked() -> dict[str, Any]:
    names = ("due_from", "due_to", "owner", "kind", "lab", "per", "capacity")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _drawn() -> dict[str, Any]:
    """The months from the next on."""
    start = months_later(clock.today().replace(day=1), 1)
    end = month_end(months_later(start, MONTHS - 1))
    return {"due_from": start.isoformat(), "due_to": end.isoformat(), "per": Per.MONTH.value, "capacity": ""}


def _page(found: Proposal | None, typed: dict[str, Any], errors: Any) -> str:  # noqa: ANN401 — messages by field
    me = signin.person()
    return render_template(
        "replanning/replanning.html",
        proposal=found,
        shown=found.items[:LINES] if found else [],
        asked=_asked(),
        form=typed,
        errors=errors,
        kinds=[kind.value for kind in ScheduleKind],
        pers=[per.value for per in Per],
        owners=accounts.organisation_choices(me, Verb.ASSET_WRITE, clock.today()),
        labs=labs.choices(),
        form_key=form_key(),
    )
