"""What is true of instrument types whatever is stored: the version of a day, where a new one fits, what it proposes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, Generic, NotRequired, Protocol, TypedDict, TypeVar

from registry.assets.rules import ScheduleKind
from registry.assets.schedules import ScheduleValues, in_a_word
from registry.kernel.calendar import Interval
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.text import fold

LONGEST_WORD: Final = 200
PARTING: Final = re.compile(r"[\s\-\u2010-\u2015]+")
APART: Final = re.compile(r"(?<!\d) | (?!\d)")  # every blank but one between two numbers
ALIKE: Final = 0.7  # `can oto tai` is 0.8 like `can o to`, `ap ke` 0.4 like `huyet ap ke`
MEASURES: Final = ("type_approval", "initial", "periodic", "after_repair")


class ControlGroup(StrEnum):
    """Law on Measurement 04/2011/QH13, article 16: 1 is controlled as its owner declares, 2 as the state lays down."""

    ONE = "1"
    TWO = "2"


class Span(Protocol):
    """From when to when a version holds, both days inclusive; one that was replaced holds on no day."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def replaced_at(self) -> datetime | None: ...


class Terms(Protocol):
    """What a version asks for; None is not known."""

    @property
    def periodic(self) -> bool | None: ...
    @property
    def period_months(self) -> int | None: ...
    @property
    def calibration_interval_months(self) -> int | None: ...


class Lawful(Protocol):
    """What tells whether a schedule is as the law lets it be."""

    @property
    def circular(self) -> str | None: ...
    @property
    def periodic(self) -> bool | None: ...
    @property
    def period_months(self) -> int | None: ...


class VersionValues(TypedDict):
    """A version as it is given. A control measure that is left out is not known; that is not the same as not needed."""

    valid_from: date
    valid_to: NotRequired[date | None]
    circular: NotRequired[str | None]
    source: NotRequired[str | None]
    type_approval: NotRequired[bool | None]
    initial: NotRequired[bool | None]
    periodic: NotRequired[bool | None]
    after_repair: NotRequired[bool | None]
    period_months: NotRequired[int | None]
    calibration_interval_months: NotRequired[int | None]
    note: NotRequired[str]


S = TypeVar("S", bound=Span)


@dataclass(frozen=True)
class Place(Generic[S]):
    """Where a new version fits: its last day, the version it ends the day before, the one it takes the place of."""

    valid_to: date | None
    closes: S | None
    replaces: S | None


def in_force(versions: Iterable[S], day: date) -> S | None:
    """The version that holds on a day: from its first to its last day, both inclusive."""
    return next((version for version in versions if holds(version, day)), None)


def holds(version: Span, day: date) -> bool:
    """Whether a version holds on a day."""
    ended = version.valid_to is not None and version.valid_to < day
    return version.replaced_at is None and version.valid_from <= day and not ended


def place(versions: Sequence[S], valid_from: date, valid_to: date | None) -> Place[S]:
    """Where a version of these days fits among others, so that none overlap.

    The version in force before ends the day before; one from the same first day is replaced. Without an end it holds
    until the next one begins. Raises Invalid when it would reach into the next one.
    """
    if valid_to is not None and valid_to < valid_from:
        text = _("%(end)s is before the first day, %(start)s.", end=said_day(valid_to), start=said_day(valid_from))
        raise Invalid({"valid_to": [text]})
    live = [version for version in versions if version.replaced_at is None]
    following = min((version.valid_from for version in live if version.valid_from > valid_from), default=None)
    if following is not None:
        last = following - timedelta(days=1)
        if valid_to is not None and valid_to > last:
            text = _(
                "A version begins on %(start)s; end this one on %(last)s or before.",
                start=said_day(following),
                last=said_day(last),
            )
            raise Invalid({"valid_to": [text]})
        valid_to = valid_to or last
    before = in_force(live, valid_from)
    same = before is not None and before.valid_from == valid_from
    return Place(valid_to, closes=None if same else before, replaces=before if same else None)


def check_owner(group: ControlGroup, owner: object) -> None:
    """What the state controls is the same for everybody: only group 1 has types of an organisation. Raises Invalid."""
    if group is ControlGroup.TWO and owner is not None:
        text = _("Types of group 2 are the same for everybody; leave the organisation out.")
        raise Invalid({"owner": [text]})


def check_version(group: ControlGroup, given: VersionValues) -> None:
    """What a version says belongs to its group and does not contradict itself. Raises Invalid."""
    messages = _faults_of_two(given) if group is ControlGroup.TWO else _faults_of_one(given)
    if messages:
        raise Invalid({field: [message] for field, message in messages.items()})


