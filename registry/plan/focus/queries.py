"""Which enterprises are on the list of a plan on a day, how they came there, and its reviews."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown
from registry.plan.activities.models import Enterprise
from registry.plan.focus.models import FocusEntry, FocusReview, FocusStep
from registry.plan.focus.rules import LEADS_TO, State, Step
from registry.plan.models import Plan

BY_NAME = paging.Order((Organisation.__table__.c.name_vi, Organisation.__table__.c.id))
NEWEST = paging.Order((FocusReview.__table__.c.on, FocusReview.__table__.c.id), descending=True)


class Listed(NamedTuple):
    """An enterprise on the list as of a day: and its last step up to that day."""

    entry: FocusEntry
    last: FocusStep
    state: State


class Standing(NamedTuple):
    """How a list stands on a day: how many enterprises in each state, and when it was reviewed last."""

    proposed: int
    confirmed: int
    reviewed_on: date | None


def page_of(
    plan: Plan,
    person: Person | None,
    on: date,
    *,
    state: State | None = None,
    q: str | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[Listed]:
    """The list as of a day, by name; without a `state` what was removed is left out."""
    last = aliased(FocusStep, _last(plan, on))
    wanted = _entries(plan, person).join(last, last.entry_id == FocusEntry.id)
    steps = [step for step, to in LEADS_TO.items() if (to is state if state else to is not State.REMOVED)]
    wanted = wanted.where(last.step.in_(steps))
    if q:
        wanted = wanted.where(Organisation.search.like(like_pattern(q), escape="\\"))
    page = paging.page(wanted, BY_NAME, limit=limit, cursor=cursor, count=count)
    keys = [entry.id for entry in page.items]
    steps_of = select(last).where(last.entry_id.in_(keys)).options(joinedload(last.review))
    found = {step.entry_id: step for step in db.session.scalars(steps_of)}
    items = [Listed(entry, found[entry.id], LEADS_TO[found[entry.id].step]) for entry in page.items]
    return paging.Page(items, page.next, page.total)


def entry_of(plan: Plan, person: Person | None, code: str) -> FocusEntry:
    """An enterprise on the list, now or once; raises NotFound, also when the person may not know of it."""
    found = db.session.scalar(_entries(plan, person).where(Organisation.code == code))
    if found is None:
        raise NotFound(_("“%(code)s” was never on this list.", code=shown(code)))
    return found


def current(plan: Plan) -> Sequence[FocusEntry]:
    """What is on the list now, proposed or confirmed, by name."""
    wanted = _entries(plan, None).where(FocusEntry.state != State.REMOVED)
    return db.session.scalars(wanted.order_by(*BY_NAME.columns)).all()


def enterprise_field(plan: Plan, person: Person | None, code: str, field: str) -> tuple[Enterprise, FocusEntry | None]:
    """The enterprise that a field names, and its entry if it has one; raises Invalid beside that field."""
    wanted = _seen(select(Enterprise).add_columns(FocusEntry), person).where(Organisation.code == code)
    entry = (FocusEntry.enterprise_id == Enterprise.id) & (FocusEntry.plan_id == plan.id)
    found = db.session.execute(wanted.outerjoin(FocusEntry, entry)).first()
    if found is None:
        message = _("“%(code)s” is no enterprise that is described here; describe it first.", code=shown(code))
        raise Invalid({field: [message]})
    return found[0], found[1]


def candidates(plan: Plan, person: Person | None, *, limit: int = 500) -> Sequence[Enterprise]:
    """Enterprises that can be proposed: those that are not on the list now."""
    on_it = select(FocusEntry.enterprise_id).where(FocusEntry.plan_id == plan.id, FocusEntry.state != State.REMOVED)
    wanted = _seen(select(Enterprise), person).where(Enterprise.id.not_in(on_it))
    wanted = wanted.options(contains_eager(Enterprise.organisation))
    return db.session.scalars(wanted.order_by(*BY_NAME.columns).limit(limit)).all()


def steps(entry: FocusEntry, on: date) -> Sequence[FocusStep]:
    """Every step of an entry up to a day, the newest first."""
    wanted = select(FocusStep).where(FocusStep.entry_id == entry.id, FocusStep.on <= on)
    wanted = wanted.options(joinedload(FocusStep.review), joinedload(FocusStep.recorded_by))
    return db.session.scalars(wanted.order_by(FocusStep.on.desc(), FocusStep.id.desc()).limit(200)).all()


def reviews(
    plan: Plan,
    person: Person | None,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[FocusReview]:
    """The reviews of the list with what each did to enterprises the person may see, the newest first."""
    return paging.page(_reviews(plan, person), NEWEST, limit=limit, cursor=cursor, count=count)


def review_by_id(plan: Plan, person: Person | None, key: int) -> FocusReview:
    """A review; raises NotFound."""
    wanted = _reviews(plan, person).where(FocusReview.id == key).execution_options(populate_existing=True)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("This list has no review with the number %(id)s.", id=key))
    return found


def standing(plan: Plan, on: date) -> Standing:
    """How many enterprises are on the list on a day, and its last review up to then."""
    last = _last(plan, on)
    grouped = select(last.c.step, func.count()).group_by(last.c.step)
    counted: dict[Step, int] = dict(db.session.execute(grouped).all())
    of = {state: sum(counted.get(step, 0) for step, to in LEADS_TO.items() if to is state) for state in State}
    newest = select(func.max(FocusReview.on)).where(FocusReview.plan_id == plan.id, FocusReview.on <= on)
    return Standing(of[State.PROPOSED], of[State.CONFIRMED], db.session.scalar(newest))


def _reviews(plan: Plan, person: Person | None) -> Select[FocusReview]:
    seen = _within(select(FocusEntry.id).join(FocusEntry.enterprise), person)
    step = selectinload(FocusReview.steps.and_(FocusStep.entry_id.in_(seen)))
    shows = step.joinedload(FocusStep.entry).joinedload(FocusEntry.enterprise).joinedload(Enterprise.organisation)
    wanted = select(FocusReview).where(FocusReview.plan_id == plan.id)
    return wanted.options(shows, joinedload(FocusReview.recorded_by))


def _last(plan: Plan, on: date) -> Subquery:
    """The last step of every entry of a list up to a day."""
    place = func.row_number().over(partition_by=FocusStep.entry_id, order_by=(FocusStep.on.desc(), FocusStep.id.desc()))
    ranked = (
        select(FocusStep, place.label("place"))
        .join(FocusEntry, FocusEntry.id == FocusStep.entry_id)
        .where(FocusEntry.plan_id == plan.id, FocusStep.on <= on)
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1).subquery("last")


def _entries(plan: Plan, person: Person | None) -> Select[FocusEntry]:
    wanted = select(FocusEntry).join(FocusEntry.enterprise).join(Enterprise.organisation)
    described = contains_eager(FocusEntry.enterprise).contains_eager(Enterprise.organisation)
    wanted = wanted.where(FocusEntry.plan_id == plan.id).options(described)
    return _within(wanted.execution_options(populate_existing=True), person)


def _seen(wanted: Select[Any], person: Person | None) -> Select[Any]:
    return _within(wanted.select_from(Enterprise).join(Enterprise.organisation), person)


def _within(wanted: Select[Any], person: Person | None) -> Select[Any]:
    """Only enterprises whose records the person may see."""
    reach = accounts.reach(person) if person is not None else None
    return wanted if reach is None else wanted.where(Enterprise.organisation_id.in_(reach))
