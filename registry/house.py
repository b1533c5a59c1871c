"""Every door of the house. Whoever imports this knows every table as well."""

import threading

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from marshmallow.fields import Decimal

from registry.accounts.api import blp as organisations_api
from registry.assets.api import blp as assets_api
from registry.assets.custody.api import blp as custody_api
from registry.assets.exchange.api import blp as exchange_api
from registry.assets.files.api import blp as asset_files_api
from registry.assets.labels.api import blp as labels_of_assets_api
from registry.assets.lifecycle.api import blp as lifecycle_api
from registry.assets.lists.api import blp as lists_api
from registry.assets.materials.api import blp as materials_api
from registry.assets.software.api import blp as software_api
from registry.assets.stocktake.api import blp as stocktake_api
from registry.assets.types.api import blp as types_api
from registry.calibration.api import blp as calibrations_api
from registry.calibration.cases.api import blp as cases_api
from registry.calibration.competence.api import blp as competence_api
from registry.calibration.due.api import blp as due_api
from registry.calibration.exchange.api import blp as history_api
from registry.calibration.files.api import blp as calibration_files_api
from registry.calibration.fitness.api import blp as fitness_api
from registry.calibration.issuing.api import blp as issuing_api
from registry.calibration.notices.api import blp as notices_api
from registry.calibration.procedures.api import blp as procedures_api
from registry.calibration.replanning.api import blp as replanning_api
from registry.calibration.review.api import blp as interval_reviews_api
from registry.calibration.stability.api import blp as stability_api
from registry.calibration.traceability.api import blp as traceability_api
from registry.inspection.api import blp as inspections_api
from registry.inspection.checks.api import blp as inspection_checks_api
from registry.inspection.measures.api import blp as inspection_measures_api
from registry.inspection.minutes.api import blp as inspection_minutes_api
from registry.inspection.statistics.api import blp as inspection_statistics_api
from registry.kernel import addresses
from registry.kernel.addresses import CodeConverter
from registry.kernel.http import Api
from registry.labs.api import blp as labs_api
from registry.labs.bodies.api import blp as bodies_api
from registry.labs.confirming.api import blp as confirming_api
from registry.labs.criteria.api import blp as criteria_api
from registry.labs.decisions.api import blp as decisions_api
from registry.labs.proficiency.api import blp as proficiency_api
from registry.labs.register.api import blp as register_api
from registry.labs.scope.api import blp as scopes_api
from registry.labs.staff.api import blp as lab_staff_api
from registry.plan.activities.api import blp as activities_api
from registry.plan.adjustments.api import blp as plan_versions_api
from registry.plan.api import blp as plans_api
from registry.plan.breakdown.api import blp as breakdown_api
from registry.plan.closing.api import blp as closures_api
from registry.plan.drafts.api import blp as plan_drafts_api
from registry.plan.duties.api import blp as duties_api
from registry.plan.evidence.api import blp as evidence_api
from registry.plan.exports.api import blp as plan_exports_api
from registry.plan.focus.api import blp as focus_api
from registry.plan.reports.api import blp as reports_api
from registry.plan.rollups.api import blp as rollups_api
from registry.plan.side_by_side.api import blp as side_by_side_api
from registry.web import (
    account,
    activities,
    api_reference,
    approvals,
    assessment_exports,
    asset,
    calibration,
    capable,
    cases,
    criteria,
    custody,
    due,
    duties,
    enterprises,
    exchange,
    files,
    fitness,
    focus,
    gaps,
    health,
    history_import,
    home,
    inspecting,
    inspection,
    inspection_checks,
    inspection_exports,
    inspection_minutes,
    inspection_numbers,
    inspection_plan,
    intervals,
    inventory,
    jobs,
    lab,
    lab_confirming,
    lab_record,
    label,
    lifecycle,
    metrics,
    money,
    notices,
    plan,
    plan_board,
    plan_breakdown,
    plan_bulk,
    plan_closing,
    plan_editor,
    plan_exports,
    plan_side_by_side,
    plan_versions,
    procedures,
    proficiency,
    pt_exports,
    pt_follow_up,
    pt_paste,
    pt_plan,
    pt_round,
    record,
    recording,
    register,
    replanning,
    reports,
    scan,
    scope,
    stability,
    stocktake,
    succeeding,
    told,
    traceability,
    types,
    webhooks,
)

