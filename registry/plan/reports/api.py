"""API doors of reports: campaigns, what units report, and consolidated reports."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan import queries as plans
from registry.plan.reports import actions, documents, files, queries
from registry.plan.reports import campaigns as calling
from registry.plan.reports.models import ConsolidatedReport, ReportCampaign, UnitReport, UnitSubmission
from registry.plan.reports.schemas import (
    AddedOut,
    AnnualIn,
    AskIn,
    CampaignOut,
    CampaignQuery,
    FreezeIn,
    GiveBackIn,
    ReportContentOut,
    ReportListOut,
    ReportOut,
    ReportWordsIn,
    SubmissionListOut,
    SubmissionOut,
    SubmissionWithContent,
    UnitDraftOut,
    UnitIn,
    UnitListOut,
    UnitOut,
    WordsIn,
)

blp = Blueprint("reports", __name__, description="Reports on plans: campaigns, units' reports, consolidated reports.")
FILE = {"type": "string", "format": "binary"}


@blp.route("/plans/<code:code>/report-campaigns")
@blp.arguments(CampaignQuery, location="query")
@blp.response(200, paged(CampaignOut))
def campaigns(query: dict[str, Any], code: str) -> Page[ReportCampaign]:
    """The campaigns of a plan, the latest deadline first."""
    return queries.campaign_page(plans.by_code(code, signin.person()), signin.person(), **query)


@blp.route("/plans/<code:code>/report-campaigns", methods=["POST"])
@idempotent
@blp.arguments(AnnualIn)
@blp.response(201, CampaignOut)
def open_annual(data: dict[str, Any], code: str) -> ReportCampaign:
    """Call for the report of a year; the clock does so on 1 November."""
    made = calling.open_annual(plans.by_code(code, signin.person()), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/plans/<code:code>/report-requests", methods=["POST"])
@idempotent
@blp.arguments(AskIn)
@blp.response(201, CampaignOut)
def ask(data: dict[str, Any], code: str) -> ReportCampaign:
    """Call for a report on request."""
    made = calling.ask(plans.by_code(code, signin.person()), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/report-campaigns/<key:key>")
@blp.response(200, CampaignOut)
def campaign(key: int) -> ReportCampaign:
    """One campaign."""
    return queries.campaign_by_id(signin.person(), key)


@blp.route("/report-campaigns/<key:key>/units")
@blp.response(200, UnitListOut)
def units(key: int) -> dict[str, Any]:
    """The units' reports of a campaign that one may see."""
    person = signin.person()
    return {"items": queries.units_of(queries.campaign_by_id(person, key), person)}


@blp.route("/report-campaigns/<key:key>/units", methods=["POST"])
@idempotent
@blp.arguments(UnitIn)
@blp.response(200, AddedOut)
def add_units(data: dict[str, Any], key: int) -> dict[str, Any]:
    """Give a draft to a further organisation, or to bodies of the plan that have none yet."""
    person = signin.person()
    added = calling.add_units(queries.campaign_by_id(person, key), **data, by=person)
    db.session.commit()
    return {"added": added}


@blp.route("/unit-reports/<key:key>")
@blp.etag
@blp.response(200, UnitOut)
def unit(key: int) -> UnitReport:
    """A unit's report: its state and what only the unit knows."""
    return queries.unit_by_id(signin.person(), key)


