"""Where a manager levels the load of weeks and months: a proposal first, then all of it at once."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.rules import ScheduleKind
from registry.calibration.competence.foreseen import Foreseen, Planned, foreseen
from registry.calibration.replanning import actions, queries
from registry.calibration.replanning.levelling import Per
from registry.calibration.replanning.queries import Proposal
from registry.calibration.replanning.schemas import DueRangeIn, PlannedDaysIn, PlanningQuery
from registry.kernel import clock
from registry.kernel.calendar import month_end, months_later
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.web import load_chart
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("replanning", __name__, url_prefix="/replanning")
Answer = str | Response | tuple[str, int]
MONTHS = 6
LINES = 200
NAMES = ("asset", "kind", "due_on", "planned_on")


@blp.get("")
def show() -> Answer:
    """What falls due in a range, and how it could be levelled; planners look, those who keep the assets also plan."""
    if not accounts.may(signin.person(), Verb.PLAN_WRITE, None):
        require(signin.person(), Verb.ASSET_WRITE)
    if "due_from" not in request.args:
        return _page(None, _drawn(), {}), 200
    try:
        found = _proposal()
    except Invalid as refusal:
        return _page(None, request.args.to_dict(), refusal.errors or {}), 422
    return _page(found, request.args.to_dict(), {}), 200


@blp.post("/apply")
@idempotent
def apply() -> Answer:
    """Plan what was proposed, or other days, without the lines that were left out: what was looked at is sent along."""
    form: Form[int] = Form(PlannedDaysIn)
    lines = _lines(form.typed)
    made = form.attempt(
        lambda data: actions.plan(**data, by=signin.person()), reading=lambda _typed: {"items": _taken(lines)}
    )
    if made is None:
        return _again(lines, form), form.status
    db.session.commit()
    flash(_("Planned: %(count)s. Make the proposal again to change it, or take it back.", count=made))
    return redirect(url_for("replanning.show", **_asked()))


@blp.post("/clear")
@idempotent
def clear() -> Answer:
    """Take back the planned days of a range."""
    form: Form[int] = Form(DueRangeIn)
    said = {name: value for name, value in _asked().items() if name not in {"per", "capacity", "by_lab"}}
    made = form.attempt(lambda data: actions.clear(**data, by=signin.person()), reading=lambda _typed: said)
    if made is None:
        raise Invalid(form.errors)
    db.session.commit()
    flash(_("Planned days taken back: %(count)s.", count=made))
    return redirect(url_for("replanning.show", **_asked()))


def _lines(typed: dict[str, Any]) -> list[dict[str, str]]:
    """The lines of the proposal as they were sent: those shown one by one, the others with blanks between them."""
    shown = [line for line in typed.get("items", []) if isinstance(line, dict)]
    if typed.get("others") is None:
        return shown
    split = (line.split() for line in str(typed.get("lines", "")).splitlines())
    return [*shown, *({"taken": "1", **dict(zip(NAMES, line, strict=False))} for line in split if line)]


def _taken(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """The lines that were not left out, as the schema knows them; a day left empty is none."""
    taken = [line for line in lines if line.get("taken")]
    return [{name: line[name] for name in NAMES if line.get(name)} for line in taken]


def _again(lines: list[dict[str, str]], form: Form[int]) -> str:
    """The proposal as it is now, with what was typed into its lines and what was wrong there."""
    taken = [line for line in lines if line.get("taken")]
    errors: dict[str, Any] = {}
    wrong: dict[tuple[str, str], Any] = {}
    for name, said in form.errors.items():
        place, _dot, _field = name.removeprefix("items.").partition(".")
        if name.startswith("items.") and place.isdecimal() and int(place) < len(taken):
            line = taken[int(place)]
            wrong[line.get("asset", ""), line.get("kind", "")] = said
            errors.setdefault("planned_on", said)
        else:
            errors[name] = said
    try:
        found = _proposal()
    except Invalid as refusal:
        return _page(None, request.args.to_dict(), refusal.errors or {})
    typed = {(line.get("asset", ""), line.get("kind", "")): line for line in lines}
    return _page(found, request.args.to_dict(), errors, typed=typed, wrong=wrong)


def _asked() -> dict[str, Any]:
    names = ("due_from", "due_to", "owner", "kind", "lab", "per", "capacity", "by_lab")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _proposal() -> Proposal:
    """The proposal that is asked for; the laboratory that shall do the work changes none of its days."""
    said = listed(PlanningQuery)
    if by_lab := said.pop("by_lab", None):
        labs.lab_field(by_lab, "by_lab")
    return queries.proposal(signin.person(), **said)


def _foreseen(found: Proposal | None, code: str) -> list[Foreseen | None]:
    """What is known of the laboratory of each line that is shown, on the day the work would be done."""
    if found is None:
        return []
    chosen = labs.lab_field(code, "by_lab").id if code else None
    works = [Planned(item.asset_id, item.kind, item.planned_on or item.due_on, chosen) for item in found.items[:LINES]]
    return foreseen(works, clock.today())


def _drawn() -> dict[str, Any]:
    """The months from the next on."""
    start = months_later(clock.today().replace(day=1), 1)
    end = month_end(months_later(start, MONTHS - 1))
    return {"due_from": start.isoformat(), "due_to": end.isoformat(), "per": Per.MONTH.value, "capacity": ""}


def _page(
    found: Proposal | None,
    said: dict[str, Any],
    errors: Any,  # noqa: ANN401 — messages by field
    *,
    typed: Mapping[tuple[str, str], dict[str, str]] | None = None,
    wrong: Mapping[tuple[str, str], Any] | None = None,
) -> str:
    me = signin.person()
    writes = accounts.may(me, Verb.ASSET_WRITE, None)
    per = Per.WEEK if said.get("per") == Per.WEEK.value else Per.MONTH
    return render_template(
        "replanning/replanning.html",
        proposal=found,
        drawn=load_chart.drawn(found.spans, found.capacity, per) if found and found.spans else None,
        called=lambda span: load_chart.called(span, per),
        shown=found.items[:LINES] if found else [],
        foreseen=_foreseen(found, str(said.get("by_lab") or "")),
        others=found.items[LINES:] if found else [],
        typed=typed,
        wrong=wrong or {},
        may_apply=writes,
        today=clock.today(),
        asked=_asked(),
        form=said,
        errors=errors,
        kinds=[kind.value for kind in ScheduleKind],
        owners=accounts.organisation_choices(me, Verb.ASSET_WRITE if writes else Verb.PLAN_WRITE, clock.today()),
        labs=labs.choices(),
        form_key=form_key(),
    )
