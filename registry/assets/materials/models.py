"""The data sheet of a reference material, its certified values, and what was taken of it."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.assets.materials.rules import TimeUnit, expiry
from registry.kernel.db import Base, Exact, Instant, choice


class Material(Base):
    """What the certificate of a reference material says (ISO/IEC 17025, 6.4.13 f), and how much of it is left.

    `expires_on` is the last certified day, inclusive; `quantity` is what was received and `remaining` what is left of
    it, both in `unit`. What limits the asset's validity is `expiry`, which knows the opening too.
    """

    __tablename__ = "material"
    __table_args__ = (CheckConstraint("stable_for > 0", name="stability"),)

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    producer: Mapped[str | None] = mapped_column(String(200), default=None)
    certificate_no: Mapped[str | None] = mapped_column(String(100), default=None)
    expires_on: Mapped[date | None] = mapped_column(default=None)
    opened_on: Mapped[date | None] = mapped_column(default=None)
    stable_for: Mapped[int | None] = mapped_column(default=None)
    stable_unit: Mapped[TimeUnit | None] = mapped_column(choice(TimeUnit), default=None)
    storage: Mapped[str | None] = mapped_column(String(500), default=None)
    quantity: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    unit: Mapped[str | None] = mapped_column(String(40), default=None)
    remaining: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    version: Mapped[int] = mapped_column(init=False)
    certified_values: Mapped[list["CertifiedValue"]] = relationship(
        order_by="CertifiedValue.position",
        cascade="all, delete-orphan",
        default_factory=list,
        repr=False,
        lazy="selectin",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def usable_until(self) -> date | None:
        """The last day on which it may be used, inclusive."""
        return expiry(self.expires_on, self.opened_on, self.stable_for, self.stable_unit)

    @property
    def is_certified(self) -> bool:
        """Whether its producer's certificate is on file."""
        return self.certificate_no is not None or bool(self.certified_values)


class CertifiedValue(Base):
    """A property that was certified: value and expanded uncertainty (±, with its coverage factor) in its unit."""

    __tablename__ = "certified_value"
    __table_args__ = (UniqueConstraint("asset_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("material.asset_id"), init=False)
    position: Mapped[int]
    property: Mapped[str] = mapped_column(String(200))
    value: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(40))
    expanded_uncertainty: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    coverage_factor: Mapped[Decimal | None] = mapped_column(Exact, default=None)


class MaterialDraw(Base):
    """What was taken of a material: `amount` and `remaining`, both in the unit that the stock had then."""

    __tablename__ = "material_draw"
    __table_args__ = (Index(None, "asset_id", "taken_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    taken_on: Mapped[date]
    taken_by: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(40))
    remaining: Mapped[Decimal] = mapped_column(Exact)
    note: Mapped[str | None] = mapped_column(String(500))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True)
