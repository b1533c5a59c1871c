"""Where an interval is reviewed: what earlier calibrations propose, and what a manager makes of it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for

from registry.accounts import queries as accounts
from registry.accounts import reauthentication, signin
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.schemas import HistoryQuery
from registry.calibration import waiting
from registry.calibration.due.words import span
from registry.calibration.review import actions, queries
from registry.calibration.review.drawing import drawn
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.rules import Decision, Scope
from registry.calibration.review.schemas import AcceptanceIn, IntervalChangeIn, IntervalReviewIn, RejectionIn
from registry.calibration.review.words import LEFT_OUT, METHODS, MODELS, SCOPES, sentences, steps
from registry.calibration.stability.words import rounded
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.errors import Conflict, Messages
from registry.kernel.i18n import _, said_day
from registry.kernel.idempotency import idempotent
from registry.kernel.schema import Schema
from registry.web.forms import Form, listed
from registry.web.schedules import Answer, attempted, locked
from registry.web.shell import form_key

blp = Blueprint("intervals", __name__)
OF_ONE = "/assets/<string:tag>/schedules/<string:kind>/reviews"
SHOWN = 20
DECIMALS = frozenset({"target"})


@blp.get("/interval-reviews")
def latest() -> str:
    """What was proposed of late for the assets one may read, and what became of it."""
    me = signin.person()
    page = waiting.newest_reviews(me, **listed(HistoryQuery))
    return render_template(
        "intervals/latest.html",
        items=page.items,
        next=page.next,
        may_propose=accounts.may(me, Verb.ASSET_WRITE, None),
        methods=METHODS,
        span=span,
        decisions=_decisions(),
    )


@blp.get(OF_ONE)
def show(tag: str, kind: str) -> Answer:
    """What was proposed for a schedule, and the form that asks for a proposal."""
    return _page(tag, kind, {}, {}, None), 200


@blp.post(OF_ONE)
@idempotent
def propose(tag: str, kind: str) -> Answer:
    """Let a method propose an interval."""
    asset, schedule = locked(tag, kind)
    done = _("Proposed. The interval stays until a manager decides.")
    return _attempted(asset, schedule, IntervalReviewIn, partial(actions.propose, asset, schedule), done)


@blp.post(f"{OF_ONE}/<key:key>/accept")
@reauthentication.counted
@idempotent
def accept(tag: str, kind: str, key: int) -> Answer:
    """Let the proposed interval hold."""
    asset, schedule = locked(tag, kind)
    act = partial(actions.accept, asset, schedule, queries.review_of(schedule, key))
    done = _("Accepted. The new interval counts from the next result on.")
    return _attempted(asset, schedule, AcceptanceIn, act, done)


@blp.post(f"{OF_ONE}/<key:key>/change")
@reauthentication.counted
@idempotent
def change(tag: str, kind: str, key: int) -> Answer:
    """Let another interval hold."""
    asset, schedule = locked(tag, kind)
    act = partial(actions.change, asset, schedule, queries.review_of(schedule, key))
    done = _("Saved. The new interval counts from the next result on.")
    return _attempted(asset, schedule, IntervalChangeIn, act, done)


@blp.post(f"{OF_ONE}/<key:key>/reject")
@idempotent
def reject(tag: str, kind: str, key: int) -> Answer:
    """Leave the interval as it is."""
    asset, schedule = locked(tag, kind)
    act = partial(actions.reject, asset, schedule, queries.review_of(schedule, key))
    return _attempted(asset, schedule, RejectionIn, act, _("Rejected. The interval stays."))


def _attempted(asset: Asset, schedule: Schedule, schema: type[Schema], act: Callable[..., object], done: str) -> Answer:
    tag, kind = asset.current_tag, schedule.kind
    form: Form[object] = Form(schema, decimals=DECIMALS)
    return attempted(
        form, act, partial(_page, tag, kind), done=done, back=url_for("intervals.show", tag=tag, kind=kind)
    )


def _page(tag: str, kind: str, typed: dict[str, Any], errors: Messages, refused: str | None) -> str:
    me = signin.person()
    asset, schedule = queries.asset_schedule(me, tag, kind)
    reviews = queries.page_of(schedule, limit=SHOWN).items
    return render_template(
        "intervals/reviews.html",
        asset=asset,
        schedule=schedule,
        reviews=reviews,
        stale=_stale(asset, schedule, [review for review in reviews if review.decision is None]),
        by_hand=queries.changed_by_hand(schedule),
        may_propose=accounts.may(me, Verb.ASSET_WRITE, asset.owner_id),
        may_decide=accounts.may(me, Verb.CALIBRATION_APPROVE, asset.owner_id),
        me_id=me.id,
        methods=METHODS,
        left_out=LEFT_OUT,
        scopes=SCOPES,
        models=MODELS,
        units=[unit.value for unit in IntervalUnit],
        sentences=sentences,
        drawn=drawn,
        steps=steps,
        rounded=rounded,
        seen_day=lambda iso: said_day(date.fromisoformat(iso)),
        spelt=lambda number, unit: span(Interval(number, unit)),
        form=typed,
        errors=errors,
        refused=refused,
        form_key=form_key(),
    )


def _decisions() -> dict[Decision | None, tuple[str, str, str]]:
    return {
        None: ("warn", "clock", _("waits for a decision")),
        Decision.ACCEPTED: ("ok", "good", _("accepted")),
        Decision.CHANGED: ("ok", "edit", _("set otherwise")),
        Decision.REJECTED: ("none", "cross", _("rejected")),
        Decision.KEPT: ("none", "good", _("keeps the interval")),
        Decision.SUPERSEDED: ("none", "cross", _("superseded")),
    }


def _stale(asset: Asset, schedule: Schedule, waiting: list[IntervalReview]) -> set[int]:
    """The proposals that wait for a decision although what they rest on has changed, one look for each scope."""
    digests: dict[Scope, str | None] = {}
    for scope in {review.scope for review in waiting}:
        try:
            digests[scope] = queries.evidence(asset, schedule, scope).digest
        except Conflict:
            digests[scope] = None
    return {review.id for review in waiting if digests[review.scope] != review.data_hash}
