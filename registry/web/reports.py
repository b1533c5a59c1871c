"""Where units write their reports, the department judges them, and the consolidated report is looked at and frozen."""

from datetime import datetime
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirection

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.papers.paper import Paper
from registry.plan import queries as plans
from registry.plan.duties import bodies
from registry.plan.reports import actions, documents, files, queries
from registry.plan.reports import campaigns as calling
from registry.plan.reports.models import ConsolidatedReport, ReportCampaign, UnitReport
from registry.plan.reports.rules import ReportState, UnitState
from registry.plan.reports.schemas import (
    AnnualIn,
    AskIn,
    FreezeIn,
    JudgeIn,
    NothingIn,
    PageQuery,
    ReportWordsIn,
    UnitIn,
    WordsIn,
)
from registry.web.drawn_papers import Drawn, drawn
from registry.web.forms import Form, Reading, listed
from registry.web.history_reports import WORDS
from registry.web.report_links import linked
from registry.web.shell import form_key

blp = Blueprint("reports", __name__)
Answer = str | Redirection | tuple[str, int]
Made = TypeVar("Made")


@blp.get("/reports")
def list_campaigns() -> Answer:
    """The campaigns one takes part in, the latest deadline first, and one's own reports that wait."""
    me, today = signin.person(), clock.today()
    page = queries.all_campaigns(me, cursor=listed(PageQuery).get("cursor"))
    return render_template(
        "reports/list.html",
        campaigns=page.items,
        next=page.next,
        counts=queries.counts([one.id for one in page.items], today),
        waiting=queries.waiting(me),
        to_judge=queries.to_judge(me),
        leading=[plan for plan in plans.plans(me) if queries.may_lead(me, plan)],
        today=today,
    )


@blp.route("/plan/<code:code>/reports/new", methods=["GET", "POST"])
@idempotent
def open_annual(code: str) -> Answer:
    """Call for the report of a year."""
    me = signin.person()
    plan = plans.by_code(code, me)
    require(me, Verb.PLAN_WRITE, plan.lead_id)
    form: Form[ReportCampaign] = Form(AnnualIn, drawn={"year": clock.today().year, "carry_over": True})
    made = form.attempt(lambda data: _committed(calling.open_annual(plan, **{"carry_over": False} | data, by=me)))
    return _opened(made, form, "reports/new.html", plan=plan)


@blp.route("/plan/<code:code>/reports/request", methods=["GET", "POST"])
@idempotent
def ask(code: str) -> Answer:
    """Call for a report on request."""
    me = signin.person()
    plan = plans.by_code(code, me)
    require(me, Verb.PLAN_WRITE, plan.lead_id)
    form: Form[ReportCampaign] = Form(AskIn)
    made = form.attempt(lambda data: _committed(calling.ask(plan, **data, by=me)))
    return _opened(made, form, "reports/request.html", plan=plan)


