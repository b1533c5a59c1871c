"""Good work that counts although no schedule asks for it: what the law has verified once, a standard's calibration."""

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.assets.types.links import is_asked, law_cycle
from registry.calibration import queries
from registry.calibration.ending import has_ended
from registry.calibration.models import Calibration
from registry.calibration.rules import TRACEABLE, CalibrationKind, proof_of
from registry.kernel import clock

VERIFICATION = CalibrationKind.VERIFICATION


def cycle_of_law(asset: Asset, kind: CalibrationKind, by: Person | None) -> Schedule | None:
    """The schedule that the law lays down for what was verified without one, which it gets now; or else None."""
    if kind is not VERIFICATION or not asset.unverified or queries.deciding(asset.id, kind) is None:
        return None
    cycle = law_cycle(asset, clock.today())
    return assets.hold_to(asset, cycle, by=by) if cycle is not None else None


def show(asset: Asset, by: Person | None) -> None:
    """Let the newest work count that no schedule asks for, where it does, or nothing any more."""
    if asset.kind is Kind.REFERENCE_MATERIAL and asset.shown_kind and not queries.newest(asset):
        return  # it stands on its producer's certificate
    kinds = _counting(asset)
    records = [one for kind in kinds if (one := queries.deciding(asset.id, kind)) is not None]
    newest = max(records, key=lambda one: (one.performed_on, one.id), default=None)
    if newest is None or not _is_good(newest, asset):
        assets.show(asset, None, None, by=by)
    else:
        assets.show(asset, ScheduleKind(newest.kind), newest.due_on or newest.valid_until, by=by)


def _is_good(record: Calibration, asset: Asset) -> bool:
    return proof_of(record.kind, record.outcome) is Proof.GOOD and not has_ended(record, asset)


def _counting(asset: Asset) -> list[CalibrationKind]:
    """The kinds of work that count without a schedule."""
    held = {schedule.kind for schedule in asset.required_schedules}
    if asset.kind is not Kind.INSTRUMENT:
        return [] if held else sorted(TRACEABLE)
    return [VERIFICATION] if VERIFICATION not in held and is_asked(asset, clock.today()) else []
