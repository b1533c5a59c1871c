"""What the forecast of fitness assumes, where somebody decided it: the newest row is in force, the others stay."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.calibration.fitness.rules import Assumed
from registry.kernel.db import Base, Exact, Instant

REASON = 600


class FitnessSetting(Base):
    """A decision about the numbers of the forecast, with its reason."""

    __tablename__ = "fitness_setting"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    ratio: Mapped[int]
    horizon_years: Mapped[int]
    probability: Mapped[Decimal] = mapped_column(Exact)
    least_share: Mapped[Decimal] = mapped_column(Exact)
    old_years: Mapped[int]
    reason: Mapped[str] = mapped_column(String(REASON))
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    set_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True, lazy="joined")

    @property
    def assumed(self) -> Assumed:
        """Its numbers."""
        return Assumed(*(getattr(self, name) for name in Assumed._fields))
