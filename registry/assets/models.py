"""Things and what is remembered of them: characteristics and schedules."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from registry.accounts.models import Organisation
from registry.assets.rules import Kind, Proof, ScheduleKind, Status
from registry.kernel import clock
from registry.kernel.db import Base, Exact, Instant, choice
from registry.kernel.text import fold

NO_END = date(9999, 12, 31)
SORTED_LETTERS = 60


def _due_order(context: DefaultExecutionContext) -> date:
    """The order of a row inserted without the class, as in a bulk insert."""
    return context.get_current_parameters().get("due_on") or NO_END  # type: ignore[no-untyped-call]


def _name_order(context: DefaultExecutionContext) -> str:
    """See _due_order."""
    return name_order(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]


def name_order(name: str) -> str:
    """What a name is sorted by: folded, so that `Đồng` stands beside `Dong`, and short enough for an index."""
    return fold(name)[:SORTED_LETTERS]


class Asset(Base):
    """A standard, a reference material or an instrument.

    `proof` and `due_on` sum up the schedules: the worst proof, the earliest last valid day (inclusive; None is no end).
    Validity is derived from them and today and never stored. `due_order` and `name_order` are never null, so that
    lists can be paged by them.
    """

    __tablename__ = "asset"
    __table_args__ = (
        Index(None, "proof", "due_on"),
        Index(None, "owner_id", "serial_no"),
        Index(None, "owner_id", "name_order", "id"),
        Index(None, "name_order", "id"),
        Index(None, "due_order", "id"),
        Index(None, "kind", "name_order", "id"),
        Index(None, "status", "name_order", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    tag: Mapped[str] = mapped_column(String(11), unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[Status] = mapped_column(choice(Status), default=Status.IN_SERVICE)
    manufacturer: Mapped[str | None] = mapped_column(String(200), default=None)
    model: Mapped[str | None] = mapped_column(String(200), default=None)
    serial_no: Mapped[str | None] = mapped_column(String(100), default=None)
    asset_no: Mapped[str | None] = mapped_column(String(100), default=None)
    location: Mapped[str | None] = mapped_column(String(200), default=None)
    custodian: Mapped[str | None] = mapped_column(String(200), default=None)
    instrument_type: Mapped[str | None] = mapped_column(String(200), default=None)
    commissioned_on: Mapped[date | None] = mapped_column(default=None)
    proof: Mapped[Proof] = mapped_column(choice(Proof), default=Proof.NOT_REQUIRED)
    due_on: Mapped[date | None] = mapped_column(default=None)
    search: Mapped[str] = mapped_column(String(2000), default="", repr=False)
    due_order: Mapped[date] = mapped_column(insert_default=_due_order, init=False, repr=False)
    name_order: Mapped[str] = mapped_column(String(SORTED_LETTERS), insert_default=_name_order, init=False, repr=False)
    created_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    version: Mapped[int] = mapped_column(init=False)
    owner: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    characteristics: Mapped[list["Characteristic"]] = relationship(
        order_by="Characteristic.position",
        cascade="all, delete-orphan",
        default_factory=list,
        repr=False,
        lazy="selectin",
    )
    schedules: Mapped[list["Schedule"]] = relationship(
        order_by="Schedule.id", cascade="all", default_factory=list, repr=False, lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def required_schedules(self) -> list["Schedule"]:
        """The schedules that hold, without those that were given up."""
        return [schedule for schedule in self.schedules if schedule.proof is not Proof.NOT_REQUIRED]

    @validates("due_on")
    def _order_by_due_on(self, _name: str, due_on: date | None) -> date | None:
        self.due_order = due_on or NO_END
        return due_on

    @validates("name")
    def _order_by_name(self, _name: str, name: str) -> str:
        self.name_order = name_order(name)
        return name


class Characteristic(Base):
    """A metrological characteristic: range, maximum permissible error (±) and resolution of a quantity, in its unit."""

    __tablename__ = "characteristic"
    __table_args__ = (UniqueConstraint("asset_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), init=False)
    position: Mapped[int]
    quantity: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(40))
    range_low: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    range_high: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    mpe: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    accuracy_class: Mapped[str | None] = mapped_column(String(40), default=None)
    resolution: Mapped[Decimal | None] = mapped_column(Exact, default=None)


class Schedule(Base):
    """What an asset has to undergo and how often.

    `due_on` is the last valid day of the newest proof, inclusive. A schedule that is given up stays as `not_required`,
    because turns and records point at it.
    """

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("asset_id", "kind"), Index(None, "proof", "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), init=False)
    kind: Mapped[ScheduleKind] = mapped_column(choice(ScheduleKind))
    interval_months: Mapped[int]
    proof: Mapped[Proof] = mapped_column(choice(Proof), default=Proof.MISSING)
    due_on: Mapped[date | None] = mapped_column(index=True, default=None)
    last_performed_on: Mapped[date | None] = mapped_column(default=None)
