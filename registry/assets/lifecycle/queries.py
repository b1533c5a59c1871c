"""An asset's life as it is looked for: histories, since when it is in doubt, and what waits for a manager's look."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, lazyload, load_only

from registry.accounts.models import Person
from registry.accounts.queries import may
from registry.accounts.rules import Verb
from registry.assets.lifecycle.models import Fault, FitnessCheck, MaintenanceLine, StatusChange, Upkeep
from registry.assets.lifecycle.rules import AWAY, CheckKind, CheckResult, Evidence, check_asked_for, holds
from registry.assets.models import Asset
from registry.assets.queries import visible_to
from registry.assets.rules import NOT_YET, STATUS_CHANGES, Proof, Status
from registry.kernel import clock, paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _

Row = TypeVar("Row", StatusChange, FitnessCheck, Fault, Upkeep, MaintenanceLine)
LATEST: Final = 10


class Life(NamedTuple):
    """What an asset's page shows of its life: where its status may go, and the newest of each history.

    `in_doubt`: a check or calibration has to come before its next use; `may_judge` the impact of its faults.
    """

    following: Sequence[Status]
    in_doubt: bool
    may_judge: bool
    changes: Sequence[StatusChange]
    checks: Sequence[FitnessCheck]
    faults: Sequence[Fault]
    upkeep: Sequence[Upkeep]
    maintenance: Sequence[MaintenanceLine]


class Before(NamedTuple):
    """The status an asset had, and what its use was limited to."""

    status: Status
    restriction: str | None


def life(asset: Asset, person: Person) -> Life:
    """What an asset's page shows of its life to a person."""
    following = [status for status in Status if status in STATUS_CHANGES[asset.status]]
    return Life(
        following=following,
        in_doubt=wants_evidence(asset),
        may_judge=may(person, Verb.IMPACT_CONCLUDE, asset.owner_id),
        changes=_latest(StatusChange, asset),
        checks=_latest(FitnessCheck, asset),
        faults=_latest(Fault, asset),
        upkeep=_latest(Upkeep, asset),
        maintenance=maintenance(asset),
    )


def wants_evidence(asset: Asset) -> bool:
    """Whether its way into service is barred today until a check or a calibration shows that it is good."""
    asked = check_asked_for(asset.status, Status.IN_SERVICE)
    if asked is None:
        return False
    since = in_doubt_since(asset)
    return not holds(evidence(asset, asked, Status.IN_SERVICE, since, clock.today()), since)


def statuses_on(assets: Sequence[Asset], day: date) -> dict[int, Status]:
    """The status each asset had at the end of a day, by its key: one statement.

    It is what its last change by then led to, or else what its first change since led away from.
    """
    found = {asset.id: asset.status for asset in assets}
    changes = select(StatusChange.asset_id, StatusChange.on, StatusChange.old, StatusChange.new)
    changes = changes.where(StatusChange.asset_id.in_(list(found)))
    newest_first = db.session.execute(changes.order_by(StatusChange.on.desc(), StatusChange.id.desc()))
    settled: set[int] = set()
    for key, on, old, new in newest_first:
        if key not in settled:
            found[key] = old if on > day else new
            if on <= day:
                settled.add(key)
    return found


def before_shipment(asset: Asset) -> Before | None:
    """How an asset stood before it went out for calibration; None when it was registered as being out."""
    changes = select(StatusChange).where(StatusChange.asset_id == asset.id).order_by(StatusChange.id.desc())
    left = db.session.scalar(changes.where(StatusChange.new == Status.OUT_FOR_CALIBRATION).limit(1))
    if left is None:
        return None
    limited = db.session.scalar(changes.where(StatusChange.new == left.old, StatusChange.id < left.id).limit(1))
    return Before(left.old, limited.restriction if limited else None)


def in_doubt_since(asset: Asset) -> date | None:
    """The day from which evidence for an asset's return counts; None before it was ever in service.

    The newest of: the day it left, its newest quarantine, and the day its newest unresolved fault was found. What was
    registered out of use is in doubt since the day it was registered.
    """
    if asset.status in NOT_YET:
        return None
    left = select(func.max(StatusChange.on)).where(*_put_in_doubt(asset))
    since: date = db.session.scalar(left) or clock.local(asset.created_at).date()
    return max(since, _faulty_since(asset) or since)


def evidence(asset: Asset, asked: CheckKind, status: Status, since: date | None, on: date) -> Evidence:
    """What shows on a day that an asset is good: its newest check since it is in doubt, and its good calibrations.

    Only an acceptance check makes it accepted; into service leads any check. Of the day itself on which it fell into
    doubt count the checks written down afterwards, and a calibration only where no fault was found on that day.
    """
    checks = select(FitnessCheck.on, FitnessCheck.result).where(
        FitnessCheck.asset_id == asset.id, FitnessCheck.on <= on
    )
    if since is not None:
        afterwards = and_(FitnessCheck.on == since, FitnessCheck.at >= _doubted_at(asset, since))
        checks = checks.where(or_(FitnessCheck.on > since, afterwards))
    calibrated = None
    if status is Status.ACCEPTED:
        checks = checks.where(FitnessCheck.kind == asked)
    else:
        good = [one.last_performed_on for one in asset.required_schedules if one.proof is Proof.GOOD]
        faulty = _faulty_since(asset)
        after_it = (day for day in good if day is not None and (faulty is None or day > faulty))
        calibrated = max((day for day in after_it if day <= on), default=None)
    newest = db.session.execute(checks.order_by(FitnessCheck.on.desc(), FitnessCheck.id.desc()).limit(1)).one_or_none()
    if newest is None:
        return Evidence(calibrated_on=calibrated)
    return Evidence(newest.on, newest.result is CheckResult.PASS, calibrated)


