"""What is said of the standards of records from a sheet: what the entry form asks, by the same rule."""

from collections.abc import Sequence
from typing import NamedTuple

from registry.assets.models import Asset
from registry.calibration import questions
from registry.calibration.exchange.judging import Judged
from registry.calibration.rules import CalibrationKind
from registry.calibration.standing import Standing


class Use(NamedTuple):
    """A standard, and whether it was valid on the day of the work."""

    asset: Asset
    was_valid: bool


def ask_about(row: Judged, stood: Sequence[tuple[Asset, Standing]]) -> None:
    """Note of a record which of the chosen standards were not valid on its day; a verification with such is wrong."""
    day = row.done.performed_on
    for asset, then in stood:
        text = questions.unsound(Use(asset, then.was_valid), day) if asset.id in row.chosen else ""
        if text and row.done.kind is CalibrationKind.VERIFICATION:
            row.refuse("standards", questions.refused(text))
        elif text and row.done.kind is CalibrationKind.CALIBRATION:
            row.notes.append(text)
