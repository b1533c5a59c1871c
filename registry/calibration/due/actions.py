"""What changes due dates beside records: readings of counters, the day of first use, and grace by two people."""

from datetime import date
from decimal import Decimal

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof
from registry.assets.schedules import Anchor
from registry.calibration import queries as records
from registry.calibration import settling
from registry.calibration.cases import calling
from registry.calibration.due import queries
from registry.calibration.due.models import DueExtension, UsageReading
from registry.calibration.due.rules import (
    ExtensionState,
    check_extendable,
    check_extension,
    check_first_use,
    check_reading,
    state_of,
)
from registry.calibration.models import Calibration
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden
from registry.kernel.i18n import _, said_day


def read_usage(
    asset: Asset,
    schedule: Schedule,
    *,
    value: Decimal,
    on: date | None = None,
    restarted: bool = False,
    note: str | None = None,
    by: Person | None,
) -> UsageReading:
    """Write down what a usage counter shows, today unless another day is said; the due date may come closer."""
    require(by, Verb.CALIBRATION_RECORD, asset.owner_id)
    if schedule.usage_limit is None:
        raise Conflict(_("This schedule has no limit of use; give it one first, with what is counted."))
    day = on or clock.today()
    check_reading(queries.standing_readings(schedule), day, value, restarted=restarted, today=clock.today())
    made = UsageReading(
        schedule_id=schedule.id,
        on=day,
        value=value,
        restarted=restarted,
        note=note or None,
        at=clock.now(),
        by_id=by.id if by else None,
        actor=_name(by),
    )
    db.session.add(made)
    _log("asset.read_usage", asset, schedule, {"value": [None, value], "on": [None, day]}, by)
    _settle(asset, schedule, by)
    return made


def withdraw_reading(
    asset: Asset, schedule: Schedule, reading: UsageReading, *, reason: str, by: Person | None
) -> UsageReading:
    """Take a wrong reading out of account; it stays readable with the reason."""
    require(by, Verb.CALIBRATION_RECORD, asset.owner_id)
    if reading.withdrawn_at is not None:
        raise Conflict(_("This reading was withdrawn already: %(reason)s", reason=reading.withdrawn_because or ""))
    reading.withdrawn_at, reading.withdrawn_because = clock.now(), reason
    _log("asset.withdraw_reading", asset, schedule, {"value": [reading.value, None], "reason": [None, reason]}, by)
    _settle(asset, schedule, by)
    return reading


def use_first(asset: Asset, schedule: Schedule, *, on: date | None = None, by: Person | None) -> Schedule:
    """Write down, once, the day of the first use after the newest work, from which the interval then counts."""
    require(by, Verb.CALIBRATION_RECORD, asset.owner_id)
    record = records.deciding(asset.id, schedule.kind)
    if schedule.anchor is not Anchor.FIRST_USE or schedule.proof is not Proof.GOOD or record is None:
        raise Conflict(_("The first use does not count here: no good record waits for it."))
    if schedule.first_use_on is not None:
        raise Conflict(_("The first use is recorded already, as of %(day)s.", day=said_day(schedule.first_use_on)))
    if queries.alive(record) is not None:
        raise Conflict(_("An extension was asked for from the due date without it; end that one first."))
    day_of_use = on or clock.today()
    check_first_use(day_of_use, record.performed_on, clock.today())
    schedule.first_use_on = day_of_use
    found = queries.basis(record, schedule)
    record.calendar_due_on, record.calendar_number = found.on, found.number
    _log("asset.use_first", asset, schedule, {"first_use_on": [None, day_of_use]}, by)
    _settle(asset, schedule, by)
    return schedule


