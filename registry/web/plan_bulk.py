"""Where a planner sees all that waits for a decision, and decides about many proposals of an indicator at once."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan import queries
from registry.plan.evidence import bulk
from registry.plan.evidence import queries as evidence
from registry.plan.evidence.bulk import Answers, Decision, Outcome
from registry.plan.evidence.schemas import EvidenceBulkIn
from registry.plan.models import Plan
from registry.plan.reports.schemas import PageQuery
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("plan_bulk", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/plan/<code:code>/waiting")
def waiting(code: str) -> Answer:
    """Every record that is proposed at an indicator and that nobody has decided about, page by page."""
    me = signin.person()
    plan = queries.by_code(code, me)
    page = evidence.proposals(plan, me, clock.today(), cursor=listed(PageQuery).get("cursor"), count="exact")
    rows = {row.code: row for row in queries.current_version(plan).rows}
    found = {"lines": page.items, "total": page.total, "next": page.next}
    return render_template("plan/waiting.html", plan=plan, rows=rows, **found)


@blp.post("/plan/<code:code>/<code:indicator>/bulk")
@idempotent
def decide(code: str, indicator: str) -> Answer:
    """Count or exclude the chosen records, or all that are proposed."""
    me = signin.person()
    plan = queries.by_code(code, me)
    require(me, Verb.EVIDENCE_DECIDE, plan.lead_id)
    form: Form[Answers] = Form(EvidenceBulkIn)
    answers = form.attempt(lambda data: _decided(plan, data), reading=lambda said: _read(said, indicator))
    if answers is None:
        page = render_template(
            "plan/bulk.html",
            plan=plan,
            indicator=indicator,
            answers=None,
            refused=[],
            form=form.typed,
            chosen=request.form.getlist("chosen"),
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    refused = [one for one in answers.answers if one.outcome in {Outcome.CONFLICT, Outcome.REFUSED}]
    if not refused and not answers.left:
        number = answers.number(Outcome.DECIDED, Outcome.UNCHANGED)
        counted = form.typed["state"] == Decision.COUNTED
        flash(_("Counted: %(number)s.", number=number) if counted else _("Excluded: %(number)s.", number=number))
        return redirect(url_for("plan.indicator", code=code, indicator=indicator))
    return render_template(
        "plan/bulk.html", plan=plan, indicator=indicator, answers=answers, refused=refused, form={}, errors={}
    )


def _read(said: dict[str, Any], indicator: str) -> dict[str, Any]:
    """What was ticked, as the schema knows it: `type/key` or `type/key/version`."""
    said = {name: value for name, value in said.items() if name != "chosen"} | {"indicator": indicator}
    if said.get("all_matching"):
        return said
    said.pop("expected", None)
    rows = []
    for ticked in request.form.getlist("chosen"):
        kind, _slash, rest = ticked.partition("/")
        key, _slash, version = rest.partition("/")
        rows.append({"record": {"type": kind, "id": key}} | ({"version": version} if version else {}))
    return said | {"rows": rows}


def _decided(plan: Plan, data: dict[str, Any]) -> Answers:
    answers = bulk.decide_many(plan, **data, by=signin.person())
    db.session.commit()
    return answers
