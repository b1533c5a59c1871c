"""Who may do what to plans of inspections and to inspections: the one place that says so.

Inspectors read all of their territory. They act for the authority in which they work, or one under it; what was
prepared is its team's, and the team's alone, until the minutes are signed.
"""

from collections.abc import Collection
from enum import StrEnum

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import AUTHORITIES, Verb
from registry.inspection.models import Inspection
from registry.inspection.rules import NEXT, State
from registry.kernel.errors import Forbidden
from registry.kernel.i18n import _


class Act(StrEnum):
    """What somebody does to an inspection.

    It is arranged (days, team, decision, prepared, cancelled) by inspectors of the authority until it is prepared, from
    then on by the leader, or by an administrator where the leader cannot. The team takes part: it begins, records and
    decides measures. The leader alone leads: says which record counts, and signs. The authority follows up.
    """

    ARRANGE = "arrange"
    TAKE_PART = "take_part"
    LEAD = "lead"
    FOLLOW_UP = "follow_up"


STEPS = {State.IN_PROGRESS: Act.TAKE_PART, State.CLOSED: Act.FOLLOW_UP}


def acts_for(person: Person, authority_id: int) -> bool:
    """Whether a person acts in the name of an authority: an inspector there or above it, or an administrator."""
    return accounts.may(person, Verb.INSPECTION_WRITE, authority_id)


def check_acts_for(authority_id: int, by: Person | None) -> None:
    """Raise Forbidden for who does not act in the name of an authority; None is the system itself."""
    if by is not None and not acts_for(by, authority_id):
        require(by, Verb.INSPECTION_WRITE)
        raise Forbidden(_("You plan inspections only for the authority in which you inspect, or one under it."))


def may(person: Person, visit: Inspection, act: Act) -> bool:
    """Whether a person may do this to an inspection now."""
    if not accounts.may(person, Verb.INSPECTION_WRITE, None):
        return False
    leads, reaches_all = visit.is_led_by(person), accounts.reach(person) is None
    match act:
        case Act.LEAD:
            return leads
        case Act.TAKE_PART:
            return reaches_all or any(one.person_id == person.id for one in visit.team)
        case Act.FOLLOW_UP:
            return leads or acts_for(person, visit.authority_id)
        case Act.ARRANGE:
            return leads or reaches_all or (visit.state is State.PLANNED and acts_for(person, visit.authority_id))


def check(visit: Inspection, act: Act, by: Person | None) -> None:
    """Raise Forbidden, with the reason and the remedy, for who may not do this; None is the system itself."""
    if by is None or may(by, visit, act):
        return
    require(by, Verb.INSPECTION_WRITE)
    body = visit.authority.name
    raise Forbidden(
        {
            Act.LEAD: _("The leader of the team does this."),
            Act.TAKE_PART: _("Only the team of this inspection does this; ask its leader to add you."),
            Act.FOLLOW_UP: _("Only inspectors of %(body)s follow this inspection up.", body=body),
            Act.ARRANGE: _("Only inspectors of %(body)s change this inspection.", body=body)
            if visit.state is State.PLANNED
            else _(
                "Only its leader changes or cancels an inspection that was prepared; an administrator does where the "
                "leader cannot."
            ),
        }[act]
    )


def act_of(to: State) -> Act:
    """What it is to take an inspection to a state."""
    return STEPS.get(to, Act.ARRANGE)


def steps(person: Person, visit: Inspection) -> Collection[State]:
    """The states to which a person may take an inspection now; minutes are signed on their own page."""
    following = [state for state in State if state in NEXT[visit.state] and state is not State.SIGNED]
    return [state for state in following if may(person, visit, act_of(state))]


def is_authority(kind: str) -> bool:
    """Whether a body of a kind inspects: an authority of the state, no enterprise and no service."""
    return kind in AUTHORITIES
