"""What the clock does about reports: it opens the campaign of a year and reminds units; a missed day is caught up."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.notices import writing
from registry.calibration.notices.letters import Said
from registry.kernel.db import db
from registry.kernel.i18n import _, said_day
from registry.plan.models import Plan
from registry.plan.opening import Opened, for_each_plan
from registry.plan.reports import campaigns, queries
from registry.plan.reports.models import ReportCampaign, UnitReport
from registry.plan.reports.rules import REMINDERS, UnitState, latest_opening, reminder

OPENED: Final = REMINDERS[0] + 1  # stands for the letter that says that a campaign is open
MOST: Final = 2000


def open_due(on: date) -> Opened:
    """Open the campaign of the year for each plan that has none; gives how many were opened."""
    year = latest_opening(on)
    return Opened() if year is None else for_each_plan(lambda plan: _open(plan, year))


def remind(on: date, *, base_url: str, mailing: bool) -> int:
    """Write to the units whose report is not submitted, once for each reminder that has come up; gives how many."""
    if not mailing:
        return 0
    near = ReportCampaign.due_on.between(on - timedelta(days=60), on + timedelta(days=365))
    wanted = (
        select(UnitReport)
        .join(ReportCampaign, ReportCampaign.id == UnitReport.campaign_id)
        .where(near, UnitReport.state.in_((UnitState.DRAFT, UnitState.RETURNED)))
        .order_by(UnitReport.id)
        .limit(MOST)
    )
    count = 0
    for unit in db.session.scalars(wanted).all():
        stage = reminder(unit.campaign.due_on, on)
        stage = OPENED if stage is None else stage
        if unit.reminded is None or stage < unit.reminded:
            key = f"report:{unit.id}:{unit.version}:{stage}"
            count += writing.tell(_writers(unit), lambda unit=unit: _said(unit, on), key=key, base_url=base_url)  # type: ignore[misc]
            unit.reminded = stage
    db.session.flush()
    return count


def _open(plan: Plan, year: int) -> int:
    first, last = queries.life(plan)
    if not first.year <= year <= last.year or queries.annual_campaign(plan, year) is not None:
        return 0
    campaigns.open_annual(plan, year=year, by=None)
    return 1


def _writers(unit: UnitReport) -> Sequence[Person]:
    """Who submits for a unit: its own people, or else those over it."""
    found = accounts.workers(unit.organisation_id, Verb.REPORT_SUBMIT)
    own = [one for one in found if any(held.organisation_id == unit.organisation_id for held in one.memberships)]
    return own or found


def _said(unit: UnitReport, on: date) -> Said:
    campaign = unit.campaign
    due = said_day(campaign.due_on)
    left = (campaign.due_on - on).days
    if left > 0:
        when = _("It is due on %(due)s; days left: %(left)s.", due=due, left=left)
    elif left == 0:
        when = _("It is due today, %(due)s.", due=due)
    else:
        when = _("It was due on %(due)s and is late.", due=due)
    paragraphs = [
        _("%(unit)s has not submitted its report yet: %(title)s.", unit=unit.organisation.name, title=campaign.title)
    ]
    paragraphs.append(when)
    if unit.return_reason:
        paragraphs.append(_("The department returned it: %(reason)s", reason=unit.return_reason))
    paragraphs.append(_("What the registry knows is filled in already; add what only you know, then submit it."))
    subject = _("Report on plan %(number)s, due on %(due)s", number=campaign.plan.number, due=due)
    return Said(subject, paragraphs, f"/reports/units/{unit.id}", _("Open the report"))
