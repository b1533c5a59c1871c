"""API doors of the list of focus enterprises and its reviews."""

from collections.abc import Sequence
from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan import queries as plans
from registry.plan.focus import actions, queries
from registry.plan.focus.models import FocusReview, FocusStep
from registry.plan.focus.queries import Listed
from registry.plan.focus.schemas import (
    FocusIn,
    FocusOut,
    FocusQuery,
    FocusReviewIn,
    FocusReviewOut,
    FocusReviewQuery,
    FocusStepOut,
)

blp = Blueprint("focus", __name__, description="The enterprises a plan puts its weight on, and their reviews.")


@blp.route("/plans/<code:code>/focus")
@blp.arguments(FocusQuery, location="query")
@blp.response(200, paged(FocusOut))
def listed(query: dict[str, Any], code: str) -> Page[Listed]:
    """The list as of a day, by name."""
    person = signin.person()
    on = query.pop("on", None) or clock.today()
    return queries.page_of(plans.by_code(code, person), person, on, **query)


@blp.route("/plans/<code:code>/focus", methods=["POST"])
@idempotent
@blp.arguments(FocusIn)
@blp.response(201, FocusStepOut)
def take(data: dict[str, Any], code: str) -> FocusStep:
    """Propose, confirm or remove an enterprise, with a reason."""
    person = signin.person()
    entry = actions.take(plans.by_code(code, person), **data, by=person)
    db.session.commit()
    return queries.steps(entry, entry.moved_on)[0]


@blp.route("/plans/<code:code>/focus/<code:enterprise>")
@blp.response(200, FocusStepOut(many=True))
def steps(code: str, enterprise: str) -> Sequence[FocusStep]:
    """Every step of an enterprise on the list, the newest first."""
    person = signin.person()
    return queries.steps(queries.entry_of(plans.by_code(code, person), person, enterprise), clock.today())


@blp.route("/plans/<code:code>/focus-reviews")
@blp.arguments(FocusReviewQuery, location="query")
@blp.response(200, paged(FocusReviewOut))
def reviews(query: dict[str, Any], code: str) -> Page[FocusReview]:
    """The reviews of the list and what each did, the newest first."""
    person = signin.person()
    return queries.reviews(plans.by_code(code, person), person, **query)


@blp.route("/plans/<code:code>/focus-reviews", methods=["POST"])
@idempotent
@blp.arguments(FocusReviewIn)
@blp.response(201, FocusReviewOut)
def review(data: dict[str, Any], code: str) -> FocusReview:
    """Review the list by a decision; what was confirmed and is not named is kept."""
    person = signin.person()
    plan = plans.by_code(code, person)
    made = actions.review(plan, **data, by=person)
    db.session.commit()
    return queries.review_by_id(plan, person, made.id)
