"""The days in doubt of a case: since its standard was last good, until it is good again, as the records say it now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from registry.accounts.models import Person
from registry.assets.rules import Proof
from registry.calibration.cases import gathering
from registry.calibration.cases.models import Case, CaseItem, CaseRange
from registry.calibration.cases.rules import ACTIVE, CaseState, Trigger, affected_ranges
from registry.calibration.models import Calibration
from registry.calibration.rules import TRACEABLE, proof_of
from registry.calibration.traceability import impact
from registry.calibration.traceability.impact import Window
from registry.calibration.traceability.measured import Point, in_force, leaves_good
from registry.calibration.traceability.rules import CONFIRMING
from registry.kernel import audit, clock, tasks
from registry.kernel.db import db

GATHER: Final = "case.gather"
DAY: Final = timedelta(days=1)


def is_good(record: Calibration, points: Sequence[Point]) -> bool:
    """Whether a record shows that its asset was good when it left."""
    return record.kind in CONFIRMING and proof_of(record.kind, record.outcome) is Proof.GOOD and leaves_good(points)


def good_again_on(record: Calibration, points: Sequence[Point]) -> date | None:
    """When a standard that a record found bad was good again: as it left, or by the next good record; None: not yet."""
    if is_good(record, points):
        return record.performed_on
    following = impact.next_good(record)
    return following.performed_on if following else None


def ranges_of(points: Sequence[Point], good: Calibration | None) -> list[CaseRange]:
    """Where a standard was bad, by the points that failed and those of its last good result."""
    before = in_force(impact.points_of(good)) if good is not None else []
    return [
        CaseRange(position=place, quantity=one.quantity, unit=one.unit, low=one.low, high=one.high, shift=one.shift)
        for place, one in enumerate(affected_ranges(points, before))
    ]


def end(record: Calibration, by: Person | None) -> None:
    """End the days in doubt of the cases about a standard that a record says is good again."""
    if not is_good(record, impact.points_of(record)):
        return
    lasting = select(Case).where(
        Case.asset_id == record.asset_id, Case.state != CaseState.WITHDRAWN, Case.until_on.is_(None)
    )
    for case in db.session.scalars(lasting.order_by(Case.id)):
        bad_on = case.calibration.performed_on if case.calibration else clock.local(case.opened_at).date()
        if record.performed_on >= max(bad_on, case.from_on or bad_on):
            case.until_on = record.performed_on
            audit.record("case.end", ("case", case.id), audit.changes_of(case), by=by)
    db.session.flush()


def begin_anew(gone: Calibration, why: str, by: Person | None) -> None:
    """Let the cases whose days in doubt began at a record that no longer stands begin at the one that is good now.

    What was decided stays; one that was signed off is open again, for it was signed off on fewer days.
    """
    begun = select(Case).where(Case.last_good_id == gone.id, Case.state != CaseState.WITHDRAWN).order_by(Case.id)
    for case in db.session.scalars(begun).all():
        failing = case.calibration if case.trigger is Trigger.RESULT else None
        up_to = gone.performed_on if failing is None else None
        good = impact.last_good(gone.asset, before=failing, up_to=up_to)
        start = good.performed_on if good else None
        case.last_good_id = good.id if good else None
        if start != case.from_on:
            case.from_on = start
            open_again(case)
            audit.record("case.widen", ("case", case.id), audit.changes_of(case) | {"reason": [None, why]}, by=by)
            look_again(case, ranges_of(impact.points_of(failing), good) if failing is not None else None)
    db.session.flush()


def open_again(case: Case) -> None:
    """Let a case gather once more, also one that was signed off."""
    case.state, case.gathered_at = CaseState.GATHERING, None
    case.conclusion = case.closed_at = case.closed_by_id = case.closed_actor = None


def look_again(case: Case, ranges: Sequence[CaseRange] | None) -> None:
    """Find and judge anew what relied on the standard of a case whose days or, if they are given, ranges are others."""
    if ranges is not None:
        case.ranges.clear()
        db.session.flush()
        case.ranges.extend(ranges)
    db.session.flush()
    if not gathering.again(case):
        tasks.enqueue(GATHER, case.id)


def lost(record: Calibration) -> Window | None:
    """The days on which nothing shows any more that a standard was good, since a record that did was voided."""
    if record.kind not in TRACEABLE or not is_good(record, impact.points_of(record)):
        return None
    start, until = record.performed_on, None
    before = impact.last_good(record.asset, up_to=start, kinds=TRACEABLE)
    if before is not None:
        if before.due_on is None:
            return None
        start = max(start, before.due_on + DAY)
    after = impact.next_good(record)
    if after is not None:
        until = after.performed_on - DAY
    return None if until is not None and until < start else Window(start, until)


def made_good(record: Calibration) -> Sequence[Case]:
    """The open cases about a record that was voided which another record, of the same day or before, leaves no ground.

    It says that the standard was good on every day on which it was relied on.
    """
    if record.kind not in TRACEABLE:
        return []
    open_ones = select(Case).where(
        Case.asset_id == record.asset_id,
        Case.trigger == Trigger.VOIDED,
        Case.state.in_(ACTIVE),
        Case.from_on >= record.performed_on,
    )
    found = db.session.scalars(open_ones.order_by(Case.id)).all()
    if not found or not is_good(record, impact.points_of(record)):
        return []
    return [case for case in found if record.due_on is None or record.due_on >= _last_use(case)]


def _last_use(case: Case) -> date:
    last = select(func.max(CaseItem.performed_on)).where(CaseItem.case_id == case.id, CaseItem.depth == 1)
    return db.session.scalar(last) or case.from_on or date.min
