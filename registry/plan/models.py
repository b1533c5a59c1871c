"""Plans and their versions, what each version promises, the money that moved, and what was decided to count."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    insert,
    inspect,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel.db import Base, Instant, choice
from registry.plan.document import GeoScope, RowKind
from registry.plan.rules import Mode

CODE, TITLE, RAW, KEY = 64, 600, 200, 64


class EvidenceState(StrEnum):
    """What was decided about a record: somebody proposed it by hand, it counts, or it does not."""

    PROPOSED = "proposed"
    COUNTED = "counted"
    EXCLUDED = "excluded"


class MoneyKind(StrEnum):
    """Money given to an indicator, or spent on it."""

    ALLOCATED = "allocated"
    DISBURSED = "disbursed"


class RecordType(StrEnum):
    """The kinds of records that can be evidence; each is known by the text of its public key."""

    ASSET = "asset"
    LAB = "lab"
    CALIBRATION = "calibration"
    ORGANISATION = "organisation"
    ACTIVITY = "activity"
    ACCREDITATION = "accreditation"
    SCOPE_LINE = "scope_line"
    INSPECTION = "inspection"
    ASSESSMENT = "assessment"


class Plan(Base):
    """A plan; it keeps the name and issuer it was made with, whoever answers for it now."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(CODE), unique=True)
    number: Mapped[str] = mapped_column(String(CODE))
    title_vi: Mapped[str] = mapped_column(String(TITLE))
    title_en: Mapped[str] = mapped_column(String(TITLE))
    issuer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    issued_on: Mapped[date]
    implements: Mapped[str | None] = mapped_column(String(CODE), default=None)
    search: Mapped[str] = mapped_column(String(2 * TITLE), default="")
    issuer: Mapped[Organisation] = relationship(foreign_keys=[issuer_id], repr=False, init=False, viewonly=True)
    lead: Mapped[Organisation] = relationship(foreign_keys=[lead_id], repr=False, init=False, viewonly=True)


class PlanVersion(Base):
    """What a plan said from the moment it was loaded; never changed afterwards.

    It is in force from `in_force_on`, the day of its decision, until a version with a later day; of two with one day
    the one loaded last, which then corrects the other.
    """

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"), Index(None, "plan_id", "in_force_on", "number"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(Instant)
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decision: Mapped[str | None] = mapped_column(String(CODE))
    decided_on: Mapped[date | None]
    in_force_on: Mapped[date]
    inspection_bodies: Mapped[list[str]] = mapped_column(JSON)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, repr=False, deferred=True)
    loaded_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)
    periods: Mapped[list["Period"]] = relationship(repr=False, default_factory=list, order_by="Period.position")
    rows: Mapped[list["PlanRow"]] = relationship(repr=False, default_factory=list, order_by="PlanRow.position")


class Period(Base):
    """A period of one version; both days belong to it."""

    __tablename__ = "period"
    __table_args__ = (UniqueConstraint("version_id", "code"), CheckConstraint("end_on >= start_on", name="life"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), init=False)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(CODE))
    label: Mapped[str] = mapped_column(String(CODE))
    title_vi: Mapped[str] = mapped_column(String(TITLE))
    title_en: Mapped[str] = mapped_column(String(TITLE))
    start_on: Mapped[date]
    end_on: Mapped[date]


class Indicator(Base):
    """The lasting identity of a goal or annex row: evidence and money hold on to it through every version."""

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    code: Mapped[str] = mapped_column(String(CODE))


class PlanRow(Base):
    """A goal, heading or leaf as one version words it. `details` holds what is only shown: see `document`."""

    __tablename__ = "plan_row"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), init=False)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(CODE))
    kind: Mapped[RowKind] = mapped_column(choice(RowKind))
    parent_code: Mapped[str | None] = mapped_column(String(CODE))
    title_vi: Mapped[str] = mapped_column(String(TITLE))
    title_en: Mapped[str] = mapped_column(String(TITLE))
    clause: Mapped[str] = mapped_column(String(100))
    unit_vi: Mapped[str | None] = mapped_column(String(TITLE), default=None)
    unit_en: Mapped[str | None] = mapped_column(String(TITLE), default=None)
    mode: Mapped[Mode | None] = mapped_column(choice(Mode), default=None)
    count_unit: Mapped[str | None] = mapped_column(String(CODE), default=None)
    geo_scope: Mapped[GeoScope | None] = mapped_column(choice(GeoScope), default=None)
    exclusive: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[bool] = mapped_column(default=False)
    title_total: Mapped[int | None] = mapped_column(default=None)
    awaits_document: Mapped[bool] = mapped_column(default=False)
    document_on: Mapped[date | None] = mapped_column(default=None)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    planned_total: Mapped[int | None] = mapped_column(BigInteger, default=None)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict, repr=False)
    indicator: Mapped[Indicator | None] = relationship(repr=False, default=None)
    lead: Mapped[Organisation | None] = relationship(repr=False, default=None, viewonly=True, init=False)
    targets: Mapped[list["Target"]] = relationship(repr=False, default_factory=list)
    budgets: Mapped[list["Budget"]] = relationship(repr=False, default_factory=list)