@blp.route("/reports/campaigns/<key:id>", methods=["GET", "POST"])
@idempotent
def campaign(id: int) -> Answer:
    """A campaign: who has submitted, who is late, the consolidated reports; and a further unit."""
    me, today = signin.person(), clock.today()
    found = queries.campaign_by_id(me, id)
    form: Form[int] = Form(UnitIn)
    added = form.attempt(lambda data: _committed(calling.add_units(found, **data, by=me)))
    if added is not None:
        flash(_("Units that were given a draft: %(number)s.", number=added))
        return redirect(url_for("reports.campaign", id=id))
    units = queries.units_of(found, me)
    page = render_template(
        "reports/campaign.html",
        campaign=found,
        units=units,
        late={unit.id for unit in units if queries.unit_is_late(unit, today)},
        reports=queries.reports_of(found, me),
        leads=queries.may_lead(me, found.plan),
        orphans=bodies.orphans(plans.document(found.plan), today),
        may_record=accounts.may(me, Verb.ORGANISATION_WRITE, None),
        history=audit.history("report_campaign", id),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.post("/reports/campaigns/<key:id>/consolidate")
@idempotent
def consolidate(id: int) -> Answer:
    """Ask for a consolidated report; it is put together in the background."""
    me = signin.person()
    made = _committed(actions.consolidate(queries.campaign_by_id(me, id), by=me))
    return redirect(url_for("reports.report", id=made.id))


@blp.route("/reports/units/<key:id>", methods=["GET", "POST"])
@idempotent
def unit(id: int) -> Answer:
    """A unit's report: the numbers of the registry, and a form for what only the unit knows."""
    me = signin.person()
    found = _unit(id)
    form: Form[UnitReport] = Form(WordsIn, drawn=found.words)

    def act(data: dict[str, Any]) -> UnitReport:
        form.check_version(found.version)
        return _committed(actions.write(found, **data, by=me))

    if form.attempt(act, reading=_worded(form)) is not None:
        flash(_("Saved."))
        return redirect(url_for("reports.submit" if request.form.get("then") == "submit" else "reports.unit", id=id))
    return _unit_page(found, form)


@blp.route("/reports/units/<key:id>/submit", methods=["GET", "POST"])
@idempotent
def submit(id: int) -> Answer:
    """Look at what will be submitted, and submit it."""
    me = signin.person()
    found = _unit(id)
    require(me, Verb.REPORT_SUBMIT, found.organisation_id)
    form: Form[object] = Form(NothingIn)
    if form.attempt(lambda _data: _committed(actions.submit(found, by=me))) is not None:
        flash(_("Submitted."))
        return redirect(url_for("reports.unit", id=id))
    page = render_template(
        "reports/submit.html",
        unit=found,
        shown=drawn(documents.unit_paper(found)),
        late=queries.unit_is_late(found, clock.today()),
        errors=form.errors,
        labels=WORDS,
        form_key=form_key(),
    )
    return page, form.status


@blp.route("/reports/units/<key:id>/review", methods=["GET", "POST"])
@idempotent
def review(id: int) -> Answer:
    """What a unit submitted beside what it submitted before; accept it or return it."""
    me = signin.person()
    found = _unit(id)
    require(me, Verb.PLAN_WRITE, found.campaign.plan.lead_id)
    form: Form[object] = Form(JudgeIn)

    def act(data: dict[str, Any]) -> object:
        if data["decision"] is UnitState.ACCEPTED:
            return _committed(actions.accept(found, by=me))
        if not data.get("reason"):
            raise Invalid({"reason": [_("Say why it is returned.")]})
        return _committed(actions.give_back(found, reason=data["reason"], by=me))

    if form.attempt(act) is not None:
        flash(_("Accepted.") if found.state is UnitState.ACCEPTED else _("Returned."))
        return redirect(url_for("reports.campaign", id=found.campaign_id))
    sent = queries.submissions(found)
    newest = queries.submission(found)
    before = queries.submission(found, sent[1].number) if len(sent) > 1 else None
    page = render_template(
        "reports/review.html",
        unit=found,
        newest=newest,
        before=before,
        submissions=sent,
        shown=drawn(documents.submission_paper(newest)),
        labels=WORDS,
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.get("/reports/units/<key:id>/submissions/<key:number>")
def submission(id: int, number: int) -> Answer:
    """One submission, as it was."""
    found = _unit(id)
    sent = queries.submission(found, number)
    shown = _shown(documents.submission_paper(sent), found.campaign, sent.submitted_at)
    return render_template("reports/submission.html", unit=found, submission=sent, shown=shown)


@blp.get("/reports/units/<key:id>.<string:form>")
def unit_file(id: int, form: str) -> Response:
    """A unit's report as a file."""
    return files.served(documents.unit_document(_unit(id)), f"bao-cao-don-vi-{id}", form)


@blp.route("/reports/<key:id>", methods=["GET", "POST"])
@idempotent
def report(id: int) -> Answer:
    """A consolidated report: how far it is, what it says, and what the department says itself."""
    me = signin.person()
    found = queries.report_by_id(me, id, lock=request.method == "POST")
    form: Form[ConsolidatedReport] = Form(ReportWordsIn, drawn=found.words)

    def act(data: dict[str, Any]) -> ConsolidatedReport:
        form.check_version(found.version)
        return _committed(actions.word(found, **data, by=me))

    if form.attempt(act, reading=_worded(form)) is not None:
        flash(_("Saved."))
        return redirect(url_for("reports.freeze" if request.form.get("then") == "freeze" else "reports.report", id=id))
    waits = found.state in {ReportState.WAITING, ReportState.FAILED}
    page = render_template(
        "reports/report.html",
        report=found,
        shown=None if waits else _shown(documents.report_paper(found), found.campaign, found.gathered_at),
        intact=found.is_intact if found.state is ReportState.FROZEN else None,
        replaced_by=_replaced_by(found),
        leads=queries.may_lead(me, found.campaign.plan),
        labels={name: WORDS[name] for name in form.schema.fields},
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.route("/reports/<key:id>/freeze", methods=["GET", "POST"])
@idempotent
def freeze(id: int) -> Answer:
    """Freeze a report with its number and who signs it."""
    me = signin.person()
    found = queries.report_by_id(me, id, lock=request.method == "POST")
    require(me, Verb.PLAN_WRITE, found.campaign.plan.lead_id)
    form: Form[ConsolidatedReport] = Form(FreezeIn, drawn={"signed_on": clock.today(), "authority": "GIÁM ĐỐC"})
    if form.attempt(lambda data: _committed(actions.freeze(found, **data, by=me))) is not None:
        flash(_("Frozen. The plan is closed up to the day of its numbers."))
        return redirect(url_for("reports.report", id=id))
    page = render_template(
        "reports/freeze.html",
        report=found,
        amends=queries.newest_frozen(found.campaign),
        fallen=(found.content or {}).get("fallen", {}).get("total", 0),
        missing=[one for one in queries.units_of(found.campaign, me) if one.state is not UnitState.ACCEPTED],
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.get("/reports/<key:id>.<string:form>")
def report_file(id: int, form: str) -> Response:
    """A consolidated report as a file: the same bytes whenever it is asked for, once it is frozen."""
    found = queries.report_by_id(signin.person(), id)
    return files.served(documents.report_document(found), f"bao-cao-{found.campaign.year}-{id}", form)


def _worded(form: Form[Any]) -> Reading:
    """Every field of words as it stands in the form, also what was emptied; `then` says only where to go next."""
    return lambda said: dict.fromkeys(form.schema.fields, "") | {k: said[k] for k in said if k != "then"}


def _replaced_by(report: ConsolidatedReport) -> ConsolidatedReport | None:
    """The report that took the place of a frozen one."""
    newest = queries.newest_frozen(report.campaign) if report.state is ReportState.FROZEN else None
    return newest if newest and newest.id != report.id else None


def _unit(id: int) -> UnitReport:
    return queries.unit_by_id(signin.person(), id, lock=request.method == "POST")


def _unit_page(found: UnitReport, form: Form[UnitReport]) -> Answer:
    me = signin.person()
    sent = queries.submissions(found)
    waits = found.state in {UnitState.DRAFT, UnitState.RETURNED}
    page = render_template(
        "reports/unit.html",
        unit=found,
        late=queries.unit_is_late(found, clock.today()),
        shown=_shown(documents.unit_paper(found), found.campaign, None if waits else sent[0].submitted_at),
        submissions=sent,
        writes=waits and accounts.may(me, Verb.REPORT_WRITE, found.organisation_id),
        submits=accounts.may(me, Verb.REPORT_SUBMIT, found.organisation_id),
        leads=queries.may_lead(me, found.campaign.plan),
        labels=WORDS,
        history=audit.history("unit_report", found.id),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


def _opened(made: ReportCampaign | None, form: Form[ReportCampaign], template: str, **said: Any) -> Answer:  # noqa: ANN401 — of the page
    if made is not None:
        flash(_("The campaign is open."))
        return redirect(url_for("reports.campaign", id=made.id))
    return render_template(template, form=form.typed, errors=form.errors, form_key=form_key(), **said), form.status


def _shown(paper: Paper, campaign: ReportCampaign, known_at: datetime | None = None) -> Drawn:
    """A report whose links lead to what was known at an instant: when its numbers were put together, or now."""
    told = clock.local(known_at).date() if known_at else clock.today()
    return linked(drawn(paper), campaign.plan, queries.campaign_window(campaign, told).as_of, known_at)


def _committed(made: Made) -> Made:
    db.session.commit()
    return made
