"""The history of custody: one line for everything that happens to where an asset is and who has it."""

from datetime import date
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import exists, select

from registry.accounts.models import Person
from registry.assets.custody.models import CustodyEvent, Holding
from registry.assets.custody.rules import EventKind, HoldingKind
from registry.assets.models import Asset
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _


class Place(NamedTuple):
    """Where an asset belongs: its location, its custodian, and the key of its owner."""

    location: str | None
    custodian: str | None
    owner_id: int


class Said(TypedDict, total=False):
    """What is said of a thing that is handed over: to whom, until when, why all the same."""

    to_organisation_id: int
    holder: str | None
    expected_back_on: date | None
    override_reason: str | None
    note: str | None


def place_of(asset: Asset) -> Place:
    """Where an asset belongs now."""
    return Place(asset.location, asset.custodian, asset.owner_id)


def note(
    asset: Asset,
    kind: EventKind,
    before: Place,
    *,
    by: Person | None,
    **said: Unpack[Said],
) -> CustodyEvent:
    """Write down what happened to an asset that belonged to a place before it; `to_organisation_id` is its owner's."""
    event = CustodyEvent(
        asset_id=asset.id,
        kind=kind,
        at=clock.now(),
        by_id=by.id if by else None,
        actor=by.name if by else "registry",
        from_organisation_id=before.owner_id,
        from_location=before.location,
        to_location=asset.location,
        from_custodian=before.custodian,
        to_custodian=asset.custodian,
        **(Said(to_organisation_id=asset.owner_id) | said),
    )
    db.session.add(event)
    return event


def moved(asset: Asset, before: Place, *, by: Person | None) -> CustodyEvent | None:
    """Write down that an asset belongs elsewhere than before, if it does.

    Raises Conflict when its owner changes while it is offered to somebody, who would be given another's thing.
    """
    if place_of(asset) == before:
        return None
    if asset.owner_id != before.owner_id:
        with db.session.no_autoflush:
            offered = exists().where(Holding.asset_id == asset.id, Holding.kind == HoldingKind.OFFER)
            if db.session.scalar(select(offered)):
                text = _("It is offered to another organisation; withdraw the offer before you change its owner.")
                raise Conflict(text, errors={"owner": [text]})
    return note(asset, EventKind.MOVED, before, by=by)
