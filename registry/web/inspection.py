"""Where state inspections are planned, prepared, looked at and brought to their end."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.inspection import acting, actions, queries
from registry.inspection.acting import Act
from registry.inspection.checks import queries as checks
from registry.inspection.checks import reading
from registry.inspection.checks.schemas import InspectionCheckQuery, said_answer
from registry.inspection.minutes import queries as minutes
from registry.inspection.models import Inspection
from registry.inspection.rules import RECORDING, State, TeamRole, early_text, state_text
from registry.inspection.schemas import InspectionEdit, InspectionIn, InspectionQuery, InspectionStepIn
from registry.inspection.statistics import queries as counting
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.text import shown
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.sheets import downloads
from registry.web.forms import Form, listed
from registry.web.linking import linked
from registry.web.organisations import code_meant
from registry.web.shell import form_key

blp = Blueprint("inspection", __name__)
Answer = str | Response | tuple[str, int]
AT_ONCE: Final = 200
MOST_EXPORTED: Final = 20_000
WRITTEN = (
    "subject_name",
    "subject_address",
    "place",
    "decision_no",
    "subject_types",
    "note",
)


@blp.get("/inspections")
def list_visits() -> Answer:
    """Find an inspection."""
    me = signin.person()
    page = queries.page_of(me, **listed(InspectionQuery))
    return render_template(
        "inspection/list.html",
        visits=page.items,
        counts=checks.counts([visit.id for visit in page.items]),
        next=page.next,
        states=[state.value for state in State],
        may_plan=accounts.may(me, Verb.INSPECTION_WRITE, None),
        may_count=counting.may_read(me),
        person=me.id,
    )


@blp.get("/inspections/export.<any(csv, xlsx):form>")
def export(form: str) -> Response:
    """The inspections that the list shows with its filters, as a table."""
    me, asked = signin.person(), listed(InspectionQuery) | {"limit": AT_ONCE, "cursor": None}
    rows: list[list[downloads.Value]] = []
    while len(rows) < MOST_EXPORTED:
        page = queries.page_of(me, **asked)
        counts = checks.counts([visit.id for visit in page.items])
        rows += [_row(visit, *counts.get(visit.id, (0, 0))) for visit in page.items]
        if page.next is None:
            break
        asked["cursor"] = page.next
    headings = [_("Number"), _("State"), _("Inspecting body"), _("Inspected organisation"), _("Place"), _("Area")]
    headings += [_("From"), _("To"), _("Decision number"), _("Instruments checked"), _("Violations")]
    made = downloads.form_named(form)
    return downloads.download(made, "inspections", downloads.written(made, _("Inspections"), headings, rows))


@blp.route("/inspections/new", methods=["GET", "POST"])
@idempotent
def plan_visit() -> Answer:
    """Plan an inspection."""
    me = signin.person()
    require(me, Verb.INSPECTION_WRITE)
    bodies = queries.authorities(me)
    first = bodies[0].code if bodies else ""
    drawn = {
        "authority": first,
        "organisation": request.args.get("organisation", ""),
        "planned_from": clock.today().isoformat(),
        "team": [{"person": me.email, "role": TeamRole.LEADER.value}],
    }
    form: Form[Inspection] = Form(InspectionIn, drawn=drawn)
    made = form.attempt(_planned, reading=_found)
    if made is None:
        return _form_page(form, None, bodies[0].id if bodies else None, authorities=bodies)
    flash(_("Planned."))
    return redirect(url_for("inspection.show", id=made.id))


@blp.get("/inspections/<key:id>")
def show(id: int) -> Answer:
    """One inspection: its team and steps, and what was seen."""
    return _page(queries.by_id(signin.person(), id), {}, {}), 200


@blp.route("/inspections/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit(id: int) -> Answer:
    """Change an inspection until its minutes are signed."""
    me = signin.person()
    visit = queries.by_id(me, id, lock=True)
    acting.check(visit, Act.ARRANGE, me)
    form: Form[Inspection] = Form(InspectionEdit, drawn=_drawn(visit), clears=True)
    if form.attempt(lambda data: _edited(visit, form, data)) is None:
        return _form_page(form, visit, visit.authority_id)
    flash(_("Saved."))
    return redirect(url_for("inspection.show", id=id))


@blp.post("/inspections/<key:id>/step")
@idempotent
def turn(id: int) -> Answer:
    """Take the next step."""
    visit = queries.by_id(signin.person(), id, lock=True)
    form: Form[Inspection] = Form(InspectionStepIn)
    if form.attempt(lambda data: _turned(visit, data)) is None:
        return _page(queries.by_id(signin.person(), id), form.typed, form.errors), form.status
    flash(_("The inspection goes on."))
    return redirect(url_for("inspection.show", id=id))


def _row(visit: Inspection, checked: int, bad: int) -> list[downloads.Value]:
    body, area = visit.authority.name, visit.area.name if visit.area is not None else None
    about: list[downloads.Value] = [visit.id, state_text(visit.state), body, visit.subject_name, visit.place, area]
    return [*about, visit.planned_from, visit.planned_to, visit.decision_no, checked, bad]


def _page(visit: Inspection, typed: dict[str, Any], errors: Messages) -> str:
    me = signin.person()
    page = checks.page_of(visit, **listed(InspectionCheckQuery))
    is_inside = queries.is_inside(me, visit)
    return render_template(
        "inspection/visit.html",
        visit=visit,
        lines=reading.as_read(me, visit, page.items),
        next=page.next,
        counted=checks.counts([visit.id]).get(visit.id, (0, 0)),
        said_answer=said_answer,
        **linked(me, [Record(RecordType.INSPECTION, str(visit.id))]),
        disputed=checks.disputed(visit) if is_inside else [],
        is_inside=is_inside,
        late_checks=minutes.late_checks(visit) if is_inside and visit.state is State.SIGNED else 0,
        leads=acting.may(me, visit, Act.LEAD),
        arranges=acting.may(me, visit, Act.ARRANGE),
        decides=visit.state is State.IN_PROGRESS and acting.may(me, visit, Act.LEAD),
        registers=accounts.may(me, Verb.ASSET_WRITE, None),
        records=visit.state in RECORDING and any(one.person_id == me.id for one in visit.team),
        steps=[state.value for state in acting.steps(me, visit)],
        history=audit.history("inspection", visit.id) if is_inside else [],
        form=typed,
        errors=errors,
        early=early_text(visit.planned_from, clock.today()),
        person=me.id,
        form_key=form_key(),
    )


def _form_page(form: Form[Inspection], visit: Inspection | None, authority_id: int | None, **more: Any) -> Answer:  # noqa: ANN401 — what the template is given
    page = render_template(
        "inspection/form.html",
        visit=visit,
        form=form.typed,
        errors=form.errors,
        people=queries.inspectors_for(authority_id) if authority_id is not None else [],
        organisations=queries.inspectable(signin.person()) if visit is None else [],
        areas=queries.areas(signin.person()) if visit is None else [],
        most=queries.MOST_CHOICES,
        plans=queries.plan_page(signin.person()).items if visit is None else [],
        roles=[role.value for role in TeamRole],
        form_key=form_key(),
        **more,
    )
    return page, form.status


def _drawn(visit: Inspection) -> dict[str, Any]:
    days = {"planned_from": visit.planned_from.isoformat(), "planned_to": visit.planned_to.isoformat()}
    days |= {"decision_on": visit.decision_on.isoformat() if visit.decision_on else ""}
    team = [
        {"person": one.person.email, "role": one.role.value, "certificate_no": one.certificate_no or ""}
        for one in visit.team
    ]
    written = {name: getattr(visit, name) or "" for name in WRITTEN}
    return written | days | {"team": team, "version": str(visit.version)}


def _found(said: dict[str, Any]) -> dict[str, Any]:
    """An organisation by what was typed of it: its code, or a part of a name that only one has. Raises Invalid."""
    typed = str(said.get("organisation") or "").strip()
    if not typed:
        return said
    unknown = _("No organisation of your territory is called “%(typed)s”; write its name below.", typed=shown(typed))
    return said | {
        "organisation": code_meant(typed, "organisation", queries.to_inspect(signin.person()), unknown=unknown)
    }


def _planned(data: dict[str, Any]) -> Inspection:
    made = actions.plan_visit(**data, by=signin.person())
    db.session.commit()
    return made


def _edited(visit: Inspection, form: Form[Inspection], data: dict[str, Any]) -> Inspection:
    form.check_version(visit.version)
    actions.edit(visit, **data, by=signin.person())
    db.session.commit()
    return visit


def _turned(visit: Inspection, data: dict[str, Any]) -> Inspection:
    actions.turn(visit, **data, by=signin.person())
    db.session.commit()
    return visit
