"""What a digest tells of duties: to their owners, and of those without one to whoever keeps the plan."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import insert, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Membership, Person
from registry.accounts.rules import Role, Verb
from registry.calibration.notices.letters import Part, day_words, when_words
from registry.calibration.notices.rules import reached
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.outbox.models import Message
from registry.plan import queries as plans
from registry.plan.duties import queries
from registry.plan.duties.models import Duty, DutyNotice
from registry.plan.duties.rules import State
from registry.plan.models import Plan

FORGOTTEN = timedelta(days=180)  # what was due longer ago is nothing new


class Reminder(NamedTuple):
    """A duty that is due, and the offset at which it is told."""

    duty: Duty
    offset: int


def readers() -> Sequence[Person]:
    """Whoever may have to be told: owners of duties that are not done, and planners."""
    owns = Person.id.in_(select(Duty.owner_id).where(Duty.owner_id.is_not(None), Duty.state != State.DONE))
    plans_ = Person.memberships.any(Membership.role == Role.PLANNER)
    return db.session.scalars(select(Person).where(Person.active, or_(owns, plans_)).order_by(Person.id)).all()


def news(person: Person, offsets: Sequence[int], on: date) -> list[Reminder]:
    """What a person's duties are due, at the nearest offset they were not told of yet."""
    if not offsets:
        return []
    keeps: dict[int, bool] = {}
    told: dict[tuple[int, date], int] = {}
    known = select(DutyNotice.duty_id, DutyNotice.due_on, DutyNotice.offset_days)
    for duty_id, due_on, offset in db.session.execute(known.where(DutyNotice.person_id == person.id)):
        told[duty_id, due_on] = min(offset, told.get((duty_id, due_on), offset))
    found = []
    for duty in queries.waiting(on - FORGOTTEN, on + timedelta(days=max(offsets))):
        left = reached(offsets, duty.due_on, on) if duty.due_on is not None else None
        if left is None or duty.due_on is None or told.get((duty.id, duty.due_on), left + 1) <= left:
            continue
        if duty.owner_id == person.id or (duty.owner_id is None and _keeps(person, duty.plan, keeps)):
            found.append(Reminder(duty, left))
    return found


def parts(found: Sequence[Reminder], on: date, locale: str) -> list[Part]:
    """A part of the letter for each plan, in the language that is spoken."""
    ordered = sorted((one.duty for one in found), key=lambda duty: (duty.plan.code, duty.due_on or on, duty.id))
    return [
        Part(_("Duties of plan %(number)s", number=plan.number), _lines(plan, list(group), on, locale), _path(plan))
        for plan, group in groupby(ordered, key=lambda duty: duty.plan)
    ]


def told(found: Sequence[Reminder], message: Message, person: Person) -> None:
    """Write down what a message told."""
    rows = [
        {"person_id": person.id, "duty_id": one.duty.id, "due_on": one.duty.due_on}
        | {"offset_days": one.offset, "message_id": message.id}
        for one in found
    ]
    if rows:
        db.session.execute(insert(DutyNotice), rows)


def _keeps(person: Person, plan: Plan, known: dict[int, bool]) -> bool:
    """Whether a planner answers for a plan; asked once for each."""
    if plan.id not in known:
        planner = any(membership.role is Role.PLANNER for membership in person.memberships)
        known[plan.id] = planner and accounts.may(person, Verb.PLAN_WRITE, plan.lead_id)
    return known[plan.id]


def _lines(plan: Plan, duties: Sequence[Duty], on: date, locale: str) -> list[str]:
    said: Mapping[str, Mapping[str, str]] = {
        one["code"]: one["title"] for one in plans.document(plan).get("duties", ())
    }
    return [
        _(
            "%(title)s: due %(day)s, %(when)s.",
            title=said[duty.code][locale],
            day=day_words(duty.due_on, locale),
            when=when_words((duty.due_on - on).days),
        )
        for duty in duties
        if duty.due_on is not None and duty.code in said
    ]


def _path(plan: Plan) -> str:
    return f"/plan/{plan.code}/duties"
