"""Imports of calibrations, with what was found in every record of their sheets."""

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base
from registry.sheets.models import SheetImport, SheetImportReason, SheetImportRow


class CalibrationImport(SheetImport, Base):
    """A sheet of calibrations."""

    __tablename__ = "calibration_import"
    __table_args__ = (Index(None, "person_id", "id"),)


class CalibrationImportRow(SheetImportRow, Base):
    """A record in a sheet by the number of its first row; `calibration_id` is what it became, or is already."""

    __tablename__ = "calibration_import_row"
    __table_args__ = (Index(None, "import_id", "outcome", "number"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("calibration_import.id", ondelete="CASCADE"), primary_key=True)
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"), index=True, default=None)


class CalibrationImportReason(SheetImportReason, Base):
    """That a row of a sheet of calibrations has a reason."""

    __tablename__ = "calibration_import_reason"
    __table_args__ = (PrimaryKeyConstraint("import_id", "reason", "number"), {"sqlite_with_rowid": False})

    import_id: Mapped[int] = mapped_column(ForeignKey("calibration_import.id", ondelete="CASCADE"), primary_key=True)
