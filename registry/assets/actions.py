"""What changes assets."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any, Final, Literal

from sqlalchemy import select

from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets import tags
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.rules import (
    CharacteristicValues,
    Kind,
    Proof,
    ScheduleKind,
    ScheduleValues,
    Status,
    check_characteristics,
    check_schedules,
    check_status_change,
    earliest,
    worst,
)
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.kernel.text import fold, search_text

CHARACTERISTIC_FIELDS: Final = tuple(CharacteristicValues.__annotations__)
DERIVED: Final = frozenset({"owner_id", "due_order", "name_order"})
IDENTITY: Final = frozenset({"owner", "manufacturer", "model", "serial_no"})
SEARCH_LETTERS: Final = 2000


class Unsaid(Enum):
    """A field that a change does not mention; None would empty it."""

    UNSAID = "unsaid"


UNSAID: Final = Unsaid.UNSAID
Keep = Literal[Unsaid.UNSAID]


def register(
    *,
    kind: Kind,
    name: str,
    owner: str,
    manufacturer: str | None = None,
    model: str | None = None,
    serial_no: str | None = None,
    asset_no: str | None = None,
    location: str | None = None,
    custodian: str | None = None,
    instrument_type: str | None = None,
    status: Status = Status.IN_SERVICE,
    commissioned_on: date | None = None,
    characteristics: Sequence[CharacteristicValues] = (),
    schedules: Sequence[ScheduleValues] = (),
    by: Person | None,
) -> Asset:
    """Register an asset under a new tag. Raises Conflict when its owner has one of the same make and serial number."""
    keeper = organisation_field(owner)
    require(by, Verb.ASSET_WRITE, keeper.id)
    asset = Asset(
        tag=tags.new(),
        kind=kind,
        name=name,
        owner_id=keeper.id,
        status=status,
        manufacturer=manufacturer or None,
        model=model or None,
        serial_no=serial_no or None,
        asset_no=asset_no or None,
        location=location or None,
        custodian=custodian or None,
        instrument_type=instrument_type or None,
        commissioned_on=commissioned_on,
    )
    _refuse_duplicate(asset)
    changes = _describe(asset, characteristics) | _schedule(asset, schedules)
    changes |= _changes(asset) | {"owner": [None, keeper.code]}
    db.session.add(asset)
    return _saved(asset, "asset.register", changes, by)


def edit(
    asset: Asset,
    *,
    kind: Kind | Keep = UNSAID,
    name: str | Keep = UNSAID,
    owner: str | Keep = UNSAID,
    manufacturer: str | Keep | None = UNSAID,
    model: str | Keep | None = UNSAID,
    serial_no: str | Keep | None = UNSAID,
    asset_no: str | Keep | None = UNSAID,
    location: str | Keep | None = UNSAID,
    custodian: str | Keep | None = UNSAID,
    instrument_type: str | Keep | None = UNSAID,
    status: Status | Keep = UNSAID,
    commissioned_on: date | Keep | None = UNSAID,
    characteristics: Sequence[CharacteristicValues] | Keep = UNSAID,
    schedules: Sequence[ScheduleValues] | Keep = UNSAID,
    by: Person | None,
) -> Asset:
    """Change what is said of an asset; None empties a field, a list replaces the one before. The tag stays.

    A changed interval counts from the next proof on: the due date that is recorded stands. Giving an asset to another
    owner takes the right to write for both. The asset is best fetched with `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    changes: audit.Changes = {}
    if owner is not UNSAID and owner != asset.owner.code:
        keeper = organisation_field(owner)
        require(by, Verb.ASSET_WRITE, keeper.id)
        changes["owner"] = [asset.owner.code, keeper.code]
        asset.owner_id = keeper.id
    if status is not UNSAID:
        check_status_change(asset.status, status)
    said = {
        "kind": kind,
        "name": name,
        "manufacturer": manufacturer,
        "model": model,
        "serial_no": serial_no,
        "asset_no": asset_no,
        "location": location,
        "custodian": custodian,
        "instrument_type": instrument_type,
        "status": status,
        "commissioned_on": commissioned_on,
    }
    for field, value in said.items():
        if value is not UNSAID:
            setattr(asset, field, value or None)
    if characteristics is not UNSAID:
        changes |= _describe(asset, characteristics)
    if schedules is not UNSAID:
        changes |= _schedule(asset, schedules)
    changes |= _changes(asset)
    if not changes.keys().isdisjoint(IDENTITY):
        _refuse_duplicate(asset)
    return _saved(asset, "asset.edit", changes, by) if changes else asset


def prove(
    asset: Asset,
    kind: ScheduleKind,
    *,
    proof: Proof,
    due_on: date | None,
    performed_on: date | None,
    by: Person | None = None,
) -> Schedule | None:
    """Record on the schedule of a kind what its newest proof says; `due_on` is the last valid day, None for no end.

    None, and nothing changes, when the asset has no such schedule. Who may record a proof is decided by the caller.
    """
    schedule = next((held for held in asset.required_schedules if held.kind is kind), None)
    if schedule is None:
        return None
    schedule.proof, schedule.due_on, schedule.last_performed_on = proof, due_on, performed_on
    _sum_up(asset)
    changes = {f"{kind}.{field}": pair for field, pair in audit.changes_of(schedule).items()} | _changes(asset)
    if changes:
        _saved(asset, "asset.prove", changes, by)
    return schedule


def _saved(asset: Asset, action: str, changes: audit.Changes, by: Person | None) -> Asset:
    asset.search = search_text(
        asset.name,
        asset.tag,
        asset.serial_no,
        asset.asset_no,
        asset.manufacturer,
        asset.model,
        asset.location,
        asset.custodian,
        asset.instrument_type,
    )[:SEARCH_LETTERS]
    audit.record(action, ("asset", asset.tag), changes, by=by)
    db.session.flush()
    db.session.expire(asset, ["owner"])
    return asset


def _changes(asset: Asset) -> audit.Changes:
    """What differs in the asset itself, without what is derived from the rest."""
    changes = audit.changes_of(asset)
    return {field: pair for field, pair in changes.items() if field not in DERIVED}


def _describe(asset: Asset, given: Sequence[CharacteristicValues]) -> audit.Changes:
    """Put characteristics in the place of those before, row by row: positions are unique at every moment."""
    check_characteristics(given)
    before = _characteristics(asset)
    for place, values in enumerate(given):
        if place < len(asset.characteristics):
            for field in CHARACTERISTIC_FIELDS:
                setattr(asset.characteristics[place], field, values.get(field))
        else:
            asset.characteristics.append(Characteristic(position=place, **values))
    del asset.characteristics[len(given) :]
    after = _characteristics(asset)
    return {"characteristics": [before, after]} if before != after else {}


def _characteristics(asset: Asset) -> list[object]:
    return [{field: getattr(held, field) for field in CHARACTERISTIC_FIELDS} for held in asset.characteristics]


def _schedule(asset: Asset, given: Sequence[ScheduleValues]) -> audit.Changes:
    """Put schedules in the place of those before; one taken up again waits for a new proof."""
    check_schedules(given)
    before = _schedules(asset)
    held = {schedule.kind: schedule for schedule in asset.schedules}
    for values in given:
        schedule = held.pop(values["kind"], None)
        if schedule is None:
            asset.schedules.append(Schedule(**values))
        else:
            schedule.interval_months = values["interval_months"]
            schedule.proof = Proof.MISSING if schedule.proof is Proof.NOT_REQUIRED else schedule.proof
    for schedule in held.values():
        schedule.proof, schedule.due_on = Proof.NOT_REQUIRED, None
    _sum_up(asset)
    after = _schedules(asset)
    return {"schedules": [before, after]} if before != after else {}


def _schedules(asset: Asset) -> list[object]:
    return [{"kind": held.kind, "interval_months": held.interval_months} for held in asset.required_schedules]


def _sum_up(asset: Asset) -> None:
    asset.proof = worst(schedule.proof for schedule in asset.required_schedules)
    asset.due_on = earliest(schedule.due_on for schedule in asset.required_schedules)


def _refuse_duplicate(asset: Asset) -> None:
    """One owner has one asset of a make and serial number; who registers at the same time waits for the owner's row."""
    if asset.serial_no is None:
        return
    with db.session.no_autoflush:
        owner = select(Organisation.id).where(Organisation.id == asset.owner_id)
        db.session.execute(owner.with_for_update(key_share=True))
        same = select(Asset.tag, Asset.manufacturer, Asset.model).where(
            Asset.owner_id == asset.owner_id, Asset.serial_no == asset.serial_no, Asset.tag != asset.tag
        )
        alike = [found.tag for found in db.session.execute(same) if _make(found) == _make(asset)]
    if alike:
        message = _(
            "The serial number “%(serial)s” of this make is registered already, with the tag %(tag)s. "
            "Change that asset, or correct the number.",
            serial=asset.serial_no,
            tag=tags.grouped(alike[0]),
        )
        raise Conflict(message, errors={"serial_no": [message]})


def _make(asset: Any) -> tuple[str, str]:  # noqa: ANN401 — an asset or a row with its columns
    return fold(asset.manufacturer or ""), fold(asset.model or "")
