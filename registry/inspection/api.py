"""API doors of plans of inspections and of inspections."""

from dataclasses import replace
from typing import Any

from registry.accounts import signin
from registry.inspection import actions, queries
from registry.inspection.models import Inspection, InspectionPlan
from registry.inspection.reading import as_read
from registry.inspection.schemas import (
    InspectionEdit,
    InspectionIn,
    InspectionOut,
    InspectionPlanEdit,
    InspectionPlanIn,
    InspectionPlanOut,
    InspectionPlanQuery,
    InspectionQuery,
    InspectionStepIn,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("inspections", __name__, description="State inspections of measurement, and their plans of a year.")


@blp.route("/inspection-plans")
@blp.arguments(InspectionPlanQuery, location="query")
@blp.response(200, paged(InspectionPlanOut))
def plans(query: dict[str, Any]) -> Page[InspectionPlan]:
    """List plans of inspections, the latest years first."""
    return queries.plan_page(signin.person(), **query)


@blp.route("/inspection-plans", methods=["POST"])
@idempotent
@blp.arguments(InspectionPlanIn)
@blp.response(201, InspectionPlanOut)
def plan_year(data: dict[str, Any]) -> InspectionPlan:
    """Make the plan of a year of an authority."""
    plan = actions.plan_year(**data, by=signin.person())
    db.session.commit()
    return queries.plan_by_id(signin.person(), plan.id)


@blp.route("/inspection-plans/<key:key>")
@blp.etag
@blp.response(200, InspectionPlanOut)
def plan(key: int) -> InspectionPlan:
    """One plan of inspections."""
    found = queries.plan_by_id(signin.person(), key)
    blp.set_etag(found, InspectionPlanOut)
    return found


@blp.route("/inspection-plans/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(InspectionPlanEdit)
@blp.response(200, InspectionPlanOut)
def edit_plan(data: dict[str, Any], key: int) -> InspectionPlan:
    """Change a plan of inspections."""
    found = queries.plan_by_id(signin.person(), key, lock=True)
    blp.check_etag(found, InspectionPlanOut)
    actions.edit_plan(found, **data, by=signin.person())
    db.session.commit()
    blp.set_etag(found, InspectionPlanOut)
    return found


@blp.route("/inspections")
@blp.arguments(InspectionQuery, location="query")
@blp.response(200, paged(InspectionOut))
def inspections(query: dict[str, Any]) -> Page[Inspection]:
    """List inspections, the latest days first."""
    page = queries.page_of(signin.person(), **query)
    return replace(page, items=as_read(signin.person(), page.items))


@blp.route("/inspections", methods=["POST"])
@idempotent
@blp.arguments(InspectionIn)
@blp.response(201, InspectionOut)
def plan_visit(data: dict[str, Any]) -> Inspection:
    """Plan an inspection."""
    visit = actions.plan_visit(**data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), visit.id)


@blp.route("/inspections/<key:key>")
@blp.etag
@blp.response(200, InspectionOut)
def inspection(key: int) -> Inspection:
    """One inspection, its team, and the steps it took."""
    (found,) = as_read(signin.person(), [queries.by_id(signin.person(), key)])
    blp.set_etag(found, InspectionOut)
    return found  # type: ignore[no-any-return]  # an inspection, or the like of it


@blp.route("/inspections/<key:key>", methods=["PATCH"])
@blp.etag
@blp.arguments(InspectionEdit)
@blp.response(200, InspectionOut)
def edit(data: dict[str, Any], key: int) -> Inspection:
    """Change an inspection until its minutes are signed; a team that is given replaces the one before."""
    found = queries.by_id(signin.person(), key, lock=True)
    blp.check_etag(found, InspectionOut)
    actions.edit(found, **data, by=signin.person())
    db.session.commit()
    blp.set_etag(found, InspectionOut)
    return found


@blp.route("/inspections/<key:key>/steps", methods=["POST"])
@idempotent
@blp.arguments(InspectionStepIn)
@blp.response(200, InspectionOut)
def turn(data: dict[str, Any], key: int) -> Inspection:
    """Take the next step: prepare, begin (with a reason before its first day), close, or cancel with a reason."""
    found = queries.by_id(signin.person(), key, lock=True)
    actions.turn(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)
