"""What changes duties: years that come, and what people say of them."""

from datetime import date
from functools import partial

from sqlalchemy import select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db, insert_into
from registry.kernel.errors import Invalid
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.files.shelf import Shelf
from registry.kernel.i18n import _, said_day
from registry.kernel.text import shown
from registry.plan import queries as plans
from registry.plan.activities.saying import UNSAID, Keep
from registry.plan.duties import queries
from registry.plan.duties.models import Duty, DutyFile
from registry.plan.duties.rules import Repeat, State, instances
from registry.plan.models import Plan
from registry.plan.opening import Opened, for_each_plan

AHEAD = 1  # years


def open_duties(plan: Plan, on: date) -> int:
    """Put down what a plan asks for up to the end of the next year; gives how many are new, twice none.

    Where the version in force names another due date, what is not done yet gets that.
    """
    asked = {
        (one["code"], made.year): made.due_on
        for one in plans.document(plan).get("duties", ())
        for made in instances(
            Repeat(one["repeats"]), one["due"], min(queries.first_year(plan), on.year), on.year + AHEAD
        )
    }
    known = {(row.code, row.year): row for row in db.session.scalars(select(Duty).filter_by(plan_id=plan.id))}
    for key, row in known.items():
        if key in asked and row.state is not State.DONE and row.due_on != asked[key]:
            audit.record("duty.move", _subject(row), {"due_on": [row.due_on, asked[key]]}, by=None)
            row.due_on = asked[key]
    new = [
        {"plan_id": plan.id, "code": code, "year": year, "due_on": due_on, "state": State.NOT_STARTED, "version": 1}
        | {"note": ""}
        for (code, year), due_on in asked.items()
        if (code, year) not in known
    ]
    if new:
        insertion = insert_into(Duty, db.session.get_bind().dialect.name)
        db.session.execute(insertion.on_conflict_do_nothing(), new)
    db.session.flush()
    return len(new)


def open_all(on: date) -> Opened:
    """What every plan asks for; see open_duties."""
    return for_each_plan(lambda plan: open_duties(plan, on))


def report(
    plan: Plan,
    duty: Duty,
    *,
    state: State | None = None,
    done_on: date | None = None,
    reason: str | None = None,
    owner: str | Keep | None = UNSAID,
    note: str | None = None,
    by: Person | None,
) -> Duty:
    """Say how a duty stands, whose it is, and what there is to note; a change of its state takes a reason.

    Done is done on a day, today when none is given, and never in the future.
    """
    may_report(plan, duty, by=by)
    stands = duty.state if state is None else state
    if stands is State.OVERDUE:
        raise Invalid({"state": [_("Nobody says that: what is not done by its day is overdue.")]})
    day = _done_on(duty, stands, done_on)
    if (stands, day) != (duty.state, duty.done_on) and not reason:
        raise Invalid({"reason": [_("Say why, or what came of it: it stays in the history.")]})
    duty.state, duty.done_on = stands, day
    if note is not None:
        duty.note = note
    before = duty.owner.name if duty.owner else None
    after = _owner(plan, owner) if owner is not None and owner is not UNSAID else None
    if owner is not UNSAID:
        duty.owner_id = after.id if after else None
    changes = audit.changes_of(duty)
    if "owner_id" in changes:
        changes["owner"] = [before, after.name if after else None]
    db.session.flush()
    if changes:
        audit.record("duty.report", _subject(duty), changes | ({"reason": [None, reason]} if reason else {}), by=by)
    return duty


def may_report(plan: Plan, duty: Duty, *, by: Person | None) -> None:
    """Raise Forbidden for who neither owns a duty nor keeps its plan."""
    if by is None or duty.owner_id != by.id:
        require(by, Verb.PLAN_WRITE, plan.lead_id)


def shelf(plan: Plan, duty: Duty, *, by: Person | None) -> Shelf[DutyFile]:
    """The files of a duty, best fetched with `lock=True` by who changes them."""
    allowed = partial(may_report, plan, duty, by=by)
    attaching, removing = partial(attach, plan, duty, by=by), partial(remove, plan, duty, by=by)
    return Shelf(queries.hook(duty), allowed, allowed, attaching, removing)


def attach(
    plan: Plan, duty: Duty, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[DutyFile, bool]:
    """Hang a file on a duty, best fetched with `lock=True`; and whether it is new there."""
    may_report(plan, duty, by=by)
    return attachments.attach(queries.hook(duty), incoming, kind=kind, caption=caption, by=by)


def remove(plan: Plan, duty: Duty, file: DutyFile, *, reason: str, by: Person | None) -> DutyFile:
    """Hide a file of a duty, with a reason."""
    may_report(plan, duty, by=by)
    return attachments.remove(queries.hook(duty), file, reason=reason, by=by)


def _done_on(duty: Duty, state: State, said: date | None) -> date | None:
    """The day a duty was done on, as far as it is done."""
    if state is not State.DONE:
        if said is not None:
            raise Invalid({"done_on": [_("Only what is done has a day on which it was done; leave it out.")]})
        return None
    today = clock.today()
    if said is not None and said > today:
        raise Invalid({"done_on": [_("%(day)s is still to come; give a day up to today.", day=said_day(said))]})
    return said or duty.done_on or today


def _owner(plan: Plan, email: str) -> Person:
    for person in queries.owners(plan, clock.today()):
        if person.email == email.strip().casefold():
            return person
    message = _("“%(email)s” is nobody who works in the plan's province; choose one of its people.", email=shown(email))
    raise Invalid({"owner": [message]})


def _subject(duty: Duty) -> tuple[str, int]:
    return "duty", duty.id