class Target(Base):
    """What a row promises for a period; `raw` is the cell as printed, also where it holds no number."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("row_id", "period_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    row_id: Mapped[int] = mapped_column(ForeignKey("plan_row.id"), init=False)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True, init=False)
    period: Mapped[Period] = relationship(repr=False)
    value: Mapped[int | None]
    raw: Mapped[str | None] = mapped_column(String(RAW))


class Budget(Base):
    """Money planned for a row in a period, in đồng."""

    __tablename__ = "budget"
    __table_args__ = (UniqueConstraint("row_id", "period_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    row_id: Mapped[int] = mapped_column(ForeignKey("plan_row.id"), init=False)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True, init=False)
    period: Mapped[Period] = relationship(repr=False)
    planned: Mapped[int | None] = mapped_column(BigInteger)
    raw: Mapped[str | None] = mapped_column(String(RAW))


class MoneyEntry(Base):
    """Money that moved, in đồng, on a day; `year` is that of the budget it was given in, or in which it was spent.

    A correction is a further entry with a negative amount; one that undoes an entry names it, and only one can.
    """

    __tablename__ = "money_entry"
    __table_args__ = (Index(None, "indicator_id", "kind", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    kind: Mapped[MoneyKind] = mapped_column(choice(MoneyKind))
    amount: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date]
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(CODE))
    document: Mapped[str | None] = mapped_column(String(RAW))
    document_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(TITLE))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("money_entry.id"), unique=True, default=None)
    indicator: Mapped[Indicator] = relationship(repr=False, init=False, lazy="joined", viewonly=True)
    recorded_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)


PROPOSED = text("state = 'proposed'")  # the few that wait; a database that counts values does not see that they are few


class Evidence(Base):
    """A record and an indicator, and what was decided about the two.

    `sole_key` names the record while it counts for an exclusive annex row of a plan; being unique, it lets no
    second such row count the record, whoever is faster. It is empty where `also_counted_in` says so openly.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("indicator_id", "record_type", "record_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "indicator_id", "state", "counted_on", "quantity"),
        Index("ix_evidence_proposed", "indicator_id", sqlite_where=PROPOSED, postgresql_where=PROPOSED),
        Index(None, "record_type", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    record_type: Mapped[RecordType] = mapped_column(choice(RecordType))
    record_id: Mapped[str] = mapped_column(String(KEY))
    counted_on: Mapped[date]
    quantity: Mapped[int]
    state: Mapped[EvidenceState] = mapped_column(choice(EvidenceState))
    reason: Mapped[str | None] = mapped_column(String(TITLE))
    also_counted_in: Mapped[list[str]] = mapped_column(JSON)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(Instant)
    sole_key: Mapped[str | None] = mapped_column(String(160), unique=True, default=None)
    version: Mapped[int] = mapped_column(init=False)
    indicator: Mapped[Indicator] = relationship(repr=False, init=False, lazy="joined", viewonly=True)
    decided_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class EvidenceDecision(Base):
    """What was decided about a record and an indicator from an instant on; only ever added to.

    The newest of a pair says what `Evidence` says now; the newest of those before an instant, what was decided then.
    What `Evidence` may hold this may hold, so that it has no checks of its own.
    """

    __tablename__ = "evidence_decision"
    __table_args__ = (
        Index(None, "indicator_id", "record_type", "record_id", "id"),
        Index(None, "record_type", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    record_type: Mapped[RecordType] = mapped_column(choice(RecordType, check=False))
    record_id: Mapped[str] = mapped_column(String(KEY))
    counted_on: Mapped[date]
    quantity: Mapped[int]
    state: Mapped[EvidenceState] = mapped_column(choice(EvidenceState, check=False))
    reason: Mapped[str | None] = mapped_column(String(TITLE))
    also_counted_in: Mapped[list[str]] = mapped_column(JSON)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(Instant)


DECIDED = tuple(column.name for column in EvidenceDecision.__table__.columns if column.name != "id")


@event.listens_for(Evidence, "after_insert")
@event.listens_for(Evidence, "after_update")
def _keep(_mapper: Mapper[Evidence], connection: Connection, evidence: Evidence) -> None:
    """Keep every decision, whoever makes it and however many at once, in the transaction that makes it."""
    state = inspect(evidence)
    if any(state.attrs[name].history.has_changes() for name in DECIDED):
        connection.execute(insert(EvidenceDecision), {name: getattr(evidence, name) for name in DECIDED})
