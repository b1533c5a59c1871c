"""What the accreditation and the scope of a laboratory say of a result."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind
from registry.kernel.db import Base, Instant, choice
from registry.labs.models import Lab
from registry.labs.scope.rules import Bearing, Competence, Coverage, is_confirmed
from registry.labs.standing import Standing


def bearing_of(kind: CalibrationKind) -> Bearing:
    """What lets a laboratory do work of a kind."""
    return Bearing.DESIGNATION if kind is CalibrationKind.VERIFICATION else Bearing.ACCREDITATION


class CompetenceCheck(Base):
    """A result held against accreditation or designation on its day: frozen as found, beside what is known now.

    `holder_id` is the laboratory whose paper decides: a predecessor's, where that held it on the day. Without
    any, `standing` is empty. What rests on the word of the laboratory alone is not `confirmed`,
    or not `scope_confirmed` where it is lines of the scope that nobody confirmed. `changed_by` is the
    decision or correction that changed it last, which counts from `changed_since`. Findings are rows of the fields of
    `scope.rules.Finding`.
    """

    __tablename__ = "competence_check"
    __table_args__ = (
        Index(None, "holder_id", "kind", "performed_on"),
        Index(None, "lab_id", "performed_on"),
        Index(
            "ix_competence_check_changed",
            "lab_id",
            "calibration_id",
            sqlite_where=text("changed_at IS NOT NULL"),
        ),
    )

    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"), primary_key=True, autoincrement=False)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("lab.id"))
    kind: Mapped[CalibrationKind] = mapped_column(choice(CalibrationKind))
    performed_on: Mapped[date]
    found_at: Mapped[datetime] = mapped_column(Instant)
    competence_found: Mapped[Competence] = mapped_column(choice(Competence, "competence_found"))
    standing_found: Mapped[Standing | None] = mapped_column(choice(Standing, "standing_found"))
    coverage_found: Mapped[Coverage] = mapped_column(choice(Coverage, "coverage_found"))
    findings_found: Mapped[Sequence[Sequence[str]]] = mapped_column(JSON)
    confirmed_found: Mapped[bool]
    scope_confirmed_found: Mapped[bool]
    competence: Mapped[Competence] = mapped_column(choice(Competence))
    standing: Mapped[Standing | None] = mapped_column(choice(Standing))
    coverage: Mapped[Coverage] = mapped_column(choice(Coverage))
    findings: Mapped[Sequence[Sequence[str]]] = mapped_column(JSON)
    confirmed: Mapped[bool]
    scope_confirmed: Mapped[bool]
    changed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    changed_since: Mapped[date | None] = mapped_column(default=None)
    changed_by: Mapped[str | None] = mapped_column(String(120), default=None)
    calibration: Mapped[Calibration] = relationship(repr=False, init=False, viewonly=True)
    holder: Mapped[Lab] = relationship(foreign_keys=[holder_id], repr=False, init=False, viewonly=True)

    @property
    def is_confirmed(self) -> bool:
        """Whether all that is known now is confirmed."""
        return is_confirmed(self.standing, paper=self.confirmed, scope=self.scope_confirmed)

    @property
    def was_confirmed(self) -> bool:
        """Whether all that was found was confirmed."""
        return is_confirmed(self.standing_found, paper=self.confirmed_found, scope=self.scope_confirmed_found)

    @property
    def bearing(self) -> Bearing:
        """What lets a laboratory do such work."""
        return bearing_of(self.kind)
