"""Readings of usage counters, and the grace that was asked for and given."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.assets.models import Asset, Schedule
from registry.kernel.db import Base, Exact, Instant

ALIVE = text("ended_at IS NULL")
ASKED = text("ended_at IS NULL AND granted_at IS NULL")


class UsageReading(Base):
    """What a usage counter showed at the end of a day.

    With `restarted` the counter was replaced or set back, and counts from this value on. A reading that was wrong is
    withdrawn with a reason and stays readable. `actor` keeps the name of whoever wrote it down.
    """

    __tablename__ = "usage_reading"
    __table_args__ = (Index(None, "schedule_id", "on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    on: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Exact)
    restarted: Mapped[bool]
    note: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    withdrawn_because: Mapped[str | None] = mapped_column(String(500), default=None)


class DueExtension(Base):
    """A later due date than the rules give: asked for by one person, granted by another, until its last day inclusive.

    It belongs to the record whose proof it lengthens, and ends with it; an amendment that leaves the day takes it over.
    `due_on` is the day that was due without it. One that was declined, taken back or revoked stays readable with who
    ended it and why.
    """

    __tablename__ = "due_extension"
    __table_args__ = (
        Index(None, "schedule_id", "id"),
        Index("uq_due_extension_alive", "calibration_id", unique=True, sqlite_where=ALIVE),
        Index("ix_due_extension_asked", "id", sqlite_where=ASKED),
        CheckConstraint("until > due_on", name="later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), index=True)
    due_on: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(1000))
    evidence: Mapped[str] = mapped_column(String(2000))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(200))
    granted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    granted_by: Mapped[str | None] = mapped_column(String(200), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    ended_by: Mapped[str | None] = mapped_column(String(200), default=None)
    end_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    schedule: Mapped[Schedule] = relationship(init=False, repr=False, viewonly=True)
    asset: Mapped[Asset] = relationship(
        secondary="schedule",
        primaryjoin="DueExtension.schedule_id == Schedule.id",
        secondaryjoin="Schedule.asset_id == Asset.id",
        uselist=False,
        init=False,
        repr=False,
        viewonly=True,
    )
