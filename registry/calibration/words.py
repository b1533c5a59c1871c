"""The words of records in the language of the request."""

from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.kernel.i18n import _


def kind_text(kind: CalibrationKind) -> str:
    """The kind of work."""
    return {
        CalibrationKind.CALIBRATION: _("Calibration"),
        CalibrationKind.VERIFICATION: _("Verification"),
        CalibrationKind.INTERMEDIATE_CHECK: _("Intermediate check"),
        CalibrationKind.TESTING: _("Testing"),
    }[kind]


def status_text(status: RecordStatus) -> str:
    """How far a record is."""
    return {
        RecordStatus.DRAFT: _("Draft"),
        RecordStatus.SUBMITTED: _("Submitted for approval"),
        RecordStatus.ISSUED: _("Issued"),
        RecordStatus.AMENDED: _("Amended"),
        RecordStatus.VOID: _("Void"),
    }[status]
