"""Which versions a plan has, which one is in force on a day, and what an indicator was called before."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.plan.models import Indicator, Plan, PlanRow, PlanVersion

NEWEST: Final = (PlanVersion.in_force_on.desc(), PlanVersion.number.desc())
BY_NUMBER: Final = paging.Order((PlanVersion.__table__.c.number,), descending=True)


def version_on(plan: Plan, on: date, *, known_at: datetime | None = None) -> PlanVersion:
    """The version in force on a day, with its periods, rows, targets and budgets; before all of them, the first.

    With `known_at` as it was known at that instant: of the versions that had been loaded by then, or else the first
    one that was.
    """
    known = select(PlanVersion).filter_by(plan_id=plan.id)
    if known_at is not None:
        known = known.where(PlanVersion.loaded_at <= known_at)
    in_force = known.where(PlanVersion.in_force_on <= on).order_by(*NEWEST)
    first = known.order_by(PlanVersion.in_force_on, PlanVersion.number.desc())
    loaded_first = select(PlanVersion).filter_by(plan_id=plan.id).order_by(PlanVersion.number)
    for wanted in (in_force, first, loaded_first):
        found = db.session.scalar(whole(wanted.limit(1)))
        if found is not None:
            return found
    raise NotFound(_("This plan has no version."))


def versions_on(plans: Collection[Plan], on: date) -> dict[int, PlanVersion]:
    """The version of `version_on` of each of some plans, by the plan's key: as many statements as for one."""
    to_come, since = PlanVersion.in_force_on > on, PlanVersion.in_force_on
    latest = case((to_come, None), else_=since).desc()  # of those in force; of those to come the earliest
    place = func.row_number().over(
        partition_by=PlanVersion.plan_id, order_by=(to_come, latest, since, PlanVersion.number.desc())
    )
    ranked = select(PlanVersion.id, place.label("place"))
    found = ranked.where(PlanVersion.plan_id.in_([plan.id for plan in plans])).subquery()
    wanted = select(PlanVersion).join(found, found.c.id == PlanVersion.id).where(found.c.place == 1)
    return {version.plan_id: version for version in db.session.scalars(whole(wanted))}


def whole(wanted: Select[PlanVersion]) -> Select[PlanVersion]:
    """Versions with everything that is shown of them."""
    rows = selectinload(PlanVersion.rows)
    return wanted.options(
        selectinload(PlanVersion.periods),
        rows.selectinload(PlanRow.targets),
        rows.selectinload(PlanRow.budgets),
        rows.joinedload(PlanRow.lead),
    )


def page_of(
    plan: Plan, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[PlanVersion]:
    """The plan's versions, the one loaded last first."""
    wanted = select(PlanVersion).filter_by(plan_id=plan.id).options(joinedload(PlanVersion.loaded_by))
    return paging.page(wanted, BY_NUMBER, limit=limit, cursor=cursor, count=count)


def by_number(plan: Plan, number: int) -> PlanVersion:
    """One version, whole; raises NotFound."""
    wanted = select(PlanVersion).filter_by(plan_id=plan.id, number=number)
    found = db.session.scalar(whole(wanted).options(joinedload(PlanVersion.loaded_by), undefer(PlanVersion.document)))
    if found is None:
        raise NotFound(_("This plan has no version %(number)s.", number=number))
    return found


def by_key(key: int) -> PlanVersion:
    """A version of any plan with its document."""
    return db.session.scalars(whole(select(PlanVersion).filter_by(id=key)).options(undefer(PlanVersion.document))).one()


def before(version: PlanVersion) -> PlanVersion | None:
    """The version that was in force until this one."""
    return base_of(version.plan_id, version.in_force_on, version.number)


def base_of(plan_id: int, in_force_on: date, number: int | None = None) -> PlanVersion | None:
    """The version that one in force from a day takes the place of; the newest of that day when `number` is left out."""
    same_day = PlanVersion.in_force_on == in_force_on
    if number is not None:
        same_day &= PlanVersion.number < number
    wanted = select(PlanVersion).filter_by(plan_id=plan_id).where((PlanVersion.in_force_on < in_force_on) | same_day)
    return db.session.scalar(whole(wanted.order_by(*NEWEST).limit(1)).options(undefer(PlanVersion.document)))


def exists_after(plan: Plan, in_force_on: date) -> bool:
    """Whether a version of the plan is in force from a later day."""
    later = select(PlanVersion.id).filter_by(plan_id=plan.id).where(PlanVersion.in_force_on > in_force_on)
    return db.session.scalar(later.limit(1)) is not None


def names_of(plan: Plan) -> dict[str, int]:
    """The indicator behind every code that any version of the plan ever used."""
    rows = select(PlanRow.code, PlanRow.indicator_id).join(PlanVersion, PlanVersion.id == PlanRow.version_id)
    rows = rows.where(PlanVersion.plan_id == plan.id, PlanRow.indicator_id.is_not(None))
    told = db.session.execute(rows.order_by(PlanVersion.number))
    return {code: key for code, key in told if key is not None}


def code_now(plan: Plan, code: str) -> str | None:
    """The code that an indicator has now, by any code it ever had; None for one the plan never had."""
    used = select(PlanRow.indicator_id).join(PlanVersion, PlanVersion.id == PlanRow.version_id)
    used = used.where(PlanVersion.plan_id == plan.id, PlanRow.code == code, PlanRow.indicator_id.is_not(None))
    newest = used.order_by(PlanVersion.number.desc()).limit(1).scalar_subquery()
    return db.session.scalar(select(Indicator.code).where(Indicator.id == newest))


def former_codes(plan: Plan, code: str) -> Sequence[str]:
    """What the indicator of a code was called in other versions, the latest first."""
    key = select(Indicator.id).filter_by(plan_id=plan.id, code=code).scalar_subquery()
    wanted = select(PlanRow.code, PlanVersion.number).join(PlanVersion, PlanVersion.id == PlanRow.version_id)
    wanted = wanted.where(PlanRow.indicator_id == key, PlanRow.code != code).order_by(PlanVersion.number.desc())
    return list(dict.fromkeys(found for found, _number in db.session.execute(wanted)))
