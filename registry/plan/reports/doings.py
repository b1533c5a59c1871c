"""The activities of a report, as plain values: training, communication, enterprises, projects and the rest."""

from typing import Any, Final

from sqlalchemy import func, or_, select

from registry.kernel.db import db
from registry.plan.activities.models import Activity, ActivityStep, Participant
from registry.plan.activities.rules import ActivityKind, ParticipantKind, Stage
from registry.plan.reports.rules import Window
from registry.plan.reports.scope import Scope

NAMED: Final = 300
Plain = dict[str, Any]


def activities(window: Window, scope: Scope) -> Plain:
    """Activities whose last day lies in the reported days: how many by kind and aspect, and the first of them."""
    theirs = _theirs(window, scope)
    counts = (
        select(Activity.kind, Activity.aspect, func.count(), func.sum(Activity.quantity))
        .where(*theirs)
        .group_by(Activity.kind, Activity.aspect)
    )
    by_aspect = [
        {"kind": kind.value, "aspect": aspect.value if aspect else None, "records": number, "quantity": int(quantity)}
        for kind, aspect, number, quantity in db.session.execute(counts)
    ]
    listed = select(Activity).where(*theirs).order_by(Activity.kind, Activity.held_to, Activity.id).limit(NAMED)
    return {
        "counts": sorted(by_aspect, key=lambda one: (one["kind"], one["aspect"] or "")),
        "items": [
            {
                "id": one.id,
                "kind": one.kind.value,
                "aspect": one.aspect.value if one.aspect else None,
                "title": one.title,
                "held_from": one.held_from.isoformat(),
                "held_to": one.held_to.isoformat(),
                "organiser": one.organiser.name_vi,
                "subject": one.subject.name_vi if one.subject else None,
                "quantity": one.quantity,
                "persons": one.persons,
                "document_no": one.document_no,
            }
            for one in db.session.scalars(listed)
        ],
    }


def training(window: Window, scope: Scope) -> Plain:
    """Courses, persons and attendances; on lists of people each person counts once however many courses they took."""
    theirs = (*_theirs(window, scope), Activity.kind == ActivityKind.TRAINING)
    courses, found = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Activity.persons).filter(~Activity.listed), 0),
        ).where(*theirs)
    ).one()
    unlisted = int(found or 0)
    attendances = db.session.scalar(select(func.coalesce(func.sum(Activity.attendances), 0)).where(*theirs))
    people = (
        select(Participant.kind, func.count(Participant.person_key.distinct()), func.sum(Participant.sessions))
        .join(Activity, Activity.id == Participant.activity_id)
        .where(*theirs)
        .group_by(Participant.kind)
    )
    by_kind = {kind: (int(persons), int(times)) for kind, persons, times in db.session.execute(people)}
    whole = select(func.count(Participant.person_key.distinct())).join(Activity, Activity.id == Participant.activity_id)
    listed = db.session.scalar(whole.where(*theirs)) or 0
    return {
        "courses": courses,
        "persons": listed + unlisted,
        "listed": listed,
        "unlisted": unlisted,
        "attendances": int(attendances or 0),
        "kinds": [
            {"kind": kind.value, "persons": by_kind.get(kind, (0, 0))[0], "attendances": by_kind.get(kind, (0, 0))[1]}
            for kind in ParticipantKind
        ],
    }


def enterprises(window: Window, scope: Scope) -> Plain:
    """Enterprises by the stage of their measurement assurance programme that they reached; surveys apart."""
    theirs = or_(scope.inside(Activity.organiser_id), scope.inside(Activity.subject_id))
    reached = (
        select(ActivityStep.stage, func.count(func.coalesce(Activity.subject_id, -Activity.id).distinct()))
        .join(Activity, Activity.id == ActivityStep.activity_id)
        .where(theirs, Activity.voided_at.is_(None), Activity.kind == ActivityKind.ADOPTION)
        .where(ActivityStep.on.between(window.start, window.as_of))
        .group_by(ActivityStep.stage)
    )
    stages = dict(db.session.execute(reached).all())
    adopted = (
        select(Activity, ActivityStep)
        .join(ActivityStep, ActivityStep.activity_id == Activity.id)
        .where(theirs, Activity.voided_at.is_(None), Activity.kind == ActivityKind.ADOPTION)
        .where(ActivityStep.stage == Stage.ADOPTED, ActivityStep.on.between(window.start, window.as_of))
        .order_by(ActivityStep.on, Activity.id)
        .limit(NAMED)
    )
    return {
        "stages": {stage.value: stages.get(stage, 0) for stage in PROGRAMME},
        "adopted": [
            {
                "name": activity.subject.name_vi if activity.subject else activity.title,
                "on": step.on.isoformat(),
                "document_no": step.document_no,
            }
            for activity, step in db.session.execute(adopted)
        ],
    }


PROGRAMME: Final = (Stage.SURVEYED, Stage.SELECTED, Stage.SUPPORTED, Stage.ADOPTED)


def _theirs(window: Window, scope: Scope) -> tuple[Any, ...]:
    return (
        Activity.voided_at.is_(None),
        Activity.held_to.between(window.start, window.as_of),
        or_(scope.inside(Activity.organiser_id), scope.inside(Activity.subject_id)),
    )
