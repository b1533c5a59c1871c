"""What a repair, a modification or a broken seal means for the verification of what the law controls: it ends."""

from datetime import date

from registry.accounts.models import Person
from registry.assets import components, followers
from registry.assets.models import Asset
from registry.assets.rules import ScheduleKind
from registry.assets.types.queries import version_on
from registry.kernel.db import db


def end_verification(asset: Asset, on: date, by: Person | None, *, seal_broken: bool = False) -> None:
    """Let no verification from before a day hold any longer, of an asset or of the set it is verified with.

    Whether one that is recorded is older is read from the records. A type whose version in force lays down none after
    repair loses it by a broken seal alone. Raises nothing: what is not verified has nothing to lose.
    """
    whole = _verified_as(asset)
    version = version_on(whole, on) if whole is not None else None
    if whole is None or (version is not None and version.after_repair is False and not seal_broken):
        return
    if whole.repaired_on is None or whole.repaired_on < on:
        whole.repaired_on = on
        db.session.flush()
        followers.tell(whole, by)


def _verified_as(asset: Asset) -> Asset | None:
    """The asset itself where a verification is kept or lacking, or else the nearest set of which that holds."""
    for key in (None, *components.sets_above(asset.parent_id)):
        one = asset if key is None else db.session.get_one(Asset, key)
        if one.unverified or any(held.kind is ScheduleKind.VERIFICATION for held in one.proofs):
            return one
    return None
