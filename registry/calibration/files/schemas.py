"""How outsiders say the files of calibrations."""

from typing import Final

from marshmallow import fields

from registry.kernel.files.schemas import FileOut
from registry.kernel.schema import paged


class CalibrationFileOut(FileOut):
    """A file on a record; `signed` when it was there as the record was signed and is part of that."""

    signed = fields.Boolean(required=True)


PAGE: Final = paged(CalibrationFileOut)
