"""Campaigns, units' reports and consolidated reports as they are read, and the documents that are made of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import undefer

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.kernel import clock, paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.plan import progress
from registry.plan import queries as plans
from registry.plan.models import Plan
from registry.plan.reports.models import ConsolidatedReport, ReportCampaign, UnitReport, UnitSubmission
from registry.plan.reports.rules import (
    ReportState,
    UnitState,
    Window,
    is_late,
    life_of,
    window,
)

NEWEST = paging.Order((ReportCampaign.__table__.c.due_on, ReportCampaign.__table__.c.id), descending=True)
MOST_UNITS = 500


class Count(NamedTuple):
    """How many units of a campaign there are, and of these how many submitted, were accepted, and are late."""

    units: int = 0
    submitted: int = 0
    accepted: int = 0
    late: int = 0


class Reporters(NamedTuple):
    """Who reports, with the names the plan knows them by; and bodies that ended and that nobody took over."""

    named: Mapping[int, Sequence[str]]
    orphans: Sequence[str]


def leads(person: Person | None) -> ColumnElement[bool]:
    """That a plan is led by a body that a person plans for."""
    if person is None or accounts.reach(person) is None:
        return true()
    return Plan.lead_id.in_(accounts.acting(person, Verb.PLAN_WRITE))


def own(person: Person | None) -> ColumnElement[bool]:
    """That a unit's report is of a body that a person writes for."""
    if person is None or accounts.reach(person) is None:
        return true()
    return UnitReport.organisation_id.in_(accounts.acting(person, Verb.REPORT_WRITE))


def may_lead(person: Person | None, plan: Plan) -> bool:
    """Whether a person opens campaigns of a plan, judges what units report, and freezes."""
    return person is None or accounts.may(person, Verb.PLAN_WRITE, plan.lead_id)


def campaigns(person: Person | None) -> Select[ReportCampaign]:
    """The campaigns of plans one leads, and those in which a body of one's own reports."""
    mine = select(UnitReport.campaign_id).where(own(person))
    wanted = select(ReportCampaign).join(Plan, Plan.id == ReportCampaign.plan_id)
    return wanted.where(or_(leads(person), ReportCampaign.id.in_(mine)))


def campaign_page(
    plan: Plan,
    person: Person | None,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[ReportCampaign]:
    """The campaigns of a plan, the latest deadline first."""
    wanted = campaigns(person).where(ReportCampaign.plan_id == plan.id)
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def all_campaigns(person: Person | None, *, cursor: str | None = None) -> paging.Page[ReportCampaign]:
    """The campaigns of all plans, the latest deadline first."""
    return paging.page(campaigns(person), NEWEST, cursor=cursor)


def waiting(person: Person) -> Sequence[UnitReport]:
    """Reports of bodies that a person writes for and that are not submitted, the first deadline first."""
    mine = UnitReport.organisation_id.in_(accounts.acting(person, Verb.REPORT_WRITE))
    open_ = UnitReport.state.in_((UnitState.DRAFT, UnitState.RETURNED))
    wanted = _units(person).where(mine, open_).order_by(ReportCampaign.due_on, UnitReport.id)
    return db.session.scalars(wanted.limit(100)).all()


def to_judge(person: Person) -> Sequence[UnitReport]:
    """Reports that were submitted to bodies that a person plans for and that nobody has judged, the first one first."""
    mine = Plan.lead_id.in_(accounts.acting(person, Verb.PLAN_WRITE))
    wanted = _units(person).where(mine, UnitReport.state == UnitState.SUBMITTED)
    return db.session.scalars(wanted.order_by(UnitReport.submitted_on, UnitReport.id).limit(100)).all()


def campaign_by_id(person: Person | None, id: int) -> ReportCampaign:
    """A campaign; raises NotFound, also when the person may not know of it."""
    found = db.session.scalar(campaigns(person).where(ReportCampaign.id == id))
    if found is None:
        raise NotFound(_("There is no campaign with the number %(id)s.", id=id))
    return found


def annual_campaign(plan: Plan, year: int) -> ReportCampaign | None:
    """The campaign of a year."""
    return db.session.scalar(select(ReportCampaign).filter_by(plan_id=plan.id, annual_year=year))


def reported_to(plan: Plan, year: int) -> date | None:
    """The last day whose numbers the frozen report of a year holds; None while none is frozen."""
    wanted = select(ConsolidatedReport.content["window"]["as_of"].as_string()).join(ReportCampaign)
    wanted = wanted.where(ReportCampaign.plan_id == plan.id, ReportCampaign.annual_year == year)
    found = db.session.scalars(wanted.where(ConsolidatedReport.state == ReportState.FROZEN)).all()
    return max((date.fromisoformat(day) for day in found), default=None)


def units_of(campaign: ReportCampaign, person: Person | None) -> Sequence[UnitReport]:
    """The units' reports of a campaign that a person may see: all of them for who leads, one's own otherwise."""
    wanted = _units(person).where(UnitReport.campaign_id == campaign.id)
    return db.session.scalars(wanted.order_by(Organisation.name_vi, UnitReport.id).limit(MOST_UNITS)).all()


def unit_by_id(person: Person | None, id: int, *, lock: bool = False) -> UnitReport:
    """A unit's report; raises NotFound, also when the person may not know of it. `lock` holds it until the commit."""
    wanted = _units(person).where(UnitReport.id == id).execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=UnitReport) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no report of a unit with the number %(id)s.", id=id))
    return found