def ask_extension(
    asset: Asset, schedule: Schedule, *, until: date, reason: str, evidence: str, by: Person | None
) -> DueExtension:
    """Ask for a later due date, with a reason and what shows that it is safe; it holds once somebody else grants it."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    due_on, record = _extendable(schedule)
    check_extension(due_on, until, clock.today())
    if queries.alive(record) is not None:
        raise Conflict(_("There is an extension already; end it before you ask for another."))
    made = DueExtension(
        schedule_id=schedule.id,
        calibration_id=record.id,
        due_on=due_on,
        until=until,
        reason=reason,
        evidence=evidence,
        asked_at=clock.now(),
        asked_by_id=by.id if by else None,
        asked_by=_name(by),
    )
    db.session.add(made)
    said: audit.Changes = {"until": [due_on, until], "reason": [None, reason], "evidence": [None, evidence]}
    _log("asset.ask_extension", asset, schedule, said, by)
    db.session.flush()
    return made


def grant_extension(
    asset: Asset, schedule: Schedule, extension: DueExtension, *, password: str | None = None, by: Person | None
) -> DueExtension:
    """Grant an extension somebody else asked for: from now on the due date is its last day, inclusive.

    Who grants it types their password again.
    """
    require(by, Verb.CALIBRATION_APPROVE, asset.owner_id)
    if state_of(extension) is not ExtensionState.ASKED:
        raise Conflict(_("Only an extension that waits can be granted."))
    if by is not None and by.id == extension.asked_by_id:
        raise Forbidden(_("Who asked for an extension does not grant it; ask a second person."))
    due_on, record = _extendable(schedule)
    if extension.calibration_id not in queries.of_one_proof(record) or due_on != extension.due_on:
        raise Conflict(_("The due date has moved since this was asked for; end this request and ask anew."))
    confirm(by, password)
    extension.granted_at, extension.granted_by = clock.now(), _name(by)
    extension.granted_by_id = by.id if by else None
    _log("asset.grant_extension", asset, schedule, {"until": [due_on, extension.until]}, by)
    _settle(asset, schedule, by)
    return extension


def end_extension(
    asset: Asset, schedule: Schedule, extension: DueExtension, *, reason: str, by: Person | None
) -> DueExtension:
    """Decline, take back or revoke an extension, with a reason: the due date of the rules holds again."""
    is_waiting = state_of(extension) is ExtensionState.ASKED
    require(by, Verb.ASSET_WRITE if is_waiting else Verb.CALIBRATION_APPROVE, asset.owner_id)
    if state_of(extension) is ExtensionState.ENDED:
        raise Conflict(_("This extension has ended already: %(reason)s", reason=extension.end_reason or ""))
    extension.ended_at, extension.ended_by, extension.end_reason = clock.now(), _name(by), reason
    extension.ended_by_id = by.id if by else None
    said: audit.Changes = {"until": [extension.until, None], "reason": [None, reason]}
    _log("asset.end_extension", asset, schedule, said, by)
    _settle(asset, schedule, by)
    return extension


def _extendable(schedule: Schedule) -> tuple[date, Calibration]:
    """The due date that may be extended, and the record it follows from."""
    record = records.deciding(schedule.asset_id, schedule.kind)
    if record is not None and calling.called_on(record) is not None:
        raise Conflict(_("A case asks for new work, which no later day takes the place of. Have the work done."))
    used = queries.used_since(schedule, record) if record else None
    due_on = check_extendable(
        schedule.kind, schedule.proof, schedule.due_on, is_used_up=used is not None and used.met_on is not None
    )
    if record is None:
        raise Conflict(_("There is no valid record with a due date here that could be extended."))
    return due_on, record


def _settle(asset: Asset, schedule: Schedule, by: Person | None) -> None:
    db.session.flush()
    settling.settle(asset, schedule.kind, by=by)
    db.session.flush()


def _log(action: str, asset: Asset, schedule: Schedule, changes: audit.Changes, by: Person | None) -> None:
    """The log of an asset tells schedules apart by their kind."""
    audit.record(action, ("asset", asset.tag), {"kind": [None, schedule.kind], **changes}, by=by)


def _name(by: Person | None) -> str:
    return by.name if by else "registry"
