"""From which day on a laboratory issues its certificates here."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel import clock
from registry.kernel.db import Base, Instant
from registry.labs.models import Lab


class IssuingLab(Base):
    """A laboratory whose certificates of work from `since_on` on get their numbers by approval here.

    What it issued for earlier work was signed elsewhere: whoever records such a certificate vouches for the copy.
    """

    __tablename__ = "issuing_lab"

    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), primary_key=True)
    since_on: Mapped[date]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    set_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    version: Mapped[int] = mapped_column(init=False)
    lab: Mapped[Lab] = relationship(init=False, repr=False, viewonly=True)
    set_by: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation
