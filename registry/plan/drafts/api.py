"""API doors of a plan's draft."""

from typing import Any

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.plan import files, queries
from registry.plan.adjustments import comparing, intake
from registry.plan.adjustments.schemas import PlanLoadedOut
from registry.plan.drafts import actions
from registry.plan.drafts import queries as drafts
from registry.plan.drafts.models import PlanDraft
from registry.plan.drafts.schemas import DraftOut, PublishIn
from registry.plan.models import Plan

blp = Blueprint("plan_drafts", __name__, description="A plan's next version while it is being written.")


@blp.route("/plans/<code:code>/draft")
@blp.etag
@blp.response(200, DraftOut)
def draft(code: str) -> dict[str, Any]:
    """The draft of a plan, with where it contradicts itself."""
    return _said(drafts.draft_of(_plan(code)))


@blp.route("/plans/<code:code>/draft", methods=["POST"])
@blp.doc(requestBody=intake.body())
@idempotent
@blp.response(201, DraftOut)
def open_draft(code: str) -> dict[str, Any]:
    """Begin a plan's draft with a file."""
    plan, file = _plan(code), files.parse(intake.text())
    made = actions.open_draft(plan, by=signin.person())
    actions.take(plan, made, file, by=signin.person())
    db.session.commit()
    return _said(drafts.draft_of(plan))


@blp.route("/plans/<code:code>/draft", methods=["PUT"])
@blp.doc(requestBody=intake.body())
@blp.etag
@blp.response(200, DraftOut)
def put_draft(code: str) -> dict[str, Any]:
    """Let a plan's draft say what a file says."""
    plan = _plan(code)
    found = drafts.draft_of(plan, lock=True)
    blp.check_etag(_said(found), DraftOut)
    actions.take(plan, found, files.parse(intake.text()), by=signin.person())
    db.session.commit()
    return _said(drafts.draft_of(plan))


@blp.route("/plans/<code:code>/draft/publication", methods=["POST"])
@idempotent
@blp.arguments(PublishIn)
@blp.response(200, PlanLoadedOut)
def publish(data: dict[str, Any], code: str) -> dict[str, Any]:
    """Make a plan's draft a version under a decision."""
    plan = _plan(code)
    loaded = actions.publish(plan, drafts.draft_of(plan, lock=True), **data, by=signin.person())
    said = {
        "plan": plan.code,
        "version": loaded.version.number,
        "since": loaded.base.number if loaded.base else None,
        "changed": loaded.changed,
        "decision": loaded.version.decision,
        "in_force_on": loaded.version.in_force_on,
        "changes": comparing.between(loaded.base, loaded.version) if loaded.changed else [],
    }
    db.session.commit()
    return said


def _plan(code: str) -> Plan:
    """A plan that the person writes; others learn nothing of its draft."""
    plan = queries.by_code(code, signin.person())
    require(signin.person(), Verb.PLAN_WRITE, plan.lead_id)
    return plan


def _said(found: PlanDraft) -> dict[str, Any]:
    faults = [{"place": place, "message": message} for place, told in drafts.faults(found).items() for message in told]
    return {
        "version": found.version,
        "based_on": found.based_on.number,
        "changed_at": found.changed_at,
        "faults": faults,
        "document": found.document,
    }
