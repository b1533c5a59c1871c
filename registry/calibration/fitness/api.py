"""API door of the forecast of fitness."""

from typing import Any

from registry.accounts import signin
from registry.calibration.fitness import queries
from registry.calibration.fitness.queries import Line
from registry.calibration.fitness.schemas import FitnessOut, FitnessQuery
from registry.kernel import clock
from registry.kernel.http import Blueprint
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("fitness", __name__, description="Which things could serve as standards in the years to come.")


@blp.route("/fitness")
@blp.arguments(FitnessQuery, location="query")
@blp.response(200, paged(FitnessOut))
def forecast(query: dict[str, Any]) -> Page[Line]:
    """List standards and instruments with whether they could serve as traceable standards, and why."""
    return queries.page_of(signin.person(), clock.today(), **query)
