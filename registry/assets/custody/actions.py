"""What changes where an asset is and who has it. Every action is given the asset fetched with `lock=True`."""

from datetime import date
from typing import Final, Unpack

from sqlalchemy import delete

from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets import actions as assets
from registry.assets import tags
from registry.assets.actions import UNSAID, Keep
from registry.assets.custody import journal, queries
from registry.assets.custody.journal import Place, Said
from registry.assets.custody.models import CustodyEvent, Holding
from registry.assets.custody.rules import (
    Condition,
    EventKind,
    HoldingKind,
    check_back_on,
    check_condition,
    check_handed_out,
)
from registry.assets.lacking import lack_of
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle import queries as lives
from registry.assets.lifecycle.rules import FaultKind
from registry.assets.models import Asset
from registry.assets.rules import Status, resting, validity
from registry.assets.words import lack_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

HANDED: Final = {
    HoldingKind.CHECK_OUT: (EventKind.CHECKED_OUT, "asset.check_out"),
    HoldingKind.SHIPMENT: (EventKind.SHIPPED, "asset.ship"),
    HoldingKind.OFFER: (EventKind.OFFERED, "asset.offer"),
}
SAID: Final = frozenset({"holder", "expected_back_on", "override_reason", "note"})


def move(
    asset: Asset,
    *,
    location: str | Keep | None = UNSAID,
    custodian: str | Keep | None = UNSAID,
    note: str | None = None,
    by: Person | None,
) -> CustodyEvent:
    """Give an asset another place, another custodian, or both. Raises Conflict when nothing would change."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    if asset.status is Status.DISPOSED:
        raise Conflict(_("It was disposed of; it has no place any more."))
    before = journal.place_of(asset)
    after = Place(_said(location, asset.location), _said(custodian, asset.custodian), asset.owner_id)
    if after == before:
        raise Conflict(_("It is there already; nothing was changed."))
    assets.put(asset, "asset.move", location=after.location, custodian=after.custodian, note=note, by=by)
    return _noted(asset, EventKind.MOVED, before, by, note=note or None)


def check_out(
    asset: Asset,
    *,
    holder: str,
    expected_back_on: date,
    override_reason: str | None = None,
    note: str | None = None,
    by: Person | None,
) -> CustodyEvent:
    """Hand an asset out to somebody until a day, inclusive. What is overdue or unfit takes an `override_reason`.

    Raises Conflict while somebody has it already.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    _refuse_held(asset)
    check_back_on(expected_back_on, clock.today())
    _check_handed_out(asset, override_reason)
    said: Said = {"holder": holder, "expected_back_on": expected_back_on}
    said |= {"override_reason": override_reason or None, "note": note or None}
    return _hand(asset, HoldingKind.CHECK_OUT, said, by)


def check_in(
    asset: Asset,
    *,
    location: str | Keep | None = UNSAID,
    condition: Condition = Condition.INTACT,
    note: str | None = None,
    by: Person | None,
) -> CustodyEvent:
    """Take an asset back from whoever had it, into its place or another; damaged, it is quarantined at once."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    return _back(asset, HoldingKind.CHECK_OUT, location=location, condition=condition, note=note, by=by)


def ship(asset: Asset, *, lab: str, expected_back_on: date, note: str | None = None, by: Person | None) -> CustodyEvent:
    """Send an asset to a laboratory, by its code or name: from then on it is out for calibration.

    Raises Conflict while somebody has it, Invalid when its status does not lead there.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    _refuse_held(asset)
    check_back_on(expected_back_on, clock.today())
    if asset.status is not Status.OUT_FOR_CALIBRATION:
        lifecycle.change_status(asset, status=Status.OUT_FOR_CALIBRATION, reason=lab, by=by)
    said: Said = {"holder": lab, "expected_back_on": expected_back_on, "note": note or None}
    return _hand(asset, HoldingKind.SHIPMENT, said, by)


