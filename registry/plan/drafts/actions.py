"""What planners do with a draft: begin it, change it, take it from a file, give it up, publish it as a version."""

import copy
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.plan import files, versions
from registry.plan.adjustments import queries as adjustments
from registry.plan.drafts.models import PlanDraft
from registry.plan.drafts.queries import ROW
from registry.plan.drafts.rules import Data
from registry.plan.files import PlanFile
from registry.plan.models import Plan
from registry.plan.versions import Loaded


def open_draft(plan: Plan, *, by: Person | None) -> PlanDraft:
    """Begin a draft from the version in force, or the first one to come. Raises Conflict where there is one already."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    base = adjustments.base_of(plan.id, clock.today()) or adjustments.base_of(plan.id, date.max)
    if base is None:
        raise Conflict(_("This plan has no version."))
    data = copy.deepcopy(base.document)
    data["plan"]["decision"] = None
    for row in [*data["indicators"], *data["rows"]]:
        row.pop("was", None)
    made = PlanDraft(
        plan_id=plan.id,
        based_on_id=base.id,
        document=data,
        changed_at=clock.now(),
        changed_by_id=by.id if by else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise Conflict(_("This plan has a draft already; go on with that one.")) from error
    _tell("plan_draft.open", plan, {"version": [None, base.number]}, by)
    return made


def change(plan: Plan, draft: PlanDraft, data: Data, *, by: Person | None) -> PlanDraft:
    """Keep other data as the draft. Raises Invalid, by place, for what does not fit the form of a file."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    files.document_or_refusal(data)
    changed = _changes(draft.document, data)
    if changed:
        draft.document = data
        draft.changed_at, draft.changed_by_id = clock.now(), by.id if by else None
        db.session.flush()
        _tell("plan_draft.change", plan, changed, by)
    return draft


def take(plan: Plan, draft: PlanDraft, file: PlanFile, *, by: Person | None) -> PlanDraft:
    """Let the draft say what a file says."""
    if file.document.plan.code != plan.code:
        message = _("This is the file of the plan %(code)s.", code=file.document.plan.code)
        raise Invalid({"plan.code": [message]})
    return change(plan, draft, file.data, by=by)


def discard(plan: Plan, draft: PlanDraft, *, by: Person | None) -> None:
    """Give the draft up."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    db.session.delete(draft)
    _tell("plan_draft.discard", plan, {}, by)
    db.session.flush()


def publish(
    plan: Plan, draft: PlanDraft, *, number: str, on: date, in_force_from: date | None = None, by: Person | None
) -> Loaded:
    """Make the draft a version of the plan under a decision, and end it. Raises Invalid with every contradiction."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    if on > clock.today():
        raise Invalid({"on": [_("%(day)s has not come yet.", day=said_day(on))]})
    data: dict[str, Any] = copy.deepcopy(draft.document)
    data["plan"]["decision"] = {"number": number, "on": on.isoformat()}
    if in_force_from is not None:
        data["plan"]["decision"]["in_force_from"] = in_force_from.isoformat()
    loaded = versions.load(files.told(data), by=by)
    db.session.delete(draft)
    db.session.flush()
    return loaded


def _changes(old: Data, new: Data) -> audit.Changes:
    """Rows and parts that differ, each with both texts."""
    found: audit.Changes = {}
    for part in ("plan", "money", "periods", "funding_sources", "duties"):
        if old.get(part) != new.get(part):
            found[part] = [old.get(part), new.get(part)]
    before = {row["code"]: row for row in [*old["indicators"], *old["rows"]]}
    after = {row["code"]: row for row in [*new["indicators"], *new["rows"]]}
    for code in dict.fromkeys([*before, *after]):
        if before.get(code) != after.get(code):
            found[f"{ROW}{code}"] = [before.get(code), after.get(code)]
    if not found and old != new:
        found["content_hash"] = [None, None]
    return found


def _tell(action: str, plan: Plan, changes: audit.Changes, by: Person | None) -> None:
    audit.record(action, ("plan_draft", plan.code), changes, by=by)
