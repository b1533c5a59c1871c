"""Minutes as they were signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.inspection.minutes.rules import hash_of
from registry.kernel.db import Base, Instant


class InspectionMinutes(Base):
    """One version of the minutes of an inspection: what they say, for ever, and its hash.

    A later version amends the one before, with a reason; the earlier ones stay readable. `number_key` is the number
    that the authority gave them, as numbers are compared.
    """

    __tablename__ = "inspection_minutes"
    __table_args__ = (UniqueConstraint("inspection_id", "number"), Index(None, "content_hash"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    number: Mapped[int]
    content: Mapped[Mapping[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Instant)
    refused: Mapped[bool]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    amendment_reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    number_key: Mapped[str | None] = mapped_column(String(100), index=True, default=None)
    signed_by: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")

    @property
    def is_intact(self) -> bool:
        """Whether what is stored is still what was signed, as this version of this inspection."""
        own = self.content.get("inspection", self.inspection_id), self.content.get("version", self.number)
        return own == (self.inspection_id, self.number) and hash_of(self.content) == self.content_hash
