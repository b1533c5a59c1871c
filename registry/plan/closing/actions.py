"""Closing periods of a plan, and opening them again."""

from datetime import date

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.plan import progress
from registry.plan.closing import queries
from registry.plan.closing.models import PeriodClosure
from registry.plan.models import Plan
from registry.plan.queries import current_version


def close(plan: Plan, *, up_to_on: date, reason: str, report: str | None = None, by: Person | None) -> PeriodClosure:
    """Close a plan up to and including a day; `report` names the report whose numbers are to stay.

    Raises Conflict when it is closed as far already.
    """
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    queries.deciding(plan)
    first = progress.spans_of(current_version(plan))[0].start
    if up_to_on < first:
        raise Invalid({"up_to_on": [_("The plan begins on %(day)s; give a later day.", day=said_day(first))]})
    if up_to_on > clock.today():
        raise Invalid({"up_to_on": [_("%(day)s has not come yet.", day=said_day(up_to_on))]})
    found = queries.closure(plan)
    if found is not None and up_to_on <= found.up_to_on:
        day = said_day(found.up_to_on)
        raise Conflict(_("The plan is closed up to %(day)s already.", day=day))
    made = PeriodClosure(
        plan_id=plan.id,
        up_to_on=up_to_on,
        reason=reason,
        report=report,
        closed_by_id=by.id if by else None,
        closed_at=clock.now(),
    )
    db.session.add(made)
    said = {"up_to_on": up_to_on, "reason": reason, "report": report}
    audit.record("plan.close", ("plan", plan.code), {name: [None, value] for name, value in said.items()}, by=by)
    db.session.flush()
    return made


def reopen(plan: Plan, closure: PeriodClosure, *, reason: str, by: Person | None) -> PeriodClosure:
    """Open again what a closure closed, up to the day of the closure before it; raises Conflict for another one."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    queries.deciding(plan)
    last = queries.closure(plan)
    if last is None or last.id != closure.id:
        message = _("This closure was opened again already.")
        if last is not None and closure.reopened_at is None:
            day = said_day(last.up_to_on)
            message = _("The plan is closed further, up to %(day)s; open that closure first.", day=day)
        raise Conflict(message)
    closure.reopened_by_id = by.id if by else None
    closure.reopened_at, closure.reopen_reason = clock.now(), reason
    changes: audit.Changes = {"up_to_on": [closure.up_to_on, None], "reason": [None, reason]}
    audit.record("plan.reopen", ("plan", plan.code), changes, by=by)
    db.session.flush()
    db.session.refresh(closure, ["reopened_by"])
    return closure
