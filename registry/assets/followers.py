"""Who follows an asset whose type or schedules changed: storeys above, which know what its records say of them."""

from collections.abc import Callable
from typing import Final

from registry.accounts.models import Person
from registry.assets.models import Asset

Follower = Callable[[Asset, Person | None], None]
_FOLLOWERS: Final[list[Follower]] = []


def follow(follower: Follower) -> Follower:
    """Have a function called with each asset that changed, in the transaction of the change."""
    _FOLLOWERS.append(follower)
    return follower


def tell(asset: Asset, by: Person | None) -> None:
    """Let all of them do their part."""
    for follower in _FOLLOWERS:
        follower(asset, by)