API_DOORS = (
    organisations_api,
    labs_api,
    decisions_api,
    confirming_api,
    proficiency_api,
    scopes_api,
    criteria_api,
    bodies_api,
    lab_staff_api,
    register_api,
    assets_api,
    lists_api,
    labels_of_assets_api,
    lifecycle_api,
    custody_api,
    exchange_api,
    history_api,
    asset_files_api,
    materials_api,
    software_api,
    types_api,
    stocktake_api,
    calibrations_api,
    calibration_files_api,
    competence_api,
    procedures_api,
    issuing_api,
    notices_api,
    traceability_api,
    stability_api,
    fitness_api,
    cases_api,
    due_api,
    interval_reviews_api,
    replanning_api,
    inspections_api,
    inspection_checks_api,
    inspection_measures_api,
    inspection_minutes_api,
    inspection_statistics_api,
    plans_api,
    closures_api,
    plan_versions_api,
    evidence_api,
    rollups_api,
    breakdown_api,
    side_by_side_api,
    plan_drafts_api,
    activities_api,
    duties_api,
    focus_api,
    plan_exports_api,
    reports_api,
)
PAGES = (
    home,
    scan,
    inventory,
    stocktake,
    succeeding,
    exchange,
    history_import,
    asset,
    custody,
    lifecycle,
    record,
    types,
    calibration,
    recording,
    procedures,
    traceability,
    stability,
    fitness,
    cases,
    inspection,
    inspection_checks,
    inspection_plan,
    inspection_exports,
    inspection_minutes,
    inspection_numbers,
    inspecting,
    due,
    intervals,
    replanning,
    files,
    lab,
    proficiency,
    pt_exports,
    pt_follow_up,
    pt_paste,
    pt_plan,
    pt_round,
    scope,
    criteria,
    assessment_exports,
    gaps,
    capable,
    lab_confirming,
    lab_record,
    register,
    label,
    plan,
    plan_bulk,
    plan_board,
    plan_breakdown,
    plan_side_by_side,
    plan_closing,
    plan_versions,
    plan_editor,
    plan_exports,
    reports,
    money,
    duties,
    focus,
    activities,
    enterprises,
    account,
    notices,
    told,
    approvals,
    webhooks,
    jobs,
    metrics,
    api_reference,
    health,
)
_opening = threading.Lock()


def open_doors(app: Flask) -> None:
    """Put the views behind the addresses of an application; those in front are there already."""
    with _opening:
        if "flask-smorest" not in app.extensions:
            built = build(app)
            app.jinja_env.filters |= {"clause": plan.clause}
            app.blueprints |= built.blueprints
            app.extensions["flask-smorest"] = built.extensions["flask-smorest"]
            app.view_functions |= {name: view for name, view in built.view_functions.items() if name != "static"}


def build(app: Flask) -> Flask:
    """All doors on an application of their own: one that has answered takes no blueprint any more."""
    built = Flask(app.import_name)
    built.config.update(app.config)
    addresses.register(built)
    csrf: CSRFProtect = app.extensions["csrf"]
    api = Api(built)
    api.register_field(Decimal, "string", None)
    api.register_converter(CodeConverter, lambda _converter: {"type": "string", "pattern": f"^{CodeConverter.regex}$"})
    for door in API_DOORS:
        api.register_blueprint(door)
        csrf.exempt(door)
    for page in PAGES:
        built.register_blueprint(page.blp)
    return built
