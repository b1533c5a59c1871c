"""Which duties a plan asks for, of whom, and how they stand on a day: a fixed number of statements for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Membership, Person
from registry.accounts.rules import Verb
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.files.attachments import Hook
from registry.kernel.i18n import _, current_locale
from registry.plan import queries as plans
from registry.plan.duties import bodies
from registry.plan.duties.bodies import Answering
from registry.plan.duties.models import Duty, DutyFile
from registry.plan.duties.rules import State, standing
from registry.plan.models import Plan, PlanVersion

ORDER = {State.OVERDUE: 0, State.UNDER_WAY: 1, State.NOT_STARTED: 1, State.DONE: 2}
MOST_OWNERS = 500
BY_KEY = paging.Order((Duty.__table__.c.id,))


class Lead(NamedTuple):
    """Bodies and the words the plan has for them."""

    bodies: Sequence[Answering]
    raw: str


class Task(NamedTuple):
    """A duty of a year as it stands on a day, with what the plan says of it."""

    duty: Duty
    said: Mapping[str, Any]
    state: State
    lead: Lead
    cooperating: Lead

    @property
    def title(self) -> str:
        return str(self.said["title"][current_locale()])

    @property
    def called(self) -> str:
        """The title, and the year where every year has one."""
        return _("%(title)s, %(year)s", title=self.title, year=str(self.duty.year)) if self.duty.year else self.title


def tasks(
    plan: Plan,
    on: date,
    *,
    state: State | None = None,
    body: str | None = None,
    indicator: str | None = None,
    until: date | None = None,
    owner: Person | None = None,
) -> list[Task]:
    """What the plan asks for, as it stands on a day: what is overdue first, then by due date, what never ends last.

    Duties that the version in force does not name any more are left out; with `until`, those due later as well.
    """
    said = {one["code"]: one for one in plans.document(plan).get("duties", ())}
    wanted = select(Duty).where(Duty.plan_id == plan.id, Duty.code.in_(said)).options(joinedload(Duty.owner))
    if owner is not None:
        wanted = wanted.where(Duty.owner_id == owner.id)
    if until is not None:
        wanted = wanted.where(Duty.due_on <= until)
    rows = db.session.scalars(wanted).all() if said else []
    named = bodies.answering((code for one in said.values() for code in _codes(one)), on)
    found = [_task(row, said[row.code], named, on) for row in rows]
    found = [
        task
        for task in found
        if state in {None, task.state}
        and (body is None or _concerns(task, body))
        and (indicator is None or indicator in task.said["indicators"])
    ]
    place = {code: at for at, code in enumerate(said)}
    return sorted(found, key=lambda task: (ORDER[task.state], task.duty.due_on or date.max, place[task.duty.code]))


def page_of(
    plan: Plan,
    on: date,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    **asked: Any,  # noqa: ANN401 — the filters of tasks
) -> paging.Page[Task]:
    """A page of the tasks that answer to the filters of `tasks`, in the same order."""
    found = tasks(plan, on, **asked)
    after = paging.place_of(cursor, BY_KEY)[0] if cursor else None
    first = next((at + 1 for at, task in enumerate(found) if task.duty.id == after), 0)
    shown = found[first : first + limit]
    more = first + limit < len(found)
    following = paging.cursor_after([shown[-1].duty.id], BY_KEY) if more else None
    return paging.Page(shown, following, len(found) if count == "exact" else None)


def task(plan: Plan, key: int, on: date, *, lock: bool = False) -> Task:
    """One duty as it stands on a day; raises NotFound, also for one that the plan does not name any more."""
    said = {one["code"]: one for one in plans.document(plan).get("duties", ())}
    wanted = select(Duty).where(Duty.plan_id == plan.id, Duty.id == key).options(joinedload(Duty.owner))
    wanted = wanted.execution_options(populate_existing=True)
    row = db.session.scalar(wanted.with_for_update(of=Duty) if lock else wanted)
    if row is None or row.code not in said:
        raise NotFound(_("This plan has no duty with the number %(id)s.", id=key))
    return _task(row, said[row.code], bodies.answering(_codes(said[row.code]), on), on)


def siblings(plan: Plan, duty: Duty) -> Sequence[Duty]:
    """The same duty in every year, the newest first."""
    wanted = select(Duty).where(Duty.plan_id == plan.id, Duty.code == duty.code).order_by(Duty.year.desc())
    return db.session.scalars(wanted).all()


def hook(duty: Duty) -> Hook[DutyFile]:
    """Where the files of a duty hang."""
    return Hook(DutyFile, "duty_id", duty.id, ("duty", duty.id))


def file_counts(found: Iterable[Task]) -> Mapping[int, int]:
    """How many files hang on each of some duties."""
    keys = [task.duty.id for task in found]
    wanted = select(DutyFile.duty_id, func.count()).where(DutyFile.duty_id.in_(keys), DutyFile.removed_at.is_(None))
    return dict(db.session.execute(wanted.group_by(DutyFile.duty_id)).all())


def owners(plan: Plan, on: date) -> Sequence[Person]:
    """Who can own a duty: the people of the plan's province and of its lead body, or of who took over from them."""
    roots = [accounts.successor(body, on).id for body in (plan.issuer, plan.lead)]
    within = or_(*(Membership.organisation_id.in_(accounts.below(root)) for root in roots))
    wanted = select(Person).where(Person.active, Person.memberships.any(within))
    return db.session.scalars(wanted.order_by(Person.name, Person.id).limit(MOST_OWNERS)).all()


def may_write(plan: Plan, duty: Duty, person: Person | None) -> bool:
    """Whether somebody may say how a duty stands: its owner, and who keeps the plan."""
    return person is None or duty.owner_id == person.id or accounts.may(person, Verb.PLAN_WRITE, plan.lead_id)


def first_year(plan: Plan) -> int:
    """The year in which the plan came into this registry: what was due earlier nobody could say here."""
    loaded = select(PlanVersion.loaded_at).filter_by(plan_id=plan.id).order_by(PlanVersion.number).limit(1)
    return db.session.scalars(loaded).one().year


def waiting(first: date, last: date) -> Sequence[Duty]:
    """Duties of all plans that are due between two days and not done, with their plans."""
    wanted = select(Duty).join(Duty.plan).options(contains_eager(Duty.plan)).order_by(Duty.id)
    return db.session.scalars(wanted.where(Duty.due_on.between(first, last), Duty.state != State.DONE)).all()


def _task(row: Duty, said: Mapping[str, Any], named: Mapping[str, Answering], on: date) -> Task:
    return Task(
        duty=row,
        said=said,
        state=standing(row.state, row.due_on, row.done_on, on),
        lead=_lead(said["lead"], named),
        cooperating=_lead(said["cooperating"], named),
    )


def _lead(said: Mapping[str, Any], named: Mapping[str, Answering]) -> Lead:
    return Lead([named[code] for code in said["bodies"] if code in named], said["raw"])


def _codes(said: Mapping[str, Any]) -> list[str]:
    return [*said["lead"]["bodies"], *said["cooperating"]["bodies"]]


def _concerns(task: Task, body: str) -> bool:
    """Whether a body leads or cooperates, under its old code or that of who took over."""
    return any(body in {one.named.code, one.now.code} for part in (task.lead, task.cooperating) for one in part.bodies)
