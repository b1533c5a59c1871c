"""What the columns of a list and their values are called, in the language of whoever reads."""

from datetime import date
from typing import Any

from registry.assets.fitness import Mark, partly, standing
from registry.assets.lists.lines import Line
from registry.assets.lists.rules import Column
from registry.assets.rules import Doubt, ScheduleKind
from registry.kernel.i18n import _


def heading(column: Column) -> str:
    """What stands over a column."""
    return {
        Column.VALIDITY: _("Validity"),
        Column.DUE_ON: _("Due"),
        Column.PLANNED_ON: _("Planned for"),
        Column.STATUS: _("Status"),
        Column.SERIAL_NO: _("Serial number"),
        Column.OWNER: _("Owner"),
        Column.LOCATION: _("Location"),
        Column.KIND: _("Kind"),
        Column.ASSET_NO: _("Inventory number"),
        Column.MANUFACTURER: _("Manufacturer"),
        Column.MODEL: _("Model"),
        Column.CUSTODIAN: _("Custodian"),
        Column.INSTRUMENT_TYPE: _("Instrument type"),
        Column.STANDARD_CLASS: _("Class of standard"),
        Column.COMMISSIONED_ON: _("In service since"),
    }[column]


def cell(line: Line, column: Column, today: date) -> Any:  # noqa: ANN401 — a text, a date, or nothing
    """What a line shows in a column, in words."""
    if column is Column.VALIDITY:
        return "; ".join(marked(mark) for mark in partly(standing(line, today), line.lacks))
    if column is Column.OWNER:
        return line.owner.name
    value = getattr(line, column.value)
    return word(value) if column in {Column.STATUS, Column.KIND, Column.STANDARD_CLASS} and value else value


def marked(mark: Mark) -> str:
    """A word an asset stands under; what is to be done anew by the work it is."""
    if mark.word is not Doubt.RECALIBRATE:
        return word(mark.word)
    if mark.kind is None:
        return _("To be calibrated or verified again")
    return _("To be verified again") if mark.kind is ScheduleKind.VERIFICATION else _("To be calibrated again")


def word(value: str) -> str:
    """What a stored value is called."""
    return {
        "standard": _("Measurement standard"),
        "reference_material": _("Reference material"),
        "instrument": _("Measuring instrument"),
        "planned": _("Planned"),
        "procured": _("Procured"),
        "accepted": _("Accepted"),
        "in_service": _("In service"),
        "limited_use": _("Limited use"),
        "out_for_calibration": _("Out for calibration"),
        "out_of_service": _("Out of service"),
        "quarantined": _("Quarantined"),
        "retired": _("Withdrawn from use"),
        "disposed": _("Disposed"),
        "valid": _("Valid"),
        "due_soon": _("Due soon"),
        "overdue": _("Overdue"),
        "never": _("No record"),
        "failed": _("Failed"),
        "not_required": _("Not required"),
        "in_doubt": _("In doubt"),
        "recalibrate": _("To be calibrated or verified again"),
        "recall": _("Recalled"),
        "certificate_withdrawn": _("Certificate withdrawn"),
        "incomplete": _("Limited use: something is missing"),
        "stopped": _("Use stopped"),
        "contradicted": _("Contradicts itself"),
        "unverified": _("Not verified as the law asks"),
        "repaired": _("Not verified since its repair"),
        "altered": _("Not calibrated since its repair"),
        "unclassified": _("Requirement not known"),
        "national": _("National standard"),
        "reference": _("Reference standard"),
        "working": _("Working standard"),
        "transfer": _("Transfer standard"),
        "travelling": _("Travelling standard"),
    }[str(value)]
