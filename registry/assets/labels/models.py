"""Labels beyond the tag an asset was registered with, and what was printed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.assets.labels.rules import Format, Revocation
from registry.assets.models import Asset
from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice


class Label(Base):
    """A label: blank while it has no asset, then the asset's until it is revoked.

    An asset's own tag has a row here only once it was printed or revoked. `batch` is common to labels made at once.
    `printed_due_on` is what the print says where it `shows_due`, None for an asset without a due date.
    """

    __tablename__ = "label"
    __table_args__ = (Index(None, "organisation_id", "id"), Index(None, "asset_id", "id"), Index(None, "batch", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    tag: Mapped[str] = mapped_column(String(11), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), default=None)
    batch: Mapped[str | None] = mapped_column(String(16), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    revoked_because: Mapped[Revocation | None] = mapped_column(choice(Revocation), default=None)
    printed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    printed_due_on: Mapped[date | None] = mapped_column(default=None)
    shows_due: Mapped[bool] = mapped_column(default=False)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    asset: Mapped[Asset | None] = relationship(init=False, repr=False, viewonly=True)

    @property
    def is_blank(self) -> bool:
        """Whether it can be put on something."""
        return self.claimed_at is None and self.revoked_at is None

    @property
    def is_unprinted(self) -> bool:
        """Whether it is on no paper yet: made for its asset and never printed; blank ones are made on paper."""
        return self.batch is None and self.printed_at is None


class LabelRun(Base):
    """Labels too many to wait for: what was asked, and the file until it is fetched or forgotten."""

    __tablename__ = "label_run"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    locale: Mapped[str] = mapped_column(String(8))
    format: Mapped[Format] = mapped_column(choice(Format))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant, index=True, default_factory=clock.now)
    ready_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    labels: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(2000), default=None)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, repr=False, default=None)
    person: Mapped[Person] = relationship(init=False, repr=False, viewonly=True)
