"""Things and what is remembered of them: characteristics and schedules."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from registry.accounts.models import Organisation
from registry.assets.rules import (
    Doubt,
    Facts,
    Kind,
    Proof,
    ScheduleFacts,
    ScheduleKind,
    StandardClass,
    Status,
    earliest,
)
from registry.assets.schedules import Anchor, Ends, interval_of
from registry.kernel import clock
from registry.kernel.calendar import IntervalUnit
from registry.kernel.db import Base, Exact, Instant, choice
from registry.kernel.text import fold, word_text

NO_END = date(9999, 12, 31)
SORTED_LETTERS = 60
SEARCH_LETTERS = 2000
SEARCHED = (
    "name",
    "tag",
    "serial_no",
    "asset_no",
    "lot_no",
    "manufacturer",
    "model",
    "location",
    "custodian",
    "instrument_type",
)
NUMBERS = ("serial_no", "asset_no", "lot_no", "model")


def _due_order(context: DefaultExecutionContext) -> date:
    """The order of a row inserted without the class, as in a bulk insert."""
    return context.get_current_parameters().get("due_on") or NO_END  # type: ignore[no-untyped-call]


def _name_order(context: DefaultExecutionContext) -> str:
    """See _due_order."""
    return name_order(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]


def name_order(name: str) -> str:
    """What a name is sorted by: folded, so that `Đồng` stands beside `Dong`, and short enough for an index."""
    return fold(name)[:SORTED_LETTERS]


def search_words(said: Mapping[str, str | None]) -> str:
    """What the search box looks in, from an asset's fields by name."""
    return word_text((said[name] for name in SEARCHED), (said[name] for name in NUMBERS), most=SEARCH_LETTERS)