def _put_in_doubt(asset: Asset) -> tuple[ColumnElement[bool], ...]:
    """The changes of status after which an asset has to be shown good again."""
    doubted = or_(StatusChange.old.not_in(AWAY), StatusChange.new == Status.QUARANTINED)
    return StatusChange.asset_id == asset.id, doubted


def _faulty_since(asset: Asset) -> date | None:
    """The day on which the newest of its unresolved faults was found."""
    found = select(func.max(Fault.found_on)).where(Fault.asset_id == asset.id, Fault.resolved_on.is_(None))
    return db.session.scalar(found)


def _doubted_at(asset: Asset, since: date) -> datetime:
    """The instant at which the doubt that began on a day was written down."""
    changed = select(func.max(StatusChange.at)).where(*_put_in_doubt(asset), StatusChange.on == since)
    faults = Fault.asset_id == asset.id, Fault.resolved_on.is_(None), Fault.found_on == since
    instants = db.session.scalar(changed), db.session.scalar(select(func.max(Fault.at)).where(*faults))
    return max((instant for instant in instants if instant is not None), default=asset.created_at)


def is_good_since(asset: Asset, day: date) -> bool:
    """Whether a check that passed, or a good calibration, of after a day shows that an asset is good."""
    passed = FitnessCheck.asset_id == asset.id, FitnessCheck.result == CheckResult.PASS, FitnessCheck.on > day
    good = [one.last_performed_on for one in asset.required_schedules if one.proof is Proof.GOOD]
    return any(on is not None and on > day for on in good) or bool(db.session.scalar(select(exists().where(*passed))))


def last_good_on(asset: Asset, before: date) -> date | None:
    """The newest day, up to another, on which a passed check or a good calibration showed that an asset was good."""
    passed = select(func.max(FitnessCheck.on)).where(
        FitnessCheck.asset_id == asset.id, FitnessCheck.result == CheckResult.PASS, FitnessCheck.on <= before
    )
    days = [db.session.scalar(passed)]
    days += [one.last_performed_on for one in asset.required_schedules if one.proof is Proof.GOOD]
    return max((day for day in days if day is not None and day <= before), default=None)


def history(
    kind: type[Row], asset: Asset, *, limit: int = 50, cursor: str | None = None, count: str | None = None
) -> paging.Page[Row]:
    """One of an asset's histories, what was written down last first."""
    wanted = select(kind).where(kind.asset_id == asset.id)
    order = paging.Order((kind.__table__.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def maintenance(asset: Asset, *, limit: int = 200) -> Sequence[MaintenanceLine]:
    """The lines of an asset's maintenance plan that hold, in the order they were made."""
    wanted = select(MaintenanceLine).filter_by(asset_id=asset.id, ended_on=None).order_by(MaintenanceLine.id)
    return db.session.scalars(wanted.limit(limit)).all()


def line_field(asset: Asset, key: int, field: str) -> MaintenanceLine:
    """The line of an asset's maintenance plan that a field refers to; raises Invalid beside that field."""
    found = db.session.scalar(select(MaintenanceLine).filter_by(id=key, asset_id=asset.id, ended_on=None))
    if found is None:
        raise Invalid({field: [_("The maintenance plan of this asset has no such line; choose one of its lines.")]})
    return found


def line_of(asset: Asset, key: int) -> MaintenanceLine:
    """A line of an asset's maintenance plan that holds; raises NotFound."""
    found = db.session.scalar(select(MaintenanceLine).filter_by(id=key, asset_id=asset.id, ended_on=None))
    if found is None:
        raise NotFound(_("The maintenance plan of this asset has no such line."))
    return found


def fault_of(asset: Asset, key: int) -> Fault:
    """A fault of an asset; raises NotFound."""
    found = db.session.scalar(select(Fault).filter_by(id=key, asset_id=asset.id))
    if found is None:
        raise NotFound(_("This asset has no such fault."))
    return found


def unresolved(asset: Asset) -> Sequence[Fault]:
    """The faults of an asset since which it did not come back into service."""
    return db.session.scalars(select(Fault).filter_by(asset_id=asset.id, resolved_on=None)).all()


def open_looks(person: Person, *, limit: int = LATEST) -> Sequence[Fault]:
    """Faults whose effect on earlier measurements nobody has judged yet, of assets a person may read, oldest first."""
    wanted = visible_to(person, select(Fault).join(Fault.asset)).where(Fault.impact_at.is_(None))
    shown = contains_eager(Fault.asset).options(
        load_only(Asset.tag, Asset.label_tag, Asset.name, Asset.owner_id), lazyload("*")
    )
    return db.session.scalars(wanted.options(shown).order_by(Fault.id).limit(limit)).all()


def _latest(kind: type[Row], asset: Asset) -> Sequence[Row]:
    newest: Any = history(kind, asset, limit=LATEST)
    found: Sequence[Row] = newest.items
    return found
