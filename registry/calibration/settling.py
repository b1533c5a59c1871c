"""What records say of the schedules of an asset: the newest issued one of each kind decides, whichever came first."""

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets import followers
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof
from registry.calibration import adopting, queries, showing, turns
from registry.calibration.cases import calling
from registry.calibration.due import queries as dates
from registry.calibration.ending import has_ended
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, proof_of
from registry.kernel.db import db


def settle(
    asset: Asset, kind: CalibrationKind, *, issued: Calibration | None = None, by: Person | None
) -> Calibration | None:
    """Let the newest issued record of a kind decide the asset's schedule; gives that record, None when nothing moved.

    The record that is being `issued` is marked when it is the one that decides.

    A verification that a repair ended proves nothing, whatever it says.

    Without a schedule of that kind records move nothing, as it is the owner's decision, but where the law lays one
    down, and where good work counts without one; see showing.
    """
    schedule = queries.schedule_of(asset, kind) or showing.cycle_of_law(asset, kind, by)
    if schedule is None:
        showing.show(asset, by)
        return None
    waited = turns.may_be_open(schedule)
    with db.session.no_autoflush:  # what is asked for was written before, and all changes are written together
        newest = issued if _is_surely_newest(issued, schedule) else queries.deciding(asset.id, kind)
        if newest is not None:
            fix_date(newest, schedule)
            newest.due_on = dates.effective_due(newest, schedule, is_new=newest is issued)
            newest.moved |= newest is issued
    if newest is None:
        assets.prove(asset, kind, proof=Proof.MISSING, due_on=None, performed_on=None, by=by)
    elif has_ended(newest, asset):
        assets.prove(asset, kind, proof=Proof.MISSING, due_on=None, performed_on=newest.performed_on, by=by)
    else:
        proof, due_on, performed_on = proof_of(newest.kind, newest.outcome), newest.due_on, newest.performed_on
        due_on = calling.no_later(due_on, asset, newest)
        assets.prove(asset, kind, proof=proof, due_on=due_on, performed_on=performed_on, by=by)
    db.session.flush()
    if waited:
        turns.clear(schedule)
    if kind is CalibrationKind.INTERMEDIATE_CHECK and asset.altered_on is not None:
        settle(asset, CalibrationKind.CALIBRATION, by=by)
    return newest


@followers.follow
def settle_all(asset: Asset, by: Person | None) -> None:
    """Let the records decide every schedule of an asset whose type or schedules changed, where there are any."""
    for schedule in asset.required_schedules:
        if queries.deciding(asset.id, schedule.kind) is not None:
            settle(asset, schedule.kind, by=by)
    if queries.schedule_of(asset, CalibrationKind.VERIFICATION) is None:
        settle(asset, CalibrationKind.VERIFICATION, by=by)


def adopt_records() -> int:
    """Let records decide the schedules that were set up after them, or stand without one; gives how many."""
    waiting, alone = adopting.undecided(), adopting.unshown()
    for asset, kind in (*waiting, *((one, CalibrationKind.VERIFICATION) for one in alone)):
        settle(asset, kind, by=None)
    return len(waiting) + len(alone)


def _is_surely_newest(issued: Calibration | None, schedule: Schedule) -> bool:
    """Whether a record is of later work than what decides its schedule, so that nobody has to look."""
    last = schedule.last_performed_on
    return issued is not None and last is not None and issued.performed_on > last


def fix_date(calibration: Calibration, schedule: Schedule | None) -> None:
    """Say until when a good record counts, once: an interval that changes later does not move what was said."""
    if calibration.calendar_due_on is None and proof_of(calibration.kind, calibration.outcome) is Proof.GOOD:
        found = dates.basis(calibration, schedule)
        calibration.calendar_due_on = calibration.due_on = found.on
        calibration.calendar_number = found.number
