"""How outsiders say the files of calibrations."""

from marshmallow import fields

from registry.kernel.files.schemas import FileOut


class CalibrationFileOut(FileOut):
    """A file on a record; `signed` when it was there as the record was signed and is part of that."""

    signed = fields.Boolean(required=True)