def submissions(unit: UnitReport) -> Sequence[UnitSubmission]:
    """Everything a unit submitted, the newest first."""
    wanted = select(UnitSubmission).filter_by(unit_report_id=unit.id)
    return db.session.scalars(wanted.order_by(UnitSubmission.number.desc()).limit(100)).all()


def submission(unit: UnitReport, number: int | None = None) -> UnitSubmission:
    """One submission with its content, or the newest; raises NotFound."""
    wanted = select(UnitSubmission).filter_by(unit_report_id=unit.id).options(undefer(UnitSubmission.content))
    if number is not None:
        wanted = wanted.filter_by(number=number)
    found = db.session.scalar(wanted.order_by(UnitSubmission.number.desc()).limit(1))
    if found is None:
        raise NotFound(_("This unit has not submitted that."))
    return found


def reports_of(campaign: ReportCampaign, person: Person | None) -> Sequence[ConsolidatedReport]:
    """The consolidated reports of a campaign that a person may see, the newest first: frozen ones, or all who leads."""
    wanted = select(ConsolidatedReport).filter_by(campaign_id=campaign.id)
    if not may_lead(person, campaign.plan):
        wanted = wanted.filter_by(state=ReportState.FROZEN)
    return db.session.scalars(wanted.order_by(ConsolidatedReport.number.desc()).limit(100)).all()


def report_by_id(person: Person | None, id: int, *, lock: bool = False) -> ConsolidatedReport:
    """A consolidated report; raises NotFound, also when the person may not know of it."""
    theirs = campaigns(person).with_only_columns(ReportCampaign.id)
    wanted = select(ConsolidatedReport).where(ConsolidatedReport.id == id, ConsolidatedReport.campaign_id.in_(theirs))
    wanted = wanted.execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=ConsolidatedReport) if lock else wanted)
    hidden = found is not None and found.state is not ReportState.FROZEN and not may_lead(person, found.campaign.plan)
    if found is None or hidden:
        raise NotFound(_("There is no report with the number %(id)s.", id=id))
    return found


def counts(campaign_ids: Sequence[int], today: date) -> dict[int, Count]:
    """How far the units of some campaigns are: one statement."""
    unit, campaign = UnitReport, ReportCampaign
    sent = unit.state.in_((UnitState.SUBMITTED, UnitState.ACCEPTED))
    wanted = (
        select(
            unit.campaign_id,
            func.count(),
            func.count().filter(sent),
            func.count().filter(unit.state == UnitState.ACCEPTED),
            func.count().filter(or_(unit.late, and_(~sent, campaign.due_on < today))),
        )
        .join(campaign, campaign.id == unit.campaign_id)
        .where(unit.campaign_id.in_(campaign_ids))
        .group_by(unit.campaign_id)
    )
    return {row[0]: Count(*row[1:]) for row in db.session.execute(wanted)}


def unit_is_late(unit: UnitReport, today: date) -> bool:
    """Whether a unit submitted late, or has not submitted although the deadline has passed."""
    waits = unit.state in {UnitState.DRAFT, UnitState.RETURNED}
    return unit.late or (waits and is_late(unit.campaign.due_on, today))


