"""What presses: what must not be used and why, counted and listed by one definition, and what falls due soon."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import lazyload

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.queries import in_use, validity_is, visible_to
from registry.assets.rules import CALLED_BACK, GONE, Doubt, Status, Validity
from registry.kernel.db import db


class Pressing(StrEnum):
    """Why something must not be used until it is settled; `due_soon` alone may be."""

    CALLED_BACK = "called_back"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    OVERDUE = "overdue"
    NEVER = "never"
    DUE_SOON = "due_soon"


ON_SIGHT: Final = (Pressing.CALLED_BACK, Pressing.QUARANTINED)  # whatever the records say
BY_RECORD: Final = (Pressing.OVERDUE, Pressing.FAILED, Pressing.NEVER)


class HeldBack(NamedTuple):
    """What must not be used: how many in all, and the first of them, what was called back or put aside first."""

    total: int
    items: Sequence[Asset]


def is_called_back() -> ColumnElement[bool]:
    """What a case recalled, or whose certificate it withdrew, or an inspection stopped, and that is still kept."""
    return and_(Asset.doubt.in_(sorted(CALLED_BACK)), Asset.status.not_in(sorted(GONE)))


def tally(person: Person, today: date) -> dict[str, int]:
    """How many visible assets press in each way, by its name: one statement."""
    counts = [
        visible_to(person, select(func.count()).select_from(Asset)).where(_presses(way, today)).scalar_subquery()
        for way in Pressing
    ]
    return dict(zip([way.value for way in Pressing], db.session.execute(select(*counts)).one(), strict=True))


def held_back(person: Person, today: date, counted: dict[str, int], *, limit: int) -> HeldBack:
    """What must not be used, each thing once; `counted` is the tally of that day."""
    quarantined, by_record = _presses(Pressing.QUARANTINED, today), _any(BY_RECORD, today)
    twice = visible_to(person, select(func.count()).select_from(Asset).where(is_called_back()))
    in_two = db.session.scalar(twice.where(or_(quarantined, by_record))) if counted[Pressing.CALLED_BACK] else 0
    items: list[Asset] = []
    if any(counted[way] for way in ON_SIGHT):
        first = _lines(person).where(_any(ON_SIGHT, today))
        items += db.session.scalars(first.order_by(Asset.doubt.is_(None), Asset.due_order, Asset.id).limit(limit))
    if any(counted[way] for way in BY_RECORD) and len(items) < limit:
        rest = _lines(person).where(by_record, or_(Asset.doubt.is_(None), not_(is_called_back())))
        items += db.session.scalars(rest.order_by(Asset.due_order, Asset.id).limit(limit - len(items)))
    return HeldBack(sum(counted[way] for way in (*ON_SIGHT, *BY_RECORD)) - (in_two or 0), items)


def stopped(person: Person, *, limit: int) -> Sequence[Asset]:
    """Visible assets whose use a state inspection stopped, by name."""
    wanted = _lines(person).where(is_called_back(), Asset.doubt == Doubt.STOPPED)
    found: Sequence[Asset] = db.session.scalars(wanted.order_by(Asset.name_order, Asset.id).limit(limit)).all()
    return found


def due_soon(person: Person, today: date, *, limit: int) -> Sequence[Asset]:
    """Visible assets in use that fall due soon, the earliest first."""
    wanted = _lines(person).where(_presses(Pressing.DUE_SOON, today))
    found: Sequence[Asset] = db.session.scalars(wanted.order_by(Asset.due_order, Asset.id).limit(limit)).all()
    return found


def _lines(person: Person) -> Select[Any]:
    """Visible assets as far as a line of a list shows them: whose they are and what they measure is asked of few."""
    wanted = select(Asset).options(lazyload(Asset.owner), lazyload(Asset.characteristics))
    return visible_to(person, wanted)


def _any(ways: Sequence[Pressing], today: date) -> ColumnElement[bool]:
    return or_(*(_presses(way, today) for way in ways))


def _presses(way: Pressing, today: date) -> ColumnElement[bool]:
    match way:
        case Pressing.CALLED_BACK:
            return is_called_back()
        case Pressing.QUARANTINED:
            return or_(Asset.status == Status.QUARANTINED, Asset.set_status == Status.QUARANTINED)
        case _:
            aside = Asset.set_status.is_not_distinct_from(Status.QUARANTINED)  # which presses already
            return and_(validity_is(Validity(way.value), today), in_use(), not_(aside))
