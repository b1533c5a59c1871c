"""What changes assets."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Final, Literal, NamedTuple

from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets import components, followers, law, tags
from registry.assets.characteristics import describe
from registry.assets.custody import journal
from registry.assets.duplicates import refuse_duplicate
from registry.assets.lifecycle import statuses
from registry.assets.lifecycle.rules import ONCE_UNEXPLAINED, Turn, check_commissioned, check_reason, check_restriction
from registry.assets.materials import queries as materials
from registry.assets.models import SEARCHED, Asset, Schedule, search_words
from registry.assets.rules import (
    CharacteristicValues,
    Kind,
    Proof,
    ScheduleKind,
    StandardClass,
    Status,
    check_standard_class,
)
from registry.assets.schedules import ScheduleValues, told
from registry.assets.scheduling import agree, sum_up
from registry.assets.types.links import check_kind, link, proposed, under_the_law
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

DERIVED: Final = frozenset({"owner_id", "parent_id", "instrument_type_id", "due_order", "name_order"})
LAWFUL: Final = frozenset({"schedules", "parent", "kind", "status"})  # besides its type
IDENTITY: Final = frozenset({"owner", "manufacturer", "model", "serial_no", "name"})


class Unsaid(Enum):
    """A field that a change does not mention; None would empty it."""

    UNSAID = "unsaid"


UNSAID: Final = Unsaid.UNSAID
Keep = Literal[Unsaid.UNSAID]


def register(
    tag: str | None = None,
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
    restriction: str | None = None,
    commissioned_on: date | None = None,
    standard_class: StandardClass | None = None,
    lot_no: str | None = None,
    parent: str | None = None,
    characteristics: Sequence[CharacteristicValues] = (),
    schedules: Sequence[ScheduleValues] | None = None,
    by: Person | None,
) -> Asset:
    """Register an asset under a new tag, or `tag`, that of a label made before.

    Schedules that are not said are those that its type proposes.
    Raises Conflict when its owner has one of the same make and serial number.
    """
    keeper = organisation_field(owner)
    require(by, Verb.ASSET_WRITE, keeper.id)
    asset = Asset(
        tag=tag or tags.new(),
        kind=kind,
        name=name,
        owner_id=keeper.id,
        status=status,
        restriction=restriction or None,
        manufacturer=manufacturer or None,
        model=model or None,
        serial_no=serial_no or None,
        asset_no=asset_no or None,
        location=location or None,
        custodian=custodian or None,
        instrument_type=instrument_type or None,
        commissioned_on=commissioned_on,
        standard_class=standard_class,
        lot_no=lot_no or None,
    )
    check_standard_class(kind, standard_class)
    check_restriction(status, restriction)
    check_commissioned(commissioned_on, status, clock.today())
    found = link(asset, by)
    check_kind(kind, found)
    given = proposed(found, clock.today()) if schedules is None else schedules
    belongs = _put(asset, parent)
    refuse_duplicate(asset)
    changes = belongs | describe(asset, characteristics) | agree(asset, given, by)
    changes |= _changes(asset) | {"owner": [None, keeper.code]}
    db.session.add(asset)
    _saved(asset, "asset.register", changes, by)
    law.mark_with_components(asset)
    return asset


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
    status_reason: str | Keep | None = UNSAID,
    restriction: str | Keep | None = UNSAID,
    commissioned_on: date | Keep | None = UNSAID,
    standard_class: StandardClass | Keep | None = UNSAID,
    lot_no: str | Keep | None = UNSAID,
    parent: str | Keep | None = UNSAID,
    characteristics: Sequence[CharacteristicValues] | Keep = UNSAID,
    schedules: Sequence[ScheduleValues] | Keep = UNSAID,
    by: Person | None,
) -> Asset:
    """Change what is said of an asset; None empties a field, a list replaces the one before. The tag stays.

    A changed interval counts from the next proof on: the due date that is recorded stands. Giving an asset to another
    owner takes the right to write for both, and a set takes its components along. A status changes from today on and as
    lifecycle.statuses lets it; its reason may be left out where programs never gave one. Fetch it with `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    changes: audit.Changes = {}
    keeper, before = None, journal.place_of(asset)
    if owner is not UNSAID and owner != asset.owner.code:
        keeper = organisation_field(owner)
        require(by, Verb.ASSET_WRITE, keeper.id)
        changes = _give(asset, keeper, stays_in_set=parent is UNSAID)
    if kind is not UNSAID and kind is not asset.kind:
        materials.refuse_other_kind(asset)
    changes |= _turn(asset, status, status_reason, restriction, by)
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
        "commissioned_on": commissioned_on,
        "standard_class": standard_class,
        "lot_no": lot_no,
    }
    for field, value in said.items():
        if value is not UNSAID:
            setattr(asset, field, value or None)
    type_before = asset.instrument_type_id
    if {instrument_type, kind} != {UNSAID} or keeper is not None:
        check_kind(asset.kind, link(asset, by))
    check_standard_class(asset.kind, asset.standard_class)
    day_to_check = None if {status, commissioned_on} == {UNSAID} else asset.commissioned_on
    check_commissioned(day_to_check, asset.status, clock.today())
    lawful = under_the_law(asset, type_before, None if schedules is UNSAID else schedules, by)
    changes |= _belongings(asset, parent, characteristics, UNSAID if lawful is None else lawful, by) | _changes(asset)
    if not changes.keys().isdisjoint(IDENTITY):
        refuse_duplicate(asset)
    journal.moved(asset, before, by=by)
    if changes:
        _saved(asset, "asset.edit", changes, by)
    if asset.instrument_type_id != type_before or not changes.keys().isdisjoint(LAWFUL):
        law.mark_with_components(asset)
    _tell(asset, type_before, changes, by)
    if keeper is not None:
        _bring_along(asset, keeper, by)
    return asset


class Proven(NamedTuple):
    """What the newest proof of a kind says of an asset; `due_on` is the last valid day, None for no end."""

    asset: Asset
    kind: ScheduleKind
    proof: Proof
    due_on: date | None
    performed_on: date | None


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
    schedule = _held(asset, kind)
    changes = _prove(Proven(asset, kind, proof, due_on, performed_on))
    if changes:
        _saved(asset, "asset.prove", changes, by)
        law.mark_components([asset.id])
    return schedule


def prove_all(proven: Iterable[Proven], *, by: Person | None) -> None:
    """The same for many assets in a few statements."""
    held = list(proven)
    told = [(("asset", one.asset.tag), changes) for one in held if (changes := _prove(one))]
    audit.record_all("asset.prove", told, by=by)
    db.session.flush()
    law.mark_components([one.asset.id for one in held])


def _held(asset: Asset, kind: ScheduleKind) -> Schedule | None:
    return next((held for held in asset.required_schedules if held.kind is kind), None)


def _prove(said: Proven) -> audit.Changes:
    schedule = _held(said.asset, said.kind)
    if schedule is None:
        return {}
    if said.due_on != schedule.due_on:
        schedule.planned_on = None  # what was planned is done, or its day has moved
    if said.performed_on != schedule.last_performed_on:
        schedule.first_use_on = None  # of the work before
    schedule.proof, schedule.due_on, schedule.last_performed_on = said.proof, said.due_on, said.performed_on
    sum_up(said.asset)
    changed = audit.changes_of(schedule)
    return {f"{said.kind}.{field}": pair for field, pair in changed.items()} | _changes(said.asset)


def hold_to(asset: Asset, values: ScheduleValues, *, by: Person | None) -> Schedule | None:
    """Give an asset a schedule that it is held to whether its owner set it up or not; its others stay.

    Who may is decided by the caller.
    """
    changes = agree(asset, [*(told(held) for held in asset.required_schedules), values], by)
    _saved(asset, "asset.edit", changes | _changes(asset), by)
    law.mark_with_components(asset)
    return _held(asset, values["kind"])


def show(asset: Asset, kind: ScheduleKind | None, until: date | None, *, by: Person | None) -> None:
    """Let good work of a kind count for an asset that no schedule asks it of, until its last valid day; None is none.

    Which work counts is decided by the caller.
    """
    if (asset.shown_kind, asset.shown_until) == (kind, until):
        return
    asset.shown_kind, asset.shown_until = kind, until
    sum_up(asset)
    _saved(asset, "asset.prove", _changes(asset), by)
    law.mark_with_components(asset)


def put(
    asset: Asset, action: str, *, location: str | None, custodian: str | None, note: str | None, by: Person | None
) -> Asset:
    """Let an asset belong to a place and a custodian; who may, and the history of custody, is the caller's."""
    asset.location, asset.custodian = location or None, custodian or None
    said: audit.Changes = {"note": [None, note]} if note else {}
    return _saved(asset, action, said | _changes(asset), by)


def hand_over(
    asset: Asset, keeper: Organisation, *, location: str | None, custodian: str | None, by: Person | None
) -> Asset:
    """Give an asset, a set with its components, to an organisation that takes it, to stand where that one says.

    Whether it was offered and who may accept it is decided by the caller, who also writes the history of custody.
    Raises Conflict when the new owner has one of the same make and serial number.
    """
    changes = _give(asset, keeper, stays_in_set=True)
    asset.location, asset.custodian = location or None, custodian or None
    link(asset, by)
    changes |= _changes(asset)
    refuse_duplicate(asset)
    _saved(asset, "asset.hand_over", changes, by)
    _bring_along(asset, keeper, by)
    return asset


def limit_life(asset: Asset, expires_on: date | None, *, is_certified: bool = False) -> audit.Changes:
    """Let a shelf life end an asset's validity; the caller, who decides who may, saves and records the change.

    What `is_certified` without an end is good for ever, where it does not stand on schedules.
    """
    asset.expires_on = expires_on
    if not asset.required_schedules and (is_certified or expires_on is not None):
        asset.shown_kind, asset.shown_until = (ScheduleKind.CALIBRATION if is_certified else None), None
    sum_up(asset)
    return _changes(asset)


def _saved(asset: Asset, action: str, changes: audit.Changes, by: Person | None) -> Asset:
    asset.search = search_words({name: getattr(asset, name) for name in SEARCHED})
    audit.record(action, ("asset", asset.tag), changes, by=by)
    db.session.flush()
    db.session.expire(asset, ["owner", "parent"])
    return asset


def _changes(asset: Asset) -> audit.Changes:
    """What differs in the asset itself, without what is derived from the rest."""
    changes = audit.changes_of(asset)
    return {field: pair for field, pair in changes.items() if field not in DERIVED}


def _turn(
    asset: Asset, status: Status | Keep, reason: str | Keep | None, restriction: str | Keep | None, by: Person | None
) -> audit.Changes:
    """Change the status as every door does; its reason joins the log, what changes in the asset is found there."""
    said = None if reason is UNSAID else reason
    if status is UNSAID and restriction is UNSAID:
        if said:
            raise Invalid({"status_reason": [_("No status is changed; say which, or leave the reason out.")]})
        return {}
    new = asset.status if status is UNSAID else status
    limit = restriction
    if limit is UNSAID:
        limit = asset.restriction if new is asset.status else None
    if new is not asset.status and new not in ONCE_UNEXPLAINED:
        check_reason(new, said, "status_reason")
    made = statuses.turn(asset, Turn(new, clock.today(), said, limit), by)
    return {"status_reason": [None, made.reason]} if made and made.reason else {}


def _belongings(
    asset: Asset,
    parent: str | Keep | None,
    characteristics: Sequence[CharacteristicValues] | Keep,
    schedules: Sequence[ScheduleValues] | Keep,
    by: Person | None,
) -> audit.Changes:
    """Change what is not a field of the asset itself."""
    changes: audit.Changes = {}
    if parent is not UNSAID:
        changes |= _put(asset, parent)
    if characteristics is not UNSAID:
        changes |= describe(asset, characteristics)
    if schedules is not UNSAID:
        changes |= agree(asset, schedules, by)
    return changes


def _tell(asset: Asset, type_before: int | None, changes: audit.Changes, by: Person | None) -> None:
    if not changes.keys().isdisjoint({"schedules", "kind"}) or asset.instrument_type_id != type_before:
        followers.tell(asset, by)


def _put(asset: Asset, parent: str | None) -> audit.Changes:
    """Put an asset into a set or take it out; the log knows sets by their tags."""
    before = asset.parent_tag
    components.put_into_set(asset, parent or None)
    after = components.tag_of(asset.parent_id)
    return {"parent": [before, after]} if before != after else {}


def _give(asset: Asset, keeper: Organisation, *, stays_in_set: bool) -> audit.Changes:
    if stays_in_set:
        components.refuse_parting(asset)
        components.keep_together(asset)
    before, asset.owner_id = asset.owner.code, keeper.id
    return {"owner": [before, keeper.code]}


def _bring_along(asset: Asset, keeper: Organisation, by: Person | None) -> None:
    """What belongs to a set goes to the set's new owner."""
    for component in components.within(asset):
        place = journal.place_of(component)
        changes = _give(component, keeper, stays_in_set=False)
        link(component, by)
        journal.moved(component, place, by=by)
        refuse_duplicate(component)
        _saved(component, "asset.edit", changes, by)
    law.mark_with_components(asset)
