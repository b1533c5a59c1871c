"""Stock-takes, what they expected when they were opened, and every scan since."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.assets.rules import Kind, Status
from registry.assets.stocktake.rules import PART_OF, Part, Sighting
from registry.kernel.db import Base, Instant, choice


class StockTake(Base):
    """A count of what is at a place; without a place, of everything an organisation has.

    The numbers are kept under this row's lock: `expected` when it is opened, the others with each first sighting.
    Once closed it never changes.
    """

    __tablename__ = "stock_take"
    __table_args__ = (Index(None, "organisation_id", "id"), Index(None, "closed_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    location: Mapped[str | None] = mapped_column(String(200), default=None)
    only_kind: Mapped[Kind | None] = mapped_column(choice(Kind), default=None)
    only_status: Mapped[Status | None] = mapped_column(choice(Status), default=None)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    note: Mapped[str | None] = mapped_column(String(2000), default=None)
    expected: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    elsewhere: Mapped[int] = mapped_column(default=0)
    unexpected: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
    opened_by: Mapped[Person | None] = relationship(
        foreign_keys=[opened_by_id], init=False, repr=False, viewonly=True, lazy="selectin"
    )
    closed_by: Mapped[Person | None] = relationship(
        foreign_keys=[closed_by_id], init=False, repr=False, viewonly=True, lazy="selectin"
    )

    @property
    def missing(self) -> int:
        """How many of those expected nobody has scanned."""
        return self.expected - self.found

    @property
    def title(self) -> str:
        """What it is called where nobody gave it a name."""
        return self.name or self.location or self.organisation.name


class StockTakeItem(Base):
    """An asset that was registered at the place when the stock-take was opened, as it was called then."""

    __tablename__ = "stock_take_item"
    __table_args__ = (UniqueConstraint("stock_take_id", "asset_id"), Index(None, "stock_take_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    stock_take_id: Mapped[int] = mapped_column(ForeignKey("stock_take.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    tag: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(200))
    location: Mapped[str | None] = mapped_column(String(200), default=None)
    note: Mapped[str | None] = mapped_column(String(500), default=None)
    owner: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="joined")

    @property
    def part(self) -> Part:
        """An item is listed by itself while nobody has scanned it."""
        return Part.MISSING


class StockTakePiece(Base):
    """A component of an expected set, of its kind or of another, that stood with it when the stock-take was opened.

    `set_id` is the set, or the component of one, that it directly belongs to.
    """

    __tablename__ = "stock_take_piece"
    __table_args__ = (UniqueConstraint("stock_take_id", "asset_id"), Index(None, "stock_take_id", "set_id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    stock_take_id: Mapped[int] = mapped_column(ForeignKey("stock_take.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    tag: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(200))
    seen: Mapped[bool] = mapped_column(default=False)


class StockTakeScan(Base):
    """One scan, under the key its device gave it, and what it meant when it arrived.

    `read` is the tag on the label, `tag` that of the asset it leads to; place and owner are those then registered,
    empty when the person who scanned may not know them. `again` is every scan of a thing but the one that found it;
    `partial` is one of a component whose set still waits for others.
    """

    __tablename__ = "stock_take_scan"
    __table_args__ = (
        UniqueConstraint("stock_take_id", "client_key"),
        Index(None, "stock_take_id", "asset_id"),
        Index(None, "stock_take_id", "tag"),
        Index(None, "stock_take_id", "id"),
        Index(None, "stock_take_id", "sighting", "again", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    stock_take_id: Mapped[int] = mapped_column(ForeignKey("stock_take.id"))
    client_key: Mapped[str] = mapped_column(String(64))
    read: Mapped[str] = mapped_column(String(11))
    tag: Mapped[str] = mapped_column(String(11))
    sighting: Mapped[Sighting] = mapped_column(choice(Sighting))
    again: Mapped[bool]
    partial: Mapped[bool] = mapped_column(init=False, default=False, server_default=false())
    scanned_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True, default=None)
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    location: Mapped[str | None] = mapped_column(String(200), default=None)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    moved: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[Organisation | None] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
    person: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")

    @property
    def part(self) -> Part:
        """Where a first sighting is listed."""
        return PART_OF[self.sighting]
