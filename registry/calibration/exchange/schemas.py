"""How outsiders say what the records of a sheet do."""

from marshmallow import fields

from registry.accounts.schemas import own_password
from registry.kernel.schema import Schema
from registry.sheets.schemas import ImportRowOut


class UndoIn(Schema):
    """That an import is taken back; with the password of whoever asks while records of it stand."""

    password = own_password(required=False)


class CalibrationImportRowOut(ImportRowOut):
    """What a record of the sheet does, by its first row: `calibration` is what it became, or is recorded as already.

    `changes` gives what a new record says as it was read.
    """

    calibration = fields.Integer(attribute="calibration_id", required=True, allow_none=True)
