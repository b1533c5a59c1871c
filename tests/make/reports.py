"""Reports for tests: campaigns and what units say, made in an application context and left to the caller to commit."""

from datetime import date
from typing import Any

from registry.jobs import work
from registry.plan import queries as plans
from registry.plan.reports import actions, campaigns, queries
from registry.plan.reports.models import ConsolidatedReport, ReportCampaign, UnitReport
from tests.make import plan as make
from tests.people import CENTRE

DECEMBER = date(2026, 12, 10)
SAID = {"difficulties": "Thiếu kinh phí", "proposals": "Bố trí kinh phí", "next_year": "Mua hai bộ quả cân F1"}
SIGNED = {"report_no": "120/BC-SKHCN", "signatory": "Nguyễn Văn A"}


def campaign(year: int = 2026, **said: Any) -> ReportCampaign:
    """The open campaign of a year of the plan, in which the centre reports as well."""
    found = campaigns.open_annual(plans.by_code(make.CODE, None), year=year, by=None, **said)
    campaigns.add_units(found, organisation=CENTRE, by=None)
    return found


def unit(code: str = CENTRE) -> UnitReport:
    """The report of a body in the newest campaign."""
    newest = plans.plans(None)[0]
    last = queries.campaign_page(newest, None).items[0]
    return next(one for one in queries.units_of(last, None) if one.organisation.code == code)


def submitted(code: str = CENTRE) -> UnitReport:
    """A report that is written and submitted."""
    found = unit(code)
    actions.write(found, **SAID, by=None)
    actions.submit(found, by=None)
    return found


def gathered(campaign: ReportCampaign) -> ConsolidatedReport:
    """A consolidated report that was put together."""
    made = actions.consolidate(campaign, by=None)
    actions.gather(made, step=lambda: None)
    return made


def frozen(campaign: ReportCampaign, **said: Any) -> ConsolidatedReport:
    """A consolidated report that is frozen."""
    return actions.freeze(gathered(campaign), **SIGNED | said, by=None)


def ids() -> tuple[int, int, int]:
    """The keys of a campaign, of the centre's submitted report in it, and of the report that was put together."""
    found = campaign()
    return found.id, submitted().id, gathered(found).id


def work_off() -> None:
    """Do everything that was asked for."""
    while work.one():
        pass
