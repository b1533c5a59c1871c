"""What changes an asset's life: its status, checks, faults and the looks they ask for, upkeep and its plan."""

from datetime import date
from typing import Any, Final, TypeVar

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import law
from registry.assets.lifecycle import queries, statuses
from registry.assets.lifecycle.models import Fault, FitnessCheck, MaintenanceLine, StatusChange, Upkeep
from registry.assets.lifecycle.reverifying import end_calibration, end_verification
from registry.assets.lifecycle.rules import (
    ALTERING,
    REPAIRING,
    CheckKind,
    CheckResult,
    FaultKind,
    Turn,
    UpkeepKind,
    check_commissioned,
    check_day,
    check_fault_days,
    check_reason,
)
from registry.assets.models import Asset
from registry.assets.rules import AT_WORK, STATUS_CHANGES, Status
from registry.kernel import audit, clock, tasks
from registry.kernel.calendar import months_later
from registry.kernel.db import Base, db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

Row = TypeVar("Row", bound=Base)
MOST_LINES = 50
CHECKED_OUT_OF_USE: Final = AT_WORK | {Status.ACCEPTED}  # nothing further stands between the latter and its use
REPORTED = "fault.reported"  # work for who knows what relied on the asset


def change_status(
    asset: Asset,
    *,
    status: Status,
    on: date | None = None,
    reason: str | None = None,
    restriction: str | None = None,
    by: Person | None,
) -> StatusChange:
    """Take an asset to another status from a day on, today if none is given. The asset is fetched with `lock=True`.

    Leaving or limiting use needs a reason, limited use what it is limited to, and the way into service the check of
    ISO/IEC 17025, 6.4.4. Raises Invalid that names the remedy, Conflict when nothing would change.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    check_reason(status, reason)
    day = on or clock.today()
    check_commissioned(asset.commissioned_on, status, day)
    before = asset.restriction
    made = statuses.turn(asset, Turn(status, day, reason, restriction), by)
    if made is None:
        raise Conflict(_("That is its status already; nothing was changed."))
    changes: audit.Changes = {"status": [made.old, made.new], "on": [None, day], "reason": [None, made.reason]}
    if before != made.restriction:
        changes["restriction"] = [before, made.restriction]
    return _kept(made, asset, "asset.status", changes, by)


def take_out_of_use(asset: Asset, *, reason: str, by: Person | None) -> StatusChange | None:
    """Quarantine what was shown to be out of order (ISO/IEC 17025, 6.4.9); what is not in use stays as it is.

    Who may is decided by what showed it.
    """
    if asset.status not in AT_WORK:
        return None
    made = statuses.turn(asset, Turn(Status.QUARANTINED, clock.today(), reason, None), by)
    if made is None:
        return None
    changes: audit.Changes = {"status": [made.old, made.new], "reason": [None, made.reason]}
    return _kept(made, asset, "asset.status", changes, by)


def check(
    asset: Asset,
    *,
    kind: CheckKind,
    on: date | None = None,
    requirement: str,
    result: CheckResult,
    evidence: str | None = None,
    by: Person | None,
) -> FitnessCheck:
    """Record the check of an asset before it is placed or returned into service. It is fetched with `lock=True`.

    One that passes changes no status by itself. What fails it is quarantined at once, and what was measured with it in
    service waits to be judged (ISO/IEC 17025, 6.4.9), unless a newer check or calibration was good. What is not in
    service stays out of it: the way there takes a check that passes.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    day = on or clock.today()
    check_day(day, clock.today(), None)
    made = FitnessCheck(
        asset_id=asset.id,
        kind=kind,
        on=day,
        requirement=requirement,
        result=result,
        evidence=evidence or None,
        **_who(by),
    )
    _kept(made, asset, "asset.check", _said(made), by)
    if result is CheckResult.FAIL and asset.status in CHECKED_OUT_OF_USE and not queries.is_good_since(asset, day):
        text = _("The check of %(day)s failed: %(requirement)s", day=said_day(day), requirement=requirement)
        if asset.status in AT_WORK:
            report_fault(asset, kind=FaultKind.FAILED_CHECK, description=text, found_on=day, by=by)
        else:
            change_status(asset, status=Status.QUARANTINED, reason=text, by=by)
    return made


