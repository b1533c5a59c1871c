"""What is true of inspections whatever is stored: their course, the roles in a team, the days of a visit."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, NotRequired, TypedDict

from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

MOST_MEMBERS: Final = 30
MOST_DAYS: Final = 60
FIRST_YEAR, LAST_YEAR = 2012, 2199  # the Law on Measurement is in force since 1 July 2012


class State(StrEnum):
    """Where an inspection stands."""

    PLANNED = "planned"
    PREPARED = "prepared"
    IN_PROGRESS = "in_progress"
    SIGNED = "signed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TeamRole(StrEnum):
    """What somebody does in a team; leader and technical staff need a certificate (Circular 28/2013/TT-BKHCN)."""

    LEADER = "leader"
    MEMBER = "member"
    TECHNICIAN = "technician"


NEXT: Final = {
    State.PLANNED: frozenset({State.PREPARED, State.CANCELLED}),
    State.PREPARED: frozenset({State.IN_PROGRESS, State.CANCELLED}),
    State.IN_PROGRESS: frozenset({State.SIGNED, State.CANCELLED}),
    State.SIGNED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset[State](),
    State.CANCELLED: frozenset[State](),
}
RECORDING: Final = frozenset({State.PREPARED, State.IN_PROGRESS})
OPEN: Final = frozenset({State.PLANNED, State.PREPARED, State.IN_PROGRESS})
TOLD: Final = frozenset({State.SIGNED, State.CLOSED})  # what the inspected organisation reads
CERTIFIED: Final = frozenset({TeamRole.LEADER, TeamRole.TECHNICIAN})


class MemberValues(TypedDict):
    """Somebody in a team, by e-mail address."""

    person: str
    role: TeamRole
    certificate_no: NotRequired[str | None]


class Lack(NamedTuple):
    """A person whose role needs a certificate and who has none written down."""

    name: str
    role: TeamRole


def state_text(state: State) -> str:
    """Where an inspection stands, in words."""
    return {
        State.PLANNED: _("Planned"),
        State.PREPARED: _("Prepared"),
        State.IN_PROGRESS: _("In progress"),
        State.SIGNED: _("Minutes signed"),
        State.CLOSED: _("Closed"),
        State.CANCELLED: _("Cancelled"),
    }[state]


def next_text(state: State) -> str:
    """What comes next in the course of an inspection, in words."""
    return {
        State.PLANNED: _("Write down its decision and its team, then say that it is prepared."),
        State.PREPARED: _("Record what is seen; the first check begins it."),
        State.IN_PROGRESS: _("Its minutes are signed next, on their own page."),
        State.SIGNED: _(
            "Its minutes are signed: amend them where they are wrong, and close it once all is followed up."
        ),
        State.CLOSED: _("It is over; plan another inspection."),
        State.CANCELLED: _("It is over; plan another inspection."),
    }[state]


def check_turn(old: State, new: State) -> None:
    """Raise Conflict, with what comes next, for a step that does not follow."""
    if new not in NEXT[old]:
        message = _(
            "This inspection is “%(old)s”; from there it does not become “%(new)s”.",
            old=state_text(old),
            new=state_text(new),
        )
        raise Conflict(f"{message} {next_text(old)}")


def check_days(first: date, last: date) -> None:
    """Raise Invalid for days that are reversed or too many for one visit."""
    if last < first:
        message = _("%(last)s is before the first day, %(first)s.", last=said_day(last), first=said_day(first))
        raise Invalid({"planned_to": [message]})
    if (last - first).days >= MOST_DAYS:
        raise Invalid({"planned_to": [_("One visit takes at most %(most)s days; plan several.", most=MOST_DAYS)]})


def early_text(first: date, today: date) -> str | None:
    """What stands against beginning a visit today, whose first day is another one; None where nothing does."""
    if today >= first:
        return None
    return _(
        "The first day of this inspection is %(first)s: move that day if it takes place earlier, or begin it with a "
        "reason.",
        first=said_day(first),
    )


def check_decision(number: str | None, on: date | None) -> None:
    """A decision has both a number and a day, or there is none yet. Raises Invalid."""
    if bool(number) != bool(on):
        field = "decision_on" if number else "decision_no"
        raise Invalid({field: [_("A decision has a number and a day; give both or neither.")]})


def check_decided_before(on: date | None, first: date) -> None:
    """A visit is decided before it begins, or on its first day. Raises Invalid."""
    if on is not None and on > first:
        message = _(
            "%(day)s is after the first day of the inspection, %(first)s; it is decided before it begins.",
            day=said_day(on),
            first=said_day(first),
        )
        raise Invalid({"decision_on": [message]})


def check_team(team: Sequence[MemberValues]) -> None:
    """A team has one leader, and everybody is in it once. Raises Invalid beside the row."""
    seen: set[str] = set()
    for place, member in enumerate(team):
        address = member["person"].strip().casefold()
        if address in seen:
            raise Invalid({f"team.{place}.person": [_("This person is in the team already.")]})
        seen.add(address)
    leaders = [place for place, member in enumerate(team) if member["role"] is TeamRole.LEADER]
    if len(leaders) > 1:
        raise Invalid({f"team.{leaders[1]}.role": [_("A team has one leader.")]})
