"""Inspections and their plans as they are listed and read, and who may read or take part in them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, exists, or_, select, true
from sqlalchemy.orm import lazyload

from registry.accounts import queries as accounts
from registry.accounts.models import Membership, Organisation, Person
from registry.accounts.rules import AUTHORITIES, OrganisationKind, Role, Verb
from registry.inspection.models import Inspection, InspectionMember, InspectionPlan
from registry.inspection.rules import OPEN, RECORDING, TOLD, State
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import fold, like_pattern

inspection = cast("Table", Inspection.__table__)
plan = cast("Table", InspectionPlan.__table__)
member = cast("Table", InspectionMember.__table__)
MOST_PEOPLE: Final = 500
MOST_CHOICES: Final = 100
MOST_A_DAY: Final = 500


def inspected_by(person: Person, authority: Any) -> ColumnElement[bool]:  # noqa: ANN401 — a column
    """Whether an authority lies in the territory that a person inspects."""
    if accounts.reach(person) is None:
        return true()
    return cast("ColumnElement[bool]", authority.in_(accounts.inspected(person)))


def known_to(person: Person) -> ColumnElement[bool]:
    """Inspections of the person's territory, and of the organisations they work for once the minutes are signed."""
    theirs = and_(Inspection.state.in_(TOLD), Inspection.organisation_id.in_(accounts.acting(person, Verb.ASSET_WRITE)))
    return or_(inspected_by(person, Inspection.authority_id), theirs)


def inspects_for(person: Person, organisation_id: int) -> bool:
    """Whether an organisation lies in the territory that a person inspects."""
    within = exists().where(Organisation.id == organisation_id, inspected_by(person, Organisation.id))
    return bool(db.session.scalar(select(within)))


def is_inside(person: Person, found: Inspection | InspectionPlan) -> bool:
    """Whether a person reads what only those who inspect do; what they may change is in `acting`."""
    return accounts.may(person, Verb.INSPECTION_WRITE, None) and inspects_for(person, found.authority_id)


def by_id(person: Person, key: int, *, lock: bool = False) -> Inspection:
    """An inspection; raises NotFound also when the person may not know of it. `lock` keeps others away."""
    wanted = select(Inspection).where(Inspection.id == key, known_to(person))
    wanted = wanted.execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=Inspection) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no inspection with the number %(key)s, or you may not see it.", key=key))
    return found


