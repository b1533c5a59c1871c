"""Calls for reports: the one of every year and those on request, and whom they ask."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.plan import queries as plans
from registry.plan.models import Plan
from registry.plan.reports import queries
from registry.plan.reports.models import ReportCampaign, UnitReport
from registry.plan.reports.rules import CampaignKind, check_asked, day_in, year_window


def open_annual(plan: Plan, *, year: int, carry_over: bool | None = None, by: Person | None) -> ReportCampaign:
    """Call for the report of a year, with a draft for every body of the plan; raises Conflict for a second time."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    rule = dict(queries.rule(plan))
    if carry_over is not None:
        rule["carry_over"] = carry_over
    told = queries.reported_to(plan, year - 1)
    days = year_window(year, rule, queries.life(plan), clock.today(), reported_to=told)
    if queries.annual_campaign(plan, year) is not None:
        raise Conflict(_("The campaign of %(year)s is open already.", year=str(year)))
    campaign = ReportCampaign(
        plan_id=plan.id,
        kind=CampaignKind.ANNUAL,
        year=year,
        annual_year=year,
        title=queries.annual_title(plan, year),
        start_on=days.start,
        end_on=days.end,
        asked_on=clock.today(),
        due_on=day_in(year, rule["due"]),
        carry_over=rule["carry_over"],
        opened_at=clock.now(),
        opened_by_id=by.id if by else None,
    )
    return _opened(plan, campaign, by)


def ask(  # noqa: PLR0913 — what a call says
    plan: Plan,
    *,
    title: str,
    start_on: date,
    end_on: date,
    due_on: date,
    asked_on: date | None = None,
    by: Person | None,
) -> ReportCampaign:
    """Call for a report on request, about some days of the plan."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    life = queries.life(plan)
    asked_on = clock.today() if asked_on is None else asked_on
    check_asked(start_on, end_on, asked_on, due_on, life)
    campaign = ReportCampaign(
        plan_id=plan.id,
        kind=CampaignKind.AD_HOC,
        year=end_on.year,
        annual_year=None,
        title=title,
        start_on=max(start_on, life[0]),
        end_on=min(end_on, life[1]),
        asked_on=asked_on,
        due_on=due_on,
        carry_over=False,
        opened_at=clock.now(),
        opened_by_id=by.id if by else None,
    )
    return _opened(plan, campaign, by)


def add_units(campaign: ReportCampaign, *, organisation: str | None = None, by: Person | None) -> int:
    """Give a draft to a further organisation, or to bodies of the plan that have none yet; gives how many.

    The latter is of use after a succession was recorded. Raises Invalid for an organisation that has ended.
    """
    require(by, Verb.PLAN_WRITE, campaign.plan.lead_id)
    added = _add_units(campaign, {} if organisation is None else _further(organisation))
    if added:
        audit.record("report.add_units", _subject(campaign), {"units": [None, added]}, by=by)
    return added


def _opened(plan: Plan, campaign: ReportCampaign, by: Person | None) -> ReportCampaign:
    changes = audit.changes_of(campaign)
    try:
        with db.session.begin_nested():
            db.session.add(campaign)
    except IntegrityError as error:
        raise Conflict(_("The campaign of %(year)s is open already.", year=str(campaign.year))) from error
    db.session.refresh(campaign, ["plan"])
    _add_units(campaign, {})
    audit.record("report.open", _subject(campaign), {**changes, "plan": [None, plan.code]}, by=by)
    return campaign


def _further(code: str) -> Mapping[int, Sequence[str]]:
    found = organisation_field(code, "organisation")
    if found.valid_to is not None and found.valid_to < clock.today():
        message = _("%(name)s has ended; name who took it over.", name=found.name)
        raise Invalid({"organisation": [message]})
    return {found.id: [found.name_vi]}


def _add_units(campaign: ReportCampaign, further: Mapping[int, Sequence[str]]) -> int:
    """Drafts for who is named by the plan, or `further`, and has none; both in the same campaign once."""
    found = queries.reporters(plans.by_code(campaign.plan.code, None), clock.today())
    there = set(db.session.scalars(select(UnitReport.organisation_id).filter_by(campaign_id=campaign.id)))
    new = [(key, names) for key, names in {**further, **found.named}.items() if key not in there]
    for key, names in new:
        db.session.add(UnitReport(campaign_id=campaign.id, organisation_id=key, named=list(names)))
    campaign.orphans = list(found.orphans)
    db.session.flush()
    return len(new)


def _subject(campaign: ReportCampaign) -> tuple[str, int]:
    return "report_campaign", campaign.id
