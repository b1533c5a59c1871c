"""API doors of plans seen over time."""

from typing import Any

from registry.accounts import signin
from registry.kernel.errors import NotFound
from registry.kernel.http import Blueprint
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.plan.queries import by_code
from registry.plan.rollups import courses, queries
from registry.plan.rollups.schemas import TrajectoriesOut, TrajectoryQuery

blp = Blueprint("rollups", __name__, description="How plans came to their numbers and where they are heading.")


@blp.route("/plans/<code:code>/indicators/<code:indicator>/trajectory")
@blp.arguments(TrajectoryQuery, location="query")
@blp.response(200, TrajectoriesOut)
def trajectory(query: dict[str, Any], code: str, indicator: str) -> dict[str, Any]:
    """An indicator at the end of every quarter, the steady pace to its target, and what is likely at the end.

    The forecast assumes that the pace stays: what is left follows a negative binomial distribution, widened where
    quarters differ more than chance lets them. It is refused on less than four full quarters or five things.
    """
    plan, known = by_code(code, signin.person()), query.get("known")
    on = queries.day_of(query.get("on"), known)
    known_at = queries.instant_of(known, on)
    version = queries.version_on(plan, on, known_at)
    if indicator not in {row.code for row in version.rows if row.indicator_id is not None}:
        raise NotFound(_("The plan has no indicator with the code “%(code)s”.", code=shown(indicator)))
    return {"indicator": indicator, "on": on, "periods": courses.trajectories(plan, indicator, on, known_at)}
