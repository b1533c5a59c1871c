"""What is remembered of custody: who has an asset now, and everything that happened to it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation
from registry.assets.custody.rules import EventKind, HoldingKind
from registry.assets.models import Asset
from registry.kernel.db import Base, Instant, choice


class Holding(Base):
    """Who has an asset that is not in its place, or to whom it is offered: at most one, so that two cannot have it.

    `holder` is a person, a laboratory, or empty for an offer; `expected_back_on` is the last day that is not late.
    """

    __tablename__ = "holding"
    __table_args__ = (
        Index(None, "kind", "expected_back_on", "id"),
        Index(None, "expected_back_on", "id"),
        Index(None, "to_organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), unique=True)
    kind: Mapped[HoldingKind] = mapped_column(choice(HoldingKind))
    since_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    holder: Mapped[str | None] = mapped_column(String(200), default=None)
    to_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    expected_back_on: Mapped[date | None] = mapped_column(default=None)
    override_reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    note: Mapped[str | None] = mapped_column(String(1000), default=None)
    asset: Mapped[Asset] = relationship(init=False, repr=False, viewonly=True)
    to_organisation: Mapped[Organisation | None] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")


class CustodyEvent(Base):
    """One line of an asset's custody: what happened, when, who wrote it down, and from where to where.

    Places, custodians and owners are those before and after; `holder` is who took it or brought it back.
    """

    __tablename__ = "custody_event"
    __table_args__ = (Index(None, "asset_id", "id"), Index(None, "from_organisation_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    from_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    from_location: Mapped[str | None] = mapped_column(String(200), default=None)
    to_location: Mapped[str | None] = mapped_column(String(200), default=None)
    from_custodian: Mapped[str | None] = mapped_column(String(200), default=None)
    to_custodian: Mapped[str | None] = mapped_column(String(200), default=None)
    holder: Mapped[str | None] = mapped_column(String(200), default=None)
    expected_back_on: Mapped[date | None] = mapped_column(default=None)
    override_reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    note: Mapped[str | None] = mapped_column(String(1000), default=None)
    asset: Mapped[Asset] = relationship(init=False, repr=False, viewonly=True)
    from_organisation: Mapped[Organisation] = relationship(
        init=False, repr=False, viewonly=True, lazy="selectin", foreign_keys=[from_organisation_id]
    )
    to_organisation: Mapped[Organisation] = relationship(
        init=False, repr=False, viewonly=True, lazy="selectin", foreign_keys=[to_organisation_id]
    )
