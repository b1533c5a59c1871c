"""API doors of reviews of intervals: a proposal, and what a manager makes of it."""

from typing import Any

from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.schemas import HistoryQuery
from registry.calibration import waiting
from registry.calibration.review import actions, queries
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.schemas import (
    AcceptanceIn,
    IntervalChangeIn,
    IntervalReviewIn,
    IntervalReviewOut,
    RejectionIn,
    WaitingReviewOut,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint, versioned
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("interval_reviews", __name__, description="What earlier calibrations say about the next interval.")
ALL = "/assets/<string:tag>/schedules/<string:kind>/reviews"
ONE = f"{ALL}/<key:key>"


@blp.route("/interval-reviews")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(WaitingReviewOut))
def waiting_reviews(query: dict[str, Any]) -> Page[IntervalReview]:
    """Proposed intervals that one may decide about, the oldest first."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    return waiting.review_page(signin.person(), **query)


@blp.route(ALL)
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(IntervalReviewOut))
def reviews(query: dict[str, Any], tag: str, kind: str) -> Page[IntervalReview]:
    """Reviews of a schedule's interval, newest first."""
    return queries.page_of(queries.asset_schedule(signin.person(), tag, kind)[1], **query)


@blp.route(ALL, methods=["POST"])
@idempotent
@blp.arguments(IntervalReviewIn)
@blp.response(201, IntervalReviewOut)
def propose(data: dict[str, Any], tag: str, kind: str) -> IntervalReview:
    """Let a method propose an interval."""
    made = actions.propose(*_locked(tag, kind), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route(ONE)
@blp.etag
@blp.response(200, IntervalReviewOut)
def review(tag: str, kind: str, key: int) -> IntervalReview:
    """One review of an interval."""
    return queries.review_of(queries.asset_schedule(signin.person(), tag, kind)[1], key)


@blp.route(f"{ONE}/accept", methods=["POST"])
@reauthentication.counted
@idempotent
@versioned
@blp.arguments(AcceptanceIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, IntervalReviewOut)
def accept(data: dict[str, Any], tag: str, kind: str, key: int) -> IntervalReview:
    """Let the proposed interval hold."""
    found = _seen(tag, kind, key)
    actions.accept(*found, **data, by=signin.person())
    db.session.commit()
    return found[2]


@blp.route(f"{ONE}/change", methods=["POST"])
@reauthentication.counted
@idempotent
@versioned
@blp.arguments(IntervalChangeIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, IntervalReviewOut)
def change(data: dict[str, Any], tag: str, kind: str, key: int) -> IntervalReview:
    """Let another interval hold than the proposed one."""
    found = _seen(tag, kind, key)
    actions.change(*found, **data, by=signin.person())
    db.session.commit()
    return found[2]


@blp.route(f"{ONE}/reject", methods=["POST"])
@idempotent
@versioned
@blp.arguments(RejectionIn)
@blp.response(200, IntervalReviewOut)
def reject(data: dict[str, Any], tag: str, kind: str, key: int) -> IntervalReview:
    """Leave the interval as it is."""
    found = _seen(tag, kind, key)
    actions.reject(*found, **data, by=signin.person())
    db.session.commit()
    return found[2]


def _locked(tag: str, kind: str) -> tuple[Asset, Schedule]:
    return queries.asset_schedule(signin.person(), tag, kind, lock=True)


def _seen(tag: str, kind: str, key: int) -> tuple[Asset, Schedule, IntervalReview]:
    """A review with what it is of, locked; refused when it is no longer as the caller saw it."""
    asset, schedule = _locked(tag, kind)
    found = queries.review_of(schedule, key)
    blp.check_version(found, IntervalReviewOut)
    return asset, schedule, found
