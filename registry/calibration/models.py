"""Calibrations with their standards, points and signatures, and the turns at which schedules fell overdue."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration.procedures.models import ProcedureVersion
from registry.calibration.rules import (
    CalibrationKind,
    Condition,
    DecisionRule,
    Meaning,
    Outcome,
    RecordStatus,
    Stage,
    VerificationKind,
)
from registry.kernel.db import Base, Exact, ExactRows, Instant, choice
from registry.labs.models import Lab

STANDING = text("status NOT IN ('void', 'amended')")
SUBMITTED = text("status = 'submitted'")
# Not as parameters: SQLite plans a statement anew each time one is given that might choose a partial index.
ISSUED: ColumnClause[str] = literal_column(f"'{RecordStatus.ISSUED}'")
VOID: ColumnClause[str] = literal_column(f"'{RecordStatus.VOID}'")
UNSEEN = text("status = 'issued' AND recorded_by_lab AND approved_at IS NULL AND import_id IS NULL AND seen_at IS NULL")


class Calibration(Base):
    """One calibration, verification, check or test of one asset, by one laboratory or by its owner.

    `due_on` is until when it counts, the last valid day inclusive: `calendar_due_on`, which the rules said when it was
    issued, unless an extension or the use since then moved it. `calendar_number` is the day of the month that this one
    stands for in a shorter month. `moved` says whether it moved the asset's due date when
    it was issued. `performed_on` is the last day of the work, which decides; `began_on` the first one.
    `certificate_key` is the number as it is compared. `recomputed` is what its points say under its decision rule, and
    `content_hash` the digest of everything that was issued, see `content`. `amends_id` leads to the record whose place
    it takes (ISO/IEC 17025, 7.8.8). `import_id` is the sheet it came with: who imported it recorded it, and nobody
    signed it here; while it is a draft, the sheet is not whole yet and nobody sees it.
    `contradiction_reason` says why it was approved although its points fail. `in_tolerance` is the share of such items
    that its laboratory knows to be in tolerance when they come in. `recorded_by_lab` says that the laboratory's own
    people recorded it, not somebody who holds its certificate; `seen_by_id` is who of them confirmed the copy.
    `doubt` is the gravest that cases say of it, where that is asked for. `files_then` are the digests of the files it
    was issued with, where they are known without asking.
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
            "certificate_key",
            text("coalesce(lab_id, 0)"),
            unique=True,
            sqlite_where=STANDING,
        ),
        Index(None, "lab_id", "certificate_key"),
        Index("ix_calibration_submitted", "id", sqlite_where=SUBMITTED),
        Index("ix_calibration_unseen", "id", sqlite_where=UNSEEN),
        CheckConstraint("valid_until >= performed_on", name="life"),
        CheckConstraint("lab_id IS NOT NULL OR kind NOT IN ('calibration', 'verification')", name="by_a_lab"),
        CheckConstraint("status <> 'issued' OR certificate_no IS NOT NULL", name="certified"),
        CheckConstraint("verification_kind IS NULL OR kind = 'verification'", name="verification_only"),
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
    certificate_key: Mapped[str | None] = mapped_column(String(300), default=None, repr=False)
    verification_kind: Mapped[VerificationKind | None] = mapped_column(choice(VerificationKind), default=None)
    received_on: Mapped[date | None] = mapped_column(default=None)
    began_on: Mapped[date | None] = mapped_column(default=None)
    issued_on: Mapped[date | None] = mapped_column(default=None)
    on_site: Mapped[bool | None] = mapped_column(default=None)
    place: Mapped[str | None] = mapped_column(String(200), default=None)
    method: Mapped[str | None] = mapped_column(String(200), default=None)
    environment: Mapped[Sequence[Condition]] = mapped_column(ExactRows(("low", "high")), default=())
    condition_in: Mapped[str | None] = mapped_column(String(500), default=None)
    performed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    stamp_no: Mapped[str | None] = mapped_column(String(100), default=None)
    seal_nos: Mapped[str | None] = mapped_column(String(500), default=None)
    customer: Mapped[str | None] = mapped_column(String(200), default=None)
    procedure_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("procedure_version.id"), index=True, default=None
    )
    guard_factor: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    target_risk: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    in_tolerance: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    recomputed: Mapped[Outcome | None] = mapped_column(choice(Outcome, "recomputed"), default=None)
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), index=True, default=None)
    amendment_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    return_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    content_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    calendar_due_on: Mapped[date | None] = mapped_column(default=None)
    calendar_number: Mapped[int | None] = mapped_column(default=None)
    moved: Mapped[bool] = mapped_column(default=False)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    approved_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    search: Mapped[str] = mapped_column(String(2500), default="", repr=False)
    void_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_import.id"), index=True, default=None)
    contradiction_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    recorded_by_lab: Mapped[bool] = mapped_column(default=False, server_default=false())
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    seen_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    doubt: Mapped[Doubt | None] = query_expression(repr=False)
    asset: Mapped[Asset] = relationship(repr=False, init=False, viewonly=True)
    lab: Mapped[Lab | None] = relationship(repr=False, init=False, viewonly=True)
    recorded_by: Mapped[Person | None] = relationship(
        foreign_keys=[recorded_by_id], repr=False, init=False, viewonly=True
    )
    approved_by: Mapped[Person | None] = relationship(
        foreign_keys=[approved_by_id], repr=False, init=False, viewonly=True
    )
    submitted_by: Mapped[Person | None] = relationship(
        foreign_keys=[submitted_by_id], repr=False, init=False, viewonly=True
    )
    seen_by: Mapped[Person | None] = relationship(foreign_keys=[seen_by_id], repr=False, init=False, viewonly=True)
    amends: Mapped["Calibration | None"] = relationship(
        foreign_keys=[amends_id], remote_side=[id], repr=False, init=False, viewonly=True
    )
    amendments: Mapped[list["Calibration"]] = relationship(
        foreign_keys=[amends_id], remote_side=[amends_id], order_by=id, repr=False, init=False, viewonly=True
    )
    standards: Mapped[list["CalibrationStandard"]] = relationship(
        repr=False,
        init=False,
        order_by="CalibrationStandard.id",
        cascade="all, delete-orphan",
        foreign_keys="CalibrationStandard.calibration_id",
    )
    points: Mapped[list["CalibrationPoint"]] = relationship(
        repr=False, init=False, order_by="CalibrationPoint.position", viewonly=True
    )
    procedure: Mapped[ProcedureVersion | None] = relationship(repr=False, init=False, viewonly=True)
    signatures: Mapped[list["Signature"]] = relationship(repr=False, init=False, order_by="Signature.id", viewonly=True)
    files_then = cast("Sequence[str] | None", None)


