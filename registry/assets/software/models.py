"""The versions of firmware and software that were installed on assets."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.assets.software.rules import SoftwareKind
from registry.kernel.db import Base, Instant, choice


class InstalledSoftware(Base):
    """A version from a day on (ISO/IEC 17025, 6.4.13 a); of one kind the newest is current, the others stay."""

    __tablename__ = "installed_software"
    __table_args__ = (Index(None, "asset_id", "since_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[SoftwareKind] = mapped_column(choice(SoftwareKind))
    version: Mapped[str] = mapped_column(String(100))
    since_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(500))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
