"""What the board keeps instead of counting it for every look: what is where, and how much waits for a decision.

It follows from records and decisions; nobody decides here, and nothing is lost when all of it is made anew.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base, Instant, choice


class What(StrEnum):
    """What is counted by place."""

    ASSET = "asset"
    ACTIVITY = "activity"


class PlaceChange(Base):
    """So many more or fewer, written by triggers in the transaction of the change and gone when folded in.

    `body_id` is the organisation whose place it is, `other_id` another one whose people may see it, or the same;
    `month` is the first day of the month of an activity's last day, `date.min` for an asset.
    """

    __tablename__ = "place_change"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    what: Mapped[What] = mapped_column(choice(What))
    body_id: Mapped[int]
    other_id: Mapped[int]
    month: Mapped[date]
    number: Mapped[int]


class PlaceCount(Base):
    """How many there were when changes were folded in last; what counts is this and the changes since."""

    __tablename__ = "place_count"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    what: Mapped[What] = mapped_column(choice(What), primary_key=True)
    body_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]


class ProposalsCounted(Base):
    """When the proposals of measures to a version's rows were counted last, and how many ms it took."""

    __tablename__ = "proposals_counted"

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Instant)
    took: Mapped[int]


class ProposalCount(Base):
    """How many records that a measure proposes to an indicator would count on a day, as of that moment."""

    __tablename__ = "proposal_count"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — see above

    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    on: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]