class CalibrationStandard(Base):
    """A standard a calibration relied on, and whether it was valid on the day it was relied on.

    `relied_on_id` is the calibration or verification of the standard that was in force on that day, None without one.
    `is_hidden` says, of a record as somebody reads it, that how the standard stood is not for them.
    """

    __tablename__ = "calibration_standard"
    __table_args__ = (UniqueConstraint("calibration_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    due_on_then: Mapped[date | None]
    was_valid: Mapped[bool]
    relied_on_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), index=True, default=None)
    asset: Mapped[Asset] = relationship(repr=False, init=False, viewonly=True)
    relied_on: Mapped[Calibration | None] = relationship(
        foreign_keys=[relied_on_id], repr=False, init=False, viewonly=True
    )
    is_hidden = False


class CalibrationPoint(Base):
    """One measured point, all numbers in its unit, with the digits of the certificate.

    `standard_id` is the standard this point was measured with, None for all of the record's. `limits_derived` says that
    the limits are not the certificate's but follow from the asset's permissible error on the day of recording.
    """

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
    degrees_of_freedom: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_standard.id"), index=True, default=None)
    limits_derived: Mapped[bool] = mapped_column(default=False)
    standard: Mapped[CalibrationStandard | None] = relationship(repr=False, init=False, viewonly=True)


class Signature(Base):
    """Who approved which content and what that means: `content_hash` is the digest of what was signed.

    `actor` keeps the name even if the person's changes; without a person the registry itself signed. `digest` covers
    all of it in the way that `form` names, see `signing`; the first form had none and covered the content alone.
    """

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    meaning: Mapped[Meaning] = mapped_column(choice(Meaning))
    content_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    form: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(64), default=None)


class OverdueTurn(Base):
    """The turn at which a schedule fell overdue, the day after its due date; once cleared it stays as history."""

    __tablename__ = "overdue_turn"
    __table_args__ = (UniqueConstraint("schedule_id", "since_on"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    due_on: Mapped[date]
    since_on: Mapped[date] = mapped_column(index=True)
    flagged_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class ChangedSchedule(Base):
    """A schedule that changed, or whose asset did, since the last sweep; written by triggers, more than once too.

    `taken` marks, within the transaction of a sweep, those that it looks at.
    """

    __tablename__ = "changed_schedule"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    schedule_id: Mapped[int]
    taken: Mapped[bool] = mapped_column(default=False, server_default=false())


class TurnSweep(Base):
    """The one row that says up to which day, exclusive, every due date was looked at."""

    __tablename__ = "turn_sweep"

    id: Mapped[int] = mapped_column(primary_key=True)
    swept_on: Mapped[date]
