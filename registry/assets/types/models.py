"""Instrument types, the words they are called by, and their versions."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from registry.accounts.models import Organisation, Person
from registry.assets.models import SORTED_LETTERS, name_order
from registry.assets.types.rules import LONGEST_WORD, ControlGroup
from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.kernel.i18n import current_locale

LIVE: Final = text("replaced_at IS NULL")


class InstrumentType(Base):
    """A type of instrument. Those without an owner are for everybody; an organisation's own are of group 1."""

    __tablename__ = "instrument_type"
    __table_args__ = (
        CheckConstraint("control_group = '1' OR owner_id IS NULL", name="own"),
        Index(None, "name_order", "id"),
        Index(None, "control_group", "name_order", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    group: Mapped[ControlGroup] = mapped_column("control_group", choice(ControlGroup))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    search: Mapped[str] = mapped_column(String(1000), default="", repr=False)
    name_order: Mapped[str] = mapped_column(String(SORTED_LETTERS), init=False, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    owner: Mapped[Organisation | None] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
    words: Mapped[list["InstrumentTypeWord"]] = relationship(init=False, repr=False, cascade="all, delete-orphan")
    versions: Mapped[list["InstrumentTypeVersion"]] = relationship(
        init=False,
        repr=False,
        cascade="all",
        lazy="selectin",
        order_by="(InstrumentTypeVersion.valid_from, InstrumentTypeVersion.id)",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return self.name_en if current_locale() == "en" else self.name_vi

    @validates("name_vi")
    def _order_by_name(self, _name: str, name: str) -> str:
        self.name_order = name_order(name)
        return name


class InstrumentTypeWord(Base):
    """A folded text that a type is found by when somebody types it."""

    __tablename__ = "instrument_type_word"
    __table_args__ = (UniqueConstraint("type_id", "word"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    type_id: Mapped[int] = mapped_column(ForeignKey("instrument_type.id"), init=False)
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), index=True)


class InstrumentTypeVersion(Base):
    """What is asked of a type from a day on, by which document; both days inclusive.

    The control measures and months are None where they are not known. A version that was corrected stays, with the
    instant at which another from the same first day took its place. `made_by_id` is empty for what the registry ships.
    """

    __tablename__ = "instrument_type_version"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="life"),
        Index(
            "uq_instrument_type_version_live",
            "type_id",
            "valid_from",
            unique=True,
            sqlite_where=LIVE,
        ),
        Index(None, "type_id", "valid_from", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    type_id: Mapped[int] = mapped_column(ForeignKey("instrument_type.id"), init=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)
    circular: Mapped[str | None] = mapped_column(String(100), default=None)
    source: Mapped[str | None] = mapped_column(String(500), default=None)
    type_approval: Mapped[bool | None] = mapped_column(default=None)
    initial: Mapped[bool | None] = mapped_column(default=None)
    periodic: Mapped[bool | None] = mapped_column(default=None)
    after_repair: Mapped[bool | None] = mapped_column(default=None)
    period_months: Mapped[int | None] = mapped_column(default=None)
    calibration_interval_months: Mapped[int | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(String(500), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    replaced_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    made_by: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True)
