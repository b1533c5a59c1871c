"""API doors of a plan's duties and their files."""

from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.files.doors import open_doors
from registry.kernel.files.shelf import Shelf
from registry.kernel.http import Blueprint
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan import queries as plans
from registry.plan.duties import actions, queries
from registry.plan.duties.models import DutyFile
from registry.plan.duties.queries import Task
from registry.plan.duties.schemas import DutyEdit, DutyOut, DutyQuery
from registry.plan.models import Plan

blp = Blueprint("duties", __name__, description="What a plan asks of whom, until when, and how that stands.")


def _found(code: str, id: int, *, lock: bool = False) -> tuple[Plan, Task]:
    plan = plans.by_code(code, signin.person())
    return plan, queries.task(plan, id, clock.today(), lock=lock)


def _shelf(code: str, id: int, *, lock: bool) -> Shelf[DutyFile]:
    plan, task = _found(code, id, lock=lock)
    return actions.shelf(plan, task.duty, by=signin.person())


@blp.route("/plans/<code:code>/duties")
@blp.arguments(DutyQuery, location="query")
@blp.response(200, paged(DutyOut))
def duties(query: dict[str, Any], code: str) -> Page[Task]:
    """List what a plan asks for: what is overdue first, then by due date, what never ends last."""
    on = query.pop("on", None) or clock.today()
    return queries.page_of(plans.by_code(code, signin.person()), on, **query)


@blp.route("/plans/<code:code>/duties/<key:id>")
@blp.etag
@blp.response(200, DutyOut)
def duty(code: str, id: int) -> Task:
    """One duty."""
    return _found(code, id)[1]


@blp.route("/plans/<code:code>/duties/<key:id>", methods=["PATCH"])
@blp.etag
@blp.arguments(DutyEdit)
@blp.response(200, DutyOut)
def report(data: dict[str, Any], code: str, id: int) -> Task:
    """Say how a duty stands, and whose it is."""
    plan, task = _found(code, id, lock=True)
    blp.check_etag(task, DutyOut)
    actions.report(plan, task.duty, **data, by=signin.person())
    db.session.commit()
    return _found(code, id)[1]


open_doors(blp, "/plans/<code:code>/duties/<key:id>/files", _shelf, of="duty")
