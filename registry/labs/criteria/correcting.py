"""What changes findings after they were made: actions are planned, done, verified; a re-assessment takes them over."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import exists, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.text import shown
from registry.labs.criteria import queries
from registry.labs.criteria.models import Answer, Assessment, CorrectiveAction
from registry.labs.criteria.queries import Line
from registry.labs.criteria.rules import GAPS, ActionState, Closing, is_met


def plan(finding: Answer, *, what: str, owner: str, due_on: date, by: Person | None) -> CorrectiveAction:
    """Plan what is done about a finding that is open; `owner` is the e-mail address of who sees to it."""
    _require_correct(finding, by)
    if not finding.is_open:
        raise Conflict(_("This finding is not open; nothing needs to be done about it."))
    if due_on < clock.today():
        raise Invalid({"due_on": [_("%(day)s has passed; give a day to come.", day=said_day(due_on))]})
    person = _owner(owner, finding)
    made = CorrectiveAction(
        answer_id=finding.id, what=what, owner_id=person.id, due_on=due_on, made_by_id=by.id if by else None
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {"what": [None, what], "owner": [None, person.name], "due_on": [None, due_on]}
    _record("plan_action", finding, changes, by)
    return made


def revise(
    action: CorrectiveAction,
    *,
    what: str | None = None,
    owner: str | None = None,
    due_on: date | None = None,
    by: Person | None,
) -> CorrectiveAction:
    """Change what is planned while it is not done; what is not given stays."""
    _require_correct(action.answer, by)
    if action.state is not ActionState.OPEN:
        raise Conflict(_("This action is done; it is verified, not changed."))
    if due_on is not None and due_on != action.due_on and due_on < clock.today():
        raise Invalid({"due_on": [_("%(day)s has passed; give a day to come.", day=said_day(due_on))]})
    changes: audit.Changes = {}
    if owner is not None:
        person, before = _owner(owner, action.answer), action.owner.name
        if person.id != action.owner_id:
            action.owner_id, changes["owner"] = person.id, [before, person.name]
    for field, value in (("what", what), ("due_on", due_on)):
        if value is not None and value != getattr(action, field):
            changes[field] = [getattr(action, field), value]
            setattr(action, field, value)
    if changes:
        _record("revise_action", action.answer, changes, by)
        db.session.flush()
    return action


def done(action: CorrectiveAction, *, outcome: str, by: Person | None) -> CorrectiveAction:
    """Say that an action is done, and what was done: its owner says so, or others who may plan it."""
    if by is None or by.id != action.owner_id:
        _require_correct(action.answer, by)
    if action.state is not ActionState.OPEN:
        raise Conflict(_("This action is done already."))
    action.state, action.outcome, action.done_at = ActionState.DONE, outcome, clock.now()
    action.done_by_id, action.done_actor = (by.id, by.name) if by else (None, "registry")
    _record("action_done", action.answer, {"what": [action.what, action.what], "outcome": [None, outcome]}, by)
    db.session.flush()
    return action


def verify(
    action: CorrectiveAction, *, effective: bool, verification: str, due_on: date | None = None, by: Person | None
) -> CorrectiveAction:
    """Say whether an action that is done was effective; one that was not is open again, until another day if given.

    Whoever did it or answers for it does not verify it. The finding is closed with its last action.
    """
    answer = action.answer
    if by is not None and not queries.may_verify(by, answer.assessment):
        require(by, Verb.ASSESSMENT_SIGN, answer.assessment.organisation_id)
    if action.state is not ActionState.DONE:
        raise Conflict(_("Only an action that is done, and not verified yet, is verified."))
    if by is not None and by.id in {action.owner_id, action.done_by_id}:
        raise Forbidden(_("Whoever did it or answers for it does not verify it; a second person does."))
    if not effective and due_on is not None and due_on < clock.today():
        raise Invalid({"due_on": [_("%(day)s has passed; give a day to come.", day=said_day(due_on))]})
    changes: audit.Changes = {"what": [action.what, action.what], "effective": [None, effective]}
    changes["verification"] = [None, verification]
    if effective:
        action.state, action.verification, action.verified_at = ActionState.EFFECTIVE, verification, clock.now()
        action.verified_by_id, action.verified_actor = (by.id, by.name) if by else (None, "registry")
    else:
        action.state, action.returned, action.due_on = ActionState.OPEN, verification, due_on or action.due_on
        action.done_at = action.done_by_id = action.done_actor = None
    _record("verify_action", answer, changes, by)
    db.session.flush()
    db.session.refresh(answer, with_for_update=True)
    if effective and not _is_waiting(answer):
        _close(answer, Closing.EFFECTIVE, None, by)
    return action


def take_over(
    assessment: Assessment, found: Sequence[Line], carried: Mapping[str, Answer], *, by: Person | None
) -> None:
    """Close the findings before a re-assessment that are met by now, or that it found anew.

    What is still to be done about one that was found anew is done about the new one.
    """
    for line in found:
        before, now = carried.get(line.criterion.code), line.answer
        if before is None or now is None or not before.is_open:
            continue
        if is_met(line.criterion, now.given, assessment.set.partly):
            _close(before, Closing.MET, assessment, by)
        elif now.grade in GAPS:
            for action in before.corrections:
                if action.state is not ActionState.EFFECTIVE:
                    action.answer_id = now.id
            _close(before, Closing.FOUND_ANEW, assessment, by)


def _close(answer: Answer, closing: Closing, assessment: Assessment | None, by: Person | None) -> None:
    answer.closed_at, answer.closing = clock.now(), closing
    answer.closed_in_id = assessment.id if assessment else None
    _record("close_finding", answer, {"closing": [None, closing]}, by)
    db.session.flush()


def _is_waiting(answer: Answer) -> bool:
    """Whether anything about a finding is not verified yet."""
    wanted = exists().where(CorrectiveAction.answer_id == answer.id, CorrectiveAction.state != ActionState.EFFECTIVE)
    return bool(db.session.scalar(select(wanted)))


def _owner(email: str, finding: Answer) -> Person:
    """Who sees to it: somebody who works for the subject. Raises Invalid."""
    workers = accounts.workers(finding.assessment.organisation_id, Verb.ASSESSMENT_WRITE)
    for person in workers:
        if person.email == email.strip().casefold():
            return person
    text = _("“%(email)s” is nobody who works for this organisation; choose one of its people.", email=shown(email))
    raise Invalid({"owner": [text]})


def _require_correct(finding: Answer, by: Person | None) -> None:
    if by is not None and not queries.may_correct(by, finding.assessment):
        require(by, Verb.ASSESSMENT_WRITE, finding.assessment.organisation_id)


def _record(deed: str, answer: Answer, changes: audit.Changes, by: Person | None) -> None:
    code = answer.criterion.code
    said: audit.Changes = {"criterion": [code, code]}
    audit.record(f"assessment.{deed}", ("assessment", answer.assessment_id), said | changes, by=by)
