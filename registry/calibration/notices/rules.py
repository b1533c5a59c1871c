"""What is true of notices whatever is stored: on which days, how long before, what is due to be told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_day

OFFSETS: Final = (90, 30, 7, 0, -7)
FARTHEST: Final = 365
MOST_OFFSETS: Final = 12
ESCALATION_DAYS: Final = 14
LONGEST_SNOOZE: Final = timedelta(days=180)
WEEK: Final = 7


class Weekday(StrEnum):
    """Days of the week, as people choose them."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class NoticeKind(StrEnum):
    """`due` is at an offset, `escalation` to the manager, `woken` at the end of a snooze."""

    DUE = "due"
    ESCALATION = "escalation"
    WOKEN = "woken"


class DueKind(StrEnum):
    """Whose last valid day it is that is told: that of a schedule, by its kind, or of a reference material itself."""

    CALIBRATION = "calibration"
    VERIFICATION = "verification"
    INTERMEDIATE_CHECK = "intermediate_check"
    TESTING = "testing"
    SHELF_LIFE = "shelf_life"


class Subject(StrEnum):
    """What a telling is about: due dates, a case of a standard found out of tolerance, or verdicts that changed."""

    DUE = "due"
    CASE = "case"
    VERDICT = "verdict"


class Delivery(StrEnum):
    """What became of a telling: what became of its message, in fewer words; `kept` needs none, it is read here."""

    WAITING = "waiting"
    SENT = "sent"
    UNHEARD = "unheard"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"


class Urgency(IntEnum):
    """In which part of a digest a line stands."""

    ESCALATED = 0
    OVERDUE = 1
    DUE = 2


class Line(NamedTuple):
    """One schedule, or shelf life, that a digest tells of: `days` until its last valid day, negative when overdue.

    A shelf life has no schedule. `owner` has the names of its organisation by language (`vi`, `en`) and its `code`.
    `unverified` says that the asset may not be used whatever this day is: the law's verification is lacking.
    """

    schedule_id: int | None
    asset_id: int
    owner_id: int
    tag: str
    name: str
    owner: Mapping[str, str]
    kind: str
    unverified: bool
    due_on: date
    days: int
    notice: NoticeKind
    offset: int

    @property
    def key(self) -> tuple[int, int]:
        """What it is about, among schedules and shelf lives."""
        return self.schedule_id or 0, self.asset_id

    @property
    def urgency(self) -> Urgency:
        """In which part of a digest it stands."""
        if self.notice is NoticeKind.ESCALATION:
            return Urgency.ESCALATED
        return Urgency.OVERDUE if self.days < 0 else Urgency.DUE


WEEKDAYS: Final = tuple(Weekday)


def last_digest_day(days: Collection[str], on: date) -> date | None:
    """The latest day, up to a day, on which a digest is due; None when there are no digests."""
    for back in range(WEEK):
        day = on - timedelta(days=back)
        if WEEKDAYS[day.weekday()] in days:
            return day
    return None


def is_digest_due(days: Collection[str], on: date, looked_on: date | None) -> bool:
    """Whether a digest is due: its day has come since one was last looked for, also when the day itself was missed.

    Somebody for whom none was ever looked for begins on a day of theirs.
    """
    latest = last_digest_day(days, on)
    if latest is None:
        return False
    return latest == on if looked_on is None else latest > looked_on


def reached(offsets: Sequence[int], due_on: date, on: date) -> int | None:
    """The nearest offset that a due date has come to by a day, in days before it (negative after it); None before all.

    An offset is reached at the first moment of its day and stays reached.
    """
    left = (due_on - on).days
    return min((offset for offset in offsets if left <= offset), default=None)


def check_offsets(offsets: Sequence[int]) -> Messages:
    """Messages by field: each offset once."""
    if len(set(offsets)) != len(offsets):
        return {"offsets": [_("Each number of days is given once.")]}
    return {}


def check_days(days: Sequence[str]) -> Messages:
    """Messages by field: each day once."""
    if len(set(days)) != len(days):
        return {"days": [_("Each day of the week is given once.")]}
    return {}


def check_snooze(until: date, reason: str, today: date) -> Messages:
    """Messages by field: a snooze ends, not today and not in the far future, and says why."""
    messages: dict[str, list[str]] = {}
    last = today + LONGEST_SNOOZE
    if not today < until <= last:
        text = _(
            "Give a day from %(first)s to %(last)s.",
            first=said_day(today + timedelta(days=1)),
            last=said_day(last),
        )
        messages["until"] = [text]
    if not reason.strip():
        messages["reason"] = [_("Say why; whoever looks after it reads this.")]
    return messages
