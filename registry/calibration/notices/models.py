"""What people want to be told, what they were told, what is put off; calendars and webhooks."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import DIGEST, Organisation, Person
from registry.assets.models import Asset, Schedule
from registry.calibration.notices.rules import ESCALATION_DAYS, OFFSETS, WEEKDAYS, DueKind, NoticeKind, Subject
from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.kernel.outbox.models import Message
from registry.labs.models import Lab

ACTIVE = text("ended_on IS NULL")
ACTIVE_LIFE = text("ended_on IS NULL AND schedule_id IS NULL")
TO_NOTE = text("about = 'case' AND noted_at IS NULL")


class NoticePreference(Base):
    """How a person wants to be told; who never said has these defaults.

    `offsets` are days before the due date, negative after it. `escalation_days`: as a manager, of what is overdue for
    more days; None is never. `looked_on` is the day for which a digest was last looked for.
    """

    __tablename__ = "notice_preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    email_on: Mapped[bool] = mapped_column(default=True)
    days: Mapped[list[str]] = mapped_column(JSON, default_factory=lambda: [day.value for day in WEEKDAYS])
    offsets: Mapped[list[int]] = mapped_column(JSON, default_factory=lambda: list(OFFSETS))
    escalation_days: Mapped[int | None] = mapped_column(default_factory=lambda: ESCALATION_DAYS)
    locale: Mapped[str | None] = mapped_column(String(5), default=None)
    looked_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class Webhook(Base):
    """An address that a program of an organisation listens at; one that was taken away stays for the log."""

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(100), repr=False)
    offsets: Mapped[list[int]] = mapped_column(JSON, default_factory=lambda: list(OFFSETS))
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    looked_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — see NoticePreference

    @property
    def is_live(self) -> bool:
        """Whether messages still go there."""
        return self.active and self.removed_at is None


class Notice(Base):
    """That somebody was told of a due date at an offset: once, in the message that is named.

    It is that of a schedule, or the shelf life of the asset that is named instead.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "schedule_id", "due_on", "kind", "offset_days"),
        UniqueConstraint("webhook_id", "schedule_id", "due_on", "kind", "offset_days"),
        UniqueConstraint("person_id", "asset_id", "due_on", "kind", "offset_days"),
        UniqueConstraint("webhook_id", "asset_id", "due_on", "kind", "offset_days"),
        Index(None, "schedule_id"),
        Index(None, "asset_id"),
        Index(None, "message_id"),
        CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name="told"),
        CheckConstraint("(schedule_id IS NULL) <> (asset_id IS NULL)", name="about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    due_on: Mapped[date]
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    offset_days: Mapped[int]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"), default=None)
    made_on: Mapped[date] = mapped_column(default_factory=clock.today)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), default=None)


class Telling(Base):
    """That a reader was told about an organisation's things: by the message that is named, or only in the registry.

    One message may tell of several organisations. `counts` says how many things by what is told of them. Of a case,
    `case_id` is the case; a person notes such a telling at `noted_at`.
    """

    __tablename__ = "telling"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "person_id", "id"),
        Index(None, "message_id"),
        Index("ix_telling_to_note", "person_id", "id", sqlite_where=TO_NOTE),
        CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name="told"),
        CheckConstraint("(about = 'case') = (case_id IS NOT NULL)", name="case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    about: Mapped[Subject] = mapped_column(choice(Subject))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default_factory=dict)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"), index=True, default=None)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_message.id"), default=None)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("impact_case.id"), index=True, default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    noted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True)
    person: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True)
    webhook: Mapped[Webhook | None] = relationship(init=False, repr=False, viewonly=True)
    message: Mapped[Message | None] = relationship(init=False, repr=False, viewonly=True)


class NoticeSnooze(Base):
    """A person asks not to be told of an asset's due date before a day; until then it is not escalated either.

    Without a schedule it is the asset's shelf life. `ended_on` is the day it was lifted or, at its end, told again.
    """

    __tablename__ = "notice_snooze"
    __table_args__ = (
        Index(
            "uq_notice_snooze_active",
            "person_id",
            "schedule_id",
            unique=True,
            sqlite_where=ACTIVE,
        ),
        Index("uq_notice_snooze_shelf_life", "person_id", "asset_id", unique=True, sqlite_where=ACTIVE_LIFE),
        Index(None, "schedule_id"),
        Index(None, "asset_id"),
        Index(None, "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    due_on: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    person: Mapped[Person] = relationship(init=False, repr=False, viewonly=True)
    schedule: Mapped[Schedule | None] = relationship(init=False, repr=False, viewonly=True)
    asset: Mapped[Asset] = relationship(init=False, repr=False, viewonly=True)

    @property
    def key(self) -> tuple[int, int]:
        """What is put off; see `rules.Line`."""
        return self.schedule_id or 0, self.asset_id

    @property
    def due_kind(self) -> DueKind:
        """Whose last valid day is put off."""
        return DueKind(self.schedule.kind.value) if self.schedule is not None else DueKind.SHELF_LIFE


class LapseSnooze(Base):
    """A person asks not to be told before a day that something of a laboratory lapses.

    `ended_on` is the day it was lifted or, at its end, told again.
    """

    __tablename__ = "lapse_snooze"
    __table_args__ = (
        Index(
            "uq_lapse_snooze_active",
            "person_id",
            "lab_id",
            "kind",
            "what",
            "lapses_on",
            unique=True,
            sqlite_where=ACTIVE,
        ),
        Index(None, "lab_id"),
        Index(None, "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    kind: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(300))
    lapses_on: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    lab: Mapped[Lab] = relationship(init=False, repr=False, viewonly=True)


class CalendarFeed(Base):
    """A person's secret calendar address; only the token's hash is kept."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True, repr=False)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)


class LapseNotice(Base):
    """That a person was told, at an offset, that something of a laboratory lapses: once, in the message named."""

    __tablename__ = "lapse_notice"
    __table_args__ = (
        UniqueConstraint("person_id", "lab_id", "kind", "what", "lapses_on", "offset_days"),
        Index(None, "lab_id"),
        Index(None, "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    kind: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(300))
    lapses_on: Mapped[date]
    offset_days: Mapped[int]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
