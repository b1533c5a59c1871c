"""Links between indicators of different plans, as a version says them."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base, choice
from registry.plan.document import Carry


class PlanLink(Base):
    """That an indicator answers one of another plan, or continues it where `carry` says how."""

    __tablename__ = "plan_link"
    __table_args__ = (UniqueConstraint("version_id", "indicator_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    carry: Mapped[Carry | None] = mapped_column(choice(Carry), default=None)