class Asset(Base):
    """A standard, a reference material or an instrument.

    `status_since_on` is the day of its last change of status, `restriction` what limited use is limited to.
    `label_tag` is what its label says when that is not the tag it was registered with, which then holds no longer.
    `proof` and `due_on` sum up the schedules: the worst proof, the earliest last valid day (inclusive; None is no end).
    Validity is derived from them and today and never stored. `due_order` and `name_order` are never null, so that
    lists can be paged by them. `expires_on` is the last day of a reference material's shelf life, inclusive, and limits
    `due_on`. `parent_id` makes it a component of a set, which counts as one thing. `doubt` is the graver of what the
    cases about standards say of the results its validity rests on, and of what state inspections say: `stopped_on` is
    the day from which minutes have its use stopped, `error_found_on` when an error over its limit was last found, which
    counts until a good result of a later day. `contradicted` says that a result is declared good while its own points
    fail; `unverified`, which counts in `proof`, that the law asks for a verification that is not kept.
    `repaired_on` is the day of the newest repair, modification or broken seal: no verification from before it holds. It
    sums up `mended_on`, of upkeep and faults, and `seal_found_on`, when inspectors last found the seal broken.
    `altered_on` is the day of the newest work on what it measures: no calibration from before it holds, unless a good
    intermediate check came after.
    `shown_kind` is the kind of good work that counts although no schedule asks for it, until `shown_until` (inclusive;
    None is no end): the initial verification of what is verified once, a calibration of a standard.
    `set_status` is the status of the nearest set it belongs to that is not in use; a component without anything of its
    own has the `proof` and `due_on` of its set.
    """

    __tablename__ = "asset"
    __table_args__ = (
        Index(None, "proof", "due_order", "id"),
        Index(None, "owner_id", "serial_no"),
        Index(None, "owner_id", "name_order", "id"),
        Index(None, "owner_id", "due_order", "id"),
        Index(None, "name_order", "id"),
        Index(None, "due_order", "id"),
        Index(None, "kind", "name_order", "id"),
        Index(None, "kind", "due_order", "id"),
        Index(None, "kind", "status", "name_order", "id"),
        Index(None, "status", "name_order", "id"),
        Index(None, "status", "due_order", "id"),
        Index(None, "location"),
        Index(None, "serial_no"),
        Index(None, "asset_no"),
        Index(None, "standard_class"),
        Index(None, "instrument_type"),
        Index("ix_asset_doubt", "doubt", "name_order", "id", sqlite_where=text("doubt IS NOT NULL")),
        Index("ix_asset_contradicted", "id", sqlite_where=text("contradicted = 1")),
        Index("ix_asset_expires_on", "expires_on", "id", sqlite_where=text("expires_on IS NOT NULL")),
        Index("ix_asset_set_status", "set_status", "id", sqlite_where=text("set_status IS NOT NULL")),
        Index("ix_asset_unverified", "id", sqlite_where=text("unverified = 1")),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    tag: Mapped[str] = mapped_column(String(11), unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[Status] = mapped_column(choice(Status), default=Status.IN_SERVICE)
    status_since_on: Mapped[date | None] = mapped_column(default=None)
    restriction: Mapped[str | None] = mapped_column(String(200), default=None)
    manufacturer: Mapped[str | None] = mapped_column(String(200), default=None)
    model: Mapped[str | None] = mapped_column(String(200), default=None)
    serial_no: Mapped[str | None] = mapped_column(String(100), default=None)
    asset_no: Mapped[str | None] = mapped_column(String(100), default=None)
    location: Mapped[str | None] = mapped_column(String(200), default=None)
    custodian: Mapped[str | None] = mapped_column(String(200), default=None)
    instrument_type: Mapped[str | None] = mapped_column(String(200), default=None)
    instrument_type_id: Mapped[int | None] = mapped_column(
        ForeignKey("instrument_type.id"), index=True, init=False, default=None
    )
    commissioned_on: Mapped[date | None] = mapped_column(default=None)
    standard_class: Mapped[StandardClass | None] = mapped_column(choice(StandardClass), default=None)
    lot_no: Mapped[str | None] = mapped_column(String(100), default=None)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True, default=None)
    expires_on: Mapped[date | None] = mapped_column(default=None)
    label_tag: Mapped[str | None] = mapped_column(String(11), index=True, unique=True, default=None)
    proof: Mapped[Proof] = mapped_column(choice(Proof), default=Proof.NOT_REQUIRED)
    due_on: Mapped[date | None] = mapped_column(default=None)
    doubt: Mapped[Doubt | None] = mapped_column(choice(Doubt), init=False, default=None)
    contradicted: Mapped[bool] = mapped_column(init=False, default=False)
    unverified: Mapped[bool] = mapped_column(init=False, default=False, server_default=false())
    repaired_on: Mapped[date | None] = mapped_column(init=False, default=None)
    mended_on: Mapped[date | None] = mapped_column(init=False, default=None)
    seal_found_on: Mapped[date | None] = mapped_column(init=False, default=None)
    altered_on: Mapped[date | None] = mapped_column(init=False, default=None)
    stopped_on: Mapped[date | None] = mapped_column(init=False, default=None)
    error_found_on: Mapped[date | None] = mapped_column(init=False, default=None)
    shown_kind: Mapped[ScheduleKind | None] = mapped_column(choice(ScheduleKind, check=False), init=False, default=None)
    shown_until: Mapped[date | None] = mapped_column(init=False, default=None)
    set_status: Mapped[Status | None] = mapped_column(choice(Status, check=False), init=False, default=None)
    search: Mapped[str] = mapped_column(String(SEARCH_LETTERS), default="", repr=False)
    due_order: Mapped[date] = mapped_column(insert_default=_due_order, init=False, repr=False)
    name_order: Mapped[str] = mapped_column(String(SORTED_LETTERS), insert_default=_name_order, init=False, repr=False)
    created_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    version: Mapped[int] = mapped_column(init=False)
    owner: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    parent: Mapped["Asset | None"] = relationship(init=False, repr=False, viewonly=True, remote_side=[id])
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

    @property
    def proofs(self) -> list[Facts]:
        """What shows how it stands: the schedules that hold, and work that none asks for."""
        shown = [ScheduleFacts(self.shown_kind, Proof.GOOD, self.shown_until)] if self.shown_kind else []
        return [*self.required_schedules, *shown]

    @property
    def planned_on(self) -> date | None:
        """The day on which the next work is planned, if any is."""
        return earliest(schedule.planned_on for schedule in self.required_schedules)

    @property
    def current_tag(self) -> str:
        """What the label that is on it says."""
        return self.label_tag or self.tag

    @property
    def parent_tag(self) -> str | None:
        """The tag of the set it belongs to."""
        return self.parent.tag if self.parent is not None else None

    @validates("due_on")
    def _order_by_due_on(self, _name: str, due_on: date | None) -> date | None:
        self.due_order = due_on or NO_END
        return due_on

    @validates("name")
    def _order_by_name(self, _name: str, name: str) -> str:
        self.name_order = name_order(name)
        return name


class Characteristic(Base):
    """A metrological characteristic: range, maximum permissible error (±) and resolution of a quantity, in its unit.

    The permissible error is the sum of the parts that are given: `mpe` in the unit, and the two in percent.
    """

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
    mpe_percent_of_reading: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    mpe_percent_of_range: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    accuracy_class: Mapped[str | None] = mapped_column(String(40), default=None)
    resolution: Mapped[Decimal | None] = mapped_column(Exact, default=None)


class Schedule(Base):
    """What an asset has to undergo and how often.

    `due_on` is the last valid day of the newest proof, inclusive. A schedule that is given up stays as `not_required`,
    because turns and records point at it. `early_days` to `usage_unit` are its policies, see assets.schedules.
    `first_use_on` is the first use after the newest work; `planned_on` the day on which the next work is planned, never
    after `due_on`. `review_id` is the key of the review that decided the interval; as reviews know
    schedules, it is no foreign key.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        UniqueConstraint("asset_id", "kind"),
        Index(None, "proof", "due_on"),
        CheckConstraint("interval > 0", name="interval"),
        CheckConstraint("planned_on <= due_on", name="planned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), init=False)
    kind: Mapped[ScheduleKind] = mapped_column(choice(ScheduleKind))
    interval: Mapped[int]
    interval_unit: Mapped[IntervalUnit] = mapped_column(
        choice(IntervalUnit), default=IntervalUnit.MONTHS, server_default=IntervalUnit.MONTHS
    )
    ends: Mapped[Ends] = mapped_column(choice(Ends), default=Ends.EXACT, server_default=Ends.EXACT)
    anchor: Mapped[Anchor] = mapped_column(choice(Anchor), default=Anchor.PERFORMED, server_default=Anchor.PERFORMED)
    early_days: Mapped[int | None] = mapped_column(default=None)
    late_keeps: Mapped[bool] = mapped_column(default=False, server_default=false())
    usage_limit: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    usage_unit: Mapped[str | None] = mapped_column(String(40), default=None)
    first_use_on: Mapped[date | None] = mapped_column(default=None)
    planned_on: Mapped[date | None] = mapped_column(index=True, default=None)
    proof: Mapped[Proof] = mapped_column(choice(Proof), default=Proof.MISSING)
    due_on: Mapped[date | None] = mapped_column(index=True, default=None)
    last_performed_on: Mapped[date | None] = mapped_column(default=None)
    review_id: Mapped[int | None] = mapped_column(default=None)

    @property
    def interval_months(self) -> int | None:
        """The interval in months; None for one of days or weeks."""
        return interval_of(self).months
