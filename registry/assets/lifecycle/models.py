"""What is remembered of an asset's life: changes of status, checks, faults, upkeep and the maintenance plan."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind, UpkeepKind
from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.kernel.db import Base, Instant, choice
from registry.kernel.spoken import Spoken


class StatusChange(Base):
    """One change of status: from what to what, on which day, why, and what limited use was limited to.

    `actor` keeps the name of whoever wrote it down, even if the person's changes.
    """

    __tablename__ = "status_change"
    __table_args__ = (Index(None, "asset_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    old: Mapped[Status] = mapped_column(choice(Status, "old"))
    new: Mapped[Status] = mapped_column(choice(Status, "new"))
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Spoken(1000), default=None)
    restriction: Mapped[str | None] = mapped_column(String(200), default=None)


class FitnessCheck(Base):
    """A check before an asset is placed or returned into service: against what, and whether it passed."""

    __tablename__ = "fitness_check"
    __table_args__ = (Index(None, "asset_id", "id"), Index(None, "asset_id", "on"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[CheckKind] = mapped_column(choice(CheckKind))
    on: Mapped[date]
    requirement: Mapped[str] = mapped_column(String(1000))
    result: Mapped[CheckResult] = mapped_column(choice(CheckResult))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str | None] = mapped_column(String(1000), default=None)


class Fault(Base):
    """Damage, overload or malfunction, and the look at what was measured meanwhile (ISO/IEC 17025, 6.4.9 and 7.10).

    `last_good_on` is the last day before it on which the asset was known to be good, as records said when it was found.
    `resolved_on` is the day the asset came back into service; the look stays open until a manager concludes it.
    """

    __tablename__ = "fault"
    __table_args__ = (Index(None, "asset_id", "id"), Index(None, "impact_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[FaultKind] = mapped_column(choice(FaultKind))
    found_on: Mapped[date]
    description: Mapped[str] = mapped_column(Spoken(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    happened_on: Mapped[date | None] = mapped_column(default=None)
    last_good_on: Mapped[date | None] = mapped_column(default=None)
    resolved_on: Mapped[date | None] = mapped_column(default=None)
    impact_conclusion: Mapped[str | None] = mapped_column(String(4000), default=None)
    impact_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    impact_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    impact_actor: Mapped[str | None] = mapped_column(String(200), default=None)
    asset: Mapped[Asset] = relationship(init=False, repr=False, viewonly=True)


class MaintenanceLine(Base):
    """What has to be done to an asset every so many months; `due_on` is None until it was done once.

    A line that is given up stays, because upkeep points at it.
    """

    __tablename__ = "maintenance_line"
    __table_args__ = (Index(None, "asset_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    what: Mapped[str] = mapped_column(String(200))
    interval_months: Mapped[int]
    last_on: Mapped[date | None] = mapped_column(default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)


class Upkeep(Base):
    """Work done on an asset to keep or change it, and the line of the maintenance plan it fulfils, if it does.

    `alters` says that the work touched what it measures.
    """

    __tablename__ = "upkeep"
    __table_args__ = (Index(None, "asset_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[UpkeepKind] = mapped_column(choice(UpkeepKind))
    on: Mapped[date]
    description: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    performed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_line.id"), index=True, default=None)
    alters: Mapped[bool] = mapped_column(default=False, server_default=false())
    line: Mapped[MaintenanceLine | None] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