def receive_back(
    asset: Asset,
    *,
    location: str | Keep | None = UNSAID,
    condition: Condition = Condition.INTACT,
    note: str | None = None,
    into_service: bool = True,
    by: Person | None,
) -> CustodyEvent:
    """Take an asset back from a laboratory, and into the use it had before where ISO/IEC 17025, 6.4.4 allows it.

    Without its new calibration or a passed check it is out of service, with a reason that says what is missing; so it
    is, too, when it is not wanted `into_service`. Damaged, it is quarantined at once.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    event = _back(asset, HoldingKind.SHIPMENT, location=location, condition=condition, note=note, by=by)
    if asset.status is Status.OUT_FOR_CALIBRATION:
        _settle(asset, event.holder or "", by, into_service=into_service)
    return event


def offer(
    asset: Asset, *, to: str, override_reason: str | None = None, note: str | None = None, by: Person | None
) -> CustodyEvent:
    """Offer an asset, a set with its components, to another organisation; it stays its owner's until that one accepts.

    Raises Conflict while somebody has it, Invalid beside `to`, and beside `override_reason` for what is unfit.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    _refuse_held(asset)
    receiver = organisation_field(to, "to")
    _check_receiver(asset, receiver)
    _check_handed_out(asset, override_reason)
    said: Said = {"to_organisation_id": receiver.id, "override_reason": override_reason or None, "note": note or None}
    return _hand(asset, HoldingKind.OFFER, said, by)


def accept(
    asset: Asset,
    *,
    location: str | None = None,
    custodian: str | None = None,
    note: str | None = None,
    by: Person | None,
) -> CustodyEvent:
    """Take over an asset that is offered to one's organisation, which owns it from then on and says where it stands."""
    receiver = _receiver(asset, by)
    before = journal.place_of(asset)
    _end(asset)
    assets.hand_over(asset, receiver, location=location, custodian=custodian, by=by)
    return _noted(asset, EventKind.ACCEPTED, before, by, note=note or None)


def decline(asset: Asset, *, note: str | None = None, by: Person | None) -> CustodyEvent:
    """Answer an offer to one's organisation with no; the asset stays whose it is."""
    receiver = _receiver(asset, by)
    return _unoffered(asset, EventKind.DECLINED, receiver, note, by)