def report_fault(
    asset: Asset,
    *,
    kind: FaultKind,
    description: str,
    found_on: date | None = None,
    happened_on: date | None = None,
    by: Person | None,
) -> Fault:
    """Record damage, overload or malfunction: the asset is quarantined at once and its impact waits to be judged.

    The asset is fetched with `lock=True`. What is already withdrawn, disposed of or only planned keeps its status.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    day = found_on or clock.today()
    check_fault_days(day, happened_on, clock.today())
    made = Fault(
        asset_id=asset.id,
        kind=kind,
        found_on=day,
        happened_on=happened_on,
        description=description,
        last_good_on=queries.last_good_on(asset, happened_on or day),
        **_who(by),
    )
    changes = _said(made)
    if Status.QUARANTINED in STATUS_CHANGES[asset.status]:
        since = max(day, asset.status_since_on or day)
        turned = statuses.turn(asset, Turn(Status.QUARANTINED, since, description), by)
        changes |= {"status": [turned.old, turned.new]} if turned else {}
    _kept(made, asset, "asset.fault", changes, by)
    if kind is FaultKind.SEAL_BROKEN:
        end_verification(asset, day, by, seal_broken=True)
    tasks.enqueue(REPORTED, made.id)
    return made


def conclude_impact(asset: Asset, fault: Fault, *, conclusion: str, by: Person | None) -> Fault:
    """Say what a fault meant for what was measured since the asset was last known to be good. Once, by a manager."""
    require(by, Verb.IMPACT_CONCLUDE, asset.owner_id)
    if fault.impact_at is not None:
        raise Conflict(_("The impact of this fault was judged already, by %(name)s.", name=fault.impact_actor or ""))
    fault.impact_conclusion, fault.impact_at = conclusion, clock.now()
    fault.impact_by_id, fault.impact_actor = (by.id, by.name) if by else (None, "registry")
    return _kept(fault, asset, "asset.impact", {"conclusion": [None, conclusion]}, by)


def record_upkeep(
    asset: Asset,
    *,
    kind: UpkeepKind,
    on: date | None = None,
    description: str,
    performed_by: str | None = None,
    line: int | None = None,
    alters: bool | None = None,
    by: Person | None,
) -> Upkeep:
    """Record work done on an asset; `line` is the key of the line of its maintenance plan that it fulfils.

    After a repair or a modification no verification from before holds, nor any calibration after what `alters` what is
    measured, as all but maintenance does unless it is said. The asset is fetched with `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    day = on or clock.today()
    check_day(day, clock.today(), None)
    planned = queries.line_field(asset, line, "line") if line is not None else None
    if planned is not None and kind is not UpkeepKind.MAINTENANCE:
        raise Invalid({"line": [_("Only maintenance fulfils a line of the plan; leave it out, or change the kind.")]})
    if planned is not None and (planned.last_on is None or planned.last_on <= day):
        planned.last_on, planned.due_on = day, months_later(day, planned.interval_months)
    made = Upkeep(
        asset_id=asset.id,
        kind=kind,
        on=day,
        description=description,
        performed_by=performed_by or None,
        line_id=line,
        alters=kind in ALTERING if alters is None else alters,
        **_who(by),
    )
    _kept(made, asset, "asset.upkeep", _said(made), by)
    if kind in REPAIRING:
        end_verification(asset, day, by)
    if made.alters:
        end_calibration(asset, day, by)
    return made


def plan_maintenance(
    asset: Asset, *, what: str, interval_months: int, last_on: date | None = None, by: Person | None
) -> MaintenanceLine:
    """Add a line to an asset's maintenance plan; its due day counts from the last time, if there was one."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    if last_on is not None:
        check_day(last_on, clock.today(), None, "last_on")
    if len(queries.maintenance(asset, limit=MOST_LINES)) == MOST_LINES:
        raise Conflict(_("A maintenance plan has at most %(most)s lines; give one up first.", most=MOST_LINES))
    due_on = months_later(last_on, interval_months) if last_on else None
    made = MaintenanceLine(
        asset_id=asset.id, what=what, interval_months=interval_months, last_on=last_on, due_on=due_on
    )
    return _kept(made, asset, "asset.maintenance", _said(made), by)


def end_maintenance(
    asset: Asset, line: MaintenanceLine, *, on: date | None = None, by: Person | None
) -> MaintenanceLine:
    """Give up a line of an asset's maintenance plan; what was done for it stays."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    line.ended_on = on or clock.today()
    check_day(line.ended_on, clock.today(), line.last_on)
    return _kept(line, asset, "asset.maintenance_end", {"what": [line.what, None], "on": [None, line.ended_on]}, by)


def _who(by: Person | None) -> dict[str, Any]:
    """When it is written down, and by whom."""
    return {"at": clock.now(), "by_id": by.id if by else None, "actor": by.name if by else "registry"}


def _said(made: Base) -> audit.Changes:
    """What a new row says, without what the log says itself."""
    return {
        name: pair for name, pair in audit.changes_of(made).items() if name not in {"asset_id", "at", "by_id", "actor"}
    }


def _kept(row: Row, asset: Asset, action: str, changes: audit.Changes, by: Person | None) -> Row:
    db.session.add(row)
    audit.record(action, ("asset", asset.tag), changes, by=by)
    db.session.flush()
    if "status" in changes:
        law.mark_components([asset.id])
    return row
