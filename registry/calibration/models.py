"""Calibrations with their standards and points, and the turns at which schedules fell overdue."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration.rules import CalibrationKind, DecisionRule, Outcome, RecordStatus, Stage
from registry.kernel.db import Base, Exact, Instant, choice
from registry.labs.models import Lab

NOT_VOID = text("status <> 'void'")
OPEN = text("cleared_at IS NULL")


class Calibration(Base):
    """One calibration, verification, check or test of one asset, by one laboratory or by its owner.

    `due_on` is until when it counts, the last valid day inclusive; `moved` says whether it moved the asset's due date
    when it was issued.
    """

    __tablename__ = "calibration"
    __table_args__ = (
        Index(None, "asset_id", "kind", "performed_on", "id"),
        Index(None, "lab_id", "performed_on"),
        Index(None, "performed_on", "id"),
        Index(
            "uq_calibration_certificate",
            "asset_id",
            "kind",
            "certificate_no",
            text("coalesce(lab_id, 0)"),
            unique=True,
            sqlite_where=NOT_VOID,
        ),
        CheckConstraint("valid_until >= performed_on", name="life"),
        CheckConstraint("lab_id IS NOT NULL OR kind NOT IN ('calibration', 'verification')", name="by_a_lab"),
        CheckConstraint("status <> 'issued' OR certificate_no IS NOT NULL", name="certified"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[CalibrationKind] = mapped_column(choice(CalibrationKind))
    performed_on: Mapped[date]
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"))
    certificate_no: Mapped[str | None] = mapped_column(String(100))
    valid_until: Mapped[date | None]
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    decision_rule: Mapped[DecisionRule | None] = mapped_column(choice(DecisionRule))
    status: Mapped[RecordStatus] = mapped_column(choice(RecordStatus))
    adjusted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(2000))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date | None] = mapped_column(default=None)
    moved: Mapped[bool] = mapped_column(default=False)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    approved_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    search: Mapped[str] = mapped_column(String(2500), default="", repr=False)
    void_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    asset: Mapped[Asset] = relationship(repr=False, init=False, viewonly=True)
    lab: Mapped[Lab | None] = relationship(repr=False, init=False, viewonly=True)
    recorded_by: Mapped[Person | None] = relationship(
        foreign_keys=[recorded_by_id], repr=False, init=False, viewonly=True
    )
    approved_by: Mapped[Person | None] = relationship(
        foreign_keys=[approved_by_id], repr=False, init=False, viewonly=True
    )
    standards: Mapped[list["CalibrationStandard"]] = relationship(
        repr=False, init=False, order_by="CalibrationStandard.id"
    )
    points: Mapped[list["CalibrationPoint"]] = relationship(
        repr=False, init=False, order_by="CalibrationPoint.position"
    )


class CalibrationStandard(Base):
    """A standard a calibration relied on, and whether it was valid on the day it was relied on."""

    __tablename__ = "calibration_standard"
    __table_args__ = (UniqueConstraint("calibration_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    due_on_then: Mapped[date | None]
    was_valid: Mapped[bool]
    asset: Mapped[Asset] = relationship(repr=False, init=False, viewonly=True)


class CalibrationPoint(Base):
    """One measured point, all numbers in its unit, with the digits of the certificate."""

    __tablename__ = "calibration_point"
    __table_args__ = (UniqueConstraint("calibration_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), init=False)
    position: Mapped[int]
    quantity: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(40))
    nominal: Mapped[Decimal | None] = mapped_column(Exact)
    reference: Mapped[Decimal | None] = mapped_column(Exact)
    indication: Mapped[Decimal | None] = mapped_column(Exact)
    expanded_uncertainty: Mapped[Decimal | None] = mapped_column(Exact)
    coverage_factor: Mapped[Decimal | None] = mapped_column(Exact)
    lower_limit: Mapped[Decimal | None] = mapped_column(Exact)
    upper_limit: Mapped[Decimal | None] = mapped_column(Exact)
    stage: Mapped[Stage] = mapped_column(choice(Stage))


class OverdueTurn(Base):
    """The turn at which a schedule fell overdue, the day after its due date; once cleared it stays as history."""

    __tablename__ = "overdue_turn"
    __table_args__ = (
        UniqueConstraint("schedule_id", "since_on"),
        Index("ix_overdue_turn_open", "schedule_id", sqlite_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    due_on: Mapped[date]
    since_on: Mapped[date] = mapped_column(index=True)
    flagged_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
