"""API doors of measures."""

from typing import Any

from registry.accounts import signin
from registry.inspection import queries as inspections
from registry.inspection.measures import actions, queries
from registry.inspection.measures.models import InspectionMeasure
from registry.inspection.measures.schemas import MeasureIn, MeasureOut, MeasureQuery, SettleIn
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("inspection_measures", __name__, description="What inspected organisations have to do, and by when.")


@blp.route("/inspection-measures")
@blp.arguments(MeasureQuery, location="query")
@blp.response(200, paged(MeasureOut))
def measures(query: dict[str, Any]) -> Page[InspectionMeasure]:
    """List measures of all inspections, such as those that are overdue."""
    return queries.page_of(signin.person(), clock.today(), **query)


@blp.route("/inspections/<key:key>/measures", methods=["POST"])
@idempotent
@blp.arguments(MeasureIn)
@blp.response(201, MeasureOut)
def decide(data: dict[str, Any], key: int) -> InspectionMeasure:
    """Decide a measure while the inspection is done or followed up."""
    made = actions.decide(inspections.by_id(signin.person(), key, lock=True), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/inspections/<key:key>/measures/<key:measure>/done", methods=["POST"])
@idempotent
@blp.arguments(SettleIn)
@blp.response(200, MeasureOut)
def settle(data: dict[str, Any], key: int, measure: int) -> InspectionMeasure:
    """Write down that a measure was followed."""
    visit = inspections.by_id(signin.person(), key)
    done = actions.settle(visit, queries.by_id(visit, measure, lock=True), **data, by=signin.person())
    db.session.commit()
    return done
