"""What changes the list of focus enterprises: steps of one enterprise, and reviews of all of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.plan.activities.models import Enterprise
from registry.plan.focus import queries
from registry.plan.focus.models import FocusEntry, FocusReview, FocusStep
from registry.plan.focus.rules import FROM, LEADS_TO, Decision, State, Step
from registry.plan.focus.words import STATES
from registry.plan.models import Plan


class Made(NamedTuple):
    """A step, why, and on which day."""

    step: Step
    reason: str
    on: date


def take(
    plan: Plan,
    *,
    enterprise: str,
    step: Step,
    reason: str,
    on: date | None = None,
    document_no: str | None = None,
    document_on: date | None = None,
    by: Person | None,
) -> FocusEntry:
    """Let an enterprise take a step on the list: proposed, confirmed, kept or removed, with a reason.

    Steps are taken in the order of their days. Raises Conflict where the step does not follow from how it stands.
    """
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    if (document_no is None) != (document_on is None):
        field = "document_on" if document_on is None else "document_no"
        raise Invalid({field: [_("A document has a number and a date; give both, or neither.")]})
    one_at_a_time(f"focus {plan.id}")
    found, entry = queries.enterprise_field(plan, by, enterprise, "enterprise")
    before = entry.state if entry is not None else None
    _check_follows(enterprise, before, step)
    day = on or clock.today()
    papers = {"document_no": document_no, "document_on": document_on}
    moved = _taken(entry or _new(plan, found), Made(step, reason, day), papers, by=by)
    changes: audit.Changes = {
        "enterprise": [None, enterprise],
        "state": [before, moved.state],
        "on": [None, day],
        "reason": [None, reason],
    }
    audit.record("focus.step", _list(plan), changes, by=by)
    return moved


def review(
    plan: Plan,
    *,
    on: date,
    decision_no: str,
    decision_on: date,
    note: str = "",
    entries: Sequence[Decision] = (),
    by: Person | None,
) -> FocusReview:
    """Review the list by a decision: what is confirmed anew, what is removed; what else was confirmed is kept."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    if decision_on > on:
        message = _(
            "The decision is of %(day)s, after the review; give the day it took effect.", day=said_day(decision_on)
        )
        raise Invalid({"decision_on": [message]})
    one_at_a_time(f"focus {plan.id}")
    found = FocusReview(
        plan_id=plan.id,
        on=on,
        decision_no=decision_no,
        decision_on=decision_on,
        note=note,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
    )
    changes = audit.changes_of(found)
    _check_day(on, None)
    db.session.add(found)
    db.session.flush()
    said = {"document_no": decision_no, "document_on": decision_on, "review_id": found.id}
    decided = _decided(entries)
    listed = {entry.enterprise.organisation.code: entry for entry in queries.current(plan)}
    for place, (code, one) in enumerate(decided.items()):
        entry = listed.get(code)
        before = entry.state if entry is not None else None
        if before is not None or one.step is not Step.CONFIRM:  # a review may put an enterprise on the list at once
            _check_follows(code, before, one.step, f"entries.{place}.")
        if entry is None:
            enterprise, removed = queries.enterprise_field(plan, by, code, f"entries.{place}.enterprise")
            entry = removed or _new(plan, enterprise)
        _taken(entry, Made(one.step, one.reason, on), said, by=by)
    kept = [entry for code, entry in listed.items() if code not in decided and entry.state in FROM[Step.KEEP]]
    for entry in kept:
        _taken(entry, Made(Step.KEEP, "", on), said, by=by)
    taken = [one.step for one in decided.values()] + [Step.KEEP] * len(kept)
    counts: audit.Changes = {step.value: [None, taken.count(step)] for step in (Step.CONFIRM, Step.KEEP, Step.REMOVE)}
    audit.record("focus.review", _list(plan), {**changes, **counts}, by=by)
    return found


def _decided(entries: Sequence[Decision]) -> Mapping[str, Decision]:
    found: dict[str, Decision] = {}
    for place, one in enumerate(entries):
        if one.enterprise in found:
            raise Invalid({f"entries.{place}.enterprise": [_("“%(code)s” stands here twice.", code=one.enterprise)]})
        if one.step is Step.PROPOSE:
            raise Invalid({f"entries.{place}.step": [_("A review confirms, keeps or removes; propose before it.")]})
        if one.step is not Step.KEEP and not one.reason:
            raise Invalid({f"entries.{place}.reason": [_("Say why.")]})
        found[one.enterprise] = one
    return found


def _check_follows(code: str, before: State | None, step: Step, place: str = "") -> None:
    if before not in FROM[step]:
        said = STATES[before] if before is not None else _("not on the list")
        message = _("“%(code)s” is: %(state)s. This step does not follow.", code=code, state=said)
        raise Conflict(message, errors={f"{place}enterprise": [message]})


def _new(plan: Plan, enterprise: Enterprise) -> FocusEntry:
    return FocusEntry(plan_id=plan.id, enterprise_id=enterprise.id, state=State.PROPOSED, moved_on=date.min)


def _taken(entry: FocusEntry, made: Made, papers: dict[str, Any], *, by: Person | None) -> FocusEntry:
    _check_day(made.on, entry.moved_on)
    entry.state, entry.moved_on = LEADS_TO[made.step], made.on
    db.session.add(entry)
    db.session.flush()
    who = {"recorded_by_id": by.id if by else None, "recorded_at": clock.now()}
    usual: dict[str, Any] = {"document_no": None, "document_on": None, "review_id": None}
    step = FocusStep(entry_id=entry.id, step=made.step, on=made.on, reason=made.reason, **usual | papers | who)
    db.session.add(step)
    db.session.flush()
    return entry


def _check_day(on: date, last: date | None) -> None:
    if on > clock.today():
        raise Invalid({"on": [_("%(day)s is still to come; give a day up to today.", day=said_day(on))]})
    if last is not None and on < last:
        message = _("The last step was on %(day)s; give that day or a later one.", day=said_day(last))
        raise Invalid({"on": [message]})


def _list(plan: Plan) -> tuple[str, str]:
    return "focus", plan.code
