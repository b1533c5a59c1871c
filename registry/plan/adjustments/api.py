"""API doors of plan files and versions: loading, old targets, and what differs."""

from typing import Any

from flask import Response

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan import files, queries, versions
from registry.plan.adjustments import comparing, intake
from registry.plan.adjustments import queries as adjustments
from registry.plan.adjustments import shipped as lessons
from registry.plan.adjustments.schemas import (
    ComparedOut,
    LessonsOut,
    PlanLoadedOut,
    PlanVersionOut,
    SinceQuery,
    VersionLine,
    VersionQuery,
)
from registry.plan.models import PlanVersion
from registry.plan.versions import Loaded

blp = Blueprint("plan_versions", __name__, description="Plan files, the versions they make, and what differs.")
FILE = {"type": "object"}


@blp.route("/plans", methods=["POST"])
@blp.doc(requestBody=intake.body(intake.FLAG))
@idempotent
@blp.response(200, PlanLoadedOut)
def load() -> dict[str, Any]:
    """Load a plan file as a version of its plan, or see what that would change."""
    text, dry = intake.text(intake.FLAG), intake.only_looked_at()
    file, trial = files.parse(text), db.session.begin_nested()
    loaded = versions.load(file, by=signin.person())
    said = _told(loaded)
    if dry:
        trial.rollback()
    db.session.commit()
    return said


@blp.route("/plans/<code:code>/shipped")
@blp.response(200, LessonsOut)
def shipped(code: str) -> dict[str, Any]:
    """What the file that ships under the plan's code says that the version in force does not say."""
    plan = queries.by_code(code, signin.person())
    return {"lessons": lessons.lessons(plan, queries.document(plan))}


@blp.route("/plans/<code:code>/shipped", methods=["POST"])
@idempotent
@blp.response(200, PlanLoadedOut)
def learn(code: str) -> dict[str, Any]:
    """Let the plan learn that, as a version under the decision that is in force; what it says itself stays."""
    loaded = lessons.learn(queries.by_code(code, signin.person()), by=signin.person())
    said = _told(loaded)
    db.session.commit()
    return said


@blp.route("/plans/<code:code>/versions")
@blp.arguments(VersionQuery, location="query")
@blp.response(200, paged(VersionLine))
def listed(query: dict[str, Any], code: str) -> Page[PlanVersion]:
    """List a plan's versions, the one loaded last first."""
    return adjustments.page_of(queries.by_code(code, signin.person()), **query)


@blp.route("/plans/<code:code>/versions/<key:number>")
@blp.etag
@blp.response(200, PlanVersionOut)
def version(code: str, number: int) -> PlanVersion:
    """One version of a plan, whole: its periods, rows, targets and money."""
    return adjustments.by_number(queries.by_code(code, signin.person()), number)


@blp.route("/plans/<code:code>/versions/<key:number>/file")
@blp.response(200, FILE)
def file(code: str, number: int) -> Response:
    """A version as the data file that loads again to the same content hash."""
    found = adjustments.by_number(queries.by_code(code, signin.person()), number)
    return Response(files.written(found.document), content_type="application/json")


@blp.route("/plans/<code:code>/versions/<key:number>/changes")
@blp.arguments(SinceQuery, location="query")
@blp.response(200, ComparedOut)
def changes(query: dict[str, Any], code: str, number: int) -> dict[str, Any]:
    """What a version changed, in words: since the one before it, or since any other."""
    plan = queries.by_code(code, signin.person())
    found = adjustments.by_number(plan, number)
    other = adjustments.by_number(plan, query["since"]) if "since" in query else adjustments.before(found)
    return {
        "since": other.number if other else None,
        "version": found.number,
        "changes": comparing.between(other, found),
    }


def _told(loaded: Loaded) -> dict[str, Any]:
    return {
        "plan": loaded.plan.code,
        "version": loaded.version.number,
        "since": loaded.base.number if loaded.base else None,
        "changed": loaded.changed,
        "decision": loaded.version.decision,
        "in_force_on": loaded.version.in_force_on,
        "changes": comparing.between(loaded.base, loaded.version) if loaded.changed else [],
    }
