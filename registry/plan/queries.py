"""Which plans there are, how far they are, and the money that moved."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.kernel import clock, paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown
from registry.plan import progress
from registry.plan.adjustments import queries as adjustments
from registry.plan.models import (
    Evidence,
    Indicator,
    MoneyEntry,
    MoneyKind,
    Plan,
    PlanRow,
    PlanVersion,
)
from registry.plan.rollups import queries as rollups

current_version, rollup = rollups.current_version, rollups.rollup
NEWEST = paging.Order((Evidence.__table__.c.counted_on, Evidence.__table__.c.id), descending=True)


def visible_to(person: Person | None) -> Select[Plan]:
    """The plans of the person's province: issued or led by a body in it, or by one that a body in it took over."""
    wanted = select(Plan).options(joinedload(Plan.issuer), joinedload(Plan.lead))
    territory = accounts.territory(person) if person is not None else None
    return (
        wanted if territory is None else wanted.where(or_(Plan.issuer_id.in_(territory), Plan.lead_id.in_(territory)))
    )


def by_code(code: str, person: Person | None) -> Plan:
    """A plan; raises NotFound, also when the person may not know of it."""
    found = db.session.scalar(visible_to(person).where(Plan.code == code))
    if found is None:
        raise NotFound(_("There is no plan with the code “%(code)s”.", code=shown(code)))
    return found


def page_of(
    person: Person | None,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
) -> paging.Page[Plan]:
    """Plans by code."""
    wanted = visible_to(person)
    if q:
        wanted = wanted.where(Plan.search.like(like_pattern(q), escape="\\"))
    return paging.page(wanted, paging.Order((Plan.__table__.c.code,)), limit=limit, cursor=cursor, count=count)


def plans(person: Person | None) -> Sequence[Plan]:
    """Every plan the person may see, by code; an installation has a handful."""
    return db.session.scalars(visible_to(person).order_by(Plan.code)).all()


def in_force(person: Person | None) -> list[tuple[Plan, PlanVersion]]:
    """Every plan the person may see with the version in force today: as many statements as for one plan."""
    seen = plans(person)
    versions = adjustments.versions_on(seen, clock.today())
    return [(plan, versions[plan.id]) for plan in seen]


def document(plan: Plan) -> dict[str, Any]:
    """The file of the version in force, as plain data."""
    to_come = PlanVersion.in_force_on > clock.today()
    wanted = select(PlanVersion.document).filter_by(plan_id=plan.id).order_by(to_come, *adjustments.NEWEST).limit(1)
    found: dict[str, Any] = db.session.scalars(wanted).one()
    return found


def indicator_field(plan: Plan, code: str, field: str = "indicator") -> tuple[Indicator, PlanRow, PlanVersion]:
    """The indicator a field names, as the version in force words it; raises Invalid beside that field."""
    version = current_version(plan)
    row = next((row for row in progress.counted_rows(version) if row.code == code), None)
    found = db.session.scalar(select(Indicator).filter_by(plan_id=plan.id, code=code)) if row else None
    if row is None or found is None:
        message = _("The plan has no indicator with the code “%(code)s”; see its list of indicators.", code=shown(code))
        raise Invalid({field: [message]})
    return found, row, version


def money_page(
    plan: Plan,
    *,
    indicator: str | None = None,
    kind: MoneyKind | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[MoneyEntry]:
    """Money that moved, newest day first."""
    wanted = select(MoneyEntry).join(Indicator, Indicator.id == MoneyEntry.indicator_id)
    wanted = wanted.where(Indicator.plan_id == plan.id).options(joinedload(MoneyEntry.recorded_by))
    if indicator is not None:
        wanted = wanted.where(Indicator.code == indicator)
    if kind is not None:
        wanted = wanted.where(MoneyEntry.kind == kind)
    order = paging.Order((MoneyEntry.__table__.c.on, MoneyEntry.__table__.c.id), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def money_by_id(plan: Plan, id: int) -> MoneyEntry:
    """One entry; raises NotFound."""
    wanted = select(MoneyEntry).join(Indicator, Indicator.id == MoneyEntry.indicator_id)
    found = db.session.scalar(wanted.where(Indicator.plan_id == plan.id, MoneyEntry.id == id))
    if found is None:
        raise NotFound(_("This plan has no entry of money with the number %(id)s.", id=id))
    return found


def undone_among(entries: Sequence[MoneyEntry]) -> set[int]:
    """The keys of those entries that another one undoes."""
    keys = [entry.id for entry in entries]
    found = db.session.scalars(select(MoneyEntry.reverses_id).where(MoneyEntry.reverses_id.in_(keys)))
    return {key for key in found if key is not None}
