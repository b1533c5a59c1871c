"""Views of the list that people keep."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel.db import Base

LONGEST_NAME = 60


class SavedView(Base):
    """Filters, order and columns under a name: the words of a request for the list.

    A view with an organisation is shared with everybody who has a role there or below it; it stays its maker's.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    version: Mapped[int] = mapped_column(init=False)
    person: Mapped[Person] = relationship(init=False, repr=False, viewonly=True)
    organisation: Mapped[Organisation | None] = relationship(init=False, repr=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation
