"""What is true of messages whatever is stored: when one is tried again and when it is given up."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
SWIFTER: Final = 3  # each pause is so many times the one before
JITTER: Final = 0.25
GIVE_UP: Final = timedelta(days=5)  # RFC 5321, 4.5.4.1: four to five days at least
LEASE: Final = timedelta(minutes=10)  # longer than any conversation with a server that answers at all


class Channel(StrEnum):
    """How a message leaves."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """`claimed` is being sent. `unheard` was handed over by a process that died before it heard the answer.

    `failed` was given up; `withdrawn` is not wanted any more, as of somebody whose access has ended.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    UNHEARD = "unheard"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


OPEN: Final = (MessageState.WAITING, MessageState.CLAIMED)
STUCK: Final = (MessageState.FAILED, MessageState.UNHEARD)


class NotSent(Exception):
    """The other side did not take a message.

    `for_good`: trying again cannot help. `unreachable`: nobody could be spoken to at all, so others need not try now.
    """

    def __init__(self, why: str, *, for_good: bool = False, unreachable: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good
        self.unreachable = unreachable


def pause(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: 5 s, 15 s, 45 s … up to an hour, a quarter more or less.

    `chance` is a random number from 0 to 1, so that what failed together does not come back together.
    """
    steps = min(attempts - 1, 12)  # far beyond the longest pause, and no huge power
    usual: timedelta = min(FIRST_PAUSE * float(SWIFTER**steps), LONGEST_PAUSE)
    return usual * (1 + JITTER * (2 * chance - 1))


def is_too_late(queued_at: datetime, again_at: datetime) -> bool:
    """Whether a message that would be tried again at an instant is given up instead."""
    return again_at - queued_at > GIVE_UP
