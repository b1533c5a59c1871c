"""API doors of custody: one for each thing that can happen, the history, and what is out or offered."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.custody import actions, queries
from registry.assets.custody.models import CustodyEvent, Holding
from registry.assets.custody.schemas import (
    AcceptIn,
    BackIn,
    CheckOutIn,
    CustodyEventOut,
    HoldingOut,
    MoveIn,
    NoteIn,
    OfferIn,
    OfferQuery,
    OutQuery,
    ReceiveIn,
    ShipIn,
)
from registry.assets.models import Asset
from registry.assets.schemas import AssetOut, HistoryQuery
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint, versioned
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("custody", __name__, description="Where assets are, who has them, and to whom they are offered.")
HoldingPage = paged(HoldingOut)


@blp.route("/custody")
@blp.arguments(OutQuery, location="query")
@blp.response(200, HoldingPage)
def out(query: dict[str, Any]) -> Page[Holding]:
    """What is checked out or at a laboratory, the earliest expected back first."""
    return queries.out_page(signin.person(), today=clock.today(), **query)


@blp.route("/transfers")
@blp.arguments(OfferQuery, location="query")
@blp.response(200, HoldingPage)
def transfers(query: dict[str, Any]) -> Page[Holding]:
    """Offers that wait for an answer, the newest first."""
    return queries.offer_page(signin.person(), **query)


@blp.route("/assets/<string:tag>/custody")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(CustodyEventOut))
def history(query: dict[str, Any], tag: str) -> Page[CustodyEvent]:
    """Where an asset was and who had it, newest first."""
    return queries.history(assets.by_tag(signin.person(), tag), **query)


@blp.route("/assets/<string:tag>/custody/move", methods=["POST"])
@versioned
@idempotent
@blp.arguments(MoveIn)
@blp.response(201, CustodyEventOut)
def move(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Give an asset another place or custodian."""
    return _done(actions.move(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/check-out", methods=["POST"])
@versioned
@idempotent
@blp.arguments(CheckOutIn)
@blp.response(201, CustodyEventOut)
def check_out(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Hand an asset out to somebody."""
    return _done(actions.check_out(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/check-in", methods=["POST"])
@versioned
@idempotent
@blp.arguments(BackIn)
@blp.response(201, CustodyEventOut)
def check_in(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Take an asset back."""
    return _done(actions.check_in(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/ship", methods=["POST"])
@versioned
@idempotent
@blp.arguments(ShipIn)
@blp.response(201, CustodyEventOut)
def ship(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Send an asset to a laboratory."""
    return _done(actions.ship(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/receive-back", methods=["POST"])
@versioned
@idempotent
@blp.arguments(ReceiveIn)
@blp.response(201, CustodyEventOut)
def receive_back(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Take an asset back from a laboratory, and into service where its new calibration or a check allows it."""
    return _done(actions.receive_back(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/offer", methods=["POST"])
@versioned
@idempotent
@blp.arguments(OfferIn)
@blp.response(201, CustodyEventOut)
def offer(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Offer an asset to another organisation."""
    return _done(actions.offer(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/accept", methods=["POST"])
@versioned
@idempotent
@blp.arguments(AcceptIn)
@blp.response(201, CustodyEventOut)
def accept(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Take over an asset that is offered to one's organisation."""
    return _done(actions.accept(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/decline", methods=["POST"])
@versioned
@idempotent
@blp.arguments(NoteIn)
@blp.response(201, CustodyEventOut)
def decline(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Answer an offer with no."""
    return _done(actions.decline(_locked(tag), **data, by=signin.person()))


@blp.route("/assets/<string:tag>/custody/withdraw", methods=["POST"])
@versioned
@idempotent
@blp.arguments(NoteIn)
@blp.response(201, CustodyEventOut)
def withdraw(data: dict[str, Any], tag: str) -> CustodyEvent:
    """Take back an offer that nobody has answered."""
    return _done(actions.withdraw(_locked(tag), **data, by=signin.person()))


def _locked(tag: str) -> Asset:
    """The asset, for whoever says so as it was when they looked."""
    asset = assets.by_tag(signin.person(), tag, lock=True)
    blp.check_version(asset, AssetOut)
    return asset


def _done(event: CustodyEvent) -> CustodyEvent:
    db.session.commit()
    return event
