"""Enterprises on the list of a plan, every step they took on it, and its reviews. Steps are only ever added."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base, Instant, choice
from registry.plan.activities.models import Enterprise
from registry.plan.focus.rules import State, Step
from registry.plan.models import Plan

SHORT, REASON = 100, 1000


class FocusEntry(Base):
    """An enterprise on the list of a plan, as its last step left it."""

    __tablename__ = "focus_entry"
    __table_args__ = (UniqueConstraint("plan_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    state: Mapped[State] = mapped_column(choice(State))
    moved_on: Mapped[date]
    version: Mapped[int] = mapped_column(init=False)
    plan: Mapped[Plan] = relationship(repr=False, init=False, viewonly=True)
    enterprise: Mapped[Enterprise] = relationship(repr=False, init=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class FocusReview(Base):
    """A review of the list, by a decision that has a number and a date."""

    __tablename__ = "focus_review"
    __table_args__ = (Index(None, "plan_id", "on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    on: Mapped[date]
    decision_no: Mapped[str] = mapped_column(String(SHORT))
    decision_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(REASON))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)
    steps: Mapped[list["FocusStep"]] = relationship(
        repr=False, init=False, viewonly=True, order_by="FocusStep.id", back_populates="review"
    )


class FocusStep(Base):
    """A step of an enterprise on the list: when, why, and by which document or review."""

    __tablename__ = "focus_step"
    __table_args__ = (Index(None, "entry_id", "on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("focus_entry.id"))
    step: Mapped[Step] = mapped_column(choice(Step))
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(REASON))
    document_no: Mapped[str | None] = mapped_column(String(SHORT))
    document_on: Mapped[date | None]
    review_id: Mapped[int | None] = mapped_column(ForeignKey("focus_review.id"), index=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    entry: Mapped[FocusEntry] = relationship(repr=False, init=False, viewonly=True)
    recorded_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)
    review: Mapped[FocusReview | None] = relationship(repr=False, init=False, viewonly=True, back_populates="steps")
