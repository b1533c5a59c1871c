"""Cases of standards found out of tolerance, the ranges that were bad, and every record that relied on them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration.cases.rules import (
    RANKS,
    AffectedRange,
    Bearing,
    CaseState,
    Disposition,
    Significance,
    Trigger,
    Way,
)
from registry.calibration.models import Calibration
from registry.kernel import clock
from registry.kernel.db import Base, Exact, Instant, choice

DOUBTFUL = text("doubt IS NOT NULL")
UNTOLD = text("coalesce(doubt, '') <> coalesce(told, '')")
REASON = 2000


class Case(Base):
    """A standard that was out of tolerance, and the days on which it was relied on meanwhile, both inclusive.

    `from_on` is the day of its last good result (`last_good_id`), None when it never had one; `until_on` is None while
    it stays bad. `gathered_at` says that everything that relied on it was found and judged.
    """

    __tablename__ = "impact_case"
    __table_args__ = (
        Index(None, "asset_id", "id"),
        Index(None, "state", "id"),
        UniqueConstraint("calibration_id"),
        UniqueConstraint("fault_id"),
        CheckConstraint("until_on >= from_on", name="life"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    trigger: Mapped[Trigger] = mapped_column(choice(Trigger))
    reason: Mapped[str] = mapped_column(String(REASON))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), default=None)
    fault_id: Mapped[int | None] = mapped_column(ForeignKey("fault.id"), default=None)
    last_good_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), index=True, default=None)
    state: Mapped[CaseState] = mapped_column(choice(CaseState), default=CaseState.GATHERING)
    gathered_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    problem: Mapped[str | None] = mapped_column(String(2000), default=None)
    conclusion: Mapped[str | None] = mapped_column(String(4000), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    closed_actor: Mapped[str | None] = mapped_column(String(200), default=None)
    version: Mapped[int] = mapped_column(init=False)
    asset: Mapped[Asset] = relationship(init=False, repr=False, viewonly=True)
    calibration: Mapped[Calibration | None] = relationship(
        foreign_keys=[calibration_id], init=False, repr=False, viewonly=True
    )
    last_good: Mapped[Calibration | None] = relationship(
        foreign_keys=[last_good_id], init=False, repr=False, viewonly=True
    )
    ranges: Mapped[list["CaseRange"]] = relationship(
        order_by="CaseRange.position", cascade="all, delete-orphan", default_factory=list, repr=False, lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class CaseRange(Base):
    """A range of a quantity that was bad; the good points at its ends do not belong to it. See AffectedRange."""

    __tablename__ = "case_range"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("impact_case.id"), init=False)
    position: Mapped[int]
    quantity: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(40))
    low: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    high: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    shift: Mapped[Decimal | None] = mapped_column(Exact, default=None)

    @property
    def affected(self) -> AffectedRange:
        """The range as the rules know it."""
        return AffectedRange(quantity=self.quantity, unit=self.unit, low=self.low, high=self.high, shift=self.shift)


class CaseNews(Base):
    """An occasion on which the owners of some items of a case were told of them; the items name their latest."""

    __tablename__ = "case_news"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("impact_case.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)


class HandTelling(Base):
    """That somebody told an owner of its items in a case outside the registry: whom, when, and what was said."""

    __tablename__ = "hand_telling"
    __table_args__ = (Index(None, "case_id", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("impact_case.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    way: Mapped[Way] = mapped_column(choice(Way))
    on: Mapped[date]
    whom: Mapped[str] = mapped_column(String(200))
    said: Mapped[str] = mapped_column(String(REASON))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True)


class CaseItem(Base):
    """A record that relied on the standard of a case, `depth` steps away, how it bears on it, and what was decided.

    `rank` orders by significance, the worst first. `doubt` is the mark it leaves on what rests on it, None when it
    leaves none; it goes when the case is withdrawn. `told` is the mark its owner was told of last: where the two
    differ, there is something to tell. `work_due_on` is the last day by which what was decided asks for new work.
    """

    __tablename__ = "case_item"
    __table_args__ = (
        UniqueConstraint("case_id", "calibration_id"),
        Index(None, "case_id", "bearing", "rank", "id"),
        Index(None, "case_id", "owner_id"),
        Index("ix_case_item_doubtful_record", "calibration_id", sqlite_where=DOUBTFUL),
        Index("ix_case_item_doubtful_asset", "asset_id", sqlite_where=DOUBTFUL),
        Index("ix_case_item_untold", "case_id", sqlite_where=UNTOLD),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("impact_case.id"))
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    performed_on: Mapped[date]
    depth: Mapped[int]
    bearing: Mapped[Bearing] = mapped_column(choice(Bearing), default=Bearing.PENDING)
    significance: Mapped[Significance | None] = mapped_column(choice(Significance), default=None)
    rank: Mapped[int] = mapped_column(default=RANKS[Significance.UNKNOWN])
    shift: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    unit: Mapped[str | None] = mapped_column(String(40), default=None)
    of_uncertainty: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    of_limit: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    doubt: Mapped[Doubt | None] = mapped_column(choice(Doubt), default=None)
    told: Mapped[Doubt | None] = mapped_column(choice(Doubt, "told"), default=None)
    news_id: Mapped[int | None] = mapped_column(ForeignKey("case_news.id"), index=True, default=None)
    disposition: Mapped[Disposition | None] = mapped_column(choice(Disposition), default=None)
    disposed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    disposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    disposed_actor: Mapped[str | None] = mapped_column(String(200), default=None)
    disposition_reason: Mapped[str | None] = mapped_column(String(REASON), default=None)
    work_due_on: Mapped[date | None] = mapped_column(default=None)
    case: Mapped[Case] = relationship(init=False, repr=False, viewonly=True)
    calibration: Mapped[Calibration] = relationship(init=False, repr=False, viewonly=True)
    asset: Mapped[Asset] = relationship(init=False, repr=False, viewonly=True)
    owner: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True)
