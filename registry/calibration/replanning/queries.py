"""What falls due in a range and how its load could be levelled: a proposal that changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.models import Asset, Schedule
from registry.assets.queries import in_use, visible_to
from registry.assets.rules import ASKS_WORK, GONE, Doubt, Proof, ScheduleKind
from registry.calibration.cases.calling import is_called
from registry.calibration.models import Calibration
from registry.calibration.replanning.levelling import Load, Per, Work, levelled, load, spans
from registry.calibration.replanning.rules import MOST, check_range
from registry.calibration.rules import RecordStatus
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.labs.queries import lab_field


class Candidate(NamedTuple):
    """A schedule that falls due in the range."""

    key: int
    asset: str
    name: str
    owner_id: int
    kind: ScheduleKind
    due_on: date
    planned_on: date | None
    asset_id: int
    doubt: Doubt | None


class Move(NamedTuple):
    """What a proposal says of a schedule: `planned_on` is None where it is done on its due date again."""

    asset: str
    name: str
    kind: ScheduleKind
    due_on: date
    planned_on: date | None
    was_planned_on: date | None
    asset_id: int
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Proposal:
    """The load of each span before and after, and what changes for that.

    `first` is what cases ask for at once, which comes before all else and fills the first span. `left_out` is how many
    fall due in the range too, but are quarantined or otherwise not in use: nobody plans those.
    """

    capacity: int
    spans: Sequence[Load]
    items: Sequence[Move]
    left_out: int
    first: Sequence[Move] = ()

    @property
    def moved(self) -> int:
        """How many would be done before they are due."""
        return sum(item.planned_on is not None for item in self.items)

    @property
    def full_spans(self) -> list[Load]:
        """The spans that still hold more than can be done: all before them are full, or they are the first."""
        return [span for span in self.spans if span.after > self.capacity]

    @property
    def too_full(self) -> int:
        """How many those are."""
        return len(self.full_spans)

    @property
    def highest(self) -> int:
        """The highest load of all, or the capacity."""
        return max([self.capacity, *(max(span.before, span.after) for span in self.spans)])


def proposal(
    person: Person,
    *,
    due_from: date,
    due_to: date,
    capacity: int,
    per: Per = Per.MONTH,
    owner: str | None = None,
    kind: ScheduleKind | None = None,
    lab: str | None = None,
) -> Proposal:
    """How the load of a range could be levelled, from today on. Raises Invalid for a range that holds too much."""
    found = candidates(person, due_from=due_from, due_to=due_to, owner=owner, kind=kind, lab=lab)
    within = spans(max(due_from, clock.today()), due_to, per)
    first = called_first(person, due_from=due_from, due_to=due_to, owner=owner, kind=kind, lab=lab)
    works = [Work(one.key, one.due_on) for one in (*first, *found)]
    planned = levelled(works, within, capacity)
    moves = [_move(one, planned.get(one.key)) for one in found if planned.get(one.key) != one.planned_on]
    idle = _due(person, due_from=due_from, due_to=due_to, owner=owner, kind=kind, lab=lab).where(
        ~in_use(), Asset.status.not_in(GONE)
    )
    count = idle.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    told = [_move(one, None) for one in first]
    return Proposal(capacity, load(works, planned, within), moves, db.session.scalar(count) or 0, told)


def _move(one: Candidate, planned_on: date | None) -> Move:
    return Move(one.asset, one.name, one.kind, one.due_on, planned_on, one.planned_on, one.asset_id, doubt=one.doubt)


def lines() -> Select[Any]:
    """A select of candidates, of all schedules there are."""
    columns: list[Any] = [Schedule.id, Asset.tag, Asset.name, Asset.owner_id]
    columns += [Schedule.kind, Schedule.due_on, Schedule.planned_on, Schedule.asset_id, Asset.doubt]
    return select(*columns).join(Asset, Asset.id == Schedule.asset_id)


def candidates(
    person: Person,
    *,
    due_from: date,
    due_to: date,
    owner: str | None = None,
    kind: ScheduleKind | None = None,
    lab: str | None = None,
) -> list[Candidate]:
    """The good schedules in use that fall due in a range and not before today, in the order of their due dates.

    `owner` includes the organisations below it; `lab` did the work before.
    """
    wanted = _due(person, due_from=due_from, due_to=due_to, owner=owner, kind=kind, lab=lab).where(in_use())
    found = db.session.execute(wanted.order_by(Schedule.due_on, Schedule.id).limit(MOST + 1)).all()
    if len(found) > MOST:
        text = _("More than %(most)s fall due then; choose a shorter range, an organisation or a kind.", most=MOST)
        raise Invalid({"due_to": [text]})
    return [Candidate(*row) for row in found]


def _due(
    person: Person, *, due_from: date, due_to: date, owner: str | None, kind: ScheduleKind | None, lab: str | None
) -> Select[Any]:
    """A select of the good schedules that fall due, in use or not; see candidates."""
    check_range(due_from, due_to)
    due = Schedule.due_on >= max(due_from, clock.today()), Schedule.due_on <= due_to
    return _narrowed(visible_to(person, lines()).where(Schedule.proof == Proof.GOOD, *due), owner, kind, lab)


def called_first(
    person: Person, *, due_from: date, due_to: date, owner: str | None, kind: ScheduleKind | None, lab: str | None
) -> list[Candidate]:
    """What is in use and due before a range because a case asks for new work, in the order of the due dates."""
    check_range(due_from, due_to)
    called = visible_to(person, lines()).where(
        Asset.doubt.in_(sorted(ASKS_WORK)),
        Schedule.proof == Proof.GOOD,
        Schedule.due_on < max(due_from, clock.today()),
        is_called(),
        in_use(),
    )
    wanted = _narrowed(called, owner, kind, lab).order_by(Schedule.due_on, Schedule.id).limit(MOST)
    return [Candidate(*row) for row in db.session.execute(wanted)]


def _narrowed(wanted: Select[Any], owner: str | None, kind: ScheduleKind | None, lab: str | None) -> Select[Any]:
    if owner is not None:
        wanted = wanted.where(Asset.owner_id.in_(accounts.below(accounts.organisation_field(owner).id)))
    if kind is not None:
        wanted = wanted.where(Schedule.kind == kind)
    if lab is not None:
        wanted = wanted.where(
            exists().where(
                Calibration.asset_id == Schedule.asset_id,
                Calibration.kind == Schedule.kind,
                Calibration.performed_on == Schedule.last_performed_on,
                Calibration.status == RecordStatus.ISSUED,
                Calibration.lab_id == lab_field(lab, "lab").id,
            )
        )
    return wanted
