"""API doors of an asset's life: status, checks, faults, upkeep and the maintenance plan."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.lifecycle import actions, queries
from registry.assets.lifecycle.models import Fault, FitnessCheck, MaintenanceLine, StatusChange, Upkeep
from registry.assets.lifecycle.schemas import (
    CheckIn,
    CheckOut,
    FaultIn,
    FaultOut,
    ImpactIn,
    MaintenanceEndIn,
    MaintenanceIn,
    MaintenanceOut,
    StatusChangeOut,
    StatusIn,
    UpkeepIn,
    UpkeepOut,
)
from registry.assets.models import Asset
from registry.assets.schemas import HistoryQuery
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("lifecycle", __name__, description="Statuses, checks, faults and upkeep of assets.")


@blp.route("/assets/<string:tag>/lifecycle")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(StatusChangeOut))
def changes(query: dict[str, Any], tag: str) -> Page[StatusChange]:
    """Which statuses an asset had, newest first."""
    return queries.history(StatusChange, _found(tag), **query)


@blp.route("/assets/<string:tag>/status", methods=["POST"])
@idempotent
@blp.arguments(StatusIn)
@blp.response(201, StatusChangeOut)
def change(data: dict[str, Any], tag: str) -> StatusChange:
    """Change the status of an asset."""
    made = actions.change_status(_locked(tag), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/assets/<string:tag>/checks")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(CheckOut))
def checks(query: dict[str, Any], tag: str) -> Page[FitnessCheck]:
    """How an asset was checked before it was placed or returned into service, newest first."""
    return queries.history(FitnessCheck, _found(tag), **query)


@blp.route("/assets/<string:tag>/checks", methods=["POST"])
@idempotent
@blp.arguments(CheckIn)
@blp.response(201, CheckOut)
def check(data: dict[str, Any], tag: str) -> FitnessCheck:
    """Record an acceptance check or a check before the return into service."""
    made = actions.check(_locked(tag), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/assets/<string:tag>/faults")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(FaultOut))
def faults(query: dict[str, Any], tag: str) -> Page[Fault]:
    """Damage, overloads and malfunctions of an asset, newest first."""
    return queries.history(Fault, _found(tag), **query)


@blp.route("/assets/<string:tag>/faults", methods=["POST"])
@idempotent
@blp.arguments(FaultIn)
@blp.response(201, FaultOut)
def report(data: dict[str, Any], tag: str) -> Fault:
    """Report a fault: the asset is quarantined at once."""
    made = actions.report_fault(_locked(tag), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/assets/<string:tag>/faults/<key:key>/impact", methods=["POST"])
@idempotent
@blp.arguments(ImpactIn)
@blp.response(200, FaultOut)
def conclude(data: dict[str, Any], tag: str, key: int) -> Fault:
    """Conclude what a fault meant for earlier measurements."""
    asset = _locked(tag)
    judged = actions.conclude_impact(asset, queries.fault_of(asset, key), **data, by=signin.person())
    db.session.commit()
    return judged


@blp.route("/assets/<string:tag>/upkeep")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(UpkeepOut))
def upkeep(query: dict[str, Any], tag: str) -> Page[Upkeep]:
    """Maintenance, repairs, modifications and adjustments of an asset, newest first."""
    return queries.history(Upkeep, _found(tag), **query)


@blp.route("/assets/<string:tag>/upkeep", methods=["POST"])
@idempotent
@blp.arguments(UpkeepIn)
@blp.response(201, UpkeepOut)
def record(data: dict[str, Any], tag: str) -> Upkeep:
    """Record work done on an asset."""
    made = actions.record_upkeep(_locked(tag), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/assets/<string:tag>/maintenance")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(MaintenanceOut))
def maintenance(query: dict[str, Any], tag: str) -> Page[MaintenanceLine]:
    """The maintenance plan of an asset, given up lines too, newest first."""
    return queries.history(MaintenanceLine, _found(tag), **query)


@blp.route("/assets/<string:tag>/maintenance", methods=["POST"])
@idempotent
@blp.arguments(MaintenanceIn)
@blp.response(201, MaintenanceOut)
def plan(data: dict[str, Any], tag: str) -> MaintenanceLine:
    """Add a line to the maintenance plan of an asset."""
    made = actions.plan_maintenance(_locked(tag), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/assets/<string:tag>/maintenance/<key:key>/end", methods=["POST"])
@idempotent
@blp.arguments(MaintenanceEndIn)
@blp.response(200, MaintenanceOut)
def end(data: dict[str, Any], tag: str, key: int) -> MaintenanceLine:
    """Give up a line of the maintenance plan of an asset; it stays in the list with its last day."""
    asset = _locked(tag)
    line = actions.end_maintenance(asset, queries.line_of(asset, key), **data, by=signin.person())
    db.session.commit()
    return line


def _found(tag: str) -> Asset:
    return assets.by_tag(signin.person(), tag)


def _locked(tag: str) -> Asset:
    return assets.by_tag(signin.person(), tag, lock=True)
