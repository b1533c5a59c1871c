"""API door of stability: control charts, drift and forecast of an asset's results."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.calibration.stability import queries
from registry.calibration.stability.findings import Asked
from registry.calibration.stability.queries import Charts
from registry.calibration.stability.schemas import ChartsOut, ChartsQuery
from registry.kernel import clock
from registry.kernel.http import Blueprint

blp = Blueprint("stability", __name__, description="How results behave over time: control charts and drift.")


@blp.route("/assets/<string:tag>/charts")
@blp.arguments(ChartsQuery, location="query")
@blp.response(200, ChartsOut)
def charts(query: dict[str, Any], tag: str) -> Charts:
    """Control charts, drift and forecast of an asset's results."""
    asked = Asked(clock.today(), query.pop("probability"), query.pop("horizon_months"))
    return queries.charts(assets.by_tag(signin.person(), tag), asked, **query)
