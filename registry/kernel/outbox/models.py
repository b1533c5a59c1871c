"""Messages that leave or left, with what became of each."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.kernel.outbox.rules import Channel, MessageState


class Message(Base):
    """One message to one recipient: an e-mail to a person or a POST to a webhook.

    `key` names what causes it, so that it is put down once. `message_id` is the same at every attempt. A message that
    is open is looked at again at `next_at`; while it is claimed, `claim` is its sender and `begun_at` the instant
    before the last byte went out. `queued_at` is from when on patience is counted.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(None, "channel", "state", "next_at", "id"),
        Index(None, "state", "id"),
        Index(None, "person_id", "id"),
        Index(None, "webhook_id", "id"),
        Index(None, "claim"),
        CheckConstraint("(channel = 'email') = (address IS NOT NULL)", name="addressed"),
        CheckConstraint("(channel = 'webhook') = (webhook_id IS NOT NULL)", name="hooked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text, repr=False)
    html: Mapped[str | None] = mapped_column(Text, repr=False, default=None)
    address: Mapped[str | None] = mapped_column(String(200), default=None)
    name: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    queued_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    next_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(120), default=None)
    begun_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    error: Mapped[str | None] = mapped_column(String(500), default=None)
