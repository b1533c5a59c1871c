"""What is stored of a statement beside itself: when it was confirmed, and by whom."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, MappedAsDataclass, declared_attr, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Instant


class Stated(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """What a laboratory states of itself until a body that supervises it has confirmed it.

    `confirmed_by_id` is empty where the system itself recorded it, such as from the command line.
    """

    confirmed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)

    @declared_attr
    def confirmed_by(cls) -> Mapped[Person | None]:  # noqa: N805 — SQLAlchemy gives it the class
        """Who confirmed it."""
        return relationship(foreign_keys=cast("Any", cls).confirmed_by_id, repr=False, init=False, viewonly=True)

    @property
    def confirmed(self) -> bool:
        """Whether it is more than the word of the laboratory."""
        return self.confirmed_at is not None
