"""API doors of the files of calibrations."""

from registry.accounts import signin
from registry.calibration import queries
from registry.calibration.files import actions
from registry.calibration.files.models import CalibrationFile
from registry.calibration.files.schemas import CalibrationFileOut
from registry.kernel.files.doors import open_doors
from registry.kernel.files.shelf import Shelf
from registry.kernel.http import Blueprint

blp = Blueprint("calibration_files", __name__, description="Certificates and other files of calibrations.")


def _shelf(key: int, *, lock: bool) -> Shelf[CalibrationFile]:  # noqa: ARG001 — what changes the files locks the record
    person = signin.person()
    return actions.shelf(queries.by_id(person, key), by=person)


open_doors(blp, "/calibrations/<key:key>/files", _shelf, of="calibration", out=CalibrationFileOut)