def _faults_of_two(given: VersionValues) -> dict[str, str]:
    found = {}
    for field in ("circular", "source"):
        if not given.get(field):
            found[field] = _("A type of group 2 follows from a legal document; name it and where it can be read.")
    if given.get("period_months") is not None and given.get("periodic") is False:
        found["period_months"] = _("Without periodic verification there is no period; leave it empty.")
    if given.get("calibration_interval_months") is not None:
        found["calibration_interval_months"] = _(
            "Group 2 is verified, not calibrated; give the period of verification."
        )
    return found


def _faults_of_one(given: VersionValues) -> dict[str, str]:
    legal = (*MEASURES, "period_months")
    text = _("This belongs to group 2, which the state controls; leave it empty.")
    return {field: text for field in legal if given.get(field) is not None}


def proposal(group: ControlGroup, terms: Terms | None) -> list[ScheduleValues]:
    """The schedules a new asset of a type starts with; none when nothing is in force or known to be repeated.

    A period is only ever laid down for periodic verification, so it counts also where the measures are not known.
    """
    if terms is None:
        return []
    if group is ControlGroup.ONE:
        return _every(ScheduleKind.CALIBRATION, terms.calibration_interval_months)
    return [] if terms.periodic is False else _every(ScheduleKind.VERIFICATION, terms.period_months)


def _every(kind: ScheduleKind, months: int | None) -> list[ScheduleValues]:
    return [] if months is None else [{"kind": kind, "interval_months": months}]


def unlawful(law: Lawful | None, kind: ScheduleKind, interval: Interval) -> str | None:
    """What stands against a schedule of what the law controls, with the remedy; None for what it lets be.

    `law` is the version in force of a type of group 2. An owner may shorten the cycle of a verification, never lengthen
    it, and what is verified initially only has none (Circular 23/2013/TT-BKHCN, article 4).
    """
    if law is None or kind is not ScheduleKind.VERIFICATION:
        return None
    circular = law.circular or _("the law")
    if law.periodic is False:
        return _(
            "By %(circular)s this type is verified initially only, not periodically: leave this schedule out, and "
            "record the initial verification.",
            circular=circular,
        )
    if law.period_months is None or interval.average_days <= Interval(law.period_months).average_days:
        return None
    return _(
        "“%(given)s” is longer than the cycle of verification by %(circular)s, %(months)s months, which may only be "
        "shortened: give %(months)s months or less.",
        given=in_a_word(interval),
        circular=circular,
        months=law.period_months,
    )


def shortfalls(proposed: Iterable[ScheduleValues], held: Mapping[ScheduleKind, int]) -> list[ScheduleValues]:
    """What an asset's schedules, in months, fall short of: missing, or longer than its type asks.

    An owner may only shorten.
    """
    return [one for one in proposed if one["kind"] not in held or held[one["kind"]] > (one["interval_months"] or 0)]


def words(code: str, *names: str) -> dict[str, str]:
    """What a type is called when somebody types it: the spellings of its code, its names, and each of several in one.

    Gives, for each word, the text it came from.
    """
    parts = [part for name in names for part in (name, *name.split(";"))]
    return {one: part.strip() for part in reversed([code, *parts]) for one in spellings(part)}


def spellings(text: str) -> Sequence[str]:
    """A typed text as types are found by it: folded, and without what parts its words; none where nothing is left.

    `Cân ô tô`, `cân ôtô` and `Can-o-to` are one: the first gives `can o to` and `canoto`.
    """
    return [one for one in dict.fromkeys((fold(text)[:LONGEST_WORD], closed(text))) if one]


def closed(text: str) -> str:
    """A typed text folded and without blanks and hyphens; one between two numbers stays, as 1-10 is not 110."""
    parted = PARTING.sub(" ", fold(text)).strip()
    return APART.sub("", parted)[:LONGEST_WORD]


def nearest(text: str, called: Mapping[str, str]) -> str | None:
    """The name that is most like a typed text, from a mapping of closed words; None where nothing is much alike."""
    wanted = SequenceMatcher(b=closed(text), autojunk=False)
    best, found = ALIKE, None
    for word, one in called.items():
        wanted.set_seq1(word)
        if wanted.real_quick_ratio() >= best and wanted.quick_ratio() >= best and (ratio := wanted.ratio()) >= best:
            best, found = ratio, one
    return found
