"""The people of a laboratory."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base, choice
from registry.labs.staff.rules import Duty


class LabStaff(Base):
    """Somebody of a laboratory, by name and, if they sign in here, by who they are; both days are inclusive."""

    __tablename__ = "lab_staff"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="life"),
        Index(None, "lab_id", "position"),
        Index(None, "valid_until", "lab_id"),
        Index(None, "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    position: Mapped[int]
    duty: Mapped[Duty] = mapped_column(choice(Duty))
    name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    number: Mapped[str | None] = mapped_column(String(60))
    issuer: Mapped[str | None] = mapped_column(String(200))
    covers: Mapped[str | None] = mapped_column(String(500))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    person: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)

    @property
    def signs_in(self) -> bool | None:
        """Whether they still sign in here; None where nobody said who they are here."""
        return self.person.active if self.person is not None else None
