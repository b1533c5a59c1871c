"""How an accreditation stood on a day, as the decisions about it say: true whatever is stored."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final, NamedTuple, Protocol, TypeVar

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.rules import AccreditationStatus, is_of_competence

DAY = timedelta(days=1)
FOREVER = date.max


class DecisionKind(StrEnum):
    """What a body decides about an accreditation over time."""

    GRANTED = "granted"
    EXTENDED = "extended"
    REDUCED = "reduced"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """How an accreditation stands on a day."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATUSES = {Standing.SUSPENDED: AccreditationStatus.SUSPENDED, Standing.WITHDRAWN: AccreditationStatus.WITHDRAWN}
LAPSED = frozenset({Standing.EXPIRED, Standing.WITHDRAWN})
PAUSING = frozenset({DecisionKind.SUSPENDED, DecisionKind.REINSTATED})
INTERRUPTING = PAUSING | {DecisionKind.WITHDRAWN}
BETTERING = frozenset({DecisionKind.REINSTATED, DecisionKind.EXTENDED})


class Decided(Protocol):
    """What the rules read of a decision: it counts from `effective_on`, whenever it was taken or recorded.

    `until_on` is the last day of a suspension that ends by itself, `valid_until` the new last day of an extension; a
    decision that was `annulled` never counted. One that is not `confirmed` was stated by the laboratory itself: against
    itself it counts at once, what would better its standing does not (see `awaits_confirmation`).
    """

    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> DecisionKind: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def decided_on(self) -> date: ...
    @property
    def until_on(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def annulled(self) -> bool: ...
    @property
    def confirmed(self) -> bool: ...


BEST_FIRST: Final = (
    (Standing.IN_FORCE, True),
    (Standing.SUSPENDED, True),
    (Standing.IN_FORCE, False),
    (Standing.SUSPENDED, False),
    *(
        (standing, sure)
        for standing in (Standing.EXPIRED, Standing.WITHDRAWN, Standing.NOT_YET)
        for sure in (True, False)
    ),
)  # and whether it is confirmed: what a laboratory states of itself hides no suspension that is certain
D = TypeVar("D", bound=Decided)


class Granted(Protocol):
    """What the rules read of an accreditation.

    `valid_until` is its last day as it is now, `granted_until` its last day as granted where that was extended since.
    A `status` other than active was said without a day and counts from the first: the cautious reading. What is not
    `confirmed` was stated by the laboratory itself.
    """

    @property
    def body(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def standard(self) -> str: ...
    @property
    def granted_on(self) -> date: ...
    @property
    def granted_until(self) -> date | None: ...
    @property
    def valid_until(self) -> date: ...
    @property
    def status(self) -> AccreditationStatus: ...
    @property
    def confirmed(self) -> bool: ...
    @property
    def decisions(self) -> Sequence[Decided]: ...


class Stand(NamedTuple):
    """How an accreditation stood, and the decision that says so; None where the grant itself or its end says it.

    It is `confirmed` when the grant is, and every decision that it rests on.
    """

    standing: Standing
    decision: Decided | None = None
    confirmed: bool = True


class Span(NamedTuple):
    """Days in a row on which an accreditation stood the same; both are inclusive."""

    standing: Standing
    first_day: date
    last_day: date
    decision: Decided | None
    confirmed: bool


def standing_on(held: Granted, day: date) -> Stand:
    """How an accreditation stood on a day, by all that is known of it now; its last day and a suspension's count."""
    if day < held.granted_on:
        return Stand(Standing.NOT_YET, None, held.confirmed)
    past = [decision for decision in in_order(held.decisions) if decision.effective_on <= day]
    withdrawing = _last(decision for decision in past if decision.kind is DecisionKind.WITHDRAWN)
    if withdrawing is not None or held.status is AccreditationStatus.WITHDRAWN:
        return _stand(held, Standing.WITHDRAWN, withdrawing)
    extending = _last(decision for decision in past if decision.valid_until is not None)
    if day > ((extending and extending.valid_until) or held.granted_until or held.valid_until):
        return _stand(held, Standing.EXPIRED, extending)
    pausing = _last(decision for decision in past if decision.kind in PAUSING)
    sure = _last(decision for decision in past if decision.kind in PAUSING and decision.confirmed)
    for saying in (pausing, sure):  # a suspension that the laboratory states ends none that is confirmed
        if _pauses(held, saying, day):
            return _stand(held, Standing.SUSPENDED, saying, extending)
    return _stand(held, Standing.IN_FORCE, sure, extending)  # it does not rest on a suspension that only was stated


def _pauses(held: Granted, saying: Decided | None, day: date) -> bool:
    """Whether an accreditation is suspended on a day by the last decision about that, without one by its status."""
    if saying is None:
        return held.status is AccreditationStatus.SUSPENDED
    return saying.kind is DecisionKind.SUSPENDED and day <= (saying.until_on or FOREVER)


def _stand(held: Granted, standing: Standing, *decisions: Decided | None) -> Stand:
    """The first of the decisions that it rests on is the one that says so."""
    saying = [decision for decision in decisions if decision is not None]
    confirmed = held.confirmed and all(decision.confirmed for decision in saying)
    return Stand(standing, saying[0] if saying else None, confirmed)


def _last(decisions: Iterable[Decided]) -> Decided | None:
    return next(reversed(list(decisions)), None)


def spans(held: Granted) -> list[Span]:
    """The whole life of an accreditation, from the day it was granted on, without a gap and without an end."""
    days = {held.granted_on, (held.granted_until or held.valid_until) + DAY}
    for decision in in_order(held.decisions):
        ends = (decision.until_on, decision.valid_until)
        days |= {decision.effective_on, *(end + DAY for end in ends if end is not None)}
    turns = sorted(day for day in days if day >= held.granted_on)
    found: list[Span] = []
    for first, last in zip(turns, [*(day - DAY for day in turns[1:]), FOREVER], strict=True):
        stand = standing_on(held, first)
        if found and Stand(found[-1].standing, found[-1].decision, found[-1].confirmed) == stand:
            found[-1] = found[-1]._replace(last_day=last)
        else:
            found.append(Span(stand.standing, first, last, stand.decision, stand.confirmed))
    return found


def accredited_on(accreditations: Iterable[Granted], day: date) -> bool:
    """Whether the best accreditation to ISO/IEC 17025 was in force on a day; its last day counts."""
    stands = [standing_on(held, day) for held in accreditations if is_of_competence(held.standard)]
    best = min(map(rank, stands), default=len(BEST_FIRST))
    return best < len(BEST_FIRST) and BEST_FIRST[best][0] is Standing.IN_FORCE


def rank(stand: Stand) -> int:
    """The place of a standing among those of one laboratory: the first is what counts, see `BEST_FIRST`."""
    return BEST_FIRST.index((stand.standing, stand.confirmed))


def status_on(held: Granted, day: date) -> AccreditationStatus:
    """The status as it is told: what its decisions say on a day, else what was said of it."""
    if not interrupted(held):
        return held.status
    return STATUSES.get(standing_on(held, day).standing, AccreditationStatus.ACTIVE)


def interrupted(held: Granted) -> bool:
    """Whether decisions say when it was suspended, reinstated or withdrawn."""
    return any(decision.kind in INTERRUPTING for decision in in_order(held.decisions))


def awaits_confirmation(decision: Decided) -> bool:
    """Whether a decision does not count yet: it betters a standing, and only the laboratory itself states it.

    It counts from its own day once a body that supervises the laboratory has confirmed it.
    """
    return decision.kind in BETTERING and not decision.confirmed and not decision.annulled


def recorded(decisions: Iterable[D]) -> list[D]:
    """The decisions that were not annulled, by the day they count from, then by the day they were taken."""
    standing = (decision for decision in decisions if not decision.annulled)
    return sorted(standing, key=lambda decision: (decision.effective_on, decision.decided_on))


def in_order(decisions: Iterable[D]) -> list[D]:
    """The decisions that count, by the day they count from, then by the day they were taken, then as recorded."""
    return [decision for decision in recorded(decisions) if not awaits_confirmation(decision)]


def last_day(held: Granted) -> date:
    """The last day on which an accreditation was or will be more than a paper: not yet lapsed and not withdrawn."""
    living = [span.last_day for span in spans(held) if span.standing not in LAPSED]
    return max(living, default=held.granted_on - DAY)


def validity(held: Granted) -> date:
    """The last day that the grant and the extensions name, whatever was suspended or withdrawn."""
    named = [decision.valid_until for decision in in_order(held.decisions) if decision.valid_until is not None]
    return named[-1] if named else held.granted_until or held.valid_until


def check_overlaps(held: Sequence[Granted], field: str | None = None) -> None:
    """Two accreditations of the same body for the same standard do not live on the same day.

    The refusal stands beside `field`, else beside the first day of the one that begins later.
    """
    places = sorted(range(len(held)), key=lambda place: held[place].granted_on)
    for earlier, later in combinations(places, 2):
        one, other = held[earlier], held[later]
        last = last_day(one)
        if _subject(one) == _subject(other) and other.granted_on <= min(last, last_day(other)):
            message = _(
                "%(later)s would overlap %(number)s of the same body and standard, which lives until %(day)s; "
                "extend that one by a decision, or begin the day after.",
                later=other.number,
                number=one.number,
                day=said_day(last),
            )
            raise Invalid({field or f"accreditations.{later}.granted_on": [message]})


def _subject(held: Granted) -> tuple[str, str]:
    return held.body.casefold(), held.standard.casefold()


def check_history(held: Granted, new: Decided | None = None) -> None:
    """The decisions that count follow from each other; refusals stand beside `effective_on`.

    A `new` one is looked at as if it counted already.
    """
    paused = held.status is AccreditationStatus.SUSPENDED
    withdrawn = held.status is AccreditationStatus.WITHDRAWN
    for decision in recorded(held.decisions):
        if awaits_confirmation(decision) and decision is not new:
            continue
        if withdrawn:
            raise Invalid({"effective_on": [_("Nothing follows a withdrawal; annul the withdrawal if it was wrong.")]})
        if decision.kind is DecisionKind.REINSTATED:
            if not paused:
                day = said_day(decision.effective_on)
                message = _("There is no suspension to lift on %(day)s; record the suspension first.", day=day)
                raise Invalid({"effective_on": [message]})
            paused = False
        elif decision.kind is DecisionKind.SUSPENDED:
            paused = True
        withdrawn = decision.kind is DecisionKind.WITHDRAWN


def check_decision(held: Granted, decision: Decided, today: date) -> None:
    """One decision by itself: its days are in order, and it says only what its kind has to say."""
    errors: dict[str, list[str]] = {}
    start = said_day(held.granted_on)
    if decision.effective_on < held.granted_on:
        errors["effective_on"] = [_("This is before the day the accreditation was granted, %(day)s.", day=start)]
    if decision.kind is DecisionKind.GRANTED and decision.effective_on != held.granted_on:
        errors["effective_on"] = [_("A grant counts from the day of the accreditation, %(day)s.", day=start)]
    if decision.decided_on > today:
        errors["decided_on"] = [_("This day is still to come; give the day on which it was decided.")]
    if decision.until_on is not None:
        errors |= _wrong_end(decision.until_on, decision.effective_on, decision.kind is DecisionKind.SUSPENDED)
    if decision.valid_until is not None:
        extends = decision.kind is DecisionKind.EXTENDED
        if not extends:
            errors["valid_until"] = [_("Only an extension names a new last day; leave it empty.")]
        elif decision.valid_until < decision.effective_on:
            day = said_day(decision.effective_on)
            errors["valid_until"] = [_("This is before the first day of the decision, %(day)s.", day=day)]
    if errors:
        raise Invalid(errors)


def _wrong_end(until: date, start: date, suspends: bool) -> dict[str, list[str]]:  # noqa: FBT001 — said once, beside it
    if not suspends:
        return {"until_on": [_("Only a suspension has a last day; leave it empty.")]}
    if until < start:
        return {"until_on": [_("This is before the first day of the suspension, %(day)s.", day=said_day(start))]}
    return {}
