"""Activities for tests: made in an application context by the actions, and left to the caller to commit."""

from datetime import date
from typing import Any

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.plan.activities import actions
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ActivityKind, Aspect, ParticipantKind, Person, Stage

ORGANISER = "SKHCN"
ACTIVITIES = "/api/v1/activities"


def activity(kind: ActivityKind, day: date, **said: Any) -> Activity:
    """Something that was done on a day."""
    return actions.record(
        **{"kind": kind, "title": "Một việc", "organiser": ORGANISER, "held_from": day, "by": None} | said
    )


def course(day: date, *names: str, **said: Any) -> Activity:
    """A course with a list of people, told apart by their names."""
    made = activity(ActivityKind.TRAINING, day, title="Lớp tập huấn", **said)
    people = [Person(name, "Doanh nghiệp", ParticipantKind.ENTERPRISE) for name in names]
    if people:
        actions.list_people(made, people=people, by=None)
    return made


def enterprise(code: str, parent: str = "UBND-BACKAN") -> str:
    """An organisation of kind enterprise in the plan's province."""
    kind = OrganisationKind.ENTERPRISE
    accounts.add_organisation(code=code, name_vi=code, name_en=code, kind=kind, parent=parent, by=None)
    return code


def adoption(subject: str, day: date, *, stage: Stage = Stage.ADOPTED, **said: Any) -> Activity:
    """A programme of an enterprise that reached a stage on a day."""
    steps = [{"stage": stage, "on": day, "document_no": "12/QĐ"}]
    return activity(ActivityKind.ADOPTION, day, subject=subject, aspect=Aspect.PRIVATE, steps=steps, **said)


def criteria(subject: str, day: date, **said: Any) -> Activity:
    """An application of the criteria set."""
    return activity(ActivityKind.CRITERIA, day, subject=subject, document_no="7/BC", document_on=day, **said)
