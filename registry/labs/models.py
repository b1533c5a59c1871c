"""Laboratories with their accreditations and the lines of their scope."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation
from registry.kernel.db import Base, Exact, choice
from registry.labs.rules import AccreditationStatus, Iso17025Status


class Lab(Base):
    """A laboratory of an organisation."""

    __tablename__ = "lab"
    __table_args__ = (Index(None, "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    iso17025_status: Mapped[Iso17025Status] = mapped_column(choice(Iso17025Status), index=True)
    address: Mapped[str] = mapped_column(String(300), default="")
    search: Mapped[str] = mapped_column(String(2000), default="")
    version: Mapped[int] = mapped_column(init=False)
    organisation: Mapped[Organisation] = relationship(repr=False, init=False, viewonly=True)
    accreditations: Mapped[list["Accreditation"]] = relationship(
        repr=False,
        init=False,
        cascade="all, delete-orphan",
        order_by="(Accreditation.granted_on, Accreditation.id)",
    )
    scope: Mapped[list["ScopeLine"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="ScopeLine.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class Accreditation(Base):
    """One decision of an accreditation body; `valid_until` is the last day, inclusive."""

    __tablename__ = "accreditation"
    __table_args__ = (
        CheckConstraint("valid_until >= granted_on", name="life"),
        Index(None, "lab_id", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    body: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(60))
    standard: Mapped[str] = mapped_column(String(100))
    granted_on: Mapped[date]
    valid_until: Mapped[date]
    status: Mapped[AccreditationStatus] = mapped_column(choice(AccreditationStatus))


class ScopeLine(Base):
    """What a laboratory may calibrate: a quantity over a range, with its best uncertainty (CMC) in the same unit."""

    __tablename__ = "scope_line"
    __table_args__ = (Index(None, "lab_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    position: Mapped[int]
    quantity: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(40))
    range_low: Mapped[Decimal | None] = mapped_column(Exact)
    range_high: Mapped[Decimal | None] = mapped_column(Exact)
    cmc: Mapped[Decimal | None] = mapped_column(Exact)
    method: Mapped[str | None] = mapped_column(String(200))
