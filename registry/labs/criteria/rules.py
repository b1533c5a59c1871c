"""What is true of criteria, answers and scores whatever is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple, Protocol

from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_day


class Scale(StrEnum):
    """How a criterion is answered: in words, or by points from none to the most it gives."""

    YES_NO = "yes_no"
    YES_PARTLY_NO = "yes_partly_no"
    POINTS = "points"


class Total(StrEnum):
    """How parts become a score: all weights together, or the mean of the groups where a set says so."""

    WEIGHTED = "weighted"
    MEAN_OF_GROUPS = "mean_of_groups"


class EvidenceKind(StrEnum):
    """What an assessor expects to be shown."""

    DOCUMENT = "document"
    RECORD = "record"
    CERTIFICATE = "certificate"
    OBSERVATION = "observation"
    INTERVIEW = "interview"


class Mark(StrEnum):
    """An answer in words."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class Grade(StrEnum):
    """What a finding is."""

    MAJOR = "nonconformity_major"
    MINOR = "nonconformity_minor"
    OBSERVATION = "observation"
    STRENGTH = "strength"


class Kind(StrEnum):
    """Who looks, and whether somebody looked before."""

    SELF = "self"
    INTERNAL = "internal"
    DEPARTMENT = "department"
    REASSESSMENT = "reassessment"


class Conductor(StrEnum):
    """Whose people assess: the subject's own, or those of the state in its province."""

    SUBJECT = "subject"
    DEPARTMENT = "department"


class Closing(StrEnum):
    """Why a finding is open no longer: actions were effective, it was met when looked at again, or found anew."""

    EFFECTIVE = "effective"
    MET = "met"
    FOUND_ANEW = "found_anew"


class ActionState(StrEnum):
    """Where a corrective action stands."""

    OPEN = "open"
    DONE = "done"
    EFFECTIVE = "effective"


class GapState(StrEnum):
    """Which findings: open ones, those of them with an overdue action or with none at all, closed ones, or all."""

    OPEN = "open"
    OVERDUE = "overdue"
    WITHOUT_ACTION = "without_action"
    CLOSED = "closed"
    ALL = "all"


NONCONFORMITIES: Final = frozenset({Grade.MAJOR, Grade.MINOR})
GAPS: Final = frozenset({*NONCONFORMITIES, Grade.OBSERVATION})
MARKS: Final[Mapping[Scale, frozenset[Mark]]] = {
    Scale.YES_NO: frozenset({Mark.YES, Mark.NO, Mark.NOT_APPLICABLE}),
    Scale.YES_PARTLY_NO: frozenset(Mark),
    Scale.POINTS: frozenset({Mark.NOT_APPLICABLE}),
}
MOST_POINTS: Final = 100
WHOLE: Final = Fraction(1)


class Asked(Protocol):
    """What the rules read of a criterion."""

    @property
    def code(self) -> str: ...
    @property
    def group_code(self) -> str: ...
    @property
    def weight(self) -> Decimal: ...
    @property
    def mandatory(self) -> bool: ...
    @property
    def scale(self) -> Scale: ...
    @property
    def most(self) -> int | None: ...
    @property
    def may_not_apply(self) -> bool: ...


class Given(NamedTuple):
    """An answer: a mark, or points."""

    mark: Mark | None = None
    points: int | None = None


class Told(NamedTuple):
    """Everything that is said about a criterion: the answer with its words, and what was found."""

    given: Given
    words: str
    grade: Grade | None
    finding: str


class Level(NamedTuple):
    """A level of the whole: from which percentage on, and whether every mandatory criterion has to be met."""

    code: str
    at_least: Decimal
    mandatory_met: bool


class Part(NamedTuple):
    """A group's part of the sum: weights achieved and possible, of answers that count, and how many are answered."""

    group: str
    achieved: Fraction
    possible: Fraction
    answered: int
    criteria: int

    @property
    def percent(self) -> Decimal | None:
        """What was achieved of what was possible; None where nothing counts yet."""
        return percent_of(self.achieved, self.possible)


class Score(NamedTuple):
    """The sum with its parts; `percent` is None where nothing counts yet, `unmet` are codes of mandatory criteria."""

    parts: Sequence[Part]
    percent: Decimal | None
    level: str | None
    unmet: Sequence[str]

    @property
    def achieved(self) -> Fraction:
        """The weights that were achieved."""
        return sum((part.achieved for part in self.parts), Fraction())

    @property
    def possible(self) -> Fraction:
        """The weights of everything that is answered and applies."""
        return sum((part.possible for part in self.parts), Fraction())

    @property
    def answered(self) -> int:
        """How many criteria are answered."""
        return sum(part.answered for part in self.parts)

    @property
    def criteria(self) -> int:
        """How many criteria there are."""
        return sum(part.criteria for part in self.parts)


def share_of(asked: Asked, given: Given, partly: Decimal) -> Fraction | None:
    """Which part of its weight an answer gives; None for a criterion that does not apply."""
    match given.mark:
        case Mark.NOT_APPLICABLE:
            return None
        case Mark.YES:
            return WHOLE
        case Mark.PARTLY:
            return Fraction(partly)
        case Mark.NO:
            return Fraction()
        case _:
            return Fraction(given.points or 0, asked.most or 1)


