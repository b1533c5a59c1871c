"""Closures of a plan's periods."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base, Instant

REASON, REPORT = 600, 200


class PeriodClosure(Base):
    """That a plan is closed up to and including a day, by whom and why; one that was opened again stays to be read."""

    __tablename__ = "period_closure"
    __table_args__ = (Index(None, "plan_id", "up_to_on"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    up_to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(REASON))
    report: Mapped[str | None] = mapped_column(String(REPORT))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    closed_at: Mapped[datetime] = mapped_column(Instant)
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    reopened_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    reopen_reason: Mapped[str | None] = mapped_column(String(REASON), default=None)
    closed_by: Mapped[Person | None] = relationship(
        foreign_keys=[closed_by_id], repr=False, init=False, viewonly=True, lazy="joined"
    )
    reopened_by: Mapped[Person | None] = relationship(
        foreign_keys=[reopened_by_id], repr=False, init=False, viewonly=True, lazy="joined"
    )
