"""What people call the records that may refer to an asset."""

from typing import Final

from registry.kernel.i18n import lazy

EVIDENCE: Final = lazy("evidence for a plan")
CALIBRATIONS: Final = lazy("calibrations and verifications")
CASES: Final = lazy("cases about what is in doubt")
DUE: Final = lazy("decisions about due dates")
UPKEEP: Final = lazy("maintenance")
COUNTS: Final = lazy("stock-takes")
NOTICES: Final = lazy("notices")
WORDS: Final = {
    "asset": lazy("components"),
    "asset_file": lazy("files"),
    "calibration": CALIBRATIONS,
    "calibration_standard": CALIBRATIONS,
    "case_item": CASES,
    "custody_event": lazy("custody"),
    "due_extension": DUE,
    "evidence": EVIDENCE,
    "evidence_decision": EVIDENCE,
    "fault": lazy("faults"),
    "fitness_check": lazy("checks"),
    "holding": lazy("custody"),
    "impact_case": CASES,
    "inspection_check": lazy("inspections"),
    "interval_review": DUE,
    "maintenance_line": UPKEEP,
    "material_draw": lazy("draws from a reference material"),
    "notice": NOTICES,
    "notice_snooze": NOTICES,
    "overdue_turn": DUE,
    "procedure_standard": lazy("procedures"),
    "reliance": CALIBRATIONS,
    "status_change": lazy("changes of the status"),
    "stock_take_item": COUNTS,
    "stock_take_piece": COUNTS,
    "stock_take_scan": COUNTS,
    "upkeep": UPKEEP,
    "usage_reading": lazy("counters of use"),
}


def said_of(table: str) -> str:
    """What the records of a table are called."""
    return WORDS.get(table, table.replace("_", " "))
