"""What writes and judges units' reports, and puts consolidated reports together and freezes them; see `campaigns`."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock, tasks
from registry.kernel.canonical import digest_of
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.papers import kept
from registry.plan.closing import actions as closing
from registry.plan.closing import queries as closures
from registry.plan.reports import documents, freshness, gathering, queries
from registry.plan.reports import paper as papers
from registry.plan.reports.models import ConsolidatedReport, ReportCampaign, UnitReport, UnitSubmission
from registry.plan.reports.paper import Issue
from registry.plan.reports.rules import (
    CampaignKind,
    ReportState,
    UnitState,
    check_judged,
    check_said,
    check_written,
    is_late,
)

GATHER: Final = "report.gather"
Step = Callable[[], None]


def write(
    unit: UnitReport,
    *,
    leadership: str | None = None,
    documents: str | None = None,
    results: str | None = None,
    difficulties: str | None = None,
    causes: str | None = None,
    proposals: str | None = None,
    next_year: str | None = None,
    by: Person | None,
) -> UnitReport:
    """Write what only the unit knows; what is not given stays. Raises Conflict where it is submitted or accepted."""
    require(by, Verb.REPORT_WRITE, unit.organisation_id)
    check_written(unit.state)
    said = {
        "leadership": leadership,
        "documents": documents,
        "results": results,
        "difficulties": difficulties,
        "causes": causes,
        "proposals": proposals,
        "next_year": next_year,
    }
    changes = _reworded(unit.words, said)
    if changes:
        unit.words = {**unit.words, **{field: text for field, text in said.items() if text is not None}}
        audit.record("report.write", _unit(unit), changes, by=by)
        db.session.flush()
    return unit


def submit(unit: UnitReport, *, by: Person | None) -> UnitSubmission:
    """Submit the report as it stands, with the numbers of today; what was submitted before stays readable."""
    require(by, Verb.REPORT_SUBMIT, unit.organisation_id)
    check_written(unit.state)
    check_said(unit.words)
    before = queries.submissions(unit)
    content = documents.unit_content(unit)
    today = clock.today()
    late = is_late(unit.campaign.due_on, today)
    made = UnitSubmission(
        unit_report_id=unit.id,
        number=before[0].number + 1 if before else 1,
        content=content,
        content_hash=digest_of(content),
        submitted_at=clock.now(),
        submitted_by_id=by.id if by else None,
        late=late,
    )
    db.session.add(made)
    unit.submitted_on, unit.late = today, late
    changes: audit.Changes = {"number": [None, made.number], "content_hash": [None, made.content_hash]}
    changes |= {"late": [False, True]} if late else {}
    _turn(unit, UnitState.SUBMITTED, "report.submit", changes, by)
    return made


def accept(unit: UnitReport, *, by: Person | None) -> UnitReport:
    """Accept what a unit submitted."""
    return _judge(unit, UnitState.ACCEPTED, None, "report.accept", by)


def give_back(unit: UnitReport, *, reason: str, by: Person | None) -> UnitReport:
    """Return what a unit submitted, with a reason; it is written and submitted anew, and this submission stays."""
    return _judge(unit, UnitState.RETURNED, reason, "report.return", by)


def consolidate(campaign: ReportCampaign, *, by: Person | None) -> ConsolidatedReport:
    """Ask for a consolidated report of what is known now; it is put together in the background."""
    require(by, Verb.PLAN_WRITE, campaign.plan.lead_id)
    before = queries.reports_of(campaign, None)
    if any(one.state is ReportState.WAITING for one in before):
        raise Conflict(_("One is being put together already; wait for it."))
    made = ConsolidatedReport(
        campaign_id=campaign.id,
        number=before[0].number + 1 if before else 1,
        asked_at=clock.now(),
        asked_by_id=by.id if by else None,
        words=dict(before[0].words) if before else {},
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise Conflict(_("One is being put together already; wait for it.")) from error
    tasks.enqueue(GATHER, made.id)
    audit.record("report.consolidate", _campaign(campaign), {"number": [None, made.number]}, by=by)
    return made


def gather(report: ConsolidatedReport, *, step: Step) -> None:
    """Put a consolidated report together; after each part the progress is kept by `step`."""
    if report.state is not ReportState.WAITING:
        return
    report.done = 0
    campaign = report.campaign
    at = clock.now()

    def next_part() -> None:
        report.done += 1
        step()

    report.content = gathering.consolidated(
        campaign.plan,
        queries.campaign_window(campaign, clock.today()),
        kind=campaign.kind,
        year=campaign.year,
        title=campaign.title,
        asked_on=campaign.asked_on,
        due_on=campaign.due_on,
        carry_over=campaign.carry_over,
        units=queries.units_content(campaign),
        step=next_part,
    )
    report.gathered_at, report.state = at, ReportState.READY
    audit.record("report.gathered", _campaign(campaign), {"number": [None, report.number]}, by=None)


def gave_up(report: ConsolidatedReport, why: str) -> None:
    """Say that it could not be put together, and why."""
    report.state, report.error = ReportState.FAILED, why[:2000]


def word(
    report: ConsolidatedReport,
    *,
    leadership: str | None = None,
    documents: str | None = None,
    difficulties: str | None = None,
    causes: str | None = None,
    proposals: str | None = None,
    next_year: str | None = None,
    by: Person | None,
) -> ConsolidatedReport:
    """Write what the department says itself; what is not given stays. Raises Conflict once it is frozen."""
    require(by, Verb.PLAN_WRITE, report.campaign.plan.lead_id)
    _check_open(report)
    if report.state is ReportState.WAITING:
        raise Conflict(_("It is still being put together; wait for it."))
    said = {
        "leadership": leadership,
        "documents": documents,
        "difficulties": difficulties,
        "causes": causes,
        "proposals": proposals,
        "next_year": next_year,
    }
    changes = _reworded(report.words, said)
    if changes:
        report.words = {**report.words, **{field: text for field, text in said.items() if text is not None}}
        audit.record("report.word", _campaign(report.campaign), changes, by=by)
        db.session.flush()
    return report


def freeze(
    report: ConsolidatedReport,
    *,
    report_no: str,
    signatory: str,
    signed_on: date | None = None,
    authority: str = "GIÁM ĐỐC",
    amendment_reason: str | None = None,
    by: Person | None,
) -> ConsolidatedReport:
    """Freeze a consolidated report with the hash of its content; neither it nor its document changes afterwards.

    Raises Conflict where units or the numbers have moved on since it was put together. A further one amends, with a
    reason.
    """
    campaign = report.campaign
    require(by, Verb.PLAN_WRITE, campaign.plan.lead_id)
    _check_open(report)
    if report.state is ReportState.WAITING:
        raise Conflict(_("It is still being put together; wait for it."))
    if report.content is None:
        raise Conflict(_("This report is not put together; ask for a new one."))
    amended = queries.newest_frozen(campaign)
    _check_amends(amended, report_no, amendment_reason)
    if report.content["units"] != queries.units_content(campaign):
        raise Conflict(_("Units have submitted or were judged since it was put together; put it together anew."))
    closures.deciding(campaign.plan)
    changed = freshness.changed(campaign.plan, report.content)
    if changed:
        message = _(
            "Results, evidence or money changed since it was put together: %(rows)s. Put it together anew.",
            rows=", ".join(changed),
        )
        raise Conflict(message)
    at = clock.now()
    content = {**report.content, "words": report.words}
    content_hash = digest_of(content)
    signed = clock.today() if signed_on is None else signed_on
    _check_signed(report, signed)
    replaces = documents.replacing(amended, amendment_reason or "") if amended else ""
    issue = Issue(report_no, signed, authority, signatory, content_hash, documents.moment(at), replaces)
    document = kept.kept(papers.paper(content, issue))
    report.content, report.content_hash = content, content_hash
    report.document, report.document_hash = document, digest_of(document)
    report.frozen_at, report.frozen_by_id, report.state = at, by.id if by else None, ReportState.FROZEN
    report.report_no, report.signed_on, report.signatory = report_no, signed, signatory
    report.amendment_reason = amendment_reason
    changes: audit.Changes = {"number": [None, report.number], "content_hash": [None, content_hash]}
    changes |= {"report_no": [None, report_no], "document_hash": [None, report.document_hash]}
    changes |= {"reason": [None, amendment_reason]} if amendment_reason else {}
    audit.record("report.freeze", _campaign(campaign), changes, by=by)
    db.session.flush()
    _close(campaign, date.fromisoformat(content["window"]["as_of"]), report_no, by)
    return report


def _close(campaign: ReportCampaign, day: date, report_no: str, by: Person | None) -> None:
    """What a yearly report says stays as it is: the plan is closed up to the day of its numbers."""
    found = closures.closure(campaign.plan)
    if campaign.kind is CampaignKind.ANNUAL and (found is None or found.up_to_on < day):
        closing.close(campaign.plan, up_to_on=day, reason=campaign.title, report=report_no, by=by)


def _judge(unit: UnitReport, into: UnitState, reason: str | None, action: str, by: Person | None) -> UnitReport:
    require(by, Verb.PLAN_WRITE, unit.campaign.plan.lead_id)
    check_judged(unit.state, into)
    last = queries.submission(unit)
    last.decision, last.reason = into, reason
    last.decided_at, last.decided_by_id = clock.now(), by.id if by else None
    unit.return_reason = reason
    unit.reminded = None if into is UnitState.RETURNED else unit.reminded
    changes: audit.Changes = {"number": [last.number, last.number]}
    changes |= {"reason": [None, reason]} if reason else {}
    _turn(unit, into, action, changes, by)
    return unit


def _turn(unit: UnitReport, into: UnitState, action: str, changes: audit.Changes, by: Person | None) -> None:
    before, unit.state = unit.state, into
    audit.record(action, _unit(unit), {"state": [before.value, into.value], **changes}, by=by)
    db.session.flush()


def _check_open(report: ConsolidatedReport) -> None:
    if report.state is ReportState.FROZEN:
        raise Conflict(_("This report is frozen; a further one can amend it."))


def _check_signed(report: ConsolidatedReport, day: date) -> None:
    """A report is signed once its numbers are known."""
    if day > clock.today():
        raise Invalid({"signed_on": [_("The day of signing has not come yet.")]})
    known = clock.local(report.gathered_at).date() if report.gathered_at else day
    if day < known:
        message = _("The numbers are those of %(day)s; the report cannot be signed before.", day=said_day(known))
        raise Invalid({"signed_on": [message]})


def _check_amends(amended: ConsolidatedReport | None, report_no: str, reason: str | None) -> None:
    if amended and not reason:
        raise Invalid({"amendment_reason": [_("A report of this campaign is frozen; say why this one amends it.")]})
    if reason and not amended:
        raise Invalid({"amendment_reason": [_("Nothing is frozen yet that this would amend; leave the reason out.")]})
    if amended and amended.report_no == report_no:
        message = _(
            "%(number)s is the number of the report that it takes the place of; give it one of its own.",
            number=report_no,
        )
        raise Invalid({"report_no": [message]})


def _reworded(before: Mapping[str, str], said: Mapping[str, str | None]) -> audit.Changes:
    return {
        field: [before.get(field) or None, text or None]
        for field, text in said.items()
        if text is not None and (before.get(field) or "") != text
    }


def _campaign(campaign: ReportCampaign) -> tuple[str, Any]:
    return "report_campaign", campaign.id


def _unit(unit: UnitReport) -> tuple[str, Any]:
    return "unit_report", unit.id
