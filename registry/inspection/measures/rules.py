"""What is true of measures whatever is stored: their kinds, and which of them need a day."""

from datetime import date
from enum import StrEnum
from typing import Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, lazy, said_day


class MeasureKind(StrEnum):
    """What follows from an inspection; a fine is proposed to the authority that may set it."""

    WARNING = "warning"
    SUSPENSION = "suspension"
    FINE_PROPOSAL = "fine_proposal"
    REVERIFICATION = "reverification"
    OTHER = "other"


class MeasureState(StrEnum):
    """Whether a measure is open, late or done; or fell away with an inspection that was cancelled."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    DROPPED = "dropped"


MOST_MEASURES: Final = 500  # of one inspection
DATED: Final = frozenset({MeasureKind.REVERIFICATION})
OF_WHAT_WAS_SEEN: Final = frozenset({MeasureKind.WARNING, MeasureKind.SUSPENSION, MeasureKind.REVERIFICATION})
WORDS: Final = {
    MeasureKind.WARNING: lazy("Reminder to put it right"),
    MeasureKind.SUSPENSION: lazy("Use to be stopped for now"),
    MeasureKind.FINE_PROPOSAL: lazy("Proposal of a fine to the competent authority"),
    MeasureKind.REVERIFICATION: lazy("Verification asked for"),
    MeasureKind.OTHER: lazy("Other measure"),
}
VIETNAMESE: Final = {  # as minutes say it
    MeasureKind.WARNING: "Nhắc nhở, yêu cầu khắc phục",
    MeasureKind.SUSPENSION: "Yêu cầu tạm dừng sử dụng phương tiện đo",
    MeasureKind.FINE_PROPOSAL: "Đề nghị người có thẩm quyền xử phạt",
    MeasureKind.REVERIFICATION: "Yêu cầu kiểm định",
    MeasureKind.OTHER: "Biện pháp khác",
}


def state_of(done_on: date | None, due_on: date | None, today: date, *, cancelled: bool = False) -> MeasureState:
    """Where a measure stands; on its last day it is not late yet."""
    if done_on is not None:
        return MeasureState.DONE
    if cancelled:
        return MeasureState.DROPPED
    return MeasureState.OVERDUE if due_on is not None and due_on < today else MeasureState.OPEN


def check_due(kind: MeasureKind, due_on: date | None, today: date) -> None:
    """Raise Invalid for a day that is past, or that is missing where one is needed."""
    if due_on is None and kind in DATED:
        raise Invalid({"due_on": [_("Say by which day it has to be verified.")]})
    if due_on is not None and due_on < today:
        raise Invalid({"due_on": [_("%(day)s is past; give today or a later day.", day=said_day(due_on))]})


def check_done(done_on: date, decided_on: date, today: date) -> None:
    """Raise Invalid for a day in the future or before the measure was decided."""
    if done_on > today:
        raise Invalid({"done_on": [_("%(day)s is in the future.", day=said_day(done_on))]})
    if done_on < decided_on:
        message = _(
            "%(day)s is before the day it was decided, %(first)s.", day=said_day(done_on), first=said_day(decided_on)
        )
        raise Invalid({"done_on": [message]})
