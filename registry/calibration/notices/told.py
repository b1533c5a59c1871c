"""What was told to whom: the log of the organisations one manages or plans for, and what one was told oneself."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import defer, joinedload, lazyload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.notices.models import Telling
from registry.calibration.notices.rules import Delivery, Subject
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import OPEN, MessageState

NEWEST = paging.Order((Telling.__table__.c.id,), descending=True)


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    reader: str | None = None,
    about: Subject | None = None,
    delivery: Delivery | None = None,
) -> paging.Page[Telling]:
    """What was told about the things of organisations a person manages, plans for or inspects, newest first.

    `reader` is the e-mail address of whoever was told, exactly.
    """
    wanted = select(Telling).options(*_shown())
    if not accounts.may(person, Verb.JOB_RUN, None):  # an administrator's are all
        theirs: ColumnElement[bool] = Telling.organisation_id.in_(accounts.acting(person, Verb.TELLING_READ))
        if accounts.inspects(person):
            theirs = or_(theirs, Telling.organisation_id.in_(accounts.inspected(person)))
        wanted = wanted.where(theirs)
    if reader is not None:
        told = select(Person.id).where(Person.email == reader.strip().casefold())
        wanted = wanted.where(Telling.person_id == told.scalar_subquery())
    if about is not None:
        wanted = wanted.where(Telling.about == about)
    if delivery is not None:
        wanted = wanted.where(_has(delivery))
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def of_case(key: int, *, most: int) -> Sequence[Telling]:
    """What was told of a case, to whoever it was, the oldest first."""
    wanted = select(Telling).where(Telling.case_id == key).options(*_shown())
    return db.session.scalars(wanted.order_by(Telling.id).limit(most)).all()


def newest_of_case(key: int, *, most: int) -> Sequence[Telling]:
    """The same, the newest first."""
    wanted = select(Telling).where(Telling.case_id == key).options(*_shown())
    return db.session.scalars(wanted.order_by(Telling.id.desc()).limit(most)).all()


def own_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Telling]:
    """What a person was told of cases, newest first."""
    return paging.page(_own(person), NEWEST, limit=limit, cursor=cursor, count=count)


def unnoted_of(person: Person, cases: Collection[int]) -> dict[int, Telling]:
    """What a person was told of some cases, by their keys, and did not note yet: the newest of each."""
    wanted = _own(person).where(Telling.case_id.in_(cases), Telling.noted_at.is_(None)).order_by(Telling.id)
    return {telling.case_id: telling for telling in db.session.scalars(wanted) if telling.case_id is not None}


def unnoted_before(telling: Telling) -> Sequence[Telling]:
    """What the same person was told of the same case, up to this, and did not note yet."""
    same = (Telling.person_id == telling.person_id, Telling.case_id == telling.case_id, Telling.id <= telling.id)
    wanted = select(Telling).where(*same, Telling.noted_at.is_(None)).options(joinedload(Telling.organisation))
    return db.session.scalars(wanted.order_by(Telling.id)).all()


def own_by_key(person: Person, key: int) -> Telling:
    """What a person was told of a case; raises NotFound for what others were told."""
    found: Telling | None = db.session.scalar(
        _own(person).where(Telling.id == key).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("You were told nothing of a case under %(key)s.", key=key))
    return found


def _own(person: Person) -> Select[Any]:
    return (
        select(Telling)
        .where(Telling.person_id == person.id, Telling.about == Subject.CASE)
        .options(joinedload(Telling.organisation, innerjoin=True))
    )


def _has(delivery: Delivery) -> ColumnElement[bool]:
    if delivery is Delivery.KEPT:
        return Telling.message_id.is_(None)
    states = OPEN if delivery is Delivery.WAITING else (MessageState(delivery.value),)
    return Telling.message_id.in_(select(Message.id).where(Message.state.in_(states)))


def _shown() -> tuple[Any, ...]:
    """What a line of the log shows, in one statement, without the texts of the messages."""
    return (
        joinedload(Telling.organisation, innerjoin=True),
        joinedload(Telling.person).options(lazyload(Person.memberships)),
        joinedload(Telling.webhook).lazyload("*"),
        joinedload(Telling.message).options(defer(Message.text), defer(Message.html)),
    )
