"""The first page: what presses, for whoever is looking."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.accounts.signin import public
from registry.assets import pressing
from registry.assets.custody import queries as custody
from registry.assets.lifecycle import queries as lifecycle
from registry.assets.lists import queries as lists
from registry.assets.rules import CALLED_BACK, Doubted
from registry.calibration import queries as calibrations
from registry.calibration import waiting
from registry.calibration.cases import owners, parts
from registry.calibration.cases import queries as cases
from registry.calibration.models import Calibration
from registry.calibration.notices import words as told_words
from registry.calibration.rules import RecordStatus
from registry.inspection import queries as inspections
from registry.inspection.measures import queries as measures
from registry.inspection.measures import rules as measures_rules
from registry.kernel import clock
from registry.plan import queries as plans
from registry.plan.evidence import queries as evidence
from registry.plan.reports import queries as reports
from registry.plan.rules import Verdict
from registry.web import chosen_plan
from registry.web.concerning import concerning

blp = Blueprint("home", __name__)
SHOWN = 10
UNSETTLED = tuple(way for way in Doubted if way.value not in CALLED_BACK)


@blp.get("/")
@public
def home() -> str | Response:
    """What is overdue and due soon, and where the plan stands."""
    me = signin.person_or_none()
    if me is None:
        return render_template("home/home.html", typed=None, errors=None)
    today = clock.today()
    writes = accounts.may(me, Verb.ASSET_WRITE, None)
    tally = pressing.tally(me, today)
    back = parts.called_back(me, limit=SHOWN)
    out = custody.out_page(me, today=today, limit=SHOWN if writes else 0, count="exact")
    decides = accounts.may(me, Verb.CALIBRATION_APPROVE, None)
    return render_template(
        "home/home.html",
        doubtful=lists.asset_page(me, today=today, doubt=UNSETTLED, limit=0, count="exact").total,
        doubts=[doubt.value for doubt in UNSETTLED],
        called_back=back,
        stopped=pressing.stopped(me, limit=SHOWN) if tally["called_back"] else [],
        callbacks=sorted(CALLED_BACK),
        leads=owners.leads_of(item.case for item in back),
        todo_text=owners.todo_text,
        concerning=concerning(me, parts.waiting_for(me, limit=SHOWN)),
        told_words=told_words,
        waiting=waiting.counted(me) if decides else None,
        tally=tally,
        out=out,
        writes=writes,
        held_back=pressing.held_back(me, today, tally, limit=SHOWN),
        due_soon=pressing.due_soon(me, today, limit=SHOWN),
        may_register=writes,
        custody=_custody(me),
        owed=measures.owed_by(me, limit=SHOWN) if writes else [],
        measure_words=measures_rules.WORDS,
        visits=inspections.of_today(me, today, limit=SHOWN) if accounts.inspects(me) else [],
        cases=cases.open_cases(me, limit=SHOWN) if _follows_cases(me) else [],
        today=today,
        drafts=_drafts(me),
        mine=calibrations.own_drafts(me, limit=SHOWN),
        plan=_plan_card(me, today),
        reports_due=reports.waiting(me)[:SHOWN],
        reports_to_judge=reports.to_judge(me)[:SHOWN],
    )


def _drafts(person: Person) -> Sequence[Calibration]:
    """What waits for this person's approval, first what was handed in for it."""
    if not accounts.may(person, Verb.CALIBRATION_APPROVE, None):
        return []
    waiting = (RecordStatus.SUBMITTED, RecordStatus.DRAFT)
    found = [calibrations.page_of(person, status=status, limit=SHOWN).items for status in waiting]
    return [record for records in found for record in records][:SHOWN]


def _follows_cases(person: Person) -> bool:
    """Who decides about cases, or watches over a territory where they are decided."""
    return accounts.inspects(person) or accounts.may(person, Verb.IMPACT_CONCLUDE, None)


def _custody(person: Person) -> dict[str, Any]:
    """The faults a manager judges, and how many offers wait for an answer."""
    answers = accounts.may(person, Verb.ASSET_WRITE, None)
    judges = accounts.may(person, Verb.IMPACT_CONCLUDE, None)
    return {
        "looks": lifecycle.open_looks(person, limit=SHOWN) if judges else [],
        "offers": custody.offers_to(person) if answers else 0,
    }


def _plan_card(person: Person, today: date) -> dict[str, Any] | None:
    """How many targets of a plan are met in each period, and what waits for a decision; with the others to choose."""
    found = plans.plans(person)
    asked = next((plan for plan in found if plan.code == request.args.get("plan")), None)
    plan = asked or chosen_plan.looked_at(found)
    if plan is None:
        return None
    if asked is not None:
        chosen_plan.remember(asked)
    rollup = plans.rollup(plan, today)
    judged = [result for line in rollup.indicators for result in line.periods if result.official.target is not None]
    periods = []
    for period in rollup.version.periods:
        verdicts = [result.official.verdict for result in judged if result.span.code == period.code]
        met = verdicts.count(Verdict.MET)
        periods.append(
            {"code": period.code, "start": period.start_on, "end": period.end_on, "met": met, "of": len(verdicts)}
        )
    waiting = evidence.proposals(plan, person, today, version=rollup.version, count="exact", limit=0).total or 0
    fell = evidence.evidence_page(plan, person, fallen=True, count="exact", limit=0).total or 0
    return {"plan": plan, "plans": found, "periods": periods, "proposals": waiting, "fallen": fell}
