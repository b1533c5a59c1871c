"""API doors of activities, their files, the people they trained, and enterprises."""

from typing import Any

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.files.doors import open_doors
from registry.kernel.files.shelf import Shelf
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan.activities import actions, queries
from registry.plan.activities.models import Activity, ActivityFile, Enterprise, Participant
from registry.plan.activities.rules import Counted
from registry.plan.activities.schemas import (
    ActivityEdit,
    ActivityIn,
    ActivityOut,
    ActivityQuery,
    ActivityVoidIn,
    EnterpriseEdit,
    EnterpriseIn,
    EnterpriseOut,
    EnterpriseQuery,
    ParticipantOut,
    PeopleIn,
    PeopleOut,
    PeopleQuery,
)

blp = Blueprint("activities", __name__, description="What was done to carry plans out, and for whom.")


def _shelf(id: int, *, lock: bool) -> Shelf[ActivityFile]:
    person = signin.person()
    return actions.shelf(queries.by_id(person, id, lock=lock), by=person)


@blp.route("/activities")
@blp.arguments(ActivityQuery, location="query")
@blp.response(200, paged(ActivityOut))
def activities(query: dict[str, Any]) -> Page[Activity]:
    """List activities, the newest first."""
    return queries.page_of(signin.person(), **query)


@blp.route("/activities", methods=["POST"])
@idempotent
@blp.arguments(ActivityIn)
@blp.response(201, ActivityOut)
def record(data: dict[str, Any]) -> Activity:
    """Record what was done."""
    person = signin.person()
    made = actions.record(**data, by=person)
    db.session.commit()
    return queries.by_id(person, made.id)


@blp.route("/activities/<key:id>")
@blp.etag
@blp.response(200, ActivityOut)
def activity(id: int) -> Activity:
    """One activity."""
    return queries.by_id(signin.person(), id)


@blp.route("/activities/<key:id>", methods=["PATCH"])
@blp.etag
@blp.arguments(ActivityEdit)
@blp.alt_response(409, "CONFLICT")
@blp.response(200, ActivityOut)
def edit(data: dict[str, Any], id: int) -> Activity:
    """Change an activity; its kind stays."""
    person = signin.person()
    found = queries.by_id(person, id, lock=True)
    blp.check_etag(found, ActivityOut)
    actions.edit(found, **data, by=person)
    db.session.commit()
    return queries.by_id(person, id)


@blp.route("/activities/<key:id>/void", methods=["POST"])
@idempotent
@blp.arguments(ActivityVoidIn)
@blp.response(200, ActivityOut)
def void(data: dict[str, Any], id: int) -> Activity:
    """Say that this was not so; it stays readable, and adds nothing anywhere."""
    person = signin.person()
    actions.void(queries.by_id(person, id, lock=True), **data, by=person)
    db.session.commit()
    return queries.by_id(person, id)


@blp.route("/activities/<key:id>/participants")
@blp.arguments(PeopleQuery, location="query")
@blp.response(200, paged(ParticipantOut))
def participants(query: dict[str, Any], id: int) -> Page[Participant]:
    """Who was trained: for the organiser's people, planners and administrators."""
    person = signin.person()
    return queries.people_of(person, queries.by_id(person, id), **query)


@blp.route("/activities/<key:id>/participants", methods=["POST"])
@idempotent
@blp.arguments(PeopleIn)
@blp.response(200, PeopleOut)
def list_people(data: dict[str, Any], id: int) -> Counted:
    """Give the list of who was trained; a person on two lines counts once. A dry run only counts."""
    person = signin.person()
    found = queries.by_id(person, id, lock=True)
    counted = actions.list_people(found, **data, by=person)
    db.session.commit()
    return counted


open_doors(blp, "/activities/<key:id>/files", _shelf, of="activity")


@blp.route("/enterprises")
@blp.arguments(EnterpriseQuery, location="query")
@blp.response(200, paged(EnterpriseOut))
def enterprises(query: dict[str, Any]) -> Page[Enterprise]:
    """List enterprises."""
    return queries.enterprises(signin.person(), **query)


@blp.route("/enterprises", methods=["POST"])
@idempotent
@blp.arguments(EnterpriseIn)
@blp.response(201, EnterpriseOut)
def register_enterprise(data: dict[str, Any]) -> Enterprise:
    """Add an enterprise of the province, or describe an organisation that is one already."""
    person = signin.person()
    actions.register_enterprise(**data, by=person)
    db.session.commit()
    return queries.enterprise_by_code(person, data["code"])


@blp.route("/enterprises/<code:code>")
@blp.etag
@blp.response(200, EnterpriseOut)
def enterprise(code: str) -> Enterprise:
    """One enterprise."""
    return queries.enterprise_by_code(signin.person(), code)


@blp.route("/enterprises/<code:code>", methods=["PATCH"])
@blp.etag
@blp.arguments(EnterpriseEdit)
@blp.response(200, EnterpriseOut)
def edit_enterprise(data: dict[str, Any], code: str) -> Enterprise:
    """Change what is said of an enterprise."""
    person = signin.person()
    found = queries.enterprise_by_code(person, code, lock=True)
    blp.check_etag(found, EnterpriseOut)
    actions.edit_enterprise(found, **data, by=person)
    db.session.commit()
    return queries.enterprise_by_code(person, code)
