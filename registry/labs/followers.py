"""Who follows a laboratory whose accreditation, scope or designation changed: storeys above, which rest on it."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple


class What(StrEnum):
    """What of a laboratory changed."""

    STANDING = "standing"
    SCOPE = "scope"
    DESIGNATION = "designation"


class Change(NamedTuple):
    """A change that counts from a day until another, both inclusive and None when open, by a decision or correction."""

    lab_id: int
    what: What
    since: date | None
    until: date | None
    by: str


CORRECTED: Final = "↺"
SUCCESSION: Final = "→"  # another laboratory is known to have taken over; nobody decided it


def corrected_on(day: date) -> str:
    """How a change names itself that is no decision but a correction of a day; each reads it in their own words."""
    return f"{CORRECTED}{day.isoformat()}"


Follower = Callable[[Change], None]
_FOLLOWERS: Final[list[Follower]] = []


def follow(follower: Follower) -> Follower:
    """Have a function called with each change, in its transaction."""
    _FOLLOWERS.append(follower)
    return follower


def tell(change: Change) -> None:
    """Let all of them do their part."""
    for follower in _FOLLOWERS:
        follower(change)
