"""Proposals of intervals, and what was decided of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.assets.models import Asset, Schedule
from registry.calibration.review.proposal import Method
from registry.calibration.review.rules import Decision, Scope
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.db import Base, Instant, choice

WAITING = text("decision IS NULL")


class IntervalReview(Base):
    """What a method proposes for a schedule, from which records, and what a manager made of it.

    `interval` with its unit is that of the schedule then. `terms` is what was asked for; `data` the keys of the
    schedules and records that were looked at, and `data_hash` the digest of all that the proposal depends on, by which
    a stale one is known. `numbers` and `reasons` are the method's. Names stay even if the persons' change.
    """

    __tablename__ = "interval_review"
    __table_args__ = (
        Index(None, "schedule_id", "id"),
        Index("ix_interval_review_waiting", "id", sqlite_where=WAITING),
        CheckConstraint("proposed > 0", name="proposed"),
        CheckConstraint("decided_interval > 0", name="decided_interval"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint(
            "decision IS NULL OR decision NOT IN ('changed', 'rejected') OR reason IS NOT NULL", name="reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    scope: Mapped[Scope] = mapped_column(choice(Scope))
    method: Mapped[Method] = mapped_column(choice(Method))
    interval: Mapped[int]
    interval_unit: Mapped[IntervalUnit] = mapped_column(choice(IntervalUnit))
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    data_hash: Mapped[str] = mapped_column(String(64))
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[Sequence[dict[str, Any]]] = mapped_column(JSON)
    proposed: Mapped[int]
    proposed_unit: Mapped[IntervalUnit] = mapped_column(choice(IntervalUnit, "proposed_unit"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(200))
    decision: Mapped[Decision | None] = mapped_column(choice(Decision), default=None)
    decided_interval: Mapped[int | None] = mapped_column(default=None)
    decided_unit: Mapped[IntervalUnit | None] = mapped_column(choice(IntervalUnit, "decided_unit"), default=None)
    reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    decided_by: Mapped[str | None] = mapped_column(String(200), default=None)
    schedule: Mapped[Schedule] = relationship(init=False, repr=False, viewonly=True)
    asset: Mapped[Asset] = relationship(
        secondary="schedule",
        primaryjoin="IntervalReview.schedule_id == Schedule.id",
        secondaryjoin="Schedule.asset_id == Asset.id",
        uselist=False,
        init=False,
        repr=False,
        viewonly=True,
    )

    @property
    def before(self) -> Interval:
        """The interval then."""
        return Interval(self.interval, self.interval_unit)

    @property
    def proposal(self) -> Interval:
        """The interval that is proposed."""
        return Interval(self.proposed, self.proposed_unit)

    @property
    def decided(self) -> Interval | None:
        """The interval that was decided, if one was."""
        if self.decided_interval is None or self.decided_unit is None:
            return None
        return Interval(self.decided_interval, self.decided_unit)
