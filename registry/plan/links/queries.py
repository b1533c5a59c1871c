"""Which plans may be seen beside one's own, and which indicators of them belong together."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import OrganisationKind
from registry.kernel.db import db
from registry.plan.adjustments import queries as adjustments
from registry.plan.document import Carry
from registry.plan.links.models import PlanLink
from registry.plan.models import Indicator, Plan, PlanRow


class Link(NamedTuple):
    """That a version's indicator answers another plan's or continues it: the plans, and both by key and code."""

    version_id: int
    plan: Plan
    indicator_id: int
    code: str
    other_plan: Plan
    other_id: int
    other_code: str
    carry: Carry | None


def readable(person: Person | None) -> Select[Plan]:
    """The plans whose numbers a person may read beside others: those of the person's province and national schemes.

    A scheme is national that a ministry issued.
    """
    wanted = select(Plan).options(joinedload(Plan.issuer), joinedload(Plan.lead))
    territory = accounts.territory(person) if person is not None else None
    if territory is None:
        return wanted
    ministries = select(Organisation.id).where(Organisation.kind == OrganisationKind.MINISTRY)
    return wanted.where(or_(Plan.issuer_id.in_(territory), Plan.lead_id.in_(territory), Plan.issuer_id.in_(ministries)))


def readable_by_code(code: str, person: Person | None) -> Plan | None:
    """A plan, None where there is none or the person may not know of it."""
    return db.session.scalar(readable(person).where(Plan.code == code))


def links_of(version_ids: Collection[int], person: Person | None) -> list[Link]:
    """What some versions say of plans that the person may read: two statements."""
    return _links(person, PlanLink.version_id.in_(version_ids))


def continued(row: PlanRow, person: Person | None) -> Link | None:
    """The indicator of an earlier plan that a row continues, where the person may read that plan."""
    if not row.details.get("follows"):
        return None
    found = _links(
        person,
        PlanLink.version_id == row.version_id,
        PlanLink.indicator_id == row.indicator_id,
        PlanLink.carry.is_not(None),
    )
    return found[0] if found else None


def following(indicator_id: int, on: date, person: Person | None) -> list[Link]:
    """Which indicators of plans that the person may read continue one, by their versions in force on a day."""
    found = _links(person, PlanLink.other_id == indicator_id, PlanLink.carry.is_not(None))
    plans = {link.plan.id: link.plan for link in found}
    in_force = [adjustments.version_on(plan, on).id for plan in plans.values()]
    return [link for link in found if link.version_id in in_force]


def _links(person: Person | None, *which: ColumnElement[bool]) -> list[Link]:
    mine, other = aliased(Indicator), aliased(Indicator)
    wanted = select(PlanLink, mine, other).join(mine, mine.id == PlanLink.indicator_id)
    wanted = wanted.join(other, other.id == PlanLink.other_id).where(*which).order_by(PlanLink.id)
    rows = db.session.execute(wanted).all()
    ids = {one.plan_id for _link, *both in rows for one in both}
    plans: Sequence[Plan] = db.session.scalars(readable(person).where(Plan.id.in_(ids))).all() if ids else ()
    known = {plan.id: plan for plan in plans}
    return [
        Link(link.version_id, known[a.plan_id], a.id, a.code, known[b.plan_id], b.id, b.code, link.carry)
        for link, a, b in rows
        if a.plan_id in known and b.plan_id in known
    ]
