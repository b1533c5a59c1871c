"""API door of what is counted."""

from typing import Any

from registry.accounts import signin
from registry.inspection.statistics import queries
from registry.inspection.statistics.schemas import InspectionStatisticsOut, InspectionStatisticsQuery
from registry.kernel.http import Blueprint

blp = Blueprint("inspection_statistics", __name__, description="What was inspected and what was found, in numbers.")


@blp.route("/inspection-statistics")
@blp.arguments(InspectionStatisticsQuery, location="query")
@blp.alt_response(403, "FORBIDDEN")
@blp.response(200, InspectionStatisticsOut)
def statistics(query: dict[str, Any]) -> queries.Counted:
    """Instruments checked and findings by instrument type, area or year."""
    return queries.counted(signin.person(), **query)
