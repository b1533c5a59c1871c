"""Duties and focus enterprises for tests: made in an application context, and left to the caller to commit."""

from datetime import date
from typing import Any

from sqlalchemy import select

from registry.kernel.db import db
from registry.plan import queries as plans
from registry.plan.activities import actions as activities
from registry.plan.activities.rules import Ownership
from registry.plan.duties.models import Duty
from registry.plan.focus import actions as focus
from registry.plan.focus.rules import Step
from registry.plan.models import Plan
from tests.make.plan import CODE

REPORT = "TC.3.6"  # due on 10 December of every year
URL = f"/api/v1/plans/{CODE}"


def found_plan() -> Plan:
    """The plan, loaded before."""
    return plans.by_code(CODE, None)


def duty(code: str = REPORT, year: int = 2026) -> Duty:
    """A duty that the plan brought along."""
    wanted = select(Duty).where(Duty.plan_id == found_plan().id, Duty.code == code, Duty.year == year)
    return db.session.scalars(wanted).one()


def enterprise(code: str, **said: Any) -> str:
    """An enterprise that is described."""
    usual = {"sector": "Nước", "ownership": Ownership.PRIVATE, "commune": "Na Rì"}
    activities.register_enterprise(code=code, name_vi=f"Công ty {code}", parent="SKHCN", by=None, **usual | said)
    return code


def step(code: str, taken: Step, on: date, reason: str = "Nhiều phương tiện đo nhóm 2") -> None:
    """A step of an enterprise on the list of the plan."""
    focus.take(found_plan(), enterprise=code, step=taken, reason=reason, on=on, by=None)
