"""What changes imports of calibrations; their life is that of every import."""

from collections import Counter
from typing import Final

from registry.accounts.rules import Verb
from registry.calibration.exchange import arriving, running, settling, undoing
from registry.calibration.exchange.columns import vocabulary
from registry.calibration.exchange.models import CalibrationImport
from registry.calibration.models import Calibration
from registry.sheets.actions import KEPT, Imports, Parts
from registry.sheets.models import ImportState, Mode
from registry.sheets.running import Step


def _read(found: CalibrationImport, step: Step, _whole: bool) -> running.Loaded:  # noqa: FBT001 — always whole
    return running.read(found, step)


def _go(found: CalibrationImport, given: running.Loaded, mode: Mode | None, step: Step) -> Counter[str]:
    return running.go(found, given, mode, step)


IMPORTS: Final = Imports(
    table=CalibrationImport,
    vocabulary=vocabulary,
    subject="calibration_import",
    verb=Verb.CALIBRATION_RECORD,
    read=_read,
    go=_go,
    refuse_undo=undoing.refuse_when_needed,
    take_back=lambda found, _step: undoing.undo(found),
    withdraws=undoing.withdraws,
    parts=Parts(
        holds=Calibration.import_id == CalibrationImport.id,
        waits=arriving.waits,
        take_away=arriving.take_away,
        settle=settling.after,
    ),
    kept=KEPT | {ImportState.UNDONE},  # its records are void and name it
)
CHECK, APPLY, UNDO = IMPORTS.tasks
CLEAR: Final = IMPORTS.clearing
upload, keep, check = IMPORTS.upload, IMPORTS.keep, IMPORTS.check
ask_columns, ask_apply, apply, run = IMPORTS.ask_columns, IMPORTS.ask_apply, IMPORTS.apply, IMPORTS.run
ask_undo, undo, gave_up = IMPORTS.ask_undo, IMPORTS.undo, IMPORTS.gave_up
clear, could_not_clear = IMPORTS.clear, IMPORTS.could_not_clear
forget_undecided = IMPORTS.forget_undecided