def withdraw(asset: Asset, *, note: str | None = None, by: Person | None) -> CustodyEvent:
    """Take back an offer that nobody has answered."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    offered = _offered(asset)
    return _unoffered(asset, EventKind.WITHDRAWN, offered, note, by)


def _back(
    asset: Asset,
    kind: HoldingKind,
    *,
    location: str | Keep | None,
    condition: Condition,
    note: str | None,
    by: Person | None,
) -> CustodyEvent:
    held = queries.held(asset)
    if held is None or held.kind is not kind:
        raise Conflict(
            _("It is not checked out; perhaps somebody else checked it in already.")
            if kind is HoldingKind.CHECK_OUT
            else _("It is not at a laboratory; perhaps somebody else received it already.")
        )
    check_condition(condition, note)
    before = journal.place_of(asset)
    came_in = kind is HoldingKind.CHECK_OUT
    _end(asset)
    action = "asset.check_in" if came_in else "asset.receive_back"
    assets.put(asset, action, location=_said(location, asset.location), custodian=asset.custodian, note=note, by=by)
    event = _noted(
        asset,
        EventKind.CHECKED_IN if came_in else EventKind.RETURNED,
        before,
        by,
        holder=held.holder,
        note=note or None,
    )
    if condition is Condition.DAMAGED:
        lifecycle.report_fault(asset, kind=FaultKind.DAMAGE, description=note or "", by=by)
    return event


def _settle(asset: Asset, lab: str, by: Person | None, *, into_service: bool) -> None:
    """Give what came back the status it has from now on; the use it had before shipping is the most it gets."""
    before = lives.before_shipment(asset)
    proven = not lives.wants_evidence(asset)
    if proven and into_service:
        limited = before is not None and before.status is Status.LIMITED_USE
        status = Status.LIMITED_USE if limited else Status.IN_SERVICE
        restriction = before.restriction if before and limited else None
        reason = _("Back from %(lab)s.", lab=lab)
        lifecycle.change_status(asset, status=status, reason=reason, restriction=restriction, by=by)
        return
    quarantined = before is not None and before.status is Status.QUARANTINED
    reason = (
        _("Back from %(lab)s; not put into service yet.", lab=lab)
        if proven
        else _("Back from %(lab)s; its new calibration, or a check that it passes, is missing.", lab=lab)
    )
    status = Status.QUARANTINED if quarantined else Status.OUT_OF_SERVICE
    lifecycle.change_status(asset, status=status, reason=reason, by=by)


def _unoffered(
    asset: Asset, kind: EventKind, receiver: Organisation, note: str | None, by: Person | None
) -> CustodyEvent:
    _end(asset)
    action = "asset.decline" if kind is EventKind.DECLINED else "asset.withdraw_offer"
    audit.record(action, ("asset", asset.tag), {"to": [receiver.code, None], "note": [None, note]}, by=by)
    return _noted(asset, kind, journal.place_of(asset), by, to_organisation_id=receiver.id, note=note or None)


def _hand(asset: Asset, kind: HoldingKind, said: Said, by: Person | None) -> CustodyEvent:
    """Let somebody have an asset, or have it offered, and write that down."""
    event, action = HANDED[kind]
    holding = Holding(
        asset_id=asset.id,
        kind=kind,
        since_at=clock.now(),
        by_id=by.id if by else None,
        actor=by.name if by else "registry",
        **said,
    )
    changes = {name: pair for name, pair in audit.changes_of(holding).items() if name in SAID}
    if holding.to_organisation_id is not None:
        changes["to"] = [None, db.session.get_one(Organisation, holding.to_organisation_id).code]
    db.session.add(holding)
    audit.record(action, ("asset", asset.tag), changes, by=by)
    return _noted(asset, event, journal.place_of(asset), by, **said)


def _end(asset: Asset) -> None:
    """Nobody has the asset any more, and it is offered to nobody."""
    db.session.execute(delete(Holding).where(Holding.asset_id == asset.id))


def _noted(asset: Asset, kind: EventKind, before: Place, by: Person | None, **said: Unpack[Said]) -> CustodyEvent:
    event = journal.note(asset, kind, before, by=by, **said)
    db.session.flush()
    return event


def _said(value: str | Keep | None, before: str | None) -> str | None:
    return before if value is UNSAID else value or None


def _refuse_held(asset: Asset) -> None:
    """Nobody is given what somebody has; the locked row makes this certain."""
    held = queries.held(asset)
    if held is None:
        return _refuse_away(asset)
    if held.kind is HoldingKind.OFFER:
        text = _("It is offered to %(name)s; withdraw the offer first.", name=_name(held.to_organisation))
    else:
        text = _(
            "%(holder)s has it since %(day)s; check it in first.",
            holder=held.holder or "",
            day=said_day(clock.local(held.since_at).date()),
        )
    raise Conflict(text)


def _refuse_away(asset: Asset) -> None:
    """A component is not handed out by itself while its set is with somebody, nor a set while a component is."""
    part = queries.part_away(asset)
    if part is not None:
        tag = tags.grouped(part.asset.current_tag)
        who = part.holder or _name(part.to_organisation)
        raise Conflict(_("Its component %(tag)s is with %(name)s; settle that first.", tag=tag, name=who))
    whole = queries.set_away(asset)
    if whole is not None:
        tag = tags.grouped(whole.asset.current_tag)
        who = whole.holder or _name(whole.to_organisation)
        raise Conflict(_("The set it belongs to, %(tag)s, is with %(name)s; settle that first.", tag=tag, name=who))


def _receiver(asset: Asset, by: Person | None) -> Organisation:
    """The organisation an asset is offered to, for which the person may act."""
    receiver = _offered(asset)
    require(by, Verb.ASSET_WRITE, receiver.id)
    return receiver


def _offered(asset: Asset) -> Organisation:
    held = queries.held(asset)
    if held is None or held.to_organisation is None:
        raise Conflict(_("It is not offered to anybody; perhaps the offer was answered or withdrawn already."))
    return held.to_organisation


def _check_receiver(asset: Asset, receiver: Organisation) -> None:
    if receiver.id == asset.owner_id:
        raise Invalid({"to": [_("It belongs to that organisation already; choose another.")]})
    if asset.parent_id is not None:
        raise Invalid({"to": [_("It belongs to a set. Take it out of the set first, or offer the whole set.")]})
    if receiver.valid_to is not None and receiver.valid_to < clock.today():
        text = _(
            "%(name)s has not existed since %(day)s; choose its successor.",
            name=receiver.name,
            day=said_day(receiver.valid_to),
        )
        raise Invalid({"to": [text]})


def _check_handed_out(asset: Asset, override_reason: str | None) -> None:
    state = validity(asset.proof, asset.due_on, clock.today())
    status = resting(asset.status, asset.set_status)
    check_handed_out(status, state, asset.due_on, override_reason, asset.doubt)
    lack = lack_of(asset) if not override_reason else None
    if lack is not None:
        text = _("%(why)s Settle that first, or write down why it is handed out all the same.", why=lack_text(lack))
        raise Invalid({"override_reason": [text]})


def _name(organisation: Organisation | None) -> str:
    return organisation.name if organisation is not None else ""
