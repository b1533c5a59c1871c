"""Inspections for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from registry.accounts import actions as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Role
from registry.inspection import actions, queries
from registry.inspection.models import Inspection, InspectionPlan
from registry.inspection.rules import State, TeamRole
from tests.conftest import TODAY
from tests.people import CENTRE, DEPARTMENT, Caller, People

INSPECTIONS = "/api/v1/inspections"
LEADER = "inspector@example.vn"


def plan(**said: Any) -> InspectionPlan:
    """The department's plan of this year."""
    usual = {"authority": DEPARTMENT, "year": TODAY.year, "title": "Kế hoạch kiểm tra nhà nước về đo lường"}
    return actions.plan_year(**usual | said, by=None)


def colleague(email: str = "second@example.vn") -> Person:
    """Another inspector of the department."""
    found, _secret = accounts.add_person(
        email=email, name="Second", role=Role.INSPECTOR, organisation=DEPARTMENT, by=None
    )
    return found


def second(people: People, visit_id: int) -> Caller:
    """That inspector in the team of a visit, at the doors."""
    person = colleague()
    found = queries.by_id(people.inspector.person(), visit_id)
    actions.edit(found, team=[member(), member("second@example.vn", TeamRole.MEMBER)], by=None)
    return _caller(people, person)


def inspector_of(people: People, name: str, organisation: str) -> Caller:
    """An inspector of an organisation, in no team, at the doors."""
    person, _secret = accounts.add_person(
        email=f"{name}@example.vn", name=name.title(), role=Role.INSPECTOR, organisation=organisation, by=None
    )
    return _caller(people, person)


def _caller(people: People, person: Person) -> Caller:
    _row, token = accounts.add_token(person, name="tests", by=None)
    caller = object.__new__(Caller)
    caller.app, caller.name, caller.token = people.inspector.app, person.email.partition("@")[0], token
    caller.email = person.email
    return caller


def member(person: str = LEADER, role: TeamRole = TeamRole.LEADER, certificate_no: str | None = None) -> Any:
    return {"person": person, "role": role, "certificate_no": certificate_no}


def visit(*, state: State = State.PREPARED, on: date = TODAY, by: Any = None, **said: Any) -> Inspection:
    """An inspection of the centre, prepared unless said otherwise, led by the inspector."""
    usual = {
        "authority": DEPARTMENT,
        "organisation": CENTRE,
        "planned_from": on,
        "planned_to": on + timedelta(days=1),
        "decision_no": "12/QĐ-SKHCN",
        "decision_on": on - timedelta(days=5),
        "place": "Phòng 7",
        "team": [member()],
        "again": True,
    }
    made = actions.plan_visit(**usual | said, by=by)
    for step in (State.PREPARED, State.IN_PROGRESS):
        if state in {State.PREPARED, State.IN_PROGRESS} and made.state is not state:
            actions.turn(made, to=step, by=by)
    return made


def check(tag: str | None = None, key: str | None = None, **said: Any) -> dict[str, Any]:
    """One check as a device sends it."""
    return {"key": key or str(uuid4())} | ({"tag": tag} if tag else {}) | said


def said(**changes: Any) -> dict[str, Any]:
    """The body that plans an inspection of the centre through the API."""
    usual = {
        "authority": DEPARTMENT,
        "organisation": CENTRE,
        "planned_from": str(TODAY),
        "decision_no": "12/QĐ-SKHCN",
        "decision_on": str(TODAY),
        "team": [{"person": LEADER, "role": "leader"}],
    }
    return usual | changes


def send(who, visited, *checks, sent_at=None):
    body = {"checks": list(checks)} | ({"sent_at": sent_at.isoformat()} if sent_at else {})
    answer = who.post(f"{visited['at']}/batch", json=body)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["told"]


def listed(who, visited, **query):
    return who.get(visited["at"], query_string=query).get_json()["items"]
