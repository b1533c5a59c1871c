"""Where people count what is at a place: open a stock-take, scan with a phone, look at what differs, close it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from marshmallow import ValidationError
from werkzeug.wrappers import Response as Redirection

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import tags
from registry.assets.labels import queries as labels
from registry.assets.rules import GONE, Kind, Status
from registry.assets.stocktake import actions, queries
from registry.assets.stocktake.models import StockTake
from registry.assets.stocktake.pieces import waiting
from registry.assets.stocktake.rules import Part, Sighting
from registry.assets.stocktake.schemas import (
    CloseIn,
    CountedIn,
    LineOut,
    NewsQuery,
    PartQuery,
    ScansOut,
    StockTakeIn,
    StockTakeOut,
    StockTakeQuery,
    answered,
)
from registry.kernel import audit, clock, problems
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Refusal, flat_messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed
from registry.web.held import held_words
from registry.web.phones import check_whose
from registry.web.shell import form_key, label_host

blp = Blueprint("stocktake", __name__)
Answer = str | Response | Redirection | tuple[str, int]
DECIDED_AT_ONCE = 200
MOST_ON_PAPER = 2000  # of each part
STATUSES = [status.value for status in Status if status not in GONE]


@blp.get("/stocktakes")
def list_takes() -> Answer:
    """Which stock-takes there are."""
    me = signin.person()
    page = queries.page_of(me, **listed(StockTakeQuery))
    return render_template(
        "stocktake/list.html",
        takes=page.items,
        next=page.next,
        may_open=accounts.may(me, Verb.ASSET_WRITE, None),
        person=me.id,
    )


@blp.route("/stocktakes/new", methods=["GET", "POST"])
@idempotent
def begin() -> Answer:
    """Open a stock-take."""
    me = signin.person()
    require(me, Verb.ASSET_WRITE)
    keepers = accounts.organisation_choices(me, Verb.ASSET_WRITE, clock.today())
    drawn = {"organisation": keepers[0].code} if len(keepers) == 1 else {}
    form: Form[StockTake] = Form(StockTakeIn, drawn=drawn)
    take = form.attempt(_begun)
    if take is None:
        page = render_template(
            "stocktake/form.html",
            form=form.typed,
            errors=form.errors,
            organisations=keepers,
            places=queries.places([keeper.id for keeper in keepers]),
            kinds=[kind.value for kind in Kind],
            statuses=STATUSES,
            form_key=form_key(),
        )
        return page, form.status
    if not take.expected:
        flash(
            _("Nothing in this scope is registered here yet: everything you scan will be listed as unexpected."),
            "warning",
        )
    return redirect(url_for("stocktake.count", id=take.id))


@blp.get("/stocktakes/<key:id>")
def show(id: int) -> Answer:
    """How a stock-take stands or ended: what is missing, found, from elsewhere."""
    take, asked = queries.by_id(signin.person(), id), listed(PartQuery)
    page = queries.part_of(take, **asked)
    return render_template(
        "stocktake/result.html",
        take=take,
        part=asked["state"].value,
        parts=[part.value for part in Part],
        lines=page.items,
        worn=labels.worn({line.tag for line in page.items}),
        away=_away(take, page.items) if asked["state"] is Part.MISSING else {},
        waits=_waits(take, page.items) if asked["state"] is Part.MISSING else {},
        may_claim=accounts.may(signin.person(), Verb.ASSET_WRITE, take.organisation_id),
        blanks=labels.blank_among({line.tag for line in page.items}) if asked["state"] is Part.UNKNOWN else (),
        next=page.next,
        history=audit.history("stock_take", take.id),
        may_count=_may_count(take),
        person=signin.person().id,
    )


@blp.get("/stocktakes/<key:id>/sheet")
def sheet(id: int) -> Answer:
    """The whole result on paper: every part, one under the other."""
    take = queries.by_id(signin.person(), id)
    parts = {part.value: queries.part_of(take, state=part, limit=MOST_ON_PAPER).items for part in Part}
    worn = labels.worn({line.tag for lines in parts.values() for line in lines})
    away = _away(take, parts[Part.MISSING.value])
    waits = _waits(take, parts[Part.MISSING.value])
    return render_template(
        "stocktake/sheet.html", take=take, parts=parts, worn=worn, away=away, waits=waits, now=clock.now()
    )


@blp.get("/stocktakes/<key:id>/count")
def count(id: int) -> Answer:
    """The page that scans, also while the connection is lost."""
    take = _countable(id)
    if take.closed_at is not None:
        return redirect(url_for("stocktake.show", id=id))
    return render_template("stocktake/count.html", take=take, label_host=label_host(), person=signin.person().id)


@blp.get("/stocktakes/<key:id>/list.json")
def expected(id: int) -> Response:
    """What a phone keeps to judge scans by itself, and a fresh token for what it sends."""
    take = _countable(id)
    expects, components = queries.expected_names(take), queries.component_labels(take)
    away = {tag: held_words(held) for tag, held in queries.away(take).items()}
    return jsonify(token=generate_csrf(), expected=expects, components=components, away=away)


@blp.get("/stocktakes/<key:id>/news.json")
def news(id: int) -> Response:
    """What anybody found since a sighting the phone knows of."""
    take, after = _countable(id), listed(NewsQuery)["after"]
    rows = queries.news(take, after)
    last = rows[-1].id if rows else after
    more = len(rows) == queries.MOST_NEWS
    worn = labels.worn({row.tag for row in rows})
    told = [line | {"label": worn.get(line["tag"])} for line in LineOut(many=True).dump(rows)]
    return jsonify(stock_take=StockTakeOut().dump(take), news=told, last=last, more=more)


@blp.post("/stocktakes/<key:id>/scans")
def scans(id: int) -> Response:
    """Scans from the page that counts; what is refused is told as on the API."""
    try:
        data = CountedIn().load(request.get_json(silent=True) or {})
        check_whose(data.pop("person"))
        take = queries.by_id(signin.person(), id)
        told = actions.receive(take, **data, by=signin.person())
        db.session.commit()
        return jsonify(ScansOut().dump(answered(take, told)))
    except ValidationError as error:
        return problems.refused(Invalid(flat_messages(error.messages)))
    except Refusal as refusal:
        problems.rollback()
        return problems.refused(refusal)


@blp.route("/stocktakes/<key:id>/close", methods=["GET", "POST"])
@idempotent
def close(id: int) -> Answer:
    """Decide about what differs, and close."""
    take = _countable(id)
    form: Form[StockTake] = Form(CloseIn)
    if form.attempt(lambda data: _closed(take, data)) is not None:
        flash(_("The stock-take is closed. Its result does not change any more."))
        return redirect(url_for("stocktake.show", id=id))
    if take.closed_at is not None and not form.submitted:
        return redirect(url_for("stocktake.show", id=id))
    wanted = queries.sightings(take, Sighting.ELSEWHERE, Sighting.UNEXPECTED).limit(DECIDED_AT_ONCE)
    strays = db.session.scalars(wanted).all()
    missing = db.session.scalars(queries.missing(take).limit(DECIDED_AT_ONCE)).all()
    page = render_template(
        "stocktake/close.html",
        take=take,
        strays=strays,
        missing=missing,
        worn=labels.worn({row.tag for row in strays} | {row.tag for row in missing}),
        waits=_waits(take, missing),
        movable=_writable({stray.owner_id for stray in strays}) if take.location else set(),
        latest=queries.latest(take),
        person=signin.person().id,
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.get("/stocktakes/worker.js")
def worker() -> Response:
    """The service worker: it lies here because it looks after the addresses below its own."""
    answer = current_app.send_static_file("js/worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _away(take: StockTake, lines: Sequence[Any]) -> dict[str, str]:
    """Who has what is missing, by tag; of a closed stock-take only what was away before it was closed."""
    found = queries.away(take, [line.asset_id for line in lines])
    return {
        tag: held_words(held)
        for tag, held in found.items()
        if take.closed_at is None or held.since_at <= take.closed_at
    }


def _waits(take: StockTake, lines: Sequence[Any]) -> dict[int, str]:
    """Which components of missing sets nobody saw although others were, by the keys of the sets."""
    found = waiting(take, [line.asset_id for line in lines])
    return {key: ", ".join(f"{one.name} ({tags.grouped(one.tag)})" for one in unseen) for key, unseen in found.items()}


def _countable(id: int) -> StockTake:
    take = queries.by_id(signin.person(), id)
    require(signin.person(), Verb.ASSET_WRITE, take.organisation_id)
    return take


def _may_count(take: StockTake) -> bool:
    return take.closed_at is None and accounts.may(signin.person(), Verb.ASSET_WRITE, take.organisation_id)


def _writable(owner_ids: set[int | None]) -> set[int]:
    """Those owners whose things the person may register at another place."""
    me = signin.person()
    return {id_ for id_ in owner_ids if id_ is not None and accounts.may(me, Verb.ASSET_WRITE, id_)}


def _begun(data: dict[str, Any]) -> StockTake:
    take = actions.begin(**data, by=signin.person())
    db.session.commit()
    return take


def _closed(take: StockTake, data: dict[str, Any]) -> StockTake:
    actions.close(take, **data, by=signin.person())
    db.session.commit()
    return take
