"""Measures and how they were followed."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.measures.rules import MeasureKind, MeasureState, state_of
from registry.inspection.models import Inspection
from registry.inspection.rules import State
from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice


class InspectionMeasure(Base):
    """What has to be done, by `due_on` inclusive; about one instrument where there is a `check_id`."""

    __tablename__ = "inspection_measure"
    __table_args__ = (Index(None, "inspection_id", "id"), Index(None, "done_on", "due_on", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    kind: Mapped[MeasureKind] = mapped_column(choice(MeasureKind))
    text: Mapped[str] = mapped_column(String(1000))
    decided_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_check.id"), index=True, default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    responsible: Mapped[str | None] = mapped_column(String(200), default=None)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    done_on: Mapped[date | None] = mapped_column(default=None)
    evidence: Mapped[str | None] = mapped_column(String(1000), default=None)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    inspection: Mapped[Inspection] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    check: Mapped[InspectionCheck | None] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    done_by: Mapped[Person | None] = relationship(
        foreign_keys=[done_by_id], init=False, repr=False, viewonly=True, lazy="selectin"
    )

    @property
    def state(self) -> MeasureState:
        """Where it stands today."""
        cancelled = self.inspection.state is State.CANCELLED
        return state_of(self.done_on, self.due_on, clock.today(), cancelled=cancelled)


class MeasureNotice(Base):
    """That a person was told, at an offset, of the last day of a measure: once, in the message named."""

    __tablename__ = "measure_notice"
    __table_args__ = (
        UniqueConstraint("person_id", "measure_id", "due_on", "offset_days"),
        Index(None, "measure_id"),
        Index(None, "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    measure_id: Mapped[int] = mapped_column(ForeignKey("inspection_measure.id"))
    due_on: Mapped[date]
    offset_days: Mapped[int]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
