"""Sample reports, duties and focus enterprises around the real plan, so that a newcomer sees each of them at work."""

from datetime import date, timedelta

from sqlalchemy import select

from registry.accounts.models import Person
from registry.kernel import clock
from registry.kernel.db import db
from registry.plan.duties import actions as duties
from registry.plan.duties.models import Duty
from registry.plan.duties.rules import State
from registry.plan.focus import actions as focus
from registry.plan.focus.rules import Step
from registry.plan.models import Plan
from registry.plan.reports import actions as reports
from registry.plan.reports import calls, campaigns, queries
from registry.plan.reports.rules import UnitState

SAID = {
    "difficulties": "Kinh phí giao chậm; thiếu cán bộ được đào tạo.",
    "causes": "Sắp xếp đơn vị hành chính trong năm.",
    "proposals": "Bố trí kinh phí ngay từ đầu năm.",
    "next_year": "Mua sắm hai bộ quả cân chuẩn F1, tổ chức hai lớp bồi dưỡng.",
}
FOCUS = (("XANGDAU-MAU", Step.PROPOSE, 60), ("XANGDAU-MAU", Step.CONFIRM, 30), ("NUOC-MAU", Step.PROPOSE, 20))


def carry_out(plan: Plan, centre: str, planner: Person) -> None:
    """A campaign of this year with a report that is submitted, a duty under way, a list of focus enterprises."""
    today = clock.today()
    _report(plan, centre, planner, today)
    _work(plan, planner, today)
    for code, step, days in FOCUS:
        reason = "Sử dụng nhiều phương tiện đo nhóm 2"
        focus.take(plan, enterprise=code, step=step, reason=reason, on=today - timedelta(days=days), by=planner)


def _report(plan: Plan, centre: str, planner: Person, today: date) -> None:
    calls.open_due(today)
    campaign = queries.annual_campaign(plan, today.year) or campaigns.open_annual(plan, year=today.year, by=planner)
    campaigns.add_units(campaign, organisation=centre, by=planner)
    unit = next(one for one in queries.units_of(campaign, None) if one.organisation.code == centre)
    if unit.state is UnitState.DRAFT:
        reports.write(unit, **SAID, by=None)
        reports.submit(unit, by=None)


def _work(plan: Plan, planner: Person, today: date) -> None:
    """The first duty of the plan that is due next is under way, and has an owner."""
    ahead = select(Duty).where(Duty.plan_id == plan.id, Duty.due_on >= today).order_by(Duty.due_on, Duty.id)
    duty = db.session.scalar(ahead.limit(1))
    if duty is not None:
        note, why = "Đang thu thập số liệu của các đơn vị", "Bắt đầu"
        duties.report(plan, duty, state=State.UNDER_WAY, owner=planner.email, note=note, reason=why, by=planner)
