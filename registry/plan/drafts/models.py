"""What is remembered of the next version of a plan."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base, Instant
from registry.plan.models import PlanVersion


class PlanDraft(Base):
    """The one draft of a plan: the data of a file that fits the form, whatever its sums say."""

    __tablename__ = "plan_draft"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), unique=True)
    based_on_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, repr=False)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    version: Mapped[int] = mapped_column(init=False)
    based_on: Mapped[PlanVersion] = relationship(repr=False, init=False, viewonly=True)
    changed_by: Mapped[Person | None] = relationship(repr=False, init=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation
