"""Schemes and their rounds, who takes part, what they found, and each evaluation as it was made."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel import clock
from registry.kernel.db import Base, Exact, Instant, choice
from registry.labs.models import Lab
from registry.labs.proficiency.rules import USUAL_LEAST, Assigned, Judged, RoundState, SchemeKind, Source
from registry.labs.proficiency.scores import Kind, Verdict


class PtScheme(Base):
    """A programme of proficiency tests or a comparison, as an organisation keeps it; `is_own`: it organises the rounds.

    Its range is in `unit`; `quantity_key` is the quantity whatever it is called.
    """

    __tablename__ = "pt_scheme"
    __table_args__ = (UniqueConstraint("organisation_id", "name"), Index(None, "name", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(200))
    kind: Mapped[SchemeKind] = mapped_column(choice(SchemeKind), index=True)
    is_own: Mapped[bool]
    quantity: Mapped[str] = mapped_column(String(120))
    quantity_key: Mapped[str] = mapped_column(String(120), index=True)
    unit: Mapped[str] = mapped_column(String(40))
    range_low: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    range_high: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    note: Mapped[str] = mapped_column(String(2000), default="")
    search: Mapped[str] = mapped_column(String(600), default="")
    version: Mapped[int] = mapped_column(init=False)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class PtRound(Base):
    """A round: results are taken until `due_on`; `evaluation` is the number of the one that stands, 0 for none."""

    __tablename__ = "pt_round"
    __table_args__ = (
        UniqueConstraint("scheme_id", "code"),
        CheckConstraint("due_on >= opens_on", name="days"),
        Index(None, "due_on", "id"),
        Index(None, "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("pt_scheme.id"))
    code: Mapped[str] = mapped_column(String(64))
    item: Mapped[str] = mapped_column(String(500))
    opens_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[RoundState] = mapped_column(choice(RoundState), default=RoundState.PLANNED)
    evaluation: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(init=False)
    scheme: Mapped[PtScheme] = relationship(init=False, repr=False, viewonly=True)
    measurands: Mapped[list["PtMeasurand"]] = relationship(
        init=False, repr=False, cascade="all, delete-orphan", order_by="PtMeasurand.number"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def title(self) -> str:
        """What it is called in lists."""
        return f"{self.scheme.name} · {self.code}"


class PtMeasurand(Base):
    """What is measured in a round, and its assigned value in `unit`; the parts of it are there together or not at all.

    `is_told` says whether whoever asks may know the assigned value; it is not stored.
    """

    __tablename__ = "pt_measurand"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    is_told = True

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("pt_round.id"), init=False)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40))
    judged_by: Mapped[Judged] = mapped_column(choice(Judged), default=Judged.EN)
    source: Mapped[Source] = mapped_column(choice(Source), default=Source.REFERENCE)
    assigned_value: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    assigned_uncertainty: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    assigned_factor: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    assigned_by: Mapped[str | None] = mapped_column(String(200), default=None)
    sigma: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    least_results: Mapped[int] = mapped_column(default=USUAL_LEAST)

    @property
    def basis(self) -> Assigned:
        """What its results are judged by."""
        said = self.assigned_value, self.assigned_uncertainty, self.assigned_factor
        return Assigned(self.judged_by, self.source, *said, self.sigma)


class PtParticipant(Base):
    """A laboratory in a round, under the code by which others know it."""

    __tablename__ = "pt_participant"
    __table_args__ = (UniqueConstraint("round_id", "code"), UniqueConstraint("round_id", "lab_id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("pt_round.id"))
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    lab: Mapped[Lab] = relationship(init=False, repr=False, viewonly=True)
    round: Mapped[PtRound] = relationship(init=False, repr=False, viewonly=True)
    results: Mapped[list["PtResult"]] = relationship(init=False, repr=False, viewonly=True)


class PtResult(Base):
    """What a participant found, with the digits and the unit it was said in, U and its k."""

    __tablename__ = "pt_result"
    __table_args__ = (UniqueConstraint("participant_id", "measurand_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    participant_id: Mapped[int] = mapped_column(ForeignKey("pt_participant.id"))
    measurand_id: Mapped[int] = mapped_column(ForeignKey("pt_measurand.id"), index=True)
    value: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(40))
    expanded_uncertainty: Mapped[Decimal] = mapped_column(Exact)
    coverage_factor: Mapped[Decimal] = mapped_column(Exact)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    entered_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    participant: Mapped[PtParticipant] = relationship(init=False, repr=False, viewonly=True)
    measurand: Mapped[PtMeasurand] = relationship(init=False, repr=False, viewonly=True)


class PtEvaluation(Base):
    """An evaluation of a round, never changed: `measurands` holds what `judging.frozen` gives of each, by number."""

    __tablename__ = "pt_evaluation"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("pt_round.id"))
    number: Mapped[int]
    measurands: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    scores: Mapped[list["PtScore"]] = relationship(
        init=False, repr=False, cascade="all, delete-orphan", order_by="PtScore.id"
    )


class PtScore(Base):
    """A result as an evaluation judged it: as it was said, in the unit of the round (`found`), and its scores."""

    __tablename__ = "pt_score"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "participant_id", "measurand_id"),
        Index(None, "lab_id", "verdict", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("pt_evaluation.id"), init=False)
    participant_id: Mapped[int] = mapped_column(ForeignKey("pt_participant.id"), index=True)
    measurand_id: Mapped[int] = mapped_column(ForeignKey("pt_measurand.id"), index=True)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    value: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(40))
    expanded_uncertainty: Mapped[Decimal] = mapped_column(Exact)
    coverage_factor: Mapped[Decimal] = mapped_column(Exact)
    found_value: Mapped[Decimal] = mapped_column(Exact)
    found_uncertainty: Mapped[Decimal] = mapped_column(Exact)
    decides: Mapped[Kind] = mapped_column(choice(Kind))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    en: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    z: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    z_prime: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    zeta: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    participant: Mapped[PtParticipant] = relationship(init=False, repr=False, viewonly=True)
    measurand: Mapped[PtMeasurand] = relationship(init=False, repr=False, viewonly=True)
    evaluation: Mapped[PtEvaluation] = relationship(init=False, repr=False, viewonly=True)

    @property
    def score(self) -> Decimal:
        """The score that decides."""
        deciding: Decimal = getattr(self, self.decides.value)
        return deciding


class PtFollowUp(Base):
    """What a laboratory does about a result that was not satisfactory; nobody who wrote of it closes it.

    `settled_in` is the number of the evaluation that found the result satisfactory after all, which closed it.
    """

    __tablename__ = "pt_follow_up"
    __table_args__ = (
        UniqueConstraint("participant_id", "measurand_id"),
        Index(None, "lab_id", "closed_at", "due_on"),
        Index(None, "closed_at", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("pt_participant.id"))
    measurand_id: Mapped[int] = mapped_column(ForeignKey("pt_measurand.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    due_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    cause: Mapped[str | None] = mapped_column(String(2000), default=None)
    corrective_action: Mapped[str | None] = mapped_column(String(2000), default=None)
    owner: Mapped[str | None] = mapped_column(String(200), default=None)
    evidence: Mapped[str | None] = mapped_column(String(2000), default=None)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    conclusion: Mapped[str | None] = mapped_column(String(2000), default=None)
    settled_in: Mapped[int | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False)
    lab: Mapped[Lab] = relationship(init=False, repr=False, viewonly=True)
    participant: Mapped[PtParticipant] = relationship(init=False, repr=False, viewonly=True)
    measurand: Mapped[PtMeasurand] = relationship(init=False, repr=False, viewonly=True)
    written_by: Mapped[Person | None] = relationship(
        foreign_keys=[written_by_id], init=False, repr=False, viewonly=True
    )
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id], init=False, repr=False, viewonly=True)
    writers: Mapped[list["PtFollowUpWriter"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="PtFollowUpWriter.person_id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class PtFollowUpWriter(Base):
    """That a person wrote something of a follow-up, whenever it was and whatever became of it."""

    __tablename__ = "pt_follow_up_writer"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("pt_follow_up.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class PtPlanLine(Base):
    """A participation that a laboratory plans: in which quantity and range, until when, in a scheme or one by name.

    The round that did it is written down when its results are published.
    """

    __tablename__ = "pt_plan_line"
    __table_args__ = (Index(None, "lab_id", "due_on", "id"), Index(None, "cancelled_at", "due_on", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    quantity: Mapped[str] = mapped_column(String(120))
    quantity_key: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str | None] = mapped_column(String(40))
    range_low: Mapped[Decimal | None] = mapped_column(Exact)
    range_high: Mapped[Decimal | None] = mapped_column(Exact)
    due_on: Mapped[date]
    planned_on: Mapped[date]
    scheme_id: Mapped[int | None] = mapped_column(ForeignKey("pt_scheme.id"), index=True)
    scheme_name: Mapped[str | None] = mapped_column(String(200))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("pt_round.id"), index=True, default=None)
    note: Mapped[str] = mapped_column(String(1000), default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    cancelled_because: Mapped[str | None] = mapped_column(String(500), default=None)
    lab: Mapped[Lab] = relationship(init=False, repr=False, viewonly=True)
    scheme: Mapped[PtScheme | None] = relationship(init=False, repr=False, viewonly=True)

    @property
    def aim(self) -> str | None:
        """What it is planned in: the scheme, or what was written."""
        return self.scheme.name if self.scheme else self.scheme_name
