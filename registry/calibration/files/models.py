"""Which files hang on which calibration."""

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base
from registry.kernel.files.models import Attachment, StoredFile, attached_to


class CalibrationFile(Attachment, Base):
    """A file on a calibration; one that was there when the record was signed is part of what was `signed`."""

    __tablename__ = "calibration_file"
    __table_args__ = attached_to(__tablename__, "calibration_id")

    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibration.id"))
    signed: Mapped[bool] = mapped_column(default=False, server_default=false())
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True)
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="CalibrationFile.added_by_id", init=False, repr=False, viewonly=True
    )
