"""Where a technician hands an asset out, takes it back, moves it, sends it to a laboratory or gives it away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.assets.custody import actions, queries
from registry.assets.custody.models import CustodyEvent
from registry.assets.custody.rules import Condition, HoldingKind
from registry.assets.custody.schemas import (
    AcceptIn,
    BackIn,
    CheckOutIn,
    MoveIn,
    NoteIn,
    OfferIn,
    OfferQuery,
    OutQuery,
    ReceiveIn,
    ShipIn,
)
from registry.assets.lacking import lack_of
from registry.assets.lifecycle.queries import wants_evidence
from registry.assets.models import Asset
from registry.assets.rules import AT_WORK, ScheduleKind, Status, fit_for_use, resting, validity
from registry.assets.words import lack_text
from registry.calibration.competence.foreseen import Foreseen, Planned, foreseen
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.text import shown
from registry.labs import queries as labs
from registry.web.forms import Form, listed
from registry.web.organisations import code_meant
from registry.web.shell import form_key

blp = Blueprint("custody", __name__)
Answer = str | Response | tuple[str, int]
OUT_DAYS, SHIPPED_DAYS = 7, 30
SUGGESTED: Final = 200


class Act(NamedTuple):
    """What is said, and what is done with it."""

    schema: type[Schema]
    act: Callable[..., CustodyEvent]


ACTS: Final = {
    "check-out": Act(CheckOutIn, actions.check_out),
    "check-in": Act(BackIn, actions.check_in),
    "move": Act(MoveIn, actions.move),
    "ship": Act(ShipIn, actions.ship),
    "receive-back": Act(ReceiveIn, actions.receive_back),
    "offer": Act(OfferIn, actions.offer),
    "accept": Act(AcceptIn, actions.accept),
    "decline": Act(NoteIn, actions.decline),
    "withdraw": Act(NoteIn, actions.withdraw),
}
TAKES: Final = {
    "check-in": HoldingKind.CHECK_OUT,
    "receive-back": HoldingKind.SHIPMENT,
    "accept": HoldingKind.OFFER,
    "decline": HoldingKind.OFFER,
    "withdraw": HoldingKind.OFFER,
}  # what has to be so before it can be ended
ANSWERS: Final = frozenset({"accept", "decline"})
SAYS_PLACE: Final = frozenset({"move", "check-in", "receive-back"})


@blp.get("/custody")
def out() -> Answer:
    """What is checked out or at a laboratory, and what should be back already."""
    today = clock.today()
    page = queries.out_page(signin.person(), today=today, **listed(OutQuery))
    return render_template("custody/out.html", held=page.items, next=page.next, today=today)


@blp.get("/transfers")
def transfers() -> Answer:
    """Offers to one's organisations and of their assets, and the latest answers."""
    me = signin.person()
    page = queries.offer_page(me, **listed(OfferQuery))
    receivers = {held.to_organisation_id for held in page.items if held.to_organisation_id is not None}
    owners = {held.asset.owner_id for held in page.items}
    mine = accounts.acts_for(me, Verb.ASSET_WRITE, receivers | owners)
    return render_template(
        "custody/transfers.html", offers=page.items, next=page.next, mine=mine, settled=queries.settled_offers(me)
    )


@blp.route(f"/assets/<string:tag>/custody/<any({', '.join(map(repr, ACTS))}):verb>", methods=["GET", "POST"])
@idempotent
def act(tag: str, verb: str) -> Answer:
    """One thing that can happen to where an asset is and who has it."""
    me = signin.person()
    asset = assets.by_tag(me, tag, lock=True)
    require(me, Verb.ASSET_WRITE, _answering(asset) if verb in ANSWERS else asset.owner_id)
    form: Form[CustodyEvent] = Form(ACTS[verb].schema, drawn=_drawn(verb, asset), clears=verb in SAYS_PLACE)
    name = asset.name
    if (
        form.attempt(lambda data: _done(form, verb, asset, data), reading=_receiver if verb == "offer" else dict)
        is None
    ):
        return _form_page(form, verb, tag)
    flash(_told(verb, name, asset.status))
    if verb == "ship" and (seen := _foreseen(asset, str(form.typed.get("lab") or ""))) and seen.is_doubtful:
        flash(_("%(lab)s today: %(verdict)s", lab=seen.lab.name, verdict=seen.then.text), "warning")
    return redirect(url_for("custody.transfers") if verb == "decline" else url_for("asset.show", tag=asset.current_tag))


