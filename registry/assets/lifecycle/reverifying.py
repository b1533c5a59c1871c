"""What a repair, a modification or a broken seal means for verification and calibration: they end."""

from datetime import date

from registry.accounts.models import Person
from registry.assets import components, followers
from registry.assets.models import Asset
from registry.assets.rules import ScheduleKind
from registry.assets.types.queries import version_on
from registry.kernel import audit
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
    if whole.mended_on is None or whole.mended_on < on:
        whole.mended_on = on
        _settle(whole, by)


def end_calibration(asset: Asset, on: date, by: Person | None) -> None:
    """Let no calibration from before a day hold any longer, of an asset or of the set it is calibrated with.

    Which record is older, and whether a good intermediate check came after, is read from the records.
    """
    whole = _proven_as(asset, ScheduleKind.CALIBRATION)
    if whole is not None and (whole.altered_on is None or whole.altered_on < on):
        whole.altered_on = on
        db.session.flush()
        followers.tell(whole, by)


def keep_seal_found(asset: Asset, on: date | None, by: Person | None) -> None:
    """Write down the newest day on which inspectors found the seal of an asset broken; None takes it back.

    Then no verification from before that day holds, or it does again. Who may is decided by what was seen. The asset is
    fetched and locked.
    """
    if asset.seal_found_on == on:
        return
    before, asset.seal_found_on = asset.seal_found_on, on
    audit.record("asset.seal", ("asset", asset.tag), {"seal_found_on": [before, on]}, by=by)
    db.session.flush()
    whole = _verified_as(asset)
    if whole is not None:
        _settle(whole, by)


def _settle(whole: Asset, by: Person | None) -> None:
    """Say from which day on nothing earlier holds, and let who reads the records follow."""
    days = [whole.mended_on, whole.seal_found_on, *(one.seal_found_on for one in _verified_with(whole))]
    newest = max((day for day in days if day is not None), default=None)
    if newest != whole.repaired_on:
        whole.repaired_on = newest
        db.session.flush()
        followers.tell(whole, by)


def _verified_with(whole: Asset) -> list[Asset]:
    """The components whose seal was found broken and that have no verification but that of the set."""
    broken = [one for one in components.within(whole) if one.seal_found_on is not None]
    return [one for one in broken if _verified_as(one) is whole]


def _verified_as(asset: Asset) -> Asset | None:
    return _proven_as(asset, ScheduleKind.VERIFICATION)


def _proven_as(asset: Asset, kind: ScheduleKind) -> Asset | None:
    """The asset itself where work of a kind is kept or lacking, or else the nearest set of which that holds."""
    for key in (None, *components.sets_above(asset.parent_id)):
        one = asset if key is None else db.session.get_one(Asset, key)
        lacks = one.unverified and kind is ScheduleKind.VERIFICATION
        if lacks or any(held.kind is kind for held in one.proofs):
            return one
    return None
