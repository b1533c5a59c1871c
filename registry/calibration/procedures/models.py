"""Procedures and their versions; a record keeps the version it was made by."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.assets.models import Asset
from registry.assets.types.models import InstrumentType
from registry.calibration.procedures.rules import LimitsSource, Setpoint
from registry.calibration.rules import CalibrationKind, Condition, DecisionRule, Stage
from registry.kernel.db import Base, Exact, ExactRows, Instant, choice
from registry.kernel.i18n import current_locale

procedure_type = Table(
    "procedure_type",
    Base.metadata,
    Column("version_id", ForeignKey("procedure_version.id"), primary_key=True),
    Column("type_id", ForeignKey("instrument_type.id"), primary_key=True, index=True),
)
procedure_standard = Table(
    "procedure_standard",
    Base.metadata,
    Column("version_id", ForeignKey("procedure_version.id"), primary_key=True),
    Column("asset_id", ForeignKey("asset.id"), primary_key=True, index=True),
)


class CalibrationProcedure(Base):
    """A procedure. Those without an owner are for everybody. `number` is that of its newest version.

    One that was retired is offered no longer, and stays readable with the reason.
    """

    __tablename__ = "calibration_procedure"
    __table_args__ = (
        Index("uq_calibration_procedure_code", text("coalesce(owner_id, 0)"), "code", unique=True),
        Index(None, "code", "id"),
        Index(None, "owner_id", "kind", "code"),
        CheckConstraint("(retired_at IS NULL) = (retired_because IS NULL)", name="retired"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[CalibrationKind] = mapped_column(choice(CalibrationKind))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    search: Mapped[str] = mapped_column(String(1000), repr=False)
    retired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    retired_because: Mapped[str | None] = mapped_column(String(500), default=None)
    owner: Mapped[Organisation | None] = relationship(init=False, repr=False, viewonly=True)
    versions: Mapped[list["ProcedureVersion"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="ProcedureVersion.number"
    )
    current: Mapped["ProcedureVersion"] = relationship(
        init=False,
        repr=False,
        viewonly=True,
        primaryjoin="and_(ProcedureVersion.procedure_id == CalibrationProcedure.id, "
        "ProcedureVersion.number == CalibrationProcedure.number)",
        uselist=False,
    )


class ProcedureVersion(Base):
    """What a procedure says since one of its versions, which never changes. `quantity_key` is the folded quantity."""

    __tablename__ = "procedure_version"
    __table_args__ = (UniqueConstraint("procedure_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("calibration_procedure.id"))
    number: Mapped[int]
    title_vi: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    method: Mapped[str | None] = mapped_column(String(200))
    quantity: Mapped[str | None] = mapped_column(String(120))
    quantity_key: Mapped[str | None] = mapped_column(String(240))
    decision_rule: Mapped[DecisionRule | None] = mapped_column(choice(DecisionRule))
    guard_factor: Mapped[Decimal | None] = mapped_column(Exact)
    target_risk: Mapped[Decimal | None] = mapped_column(Exact)
    limits: Mapped[LimitsSource] = mapped_column(choice(LimitsSource))
    setpoints: Mapped[Sequence[Setpoint]] = mapped_column(
        ExactRows(("nominal", "percent_of_range", "lower_limit", "upper_limit"), (("stage", Stage),))
    )
    environment: Mapped[Sequence[Condition]] = mapped_column(ExactRows(("low", "high")))
    standards_needed: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str] = mapped_column(String(2000))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    types: Mapped[list[InstrumentType]] = relationship(secondary=procedure_type, order_by="InstrumentType.code")
    standards: Mapped[list[Asset]] = relationship(secondary=procedure_standard, order_by="Asset.id")
    procedure: Mapped[CalibrationProcedure] = relationship(init=False, repr=False, viewonly=True)
    made_by: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True)

    @property
    def title(self) -> str:
        """The title in the language of the request."""
        return self.title_en if current_locale() == "en" else self.title_vi

    @property
    def code(self) -> str:
        """The code of the procedure."""
        return self.procedure.code
