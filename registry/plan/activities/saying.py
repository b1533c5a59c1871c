"""What is said of an activity, put on it and checked as a whole: what is left unsaid stays as it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, Final, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Organisation
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.text import search_text
from registry.plan.activities.models import Activity, ActivityStep, Participant
from registry.plan.activities.rules import (
    DETAILS,
    ActivityKind,
    StepValues,
    check_days,
    check_kind,
    check_steps,
    check_subject,
    details_of,
)

DETAIL_FIELDS: Final = tuple(name for names in DETAILS.values() for name in names)
SEARCHED: Final = 1000
Said = dict[str, Any]


class Unsaid(Enum):
    """A field that is left as it is."""

    UNSAID = "unsaid"


UNSAID: Final = Unsaid.UNSAID
Keep = Literal[Unsaid.UNSAID]


def say(activity: Activity, about: Organisation | None, said: Said) -> audit.Changes:
    """Put what is said on an activity, and check it as a whole; gives what differs."""
    before, today, kind = steps_of(activity), clock.today(), activity.kind
    with db.session.no_autoflush:
        given = {name: value for name, value in said.items() if value is not UNSAID}
        steps: Sequence[StepValues] = given.pop("steps", before)
        days = given.pop("held_from", None), given.pop("held_to", None)
        details = {name: given.pop(name) for name in DETAIL_FIELDS if name in given}
        for name, value in given.items():
            setattr(activity, name, value)
        check_steps(kind, steps, today)
        activity.held_from, activity.held_to = _days(activity, days, steps)
        activity.details = details_of(kind, activity.details | details)
        activity.subject_id = about.id if about else None
        check_kind(kind, activity.aspect, activity.quantity, document_no=activity.document_no)
        check_subject(kind, about.kind if about else None)
        _check_document(activity)
        _check_people(activity, given)
        activity.programme_of_id = activity.subject_id if kind is ActivityKind.ADOPTION else None
        words = activity.title, activity.place, activity.document_no, about.name_vi if about else None
        activity.search = search_text(*words)[:SEARCHED]
        changes = {name: pair for name, pair in audit.changes_of(activity).items() if name != "programme_of_id"}
    _claim(activity, steps if steps != before else None)
    if steps != before:
        changes["steps"] = [before or None, [dict(step) for step in steps]]
    return changes


def _days(activity: Activity, given: tuple[date | None, date | None], steps: Sequence[StepValues]) -> tuple[date, date]:
    """The first and last day: of its stages, as they are given, or else as they were."""
    first, last = given
    if steps:
        first, last = steps[0]["on"], steps[-1]["on"]
    elif activity in db.session and first is None:
        first, last = activity.held_from, last or activity.held_to
    return check_days(first, last, clock.today())


def _claim(activity: Activity, steps: Sequence[StepValues] | None) -> None:
    """Store an activity, whose enterprise has no other programme. Raises Conflict."""
    try:
        with db.session.begin_nested():
            db.session.add(activity)
            if steps is not None:
                activity.steps.clear()
                db.session.flush()
                activity.steps.extend(ActivityStep(**step) for step in steps)
    except IntegrityError as error:
        message = _("This enterprise has a programme on record already; add the stage there.")
        raise Conflict(message, errors={"subject": [message]}) from error


def steps_of(activity: Activity) -> list[StepValues]:
    return [StepValues(stage=step.stage, on=step.on, document_no=step.document_no) for step in activity.steps]


def _check_document(activity: Activity) -> None:
    if activity.document_on is not None and not activity.document_no:
        raise Invalid({"document_no": [_("Give the number of the document, or leave out its day.")]})
    if activity.document_no and activity.document_on is None:
        raise Invalid({"document_on": [_("Give the day of the document.")]})
    if activity.document_on is not None and activity.document_on > clock.today():
        raise Invalid({"document_on": [_("This day has not come yet.")]})


def _check_people(activity: Activity, said: Mapping[str, Any]) -> None:
    """Numbers of people belong to courses; with a list of people the list says them."""
    given = [name for name in ("persons", "attendances") if said.get(name) is not None]
    if activity.kind is not ActivityKind.TRAINING:
        if given:
            raise Invalid({given[0]: [_("Only a training course counts people.")]})
        return
    if activity.listed:
        counted = db.session.execute(
            select(func.count(), func.sum(Participant.sessions)).where(Participant.activity_id == activity.id)
        ).one()
        for name, value in zip(("persons", "attendances"), counted, strict=True):
            if name in said and said[name] not in {None, int(value)}:
                raise Invalid({name: [_("The list of people says %(number)s; change the list.", number=int(value))]})
            setattr(activity, name, int(value))
    elif activity.attendances is not None and activity.attendances < (activity.persons or 0):
        raise Invalid({"attendances": [_("There cannot be fewer attendances than people.")]})