def plan_by_id(person: Person, key: int, *, lock: bool = False) -> InspectionPlan:
    """A plan of inspections; raises NotFound also when the person may not know of it."""
    wanted = select(InspectionPlan).where(InspectionPlan.id == key, inspected_by(person, InspectionPlan.authority_id))
    wanted = wanted.execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=InspectionPlan) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no plan of inspections with the number %(key)s, or you may not see it.", key=key))
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    q: str | None = None,
    state: State | None = None,
    organisation: str | None = None,
    plan: int | None = None,
    year: int | None = None,
) -> paging.Page[Inspection]:
    """Visible inspections, the latest days first."""
    wanted = select(Inspection).where(known_to(person))
    if q:
        wanted = wanted.where(Inspection.search.like(like_pattern(q), escape="\\"))
    if state is not None:
        wanted = wanted.where(Inspection.state == state)
    if organisation is not None:
        wanted = wanted.where(
            Inspection.organisation_id.in_(select(Organisation.id).where(Organisation.code == organisation))
        )
    if plan is not None:
        wanted = wanted.where(Inspection.plan_id == plan)
    if year is not None:
        wanted = wanted.where(Inspection.planned_from.between(date(year, 1, 1), date(year, 12, 31)))
    order = paging.Order((inspection.c.planned_from, inspection.c.id), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def plan_page(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    year: int | None = None,
) -> paging.Page[InspectionPlan]:
    """Visible plans, the latest years first."""
    wanted = select(InspectionPlan).where(inspected_by(person, InspectionPlan.authority_id))
    if year is not None:
        wanted = wanted.where(InspectionPlan.year == year)
    order = paging.Order((plan.c.year, plan.c.id), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def of_today(person: Person, today: date, *, limit: int) -> Sequence[Inspection]:
    """The open inspections a person takes part in whose days include today or that are being done, as in a list."""
    mine = exists().where(
        member.c.inspection_id == Inspection.id, member.c.person_id == person.id, member.c.removed_at.is_(None)
    )
    planned = and_(Inspection.planned_from <= today, Inspection.planned_to >= today)
    wanted = select(Inspection).where(
        mine, Inspection.state.in_(OPEN), or_(planned, Inspection.state == State.IN_PROGRESS)
    )
    bare = wanted.options(lazyload("*")).order_by(Inspection.planned_from, Inspection.id)
    return db.session.scalars(bare.limit(limit)).all()


def recordable(person: Person, *, limit: int) -> Sequence[Inspection]:
    """The inspections in which a person may record what they see now."""
    mine = exists().where(
        member.c.inspection_id == Inspection.id, member.c.person_id == person.id, member.c.removed_at.is_(None)
    )
    wanted = select(Inspection).where(mine, Inspection.state.in_(RECORDING))
    return db.session.scalars(wanted.order_by(Inspection.planned_from.desc(), Inspection.id).limit(limit)).all()


def inspectors_for(authority_id: int, *, emails: Collection[str] | None = None) -> Sequence[Person]:
    """Who may be in a team of an authority: inspectors of its province, by name; or those of addresses."""
    line = accounts.over(authority_id)
    above = select(Organisation.id).where(Organisation.id.in_(line), Organisation.kind == OrganisationKind.PROVINCE)
    provinces = db.session.scalars(above).all() or [authority_id]
    within = or_(*(Membership.organisation_id.in_(accounts.below(province)) for province in provinces))
    held = exists().where(Membership.person_id == Person.id, Membership.role == Role.INSPECTOR, within)
    wanted = select(Person).where(held, Person.active).order_by(Person.name, Person.id)
    if emails is not None:
        wanted = wanted.where(Person.email.in_(sorted(emails)))
    return db.session.scalars(wanted.limit(MOST_PEOPLE)).all()


def authorities(person: Person, *, limit: int = 500) -> Sequence[Organisation]:
    """The authorities for which a person plans inspections: where they inspect, else all of their territory."""
    held = {one.organisation_id for one in person.memberships if one.role is Role.INSPECTOR}
    wanted = select(Organisation).where(Organisation.kind.in_(AUTHORITIES))
    wanted = wanted.where(Organisation.id.in_(held)) if held else wanted.where(inspected_by(person, Organisation.id))
    return db.session.scalars(wanted.order_by(Organisation.name_vi).limit(limit)).all()


def to_inspect(person: Person) -> Select[Organisation]:
    """The organisations that a person may inspect."""
    return select(Organisation).where(inspected_by(person, Organisation.id))


def inspectable(person: Person, *, limit: int = MOST_CHOICES) -> Sequence[Organisation]:
    """The first of the organisations that a person may inspect, by name."""
    wanted = to_inspect(person).order_by(Organisation.name_vi, Organisation.id)
    return db.session.scalars(wanted.limit(limit)).all()


def areas(person: Person) -> Sequence[Organisation]:
    """Where inspections are counted: the communes and provinces of a person's territory, by name."""
    kinds = (OrganisationKind.COMMUNE, OrganisationKind.PROVINCE)
    wanted = select(Organisation).where(Organisation.kind.in_(kinds), inspected_by(person, Organisation.id))
    return db.session.scalars(wanted.order_by(Organisation.name_vi, Organisation.id).limit(MOST_PEOPLE)).all()


def again(visit: Inspection) -> Inspection | None:
    """Another inspection, not cancelled, of the same authority and organisation at the same place from the same day."""
    same = (
        Inspection.id != visit.id,
        Inspection.authority_id == visit.authority_id,
        Inspection.planned_from == visit.planned_from,
        Inspection.state != State.CANCELLED,
    )
    wanted = select(Inspection).where(*same).order_by(Inspection.id).limit(MOST_A_DAY)
    subject = _subject(visit)
    return next((one for one in db.session.scalars(wanted) if _subject(one) == subject), None)


def _subject(visit: Inspection) -> tuple[int | str, str]:
    return visit.organisation_id or fold(visit.subject_name), fold(visit.place or "")


def area_of(organisation: Organisation) -> Organisation:
    """The commune an organisation lies in, else its province, else the uppermost body over it."""
    line = [organisation, *reversed(accounts.parents(organisation))]
    for kind in (OrganisationKind.COMMUNE, OrganisationKind.PROVINCE):
        for step in line:
            if step.kind is kind:
                return step
    return line[-1]