def reporters(plan: Plan, on: date) -> Reporters:
    """The plan's lead and the bodies it names at its rows, through their successions up to a day."""
    version = plans.current_version(plan)
    codes = {code for row in version.rows for code in row.details.get("cooperating", {}).get("bodies", ())}
    bodies = list(
        db.session.scalars(select(Organisation).where(Organisation.code.in_(codes)).order_by(Organisation.code))
    )
    keyed = {body.id: body for body in (plan.lead, *(row.lead for row in version.rows if row.lead), *bodies)}
    named: dict[int, list[str]] = {}
    orphans = []
    for body in keyed.values():
        now = accounts.successor(body, on)
        if now.valid_to is not None and now.valid_to < on:
            orphans.append(body.name_vi)
        else:
            named.setdefault(now.id, []).append(body.name_vi)
    return Reporters(named, orphans)


def life(plan: Plan) -> tuple[date, date]:
    """The first and the last day of a plan's periods."""
    spans = progress.spans_of(plans.current_version(plan))
    return life_of([(span.start, span.end) for span in spans])


def rule(plan: Plan) -> Mapping[str, Any]:
    """What the plan says of its yearly report: `due`, `from`, `carry_over`, `clause`."""
    found: Mapping[str, Any] = plans.document(plan)["report"]
    return found


def annual_title(plan: Plan, year: int) -> str:
    """What the report of a year is about, as its document says it."""
    return f"Kết quả thực hiện Kế hoạch số {plan.number} năm {year}"


def campaign_window(campaign: ReportCampaign, today: date) -> Window:
    """The days a campaign asks about, with the day its numbers are as of."""
    return window(campaign.start_on, campaign.end_on, (campaign.start_on, campaign.end_on), today)


def units_content(campaign: ReportCampaign) -> list[dict[str, Any]]:
    """What the units of a campaign say, as a consolidated report holds it: what is not submitted says nothing."""
    units = units_of(campaign, None)
    newest = select(func.max(UnitSubmission.id)).where(UnitSubmission.unit_report_id.in_([unit.id for unit in units]))
    wanted = select(UnitSubmission).where(UnitSubmission.id.in_(newest.group_by(UnitSubmission.unit_report_id)))
    found = db.session.scalars(wanted.options(undefer(UnitSubmission.content)))
    last = {one.unit_report_id: one for one in found}
    return [
        {
            "code": unit.organisation.code,
            "name": unit.organisation.name_vi,
            "named": list(unit.named),
            "state": unit.state.value,
            "submitted_on": unit.submitted_on.isoformat() if unit.submitted_on else None,
            "late": unit_is_late(unit, clock.today()),
            "submission": last[unit.id].number if unit.id in last else None,
            "submission_hash": last[unit.id].content_hash if unit.id in last else None,
            "words": dict(last[unit.id].content["words"]) if _counts(unit, last) else {},
        }
        for unit in units
    ]


def newest_frozen(campaign: ReportCampaign) -> ConsolidatedReport | None:
    """The frozen report of a campaign that took the place of the others, or the only one."""
    wanted = select(ConsolidatedReport).filter_by(campaign_id=campaign.id, state=ReportState.FROZEN)
    wanted = wanted.order_by(ConsolidatedReport.frozen_at.desc(), ConsolidatedReport.id.desc())
    return db.session.scalar(wanted.limit(1))


def frozen(plan: Plan, year: int) -> ConsolidatedReport | None:
    """The newest frozen report of a year."""
    wanted = select(ConsolidatedReport).join(ReportCampaign, ReportCampaign.id == ConsolidatedReport.campaign_id)
    wanted = wanted.where(
        ReportCampaign.plan_id == plan.id,
        ReportCampaign.annual_year == year,
        ConsolidatedReport.state == ReportState.FROZEN,
    )
    return db.session.scalar(wanted.order_by(ConsolidatedReport.number.desc()).limit(1))


def _units(person: Person | None) -> Select[UnitReport]:
    wanted = select(UnitReport).join(Organisation, Organisation.id == UnitReport.organisation_id)
    wanted = wanted.join(ReportCampaign, ReportCampaign.id == UnitReport.campaign_id)
    return wanted.join(Plan, Plan.id == ReportCampaign.plan_id).where(or_(leads(person), own(person)))


def _counts(unit: UnitReport, last: Mapping[int, UnitSubmission]) -> bool:
    return unit.id in last and unit.state in {UnitState.SUBMITTED, UnitState.ACCEPTED}
