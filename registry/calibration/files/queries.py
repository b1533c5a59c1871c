"""The files of calibrations; whoever may see a calibration may see its files."""

from registry.calibration.files.models import CalibrationFile
from registry.calibration.models import Calibration
from registry.kernel.files.attachments import Hook


def hook(calibration: Calibration) -> Hook[CalibrationFile]:
    """Where the files of a calibration hang."""
    return Hook(CalibrationFile, "calibration_id", calibration.id, ("calibration", calibration.id))
