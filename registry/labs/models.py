"""Laboratories with their accreditations and the lines of their scope."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel import clock
from registry.kernel.db import Base, Exact, Instant, choice
from registry.labs.confirming.models import Stated
from registry.labs.journey import Step
from registry.labs.rules import AccreditationStatus, Iso17025Status, LabKind, RecognitionKind
from registry.labs.scope.rules import Combined, Place, RelativeUnit, ScopeChange
from registry.labs.standing import DecisionKind, Standing, awaits_confirmation

TYPE: Final = table("instrument_type", column("id", Integer), column("code", String))  # keys are data: no import


class Lab(Base):
    """A laboratory of an organisation."""

    __tablename__ = "lab"
    __table_args__ = (Index(None, "name", "id"), Index("ix_lab_code_lower", text("lower(code)")))

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
    lines: Mapped[list["ScopeLine"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="(ScopeLine.position, ScopeLine.id)"
    )
    scope: Mapped[list["ScopeLine"]] = relationship(
        primaryjoin="and_(Lab.id == ScopeLine.lab_id, ScopeLine.corrected_at.is_(None))",
        order_by="(ScopeLine.position, ScopeLine.id)",
        repr=False,
        init=False,
        viewonly=True,
    )

    kind_rows: Mapped[list["LabKindRow"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="LabKindRow.kind"
    )
    sites: Mapped[list["LabSite"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="LabSite.position"
    )
    recognitions: Mapped[list["Recognition"]] = relationship(
        repr=False,
        init=False,
        cascade="all, delete-orphan",
        order_by="(Recognition.granted_on, Recognition.id)",
    )
    steps: Mapped[list["LabStep"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="(LabStep.on, LabStep.id)"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def current_scope(self) -> list["ScopeLine"]:
        """The lines of the scope without those that ended before today."""
        today = clock.today()
        return [line for line in self.scope if line.valid_to is None or line.valid_to >= today]

    @property
    def counting_scope(self) -> list["ScopeLine"]:
        """The lines of the scope of any day without those that await confirmation."""
        return [line for line in self.scope if not line.awaits_confirmation]

    @property
    def designations(self) -> list["Recognition"]:
        """Those of its recognitions that let it verify."""
        return [held for held in self.recognitions if held.kind is RecognitionKind.DESIGNATION]

    @property
    def kinds(self) -> list[LabKind]:
        """What it does, in the order of the enumeration."""
        held = {row.kind for row in self.kind_rows}
        return [kind for kind in LabKind if kind in held]


class Accreditation(Stated, Base):
    """An accreditation as granted; `valid_until` is its last day, inclusive, with every extension.

    `granted_until` keeps the last day of the grant once that was extended. `status` is what was said without a day;
    where decisions say from which day, they count instead (see `standing.status_on`).
    """

    __tablename__ = "accreditation"
    __table_args__ = (
        CheckConstraint("valid_until >= granted_on", name="life"),
        Index(None, "lab_id", "valid_until"),
        Index(None, "valid_until"),
        Index(None, "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    body: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(60))
    standard: Mapped[str] = mapped_column(String(100))
    granted_on: Mapped[date]
    valid_until: Mapped[date]
    status: Mapped[AccreditationStatus] = mapped_column(choice(AccreditationStatus))
    granted_until: Mapped[date | None] = mapped_column(default=None)
    decisions: Mapped[list["AccreditationDecision"]] = relationship(
        repr=False,
        init=False,
        cascade="all, delete-orphan",
        order_by="AccreditationDecision.id",
        lazy="selectin",
        back_populates="accreditation",
    )
    spans: Mapped[list["AccreditationSpan"]] = relationship(
        repr=False, init=False, cascade="all, delete-orphan", order_by="AccreditationSpan.first_day"
    )


class AccreditationDecision(Stated, Base):
    """What the body decided about an accreditation: it counts from `effective_on`, and is annulled, never erased.

    `until_on` is the last day of a suspension that ends by itself; `valid_until` the new last day of an extension.
    `replaced` is the status without a day that it took the place of, which comes back when it is annulled.
    """

    __tablename__ = "accreditation_decision"
    __table_args__ = (
        CheckConstraint("until_on >= effective_on", name="pause"),
        CheckConstraint("valid_until >= effective_on", name="life"),
        CheckConstraint("(annulled_at IS NULL) = (annulled_reason IS NULL)", name="annulled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    accreditation_id: Mapped[int] = mapped_column(ForeignKey("accreditation.id"), index=True, init=False)
    kind: Mapped[DecisionKind] = mapped_column(choice(DecisionKind))
    effective_on: Mapped[date]
    decided_on: Mapped[date]
    number: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    until_on: Mapped[date | None] = mapped_column(default=None)
    valid_until: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(String(500), default="")
    annulled_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    annulled_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    replaced: Mapped[AccreditationStatus | None] = mapped_column(choice(AccreditationStatus, "replaced"), default=None)
    accreditation: Mapped[Accreditation] = relationship(repr=False, init=False, back_populates="decisions")
    recorded_by: Mapped[Person | None] = relationship(
        foreign_keys=[recorded_by_id], repr=False, init=False, viewonly=True
    )

    @property
    def annulled(self) -> bool:
        return self.annulled_at is not None

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it counts only once it is confirmed."""
        return awaits_confirmation(self)


