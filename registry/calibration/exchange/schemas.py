"""How outsiders say what the records of a sheet do."""

from marshmallow import fields

from registry.sheets.schemas import ImportRowOut


class CalibrationImportRowOut(ImportRowOut):
    """What a record of the sheet does, by its first row: `calibration` is what it became, or is recorded as already.

    `changes` gives what a new record says as it was read.
    """

    calibration = fields.Integer(attribute="calibration_id", required=True, allow_none=True)
