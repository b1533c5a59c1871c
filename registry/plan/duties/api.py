"""API doors of a plan's duties and their files."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.schemas import FileIn, FileOut, FilePage, FileQuery, RemoveFileIn
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
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


def _may_attach(code: str, id: int) -> None:
    plan, task = _found(code, id)
    actions.may_report(plan, task.duty, by=signin.person())


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


@blp.route("/plans/<code:code>/duties/<key:id>/files")
@blp.arguments(FileQuery, location="query")
@blp.response(200, FilePage)
def files(query: dict[str, Any], code: str, id: int) -> Page[DutyFile]:
    """The files of a duty, in the order they were added."""
    return attachments.page(queries.hook(_found(code, id)[1].duty), **query)


@blp.route("/plans/<code:code>/duties/<key:id>/files", methods=["POST"])
@uploads.taken_in(_may_attach)
@idempotent
@blp.alt_response(200, schema=FileOut, description="The same content hangs there already.")
@blp.response(201, FileOut)
def add_file(code: str, id: int) -> tuple[DutyFile, int]:
    """Add a file to a duty."""
    said, incoming = uploads.said(FileIn), uploads.one()
    plan, task = _found(code, id, lock=True)
    file, is_new = actions.attach(plan, task.duty, incoming=incoming, **said, by=signin.person())
    db.session.commit()
    return file, 201 if is_new else 200


@blp.route("/plans/<code:code>/duties/<key:id>/files/<key:file_id>")
@blp.alt_response(410, "GONE")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
def content(code: str, id: int, file_id: int) -> Response:
    """The content of a file of a duty."""
    file = attachments.by_id(queries.hook(_found(code, id)[1].duty), file_id)
    return serving.file(file, file.stored)


@blp.route("/plans/<code:code>/duties/<key:id>/files/<key:file_id>/remove", methods=["POST"])
@idempotent
@blp.arguments(RemoveFileIn)
@blp.alt_response(410, "GONE")
@blp.response(200, FileOut)
def remove_file(data: dict[str, Any], code: str, id: int, file_id: int) -> DutyFile:
    """Hide a file of a duty, with a reason."""
    plan, task = _found(code, id, lock=True)
    file = attachments.by_id(queries.hook(task.duty), file_id)
    removed = actions.remove(plan, task.duty, file, **data, by=signin.person())
    db.session.commit()
    return removed
