"""Which record relied on which: the edges of the graph of traceability, kept as what is issued and voided."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base


class Reliance(Base):
    """A record (`child_id`) relied on a standard on the day of its work, and by that on a record of the standard.

    `parent_id` is the standard's newest calibration, or verification, up to that day, as is known now; of a standard
    that had both there are two rows, of one that had none a row without. A component of a set stands on the set's
    records too. The edges are derived from what is recorded and written anew when that changes.
    """

    __tablename__ = "reliance"
    __table_args__ = (
        Index(None, "parent_id", "child_id"),
        Index(None, "child_id", "parent_id"),
        Index(None, "standard_id", "performed_on", "child_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"))
    standard_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    performed_on: Mapped[date]