class AccreditationSpan(Base):
    """Days in a row on which an accreditation stood the same, both inclusive: what `standing.spans` says of it, kept.

    Every day from the grant on has one span of each accreditation, so that a set of results is joined to it by day.
    `is_of_competence` says that it is one to ISO/IEC 17025, `confirmed` that nothing it rests on is the word of the
    laboratory alone.
    """

    __tablename__ = "accreditation_span"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days"),
        Index(None, "lab_id", "standing", "first_day", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    accreditation_id: Mapped[int] = mapped_column(ForeignKey("accreditation.id"), index=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    first_day: Mapped[date]
    last_day: Mapped[date]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("accreditation_decision.id"), index=True)
    is_of_competence: Mapped[bool]
    confirmed: Mapped[bool]


class ScopeLine(Stated, Base):
    """What a laboratory may calibrate, and from when until when: a quantity over a range, with its best uncertainty.

    The range is in `unit`. The CMC is a + b·x, or the root of the sum of their squares: a is `cmc`, in `cmc_unit` or
    else in `unit`, b is `cmc_relative` of the reading. Without days a line holds as long as the accreditation does. A
    line that was registered wrongly stays, with when and why it was corrected; `corrects_id` leads from the right one
    to it. `price` is in đồng. `valid_to_before` is the last day it named before a decision ended it. One that `betters`
    what the laboratory had, and that it states itself, counts once it is confirmed. `accreditation` is the number
    of the one it belongs to, None where nobody says which.
    """

    __tablename__ = "scope_line"
    __table_args__ = (
        Index(None, "lab_id", "position"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="life"),
        CheckConstraint("(corrected_at IS NULL) = (correction_reason IS NULL)", name="corrected"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    position: Mapped[int]
    quantity: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(40))
    range_low: Mapped[Decimal | None] = mapped_column(Exact)
    range_high: Mapped[Decimal | None] = mapped_column(Exact)
    cmc: Mapped[Decimal | None] = mapped_column(Exact)
    method: Mapped[str | None] = mapped_column(String(200))
    measurand: Mapped[str | None] = mapped_column(String(200), default=None)
    instrument_type_id: Mapped[int | None] = mapped_column(ForeignKey("instrument_type.id"), index=True, default=None)
    cmc_unit: Mapped[str | None] = mapped_column(String(40), default=None)
    cmc_relative: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    cmc_relative_unit: Mapped[RelativeUnit | None] = mapped_column(choice(RelativeUnit), default=None)
    cmc_combined: Mapped[Combined | None] = mapped_column(choice(Combined), default=None)
    place: Mapped[Place | None] = mapped_column(choice(Place), default=None)
    site: Mapped[str | None] = mapped_column(String(200), default=None)
    price: Mapped[int | None] = mapped_column(BigInteger, default=None)
    valid_from: Mapped[date | None] = mapped_column(default=None)
    valid_to: Mapped[date | None] = mapped_column(default=None)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("scope_decision.id"), index=True, default=None)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("scope_decision.id"), index=True, default=None)
    valid_to_before: Mapped[date | None] = mapped_column(default=None)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("scope_line.id"), index=True, default=None)
    corrected_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    correction_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    betters: Mapped[bool] = mapped_column(default=False)
    accreditation: Mapped[str | None] = mapped_column(String(60), default=None)
    instrument_type: Mapped[str | None] = column_property(
        select(TYPE.c.code).where(TYPE.c.id == instrument_type_id).correlate_except(TYPE).scalar_subquery()
    )
    decision: Mapped["ScopeDecision | None"] = relationship(
        foreign_keys=[decision_id], repr=False, init=False, viewonly=True
    )
    ended_by: Mapped["ScopeDecision | None"] = relationship(
        foreign_keys=[ended_by_id], repr=False, init=False, viewonly=True
    )

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it counts only once it is confirmed."""
        return self.betters and not self.confirmed


class ScopeDecision(Base):
    """A decision about a scope: lines begin with it on a day, and others end the day before.

    One that was recorded wrongly is undone, never erased: what it did to the lines is taken back from then on. One that
    `waits` was recorded by the laboratory itself: it ends what it replaces once the first of its lines is confirmed.
    """

    __tablename__ = "scope_decision"
    __table_args__ = (
        Index(None, "lab_id", "effective_on", "id"),
        Index(
            "uq_scope_decision_standing",
            "lab_id",
            "number",
            "effective_on",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    number: Mapped[str] = mapped_column(String(60))
    effective_on: Mapped[date]
    kind: Mapped[ScopeChange] = mapped_column(choice(ScopeChange))
    note: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    undone_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    undone_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    waits: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id], init=False, repr=False, viewonly=True)
    undone_by: Mapped[Person | None] = relationship(foreign_keys=[undone_by_id], init=False, repr=False, viewonly=True)


class LabKindRow(Base):
    """That a laboratory does one kind of work; it may do several."""

    __tablename__ = "lab_kind"
    __table_args__ = (Index(None, "kind", "lab_id"),)

    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), primary_key=True, init=False)
    kind: Mapped[LabKind] = mapped_column(choice(LabKind), primary_key=True)


class LabSite(Base):
    """A place where a laboratory works."""

    __tablename__ = "lab_site"
    __table_args__ = (Index(None, "lab_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")


class Recognition(Stated, Base):
    """What a laboratory holds beside its accreditations: a certificate, a registration, a designation by the state.

    `valid_until` is its last day, inclusive, none where it has no end; `ended_on` is the day from which it was taken
    away before. `covers` says for what it holds.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        CheckConstraint("valid_until >= granted_on", name="life"),
        CheckConstraint("ended_on >= granted_on", name="end"),
        Index(None, "lab_id", "valid_until"),
        Index(None, "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    kind: Mapped[RecognitionKind] = mapped_column(choice(RecognitionKind))
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(200))
    granted_on: Mapped[date]
    valid_until: Mapped[date | None]
    ended_on: Mapped[date | None]
    covers: Mapped[str | None] = mapped_column(String(500))


class LabStep(Base):
    """A step towards accreditation that a laboratory declared, with what shows it; steps are added, not changed."""

    __tablename__ = "lab_step"
    __table_args__ = (Index(None, "lab_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), init=False)
    step: Mapped[Step] = mapped_column(choice(Step))
    on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    evidence: Mapped[str] = mapped_column(String(500), default="")
