"""Whether work on a thing ended what a record said of it before."""

from registry.assets.models import Asset
from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.standing import Verified, is_ended, is_outdated


def has_ended(record: Verified, asset: Asset) -> bool:
    """Whether a repair, a broken seal or work on what it measures ended what a record says of an asset.

    A calibration from before such work holds on where a good intermediate check came after it.
    """
    on = asset.altered_on
    return is_ended(record, asset.repaired_on) or (is_outdated(record, on) and not _is_checked_since(asset))


def _is_checked_since(asset: Asset) -> bool:
    """Whether a good intermediate check that the asset is held to is not older than the work on what it measures."""
    checks = (held for held in asset.required_schedules if held.kind is ScheduleKind.INTERMEDIATE_CHECK)
    days = [held.last_performed_on for held in checks if held.proof is Proof.GOOD]
    return asset.altered_on is not None and any(day is not None and day >= asset.altered_on for day in days)
