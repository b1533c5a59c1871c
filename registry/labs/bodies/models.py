"""Accreditation bodies that were entered."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base


class AccreditationBody(Base):
    """A body, or what was said since of one that comes with the registry; `schemes` begin its numbers.

    `mra_since` and `mra_until` are the first and last day of its part in the ILAC arrangement, `source` who says so.
    """

    __tablename__ = "accreditation_body"
    __table_args__ = (CheckConstraint("mra_until >= mra_since", name="mra"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    schemes: Mapped[list[str]] = mapped_column(JSON)
    mra_since: Mapped[date | None]
    mra_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
