"""Who follows organisations whose successor became known: storeys above, which answer for what was theirs."""

from collections.abc import Callable
from typing import Final

Follower = Callable[[int], None]
_FOLLOWERS: Final[list[Follower]] = []


def follow(follower: Follower) -> Follower:
    """Have a function called with the key of an organisation that another takes over from, in that transaction."""
    _FOLLOWERS.append(follower)
    return follower


def tell(organisation_id: int) -> None:
    """Let all of them do their part."""
    for follower in _FOLLOWERS:
        follower(organisation_id)
