"""Running counts as they are kept: which there are, their sums by day, the keys they were made of, what changed since.

They follow from the evidence and from the records, and are folded anew from whatever changed, see `folding`; nobody
decides here, and nothing is lost when all of it is.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base, choice
from registry.plan.counts.rules import Count, Unit

KEY = 80


class RunningCount(Base):
    """A count that is kept; `periods` are pairs of a first and a last day."""

    __tablename__ = "running_count"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    unit: Mapped[Unit] = mapped_column(choice(Unit))
    sources: Mapped[list[int]] = mapped_column(JSON)
    periods: Mapped[list[Any]] = mapped_column(JSON)

    @property
    def count(self) -> Count:
        """What is counted."""
        days = tuple((date.fromisoformat(start), date.fromisoformat(end)) for start, end in self.periods)
        return Count(self.unit, tuple(self.sources), days)


class CountedDay(Base):
    """How much more a count has from a day on in a period, and how much more in all."""

    __tablename__ = "counted_day"
    __table_args__ = (Index(None, "count_id", "on"), {"sqlite_with_rowid": False})

    count_id: Mapped[int] = mapped_column(ForeignKey("running_count.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    on: Mapped[date] = mapped_column(primary_key=True)
    whole: Mapped[int]
    new: Mapped[int]


class CountedMonth(Base):
    """The days of a month added up, by its first one: a count on a day is its months before and its days since."""

    __tablename__ = "counted_month"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    count_id: Mapped[int] = mapped_column(ForeignKey("running_count.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    whole: Mapped[int]
    new: Mapped[int]


class CountedKey(Base):
    """A key that a row of evidence named when its change was folded in; see `rules.Entry`."""

    __tablename__ = "counted_key"
    __table_args__ = (Index(None, "unit", "key"), {"sqlite_with_rowid": False})

    evidence_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit: Mapped[Unit] = mapped_column(choice(Unit, "counted_unit"), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    indicator_id: Mapped[int]
    counted_on: Mapped[date]
    weight: Mapped[int]


class ChangedEvidence(Base):
    """Evidence that changed, or a record that did; written by triggers, more than once too, and gone when folded in.

    Either the row of evidence is named, or the kind of a record and its public key, or ANEW and the number of a plan
    whose counts may have changed themselves; ANEW without a number is everything.
    """

    __tablename__ = "changed_evidence"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    evidence_id: Mapped[int | None] = mapped_column(default=None)
    fact_type: Mapped[str | None] = mapped_column(String(40), default=None)
    fact_key: Mapped[str | None] = mapped_column(String(KEY), default=None)


ANEW = "anew"