@blp.route("/unit-reports/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(WordsIn)
@blp.response(200, UnitOut)
def write(data: dict[str, Any], key: int) -> UnitReport:
    """Write what only the unit knows."""
    found = queries.unit_by_id(signin.person(), key, lock=True)
    blp.check_etag(found, UnitOut)
    actions.write(found, **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/unit-reports/<key:key>/draft")
@blp.response(200, UnitDraftOut)
def draft(key: int) -> dict[str, Any]:
    """What the report says if it is submitted now."""
    return {"content": documents.unit_content(queries.unit_by_id(signin.person(), key))}


@blp.route("/unit-reports/<key:key>/submit", methods=["POST"])
@idempotent
@blp.response(201, SubmissionOut)
def submit(key: int) -> UnitSubmission:
    """Submit a report as it stands."""
    made = actions.submit(queries.unit_by_id(signin.person(), key, lock=True), by=signin.person())
    db.session.commit()
    return made


@blp.route("/unit-reports/<key:key>/accept", methods=["POST"])
@idempotent
@blp.response(200, UnitOut)
def accept(key: int) -> UnitReport:
    """Accept what a unit submitted."""
    found = actions.accept(queries.unit_by_id(signin.person(), key, lock=True), by=signin.person())
    db.session.commit()
    return found


@blp.route("/unit-reports/<key:key>/return", methods=["POST"])
@idempotent
@blp.arguments(GiveBackIn)
@blp.response(200, UnitOut)
def give_back(data: dict[str, Any], key: int) -> UnitReport:
    """Return what a unit submitted, with a reason."""
    found = actions.give_back(queries.unit_by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/unit-reports/<key:key>/submissions")
@blp.response(200, SubmissionListOut)
def submissions(key: int) -> dict[str, Any]:
    """Everything a unit submitted, the newest first."""
    return {"items": queries.submissions(queries.unit_by_id(signin.person(), key))}


@blp.route("/unit-reports/<key:key>/submissions/<key:number>")
@blp.response(200, SubmissionWithContent)
def submission(key: int, number: int) -> UnitSubmission:
    """One submission with everything it says."""
    return queries.submission(queries.unit_by_id(signin.person(), key), number)


@blp.route("/unit-reports/<key:key>/document.<string:form>")
@blp.response(200, FILE, content_type="*/*")
def unit_document(key: int, form: str) -> Response:
    """A unit's report as docx, xlsx or pdf: as it was submitted, or as a draft."""
    return files.served(documents.unit_document(queries.unit_by_id(signin.person(), key)), f"unit-report-{key}", form)


@blp.route("/report-campaigns/<key:key>/reports")
@blp.response(200, ReportListOut)
def reports(key: int) -> dict[str, Any]:
    """The consolidated reports of a campaign, the newest first."""
    person = signin.person()
    return {"items": queries.reports_of(queries.campaign_by_id(person, key), person)}


@blp.route("/report-campaigns/<key:key>/reports", methods=["POST"])
@idempotent
@blp.response(202, ReportOut)
def consolidate(key: int) -> ConsolidatedReport:
    """Ask for a consolidated report; it is put together in the background."""
    made = actions.consolidate(queries.campaign_by_id(signin.person(), key), by=signin.person())
    db.session.commit()
    return made


@blp.route("/consolidated-reports/<key:key>")
@blp.etag
@blp.response(200, ReportOut)
def report(key: int) -> ConsolidatedReport:
    """A consolidated report and how far it is."""
    return queries.report_by_id(signin.person(), key)


@blp.route("/consolidated-reports/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(ReportWordsIn)
@blp.response(200, ReportOut)
def word(data: dict[str, Any], key: int) -> ConsolidatedReport:
    """Write what the department says itself."""
    found = queries.report_by_id(signin.person(), key, lock=True)
    blp.check_etag(found, ReportOut)
    actions.word(found, **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/consolidated-reports/<key:key>/freeze", methods=["POST"])
@idempotent
@blp.arguments(FreezeIn)
@blp.response(200, ReportOut)
def freeze(data: dict[str, Any], key: int) -> ConsolidatedReport:
    """Freeze a report with the hash of all its numbers and evidence."""
    found = queries.report_by_id(signin.person(), key, lock=True)
    blp.check_version(found, ReportOut)
    actions.freeze(found, **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/consolidated-reports/<key:key>/content")
@blp.response(200, ReportContentOut)
def content(key: int) -> dict[str, Any]:
    """Everything a report says, as it was frozen or as it is put together."""
    return documents.report_content(queries.report_by_id(signin.person(), key))


@blp.route("/consolidated-reports/<key:key>/document.<string:form>")
@blp.response(200, FILE, content_type="*/*")
def document(key: int, form: str) -> Response:
    """A report as docx, xlsx or pdf: as it was frozen, the same bytes whenever it is asked for, or as a draft."""
    return files.served(documents.report_document(queries.report_by_id(signin.person(), key)), f"report-{key}", form)
