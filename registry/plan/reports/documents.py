"""Reports as documents: as they were frozen or submitted, or as drafts of what is known today."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _, said_day
from registry.kernel.papers import kept
from registry.kernel.papers.paper import Paper, Value, tables
from registry.plan.models import Plan
from registry.plan.reports import annexes, gathering, queries
from registry.plan.reports import paper as papers
from registry.plan.reports.files import Document
from registry.plan.reports.models import ConsolidatedReport, ReportCampaign, UnitReport, UnitSubmission
from registry.plan.reports.paper import Issue
from registry.plan.reports.rules import CampaignKind, ReportState, UnitState, Window, day_in, year_window


class Written(NamedTuple):
    """A document and what it is, in a few words."""

    document: Document
    said: str


def unit_content(unit: UnitReport, words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a unit's report says if it is submitted now."""
    campaign = unit.campaign
    return gathering.of_one_unit(
        campaign.plan,
        unit.organisation,
        queries.campaign_window(campaign, clock.today()),
        kind=campaign.kind,
        year=campaign.year,
        title=campaign.title,
        asked_on=campaign.asked_on,
        due_on=campaign.due_on,
        carry_over=campaign.carry_over,
        named=unit.named,
        words=unit.words if words is None else words,
    )


def submission_paper(found: UnitSubmission) -> Paper:
    """A submission as a document, with its hash."""
    return _submission(found).paper


def unit_paper(unit: UnitReport) -> Paper:
    """A unit's report as it was submitted, or as a draft where nothing was."""
    return unit_document(unit).paper


def unit_document(unit: UnitReport) -> Document:
    """As `unit_paper`, with what only its workbook has."""
    if unit.state in {UnitState.DRAFT, UnitState.RETURNED}:
        return _document(unit_content(unit), Issue())
    return _submission(queries.submission(unit))


def report_paper(report: ConsolidatedReport) -> Paper:
    """A consolidated report as it was frozen, or as a draft; raises NotFound where nothing is put together yet."""
    if report.document is not None:
        return kept.again(report.document, _no_picture)
    if report.content is None:
        raise NotFound(_("This report is not put together yet."))
    return papers.paper({**report.content, "words": report.words}, Issue())


def report_document(report: ConsolidatedReport) -> Document:
    """As `report_paper`, with what only its workbook has."""
    return Document(report_paper(report), annexes.further(report.content or {}))


def replacing(report: ConsolidatedReport, reason: str) -> str:
    """What a report says that takes the place of another."""
    on = f" ngày {said_day(report.signed_on)}" if report.signed_on else ""
    return f"Báo cáo này thay thế Báo cáo số {report.report_no}{on}. Lý do: {reason}"


def _submission(found: UnitSubmission) -> Document:
    issue = Issue(content_hash=found.content_hash, frozen_at=moment(found.submitted_at))
    return _document(found.content, issue)


def _document(content: Mapping[str, Any], issue: Issue) -> Document:
    return Document(papers.paper(content, issue), annexes.further(content))


def report_content(report: ConsolidatedReport) -> dict[str, Any]:
    """Everything a report says, with the tables of its document; raises NotFound where nothing is put together yet."""
    paper = report_paper(report)
    frozen = report.state is ReportState.FROZEN
    return {
        "number": report.number,
        "content_hash": report.content_hash,
        "is_intact": report.is_intact if frozen else None,
        "content": report.content if frozen else {**(report.content or {}), "words": report.words},
        "tables": [
            {
                "caption": table.caption,
                "columns": [
                    f"{column.group}: {column.heading}" if column.group else column.heading for column in table.columns
                ],
                "rows": [[plain_cell(value) for value in row] for row in table.rows],
            }
            for table in tables(paper)
        ],
    }


def plain_cell(value: Value) -> str | int | None:
    """A cell as JSON has it: decimals as text, as everywhere in the API."""
    return value if value is None or isinstance(value, int | str) else str(value)


def moment(at: datetime) -> str:
    """An instant as documents write it."""
    local = clock.local(at)
    return f"{local:%H:%M:%S} ngày {local:%d/%m/%Y}"


def annual(plan: Plan, year: int, unit: str | None = None) -> Written:
    """The report of a year, of the whole plan or of a unit: as it was frozen or submitted, or a draft of today.

    Raises Invalid for a year without a report, NotFound for a unit that does not exist.
    """
    asked = queries.rule(plan)
    told = queries.reported_to(plan, year - 1)
    days = year_window(year, asked, queries.life(plan), clock.today(), reported_to=told)
    campaign = queries.annual_campaign(plan, year)
    if unit is not None:
        return _annual_unit(plan, year, accounts.organisation_by_code(unit), campaign, days)
    found = queries.frozen(plan, year)
    if found is not None:
        return Written(report_document(found), f"as frozen, SHA-256 {found.content_hash}")
    content = gathering.consolidated(
        plan,
        queries.campaign_window(campaign, clock.today()) if campaign else days,
        kind=CampaignKind.ANNUAL,
        year=year,
        title=queries.annual_title(plan, year),
        asked_on=campaign.asked_on if campaign else clock.today(),
        due_on=campaign.due_on if campaign else day_in(year, asked["due"]),
        carry_over=campaign.carry_over if campaign else bool(asked["carry_over"]),
        units=queries.units_content(campaign) if campaign else (),
    )
    return Written(_document(content, Issue()), "a draft; nothing is frozen for this year")


def _annual_unit(plan: Plan, year: int, body: Organisation, campaign: ReportCampaign | None, days: Window) -> Written:
    now = accounts.successor(body, days.as_of)
    if campaign is not None:
        wanted = select(UnitReport).where(
            UnitReport.campaign_id == campaign.id, UnitReport.organisation_id.in_((body.id, now.id))
        )
        found = db.session.scalar(wanted.limit(1))
        if found is not None:
            said = "as submitted" if found.state in {UnitState.SUBMITTED, UnitState.ACCEPTED} else "a draft"
            return Written(unit_document(found), said)
    asked = queries.rule(plan)
    content = gathering.of_one_unit(
        plan,
        now,
        days,
        kind=CampaignKind.ANNUAL,
        year=year,
        title=queries.annual_title(plan, year),
        asked_on=clock.today(),
        due_on=day_in(year, asked["due"]),
        carry_over=bool(asked["carry_over"]),
        named=[body.name_vi],
    )
    return Written(_document(content, Issue()), "a draft")


def _no_picture(key: str) -> bytes:
    raise ValueError(key)
