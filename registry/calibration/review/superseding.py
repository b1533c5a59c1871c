"""Proposals that end without a manager: those that another decision, or newer records, made pointless."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select

from registry.accounts.models import Person
from registry.assets.models import Asset, Schedule
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.rules import Decision, Scope
from registry.kernel import audit, clock
from registry.kernel.db import db


def end_all(members: Sequence[Schedule], review: IntervalReview, *, by: Person | None) -> None:
    """End what waits for one of some schedules, or looked at one, now that a review decided their interval."""
    keys = {member.id for member in members}
    owners = select(Asset.owner_id).where(Asset.id == members[0].asset_id)
    asked = (
        _waiting()
        .join(Schedule, Schedule.id == IntervalReview.schedule_id)
        .join(Asset, Asset.id == Schedule.asset_id)
        .where(Asset.owner_id.in_(owners), Schedule.kind == members[0].kind, IntervalReview.id != review.id)
        .where(or_(IntervalReview.schedule_id.in_(keys), IntervalReview.scope != Scope.SCHEDULE))
    )
    _end((one for one in db.session.scalars(asked) if not keys.isdisjoint(one.data["schedules"])), review, by)


def end_stale(
    schedule: Schedule, review: IntervalReview, before: IntervalReview | None = None, *, by: Person | None
) -> None:
    """End what waits for a schedule and rests on what is no longer so, and what said the same `before`."""
    same = (IntervalReview.schedule_id == schedule.id, IntervalReview.scope == review.scope)
    is_over = or_(IntervalReview.data_hash != review.data_hash, IntervalReview.id == (before.id if before else None))
    stale = _waiting().where(*same, is_over, IntervalReview.id != review.id)
    _end(db.session.scalars(stale), review, by)


def same_as(review: IntervalReview) -> IntervalReview | None:
    """The proposal that says the same from the same records and was not decided by anybody yet."""
    open_ones = or_(IntervalReview.decision.is_(None), IntervalReview.decision == Decision.KEPT)
    said = ("schedule_id", "scope", "method", "data_hash", "proposed", "proposed_unit")
    asked = select(IntervalReview).where(
        open_ones, *(getattr(IntervalReview, one) == getattr(review, one) for one in said)
    )
    found = db.session.scalars(asked.order_by(IntervalReview.id.desc()))
    return next((one for one in found if one.terms == review.terms), None)


def _waiting() -> Any:  # noqa: ANN401 — a select of reviews
    return select(IntervalReview).where(IntervalReview.decision.is_(None)).order_by(IntervalReview.id)


def _end(found: Iterable[IntervalReview], winner: IntervalReview, by: Person | None) -> None:
    for one in found:
        one.decision, one.decided_at = Decision.SUPERSEDED, clock.now()
        one.decided_by, one.decided_by_id = by.name if by else "registry", by.id if by else None
        said: audit.Changes = {
            "schedule": [None, one.schedule.kind],
            "review": [None, one.id],
            "superseded_by": [None, winner.id],
        }
        audit.record("asset.supersede_interval", ("asset", one.asset.tag), said, by=by)
