"""Activities with their stages, files and people, and what is known of enterprises."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel.db import Base, Instant, choice
from registry.kernel.files.models import Attachment, StoredFile, attached_to
from registry.plan.activities.rules import ActivityKind, Aspect, Ownership, ParticipantKind, Stage

TITLE, SHORT, WORDS = 300, 100, 4000


class Activity(Base):
    """Something that was done; both days belong to it, and the last one decides the period in which it counts.

    `persons` and `attendances` are those of the list where there is one, or else as they are stated. `programme_of_id`
    is the enterprise of an adoption that is not void: being unique, it keeps an enterprise from adopting twice.
    `altered_at` is when what decides how much it counts, where and in which period, was changed last.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("held_to >= held_from", name="life"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "held_to", "id"),
        Index(None, "kind", "held_to", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[ActivityKind] = mapped_column(choice(ActivityKind))
    title: Mapped[str] = mapped_column(String(TITLE))
    held_from: Mapped[date]
    held_to: Mapped[date]
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    programme_of_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True, default=None)
    aspect: Mapped[Aspect | None] = mapped_column(choice(Aspect), default=None)
    place: Mapped[str] = mapped_column(String(TITLE), default="")
    document_no: Mapped[str | None] = mapped_column(String(SHORT), default=None)
    document_on: Mapped[date | None] = mapped_column(default=None)
    quantity: Mapped[int] = mapped_column(default=1)
    persons: Mapped[int | None] = mapped_column(default=None)
    attendances: Mapped[int | None] = mapped_column(default=None)
    listed: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(String(WORDS), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    altered_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    voided_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    void_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    search: Mapped[str] = mapped_column(String(1000), default="")
    version: Mapped[int] = mapped_column(init=False)
    organiser: Mapped[Organisation] = relationship(foreign_keys=[organiser_id], repr=False, init=False, viewonly=True)
    subject: Mapped[Organisation | None] = relationship(
        foreign_keys=[subject_id], repr=False, init=False, viewonly=True
    )
    recorded_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)
    steps: Mapped[list["ActivityStep"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="(ActivityStep.on, ActivityStep.id)"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class ActivityStep(Base):
    """A stage that a programme or project reached."""

    __tablename__ = "activity_step"
    __table_args__ = (UniqueConstraint("activity_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), init=False)
    stage: Mapped[Stage] = mapped_column(choice(Stage))
    on: Mapped[date]
    document_no: Mapped[str | None] = mapped_column(String(SHORT), default=None)


class Participant(Base):
    """Somebody who was trained; `person_key` tells people apart and says nothing of them, see `people`.

    `listed_at` is when the list was given; lists of before that was kept have none.
    """

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("activity_id", "person_key"), CheckConstraint("sessions > 0", name="sessions"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    person_key: Mapped[str] = mapped_column(String(64), repr=False)
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ParticipantKind] = mapped_column(choice(ParticipantKind))
    sessions: Mapped[int]
    listed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class FormerParticipant(Base):
    """That somebody stood on a list that another took the place of: which key, and from when until when; no name."""

    __tablename__ = "former_participant"
    __table_args__ = (Index(None, "activity_id", "person_key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    person_key: Mapped[str] = mapped_column(String(64), repr=False)
    listed_at: Mapped[datetime | None] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)


class Enterprise(Base):
    """What is known of an organisation that is an enterprise."""

    __tablename__ = "enterprise"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    sector: Mapped[str] = mapped_column(String(SHORT))
    ownership: Mapped[Ownership] = mapped_column(choice(Ownership), index=True)
    commune: Mapped[str] = mapped_column(String(SHORT), index=True)
    version: Mapped[int] = mapped_column(init=False)
    organisation: Mapped[Organisation] = relationship(repr=False, init=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — see Activity


class ActivityFile(Attachment, Base):
    """A file on an activity."""

    __tablename__ = "activity_file"
    __table_args__ = attached_to(__tablename__, "activity_id")

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True)
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="ActivityFile.added_by_id", init=False, repr=False, viewonly=True
    )
