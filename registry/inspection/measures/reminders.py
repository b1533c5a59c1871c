"""What a digest tells of measures: to who decided them, and to who leads the team, until they are followed."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import Select, insert, or_, select
from sqlalchemy.orm import joinedload

from registry.accounts.models import Person
from registry.calibration.notices.letters import Part, day_words, when_words
from registry.calibration.notices.rules import reached
from registry.inspection.measures.models import InspectionMeasure, MeasureNotice
from registry.inspection.models import Inspection, InspectionMember
from registry.inspection.rules import State, TeamRole
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.outbox.models import Message

FORGOTTEN: Final = timedelta(days=180)  # what was due longer ago is nothing new
MOST: Final = 500


class Reminder(NamedTuple):
    """A measure with its last day, and the offset at which it is told."""

    measure: InspectionMeasure
    due_on: date
    offset: int


def readers() -> Sequence[Person]:
    """Whoever may have to be told: who decided measures that are not done, and leaders of teams."""
    decided = select(InspectionMeasure.made_by_id).where(
        InspectionMeasure.done_on.is_(None), InspectionMeasure.due_on.is_not(None)
    )
    decided = decided.where(InspectionMeasure.made_by_id.is_not(None))
    wanted = select(Person).where(Person.active, or_(Person.id.in_(decided), Person.id.in_(_leaders())))
    return db.session.scalars(wanted.order_by(Person.id)).all()


def news(person: Person, offsets: Sequence[int], on: date) -> list[Reminder]:
    """Which measures of a person are due, at the nearest offset they were not told of yet."""
    if not offsets:
        return []
    known = select(MeasureNotice.measure_id, MeasureNotice.due_on, MeasureNotice.offset_days)
    told: dict[tuple[int, date], int] = {}
    for key, due_on, offset in db.session.execute(known.where(MeasureNotice.person_id == person.id)):
        told[key, due_on] = min(offset, told.get((key, due_on), offset))
    found = []
    for measure in _due(person, on - FORGOTTEN, on + timedelta(days=max(offsets))):
        left = reached(offsets, measure.due_on, on) if measure.due_on is not None else None
        if measure.due_on is not None and left is not None and told.get((measure.id, measure.due_on), left + 1) > left:
            found.append(Reminder(measure, measure.due_on, left))
    return found


def parts(found: Sequence[Reminder], on: date, locale: str) -> list[Part]:
    """A part of the letter for each inspection, in the language that is spoken."""
    ordered = sorted(found, key=lambda one: (one.measure.inspection_id, one.due_on, one.measure.id))
    return [
        Part(
            _("Measures of the inspection of %(subject)s", subject=visit.subject_name),
            [_line(one, on, locale) for one in group],
            f"/inspections/{visit.id}",
        )
        for visit, group in groupby(ordered, key=lambda one: one.measure.inspection)
    ]


def told(found: Sequence[Reminder], message: Message, person: Person) -> None:
    """Write down what a message told."""
    rows = [
        {"person_id": person.id, "measure_id": one.measure.id, "due_on": one.due_on}
        | {"offset_days": one.offset, "message_id": message.id}
        for one in found
    ]
    if rows:
        db.session.execute(insert(MeasureNotice), rows)


def _line(one: Reminder, on: date, locale: str) -> str:
    return _(
        "%(title)s: due %(day)s, %(when)s.",
        title=one.measure.text,
        day=day_words(one.due_on, locale),
        when=when_words((one.due_on - on).days),
    )


def _leaders(person: Person | None = None) -> Select[int]:
    """Leaders of teams, or the inspections that a person leads."""
    leads = InspectionMember.role == TeamRole.LEADER, InspectionMember.removed_at.is_(None)
    if person is None:
        return select(InspectionMember.person_id).where(*leads)
    return select(InspectionMember.inspection_id).where(*leads, InspectionMember.person_id == person.id)


def _due(person: Person, first: date, last: date) -> Sequence[InspectionMeasure]:
    theirs = or_(InspectionMeasure.made_by_id == person.id, InspectionMeasure.inspection_id.in_(_leaders(person)))
    wanted = (
        select(InspectionMeasure)
        .join(Inspection, Inspection.id == InspectionMeasure.inspection_id)
        .where(InspectionMeasure.done_on.is_(None), InspectionMeasure.due_on.between(first, last), theirs)
        .where(Inspection.state != State.CANCELLED)
        .options(joinedload(InspectionMeasure.inspection))
        .order_by(InspectionMeasure.due_on, InspectionMeasure.id)
    )
    return db.session.scalars(wanted.limit(MOST)).all()
