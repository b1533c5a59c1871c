"""Measures as they are listed, and whether a visit has open ones."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import Table, and_, exists, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.inspection import queries as inspections
from registry.inspection.measures.models import InspectionMeasure
from registry.inspection.measures.rules import MOST_MEASURES, MeasureState
from registry.inspection.models import Inspection
from registry.inspection.rules import TOLD, State
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _

measure = cast("Table", InspectionMeasure.__table__)


def of_visit(visit: Inspection) -> Sequence[InspectionMeasure]:
    """The measures of an inspection, in the order they were decided."""
    wanted = select(InspectionMeasure).where(InspectionMeasure.inspection_id == visit.id)
    return db.session.scalars(wanted.order_by(InspectionMeasure.id).limit(MOST_MEASURES)).all()


def by_id(visit: Inspection, key: int, *, lock: bool = False) -> InspectionMeasure:
    """A measure of an inspection; raises NotFound."""
    wanted = select(InspectionMeasure).where(InspectionMeasure.inspection_id == visit.id, InspectionMeasure.id == key)
    if lock:
        wanted = wanted.with_for_update(of=InspectionMeasure).execution_options(populate_existing=True)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such measure in this inspection."))
    return found


def has_open(visit: Inspection) -> bool:
    """Whether anything of an inspection is still to be done."""
    still = exists().where(InspectionMeasure.inspection_id == visit.id, InspectionMeasure.done_on.is_(None))
    return bool(db.session.scalar(select(still)))


def owed_by(person: Person, *, limit: int) -> Sequence[InspectionMeasure]:
    """What the organisations a person writes for have to do by signed minutes, what is due first before the others."""
    ours = Inspection.organisation_id.in_(accounts.acting(person, Verb.ASSET_WRITE))
    wanted = (
        select(InspectionMeasure)
        .join(Inspection, Inspection.id == InspectionMeasure.inspection_id)
        .where(InspectionMeasure.done_on.is_(None), Inspection.state.in_(TOLD), ours)
    )
    order = InspectionMeasure.due_on.is_(None), InspectionMeasure.due_on, InspectionMeasure.id
    return db.session.scalars(wanted.order_by(*order).limit(limit)).all()


def page_of(
    person: Person,
    today: date,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    state: MeasureState | None = None,
) -> paging.Page[InspectionMeasure]:
    """Measures of the inspections that a person may read, the oldest first."""
    wanted = (
        select(InspectionMeasure)
        .join(Inspection, Inspection.id == InspectionMeasure.inspection_id)
        .where(inspections.known_to(person))
    )
    undone = and_(InspectionMeasure.done_on.is_(None), Inspection.state != State.CANCELLED)
    conditions = {
        MeasureState.DONE: InspectionMeasure.done_on.is_not(None),
        MeasureState.OVERDUE: and_(undone, InspectionMeasure.due_on < today),
        MeasureState.OPEN: and_(undone, or_(InspectionMeasure.due_on.is_(None), InspectionMeasure.due_on >= today)),
        MeasureState.DROPPED: and_(InspectionMeasure.done_on.is_(None), Inspection.state == State.CANCELLED),
    }
    if state is not None:
        wanted = wanted.where(conditions[state])
    return paging.page(wanted, paging.Order((measure.c.id,)), limit=limit, cursor=cursor, count=count)
