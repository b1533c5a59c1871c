"""Imports of calibrations as people look for them."""

from functools import partial
from typing import Final

from registry.calibration.exchange.models import CalibrationImport, CalibrationImportReason, CalibrationImportRow
from registry.sheets import queries

by_key: Final = partial(queries.by_key, CalibrationImport)
imports: Final = partial(queries.imports, CalibrationImport)
rows: Final = partial(queries.rows, CalibrationImportRow, CalibrationImportReason)