def _answering(asset: Asset) -> int:
    """The organisation whose people answer the offer of an asset; without one nobody is kept from being told so."""
    held = queries.held(asset)
    return asset.owner_id if held is None or held.to_organisation_id is None else held.to_organisation_id


def _drawn(verb: str, asset: Asset) -> dict[str, Any]:
    """What is usual, so that most of the time one tap is enough."""
    match verb:
        case "check-out":
            back_on = clock.today() + timedelta(days=OUT_DAYS)
            return {"holder": signin.person().name, "expected_back_on": back_on.isoformat()}
        case "ship":
            chosen = request.args.get("to", "")
            return {"lab": chosen, "expected_back_on": (clock.today() + timedelta(days=SHIPPED_DAYS)).isoformat()}
        case "check-in":
            return {"location": asset.location, "condition": Condition.INTACT.value}
        case "receive-back":
            return {"location": asset.location, "condition": Condition.INTACT.value, "into_service": "true"}
        case "move":
            return {"location": asset.location, "custodian": asset.custodian}
        case _:
            return {}


def _done(form: Form[CustodyEvent], verb: str, asset: Asset, data: dict[str, Any]) -> CustodyEvent:
    if verb == "move":
        form.check_version(asset.version)
    event = ACTS[verb].act(asset, **data, by=signin.person())
    db.session.commit()
    return event


def _told(verb: str, name: str, status: Status) -> str:
    received = (
        _("Received. It is in use again.")
        if status in AT_WORK
        else _("Received. It must not be used yet: its status says what is missing.")
    )
    return {
        "check-out": _("Checked out."),
        "check-in": _("Checked in."),
        "move": _("Moved."),
        "ship": _("Sent. It is out for calibration until it is back and let into service."),
        "receive-back": received,
        "offer": _("Offered. It stays yours until they accept."),
        "accept": _("Accepted. It is yours now."),
        "decline": _("Declined: %(name)s.", name=name),
        "withdraw": _("The offer was withdrawn."),
    }[verb]


def _receiver(said: dict[str, Any]) -> dict[str, Any]:
    """The receiver of an offer by the code that stands for what was typed."""
    typed = str(said.get("to") or "").strip()
    if not typed:
        return said
    unknown = _("No organisation is called “%(typed)s”; write a part of its name, or its code.", typed=shown(typed))
    return said | {"to": code_meant(typed, "to", accounts.organisations(), unknown=unknown)}


def _foreseen(asset: Asset, said: str) -> Foreseen | None:
    """What is known today of the laboratory that an asset is sent to, else of that of the last time."""
    chosen = labs.named(said) if said else None
    if said and chosen is None:
        return None
    today = clock.today()
    return foreseen([Planned(asset.id, ScheduleKind.CALIBRATION, today, chosen.id if chosen else None)], today)[0]


def _form_page(form: Form[CustodyEvent], verb: str, tag: str) -> tuple[str, int]:
    me = signin.person()
    asset = assets.by_tag(me, tag)
    held = queries.held(asset)
    page = render_template(
        "custody/act.html",
        verb=verb,
        asset=asset,
        held=held,
        idle=verb in TAKES and (held is None or held.kind is not TAKES[verb]),
        fit=fit_for_use(
            resting(asset.status, asset.set_status),
            validity(asset.proof, asset.due_on, clock.today()),
            asset.doubt,
        ),
        lack=lack_of(asset) if verb in ("check-out", "offer") else None,
        lack_text=lack_text,
        form=form.typed,
        errors=form.errors,
        proven=verb == "receive-back" and not wants_evidence(asset),
        conditions=[condition.value for condition in Condition],
        holders=[member.person.name for member in accounts.members(asset.owner)] if verb == "check-out" else [],
        labs=labs.page_of(limit=SUGGESTED).items if verb == "ship" else [],
        foreseen=_foreseen(asset, str(form.typed.get("lab") or "")) if verb == "ship" else None,
        organisations=accounts.organisation_page(limit=SUGGESTED).items if verb == "offer" else [],
        form_key=form_key(),
    )
    return page, form.status
