"""Files that somebody asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.plan.exports.rules import Export
from registry.plan.models import Plan
from registry.sheets.models import Form


class PlanExport(Base):
    """A file that is made in the background and kept for a day; `filters` are the words of the list it is of.

    One that is ready without content could not be made; `refused` says why.
    """

    __tablename__ = "plan_export"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[Export] = mapped_column(choice(Export))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    form: Mapped[Form] = mapped_column(choice(Form))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    locale: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[int | None] = mapped_column(default=None)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, default=None, repr=False)
    refused: Mapped[str | None] = mapped_column(String(600), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now, index=True)
    ready_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    plan: Mapped[Plan | None] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
