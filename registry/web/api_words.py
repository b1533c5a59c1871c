"""What the sections of the programming interface are called by people, by the names of their doors."""

from collections.abc import Mapping
from typing import Final

from registry.kernel.i18n import lazy

SECTIONS: Final[Mapping[str, str]] = {
    "api_organisations": lazy("Organisations"),
    "api_labs": lazy("Laboratories"),
    "api_accreditation_bodies": lazy("Accreditation bodies"),
    "api_accreditation_decisions": lazy("Decisions about accreditations"),
    "api_scopes": lazy("Scopes"),
    "api_lab_staff": lazy("Staff of laboratories"),
    "api_register": lazy("Public register"),
    "api_proficiency": lazy("Proficiency tests"),
    "api_criteria": lazy("Criteria sets and assessments"),
    "api_assets": lazy("Assets"),
    "api_lists": lazy("Lists and saved views"),
    "api_labels": lazy("Labels"),
    "api_lifecycle": lazy("Statuses, checks and faults"),
    "api_custody": lazy("Places and custody"),
    "api_asset_imports": lazy("Import and export of assets"),
    "api_calibration_imports": lazy("Import of earlier records"),
    "api_asset_files": lazy("Photos and documents of assets"),
    "api_materials": lazy("Reference materials"),
    "api_software": lazy("Firmware and software"),
    "api_instrument_types": lazy("Instrument types"),
    "api_stock_takes": lazy("Stock-takes"),
    "api_calibrations": lazy("Calibrations and verifications"),
    "api_calibration_files": lazy("Certificates and files of records"),
    "api_calibration_procedures": lazy("Calibration procedures"),
    "api_notices": lazy("Notices of due dates"),
    "api_traceability": lazy("Traceability"),
    "api_stability": lazy("Stability"),
    "api_cases": lazy("Cases"),
    "api_due_dates": lazy("Due dates"),
    "api_interval_reviews": lazy("Reviews of intervals"),
    "api_replanning": lazy("Levelling the load"),
    "api_competence": lazy("Laboratories on the day of a result"),
    "api_inspections": lazy("Inspections"),
    "api_inspection_checks": lazy("Checks of an inspection"),
    "api_inspection_minutes": lazy("Minutes of an inspection"),
    "api_inspection_measures": lazy("Measures of an inspection"),
    "api_inspection_statistics": lazy("Inspections in numbers"),
    "api_activities": lazy("Activities"),
    "api_plans": lazy("Plans"),
    "api_rollups": lazy("Plans over time"),
}
