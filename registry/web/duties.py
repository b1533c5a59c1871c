"""Where planners see what a plan asks of whom, and say how that stands."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan import queries as plans
from registry.plan.duties import actions, queries, words
from registry.plan.duties.queries import Lead, Task
from registry.plan.duties.rules import State
from registry.plan.duties.schemas import DutyEdit, DutyQuery, drawn
from registry.plan.models import Plan
from registry.sheets import downloads
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("duties", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/plan/<code:code>/duties")
def list_duties(code: str) -> Answer:
    """What the plan asks for: overdue first, then by due date, what never ends last."""
    plan = plans.by_code(code, signin.person())
    query = listed(DutyQuery)
    on = query.pop("on", None) or clock.today()
    page = queries.page_of(plan, on, **query | {"limit": 200, "count": "exact"})
    every = queries.tasks(plan, on)
    states = [task.state for task in every]
    return render_template(
        "duties/list.html",
        plan=plan,
        tasks=page.items,
        next=page.next,
        total=page.total,
        counts={state: states.count(state) for state in State},
        bodies=_bodies(every),
        files=queries.file_counts(page.items),
        words=words,
        asked=query,
        on=on,
        is_today=on == clock.today(),
    )


@blp.get("/plan/<code:code>/duties/export/<string:form>")
def export(code: str, form: str) -> Response:
    """The same list as a file for spreadsheets."""
    wanted = downloads.form_named(form)
    plan = plans.by_code(code, signin.person())
    query = {name: value for name, value in listed(DutyQuery).items() if name not in {"limit", "cursor", "count"}}
    on = query.pop("on", None) or clock.today()
    headings = [
        *(_("Code"), _("Duty"), _("Clause"), _("Year"), _("Due"), _("State"), _("Done on"), _("Led by")),
        *(_("Answers for it now"), _("With"), _("Owner"), _("Note")),
    ]
    rows = (_exported(task) for task in queries.tasks(plan, on, **query))
    return downloads.download(wanted, f"{plan.code}-duties", downloads.written(wanted, _("Duties"), headings, rows))


@blp.route("/plan/<code:code>/duties/<key:key>", methods=["GET", "POST"])
@idempotent
def show(code: str, key: int) -> Answer:
    """One duty: who has to do it, how it stands, its files and history, and a form that says more."""
    me = signin.person()
    plan = plans.by_code(code, me)
    form: Form[Task] = Form(DutyEdit, clears=True)
    task = queries.task(plan, key, clock.today(), lock=form.submitted)
    if form.submitted:
        actions.may_report(plan, task.duty, by=me)
    if form.attempt(lambda data: _reported(form, plan, task, data), reading=_read) is None:
        return _page(plan, task, form), form.status
    flash(_("Saved."))
    return redirect(url_for("duties.show", code=code, key=key))


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """A day is typed for what is done, and a note may be empty."""
    if said.get("state") != State.DONE:
        said.pop("done_on", None)
    return {"note": ""} | said


def _reported(form: Form[Task], plan: Plan, task: Task, data: dict[str, Any]) -> Task:
    form.check_version(task.duty.version)
    actions.report(plan, task.duty, **data, by=signin.person())
    db.session.commit()
    return task


def _page(plan: Plan, task: Task, form: Form[Task]) -> str:
    me, today = signin.person(), clock.today()
    may_write = queries.may_write(plan, task.duty, me)
    rows = {row.code: row for row in plans.current_version(plan).rows}
    return render_template(
        "duties/duty.html",
        plan=plan,
        task=task,
        words=words,
        rows=[rows[code] for code in task.said["indicators"] if code in rows],
        years=[row for row in queries.siblings(plan, task.duty) if row.year],
        today=today,
        may_write=may_write,
        owners=queries.owners(plan, today) if may_write else [],
        form=form.typed if form.submitted else drawn(task),
        errors=form.errors,
        files=attachments.shown(queries.hook(task.duty)),
        most_bytes=MAX_BYTES,
        history=audit.history("duty", task.duty.id),
        form_key=form_key(),
    )


def _bodies(tasks: list[Task]) -> list[tuple[str, str]]:
    """Everybody who has to do something, by the name the plan has, as (code, name)."""
    parts = [part for task in tasks for part in (task.lead, task.cooperating)]
    named = {one.named.code: one.named.name for part in parts for one in part.bodies}
    return sorted(named.items(), key=lambda body: body[1])


def _exported(task: Task) -> list[downloads.Value]:
    duty = task.duty
    return [
        *(duty.code, task.title, task.said["clause"], duty.year or None, duty.due_on, str(words.STATES[task.state])),
        *(duty.done_on, _named(task.lead), "; ".join(one.now.name for one in task.lead.bodies)),
        *(_named(task.cooperating), duty.owner.name if duty.owner else None, duty.note),
    ]


def _named(lead: Lead) -> str:
    return lead.raw or "; ".join(one.named.name for one in lead.bodies)