def is_met(asked: Asked, given: Given | None, partly: Decimal) -> bool:
    """Whether a criterion is answered and wholly met, or does not apply."""
    return given is not None and share_of(asked, given, partly) in {None, WHOLE}


def score(
    criteria: Sequence[Asked],
    answers: Mapping[str, Given],
    *,
    partly: Decimal,
    total: Total,
    levels: Iterable[Level],
) -> Score:
    """The score of answers by the codes of their criteria. What is not answered or does not apply weighs nothing.

    A level is reached once everything is answered, by the exact percentage; what is shown of it is cut, so that no
    level seems reached that is not.
    """
    parts = [_part(group, criteria, answers, partly) for group in dict.fromkeys(one.group_code for one in criteria)]
    counting = [part for part in parts if part.possible]
    if total is Total.MEAN_OF_GROUPS:
        exact = sum((part.achieved / part.possible for part in counting), Fraction()) / (len(counting) or 1)
    else:
        possible = sum((part.possible for part in counting), Fraction())
        exact = sum((part.achieved for part in counting), Fraction()) / (possible or 1)
    unmet = [
        one.code
        for one in criteria
        if one.mandatory and one.code in answers and not is_met(one, answers[one.code], partly)
    ]
    if not counting:
        return Score(parts, None, None, unmet)
    reached = [
        level
        for level in levels
        if exact * 100 >= Fraction(level.at_least)
        and not (level.mandatory_met and unmet)
        and all(one.code in answers for one in criteria)
    ]
    best = max(reached, key=lambda level: level.at_least, default=None)
    return Score(parts, percent_of(exact, WHOLE), best.code if best else None, unmet)


def percent_of(achieved: Fraction, possible: Fraction) -> Decimal | None:
    """A percentage with one decimal, cut and not rounded; None of nothing."""
    return cut(achieved / possible * 100, 1) if possible else None


def cut(number: Fraction, decimals: int) -> Decimal:
    """A number that is not negative with so many decimals, the others left out."""
    return Decimal(int(number * 10**decimals)).scaleb(-decimals)


def check_answer(asked: Asked, told: Told, partly: Decimal) -> Messages:
    """Messages by field: the answer is one of its scale, and a finding agrees with it and says what was found."""
    messages = _check_given(asked, told.given)
    if told.given.mark is Mark.NOT_APPLICABLE:
        if not asked.may_not_apply:
            messages["mark"] = [_("This criterion applies to everybody; answer whether it is met.")]
        elif not told.words:
            messages["words"] = [_("Say why it does not apply.")]
    if told.grade is not None and not told.finding:
        messages["finding"] = [_("Say what was found.")]
    if told.grade is None and told.finding:
        messages["grade"] = [_("Say what kind of finding this is.")]
    if not messages and told.grade in NONCONFORMITIES and is_met(asked, told.given, partly):
        messages["grade"] = [
            _("What is met, or does not apply, is no nonconformity; change the answer or the finding.")
        ]
    return messages


def _check_given(asked: Asked, given: Given) -> dict[str, list[str]]:
    if asked.scale is Scale.POINTS and given.mark is None:
        most = asked.most or 0
        is_within = given.points is not None and 0 <= given.points <= most
        return {} if is_within else {"points": [_("Give points from 0 to %(most)s.", most=most)]}
    if given.points is not None:
        return {"points": [_("This criterion is not answered by points; leave them out.")]}
    if given.mark is None or given.mark not in MARKS[asked.scale]:
        return {"mark": [_("Choose one of the answers of this criterion.")]}
    return {}


def check_days(planned_on: date | None, started_on: date | None, finished_on: date | None, today: date) -> Messages:
    """Messages by field: days that are said to have been have been, and stand in their order."""
    messages: dict[str, list[str]] = {}
    for field, day in (("started_on", started_on), ("finished_on", finished_on)):
        if day is not None and day > today:
            messages[field] = [_("%(day)s is in the future; give a day that has been.", day=said_day(day))]
    if finished_on is not None and started_on is None:
        messages["started_on"] = [_("Give the day on which it was started.")]
    elif finished_on is not None and started_on is not None and finished_on < started_on and not messages:
        said = _("%(end)s is before the first day, %(start)s.", end=said_day(finished_on), start=said_day(started_on))
        messages["finished_on"] = [said]
    if planned_on is None and started_on is None:
        messages["planned_on"] = [_("Give the day for which it is planned, or on which it was started.")]
    return messages


def is_overdue(state: ActionState, due_on: date, today: date) -> bool:
    """Whether an action should have been done: its day itself is still in time."""
    return state is ActionState.OPEN and due_on < today


def _part(group: str, criteria: Sequence[Asked], answers: Mapping[str, Given], partly: Decimal) -> Part:
    achieved = possible = Fraction()
    answered = 0
    of_group = [one for one in criteria if one.group_code == group]
    for one in of_group:
        if one.code not in answers:
            continue
        answered += 1
        share = share_of(one, answers[one.code], partly)
        if share is not None:
            achieved += Fraction(one.weight) * share
            possible += Fraction(one.weight)
    return Part(group, achieved, possible, answered, len(of_group))
