"""What has to be done in a year, or at all, and how it stands; what the duty is stands in the plan's document."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base, choice
from registry.kernel.files.models import Attachment, StoredFile, attached_to
from registry.plan.duties.rules import State
from registry.plan.models import CODE, Plan

NOTE = 4000


class Duty(Base):
    """A duty of a plan by its code, in a year or in none (0); `state` is what somebody said, see rules.standing."""

    __tablename__ = "duty"
    __table_args__ = (
        UniqueConstraint("plan_id", "code", "year"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done"),
        Index(None, "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    code: Mapped[str] = mapped_column(String(CODE))
    year: Mapped[int]
    due_on: Mapped[date | None]
    state: Mapped[State] = mapped_column(choice(State), default=State.NOT_STARTED)
    done_on: Mapped[date | None] = mapped_column(default=None)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    note: Mapped[str] = mapped_column(String(NOTE), default="")
    version: Mapped[int] = mapped_column(init=False)
    plan: Mapped[Plan] = relationship(repr=False, init=False, viewonly=True)
    owner: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class DutyFile(Attachment, Base):
    """A file on a duty."""

    __tablename__ = "duty_file"
    __table_args__ = attached_to(__tablename__, "duty_id")

    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True)
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="DutyFile.added_by_id", init=False, repr=False, viewonly=True
    )


class DutyNotice(Base):
    """That a person was told, at an offset, of a duty's due date: once, in the message named."""

    __tablename__ = "duty_notice"
    __table_args__ = (
        UniqueConstraint("person_id", "duty_id", "due_on", "offset_days"),
        Index(None, "duty_id"),
        Index(None, "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    due_on: Mapped[date]
    offset_days: Mapped[int]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
