"""Whether participations cover a scope over the accreditation cycle: what was done, what is planned, where gaps are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple, Protocol

from registry.kernel import units
from registry.labs.proficiency.scores import Verdict

USUAL_YEARS: Final = 4  # of a cycle where no accreditation says another


class Granted(Protocol):
    """What is read of an accreditation; both days are inclusive."""

    @property
    def granted_on(self) -> date: ...
    @property
    def valid_until(self) -> date: ...


class Cycle(NamedTuple):
    """The days in which a scope is to be covered, both inclusive."""

    start: date
    end: date

    @property
    def years(self) -> range:
        return range(self.start.year, self.end.year + 1)


class Span(NamedTuple):
    """A quantity over a range; an end that is None is open, without a unit nothing is said of the range."""

    key: str
    unit: str | None
    low: Decimal | None
    high: Decimal | None


class Done(NamedTuple):
    """A participation that was judged; `verdict` is the worst of its measurands."""

    on: date
    span: Span
    scheme: int
    round: int
    title: str
    verdict: Verdict


class Planned(NamedTuple):
    """A participation that is planned until a day, since another."""

    key: int
    since: date
    due_on: date
    span: Span
    scheme: int | None
    aim: str | None


class State(StrEnum):
    """How a line of a scope stands in the cycle; `unsatisfactory` where the newest participation was no success."""

    DONE = "done"
    UNSATISFACTORY = "unsatisfactory"
    PLANNED = "planned"
    OVERDUE = "overdue"
    GAP = "gap"


class Covered(NamedTuple):
    """A line of a scope: how it stands, the newest participation, what is planned next, and what each year has."""

    place: int
    state: State
    last: Done | None
    next: Planned | None
    years: Mapping[int, tuple[Sequence[Done], Sequence[Planned]]]


def cycle_of(accreditations: Iterable[Granted], today: date) -> Cycle:
    """The life of the accreditation that is in force and ends last, else this year and the three after it."""
    held = [one for one in accreditations if one.granted_on <= today <= one.valid_until]
    if held:
        longest = max(held, key=lambda one: (one.valid_until, one.granted_on))
        return Cycle(longest.granted_on, longest.valid_until)
    return Cycle(date(today.year, 1, 1), date(today.year + USUAL_YEARS - 1, 12, 31))


def meets(one: Span, other: Span) -> bool:
    """Whether two spans are of one quantity and their ranges have a value in common; an unknown range has all."""
    if one.key != other.key:
        return False
    ours, theirs = _base(one), _base(other)
    if one.unit is not None and other.unit is not None and (ours is None or theirs is None or ours[2] != theirs[2]):
        return False
    if _is_open(one) or _is_open(other) or ours is None or theirs is None:
        return True
    return _below(ours[0], theirs[1]) and _below(theirs[0], ours[1])


def kept(planned: Sequence[Planned], done: Sequence[Done]) -> dict[int, Done]:
    """By the key of what is planned the participation that did it: the first since then that fits, each for one."""
    left = sorted(done, key=lambda one: (one.on, one.round))
    found: dict[int, Done] = {}
    for plan in sorted(planned, key=lambda one: (one.due_on, one.key)):
        for one in left:
            if one.on >= plan.since and meets(plan.span, one.span) and plan.scheme in {None, one.scheme}:
                found[plan.key] = one
                left.remove(one)
                break
    return found


def covered(
    scope: Sequence[Span], done: Sequence[Done], waiting: Sequence[Planned], cycle: Cycle, today: date
) -> list[Covered]:
    """How each line of a scope stands in a cycle, with what is planned and not done yet."""
    return [
        _covered(
            place,
            sorted((one for one in done if meets(span, one.span)), key=lambda one: one.on),
            sorted((one for one in waiting if meets(span, one.span)), key=lambda one: one.due_on),
            cycle,
            today,
        )
        for place, span in enumerate(scope)
    ]


def _covered(place: int, ours: Sequence[Done], plans: Sequence[Planned], cycle: Cycle, today: date) -> Covered:
    inside = [one for one in ours if cycle.start <= one.on <= cycle.end]
    years = {
        year: ([one for one in ours if one.on.year == year], [one for one in plans if one.due_on.year == year])
        for year in cycle.years
    }
    if any(plan.due_on < today for plan in plans):
        state = State.OVERDUE
    elif inside:
        state = State.DONE if inside[-1].verdict is Verdict.SATISFACTORY else State.UNSATISFACTORY
    else:
        state = State.PLANNED if any(plan.due_on <= cycle.end for plan in plans) else State.GAP
    return Covered(place, state, ours[-1] if ours else None, plans[0] if plans else None, years)


def _is_open(span: Span) -> bool:
    return span.unit is None or (span.low is None and span.high is None)


def _base(span: Span) -> tuple[Fraction | None, Fraction | None, str] | None:
    """The ends of a range in base units, None where its unit has no factor."""
    unit = units.parse(span.unit or "")
    if unit is None or unit.factor is None:
        return None
    factor, offset = unit.factor, unit.offset
    low, high = (None if end is None else Fraction(end) * factor + offset for end in (span.low, span.high))
    return low, high, str(unit.dimension)


def _below(low: Fraction | None, high: Fraction | None) -> bool:
    return low is None or high is None or low <= high
