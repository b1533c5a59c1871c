"""API door of plans beside each other."""

from typing import Any

from registry.accounts import signin
from registry.kernel.http import Blueprint
from registry.plan.rollups import queries as rollups
from registry.plan.side_by_side import queries
from registry.plan.side_by_side.queries import SideBySide
from registry.plan.side_by_side.schemas import SideBySideOut, SideBySideQuery

blp = Blueprint("side_by_side", __name__, description="Plans beside each other.")


@blp.route("/plans-side-by-side")
@blp.arguments(SideBySideQuery, location="query")
@blp.response(200, SideBySideOut)
def side_by_side(query: dict[str, Any]) -> SideBySide:
    """Some plans beside each other, row by row as their files say that they answer each other.

    Each indicator is judged in its own periods and by its own mode. Numbers are added only where units are equal, and
    what counts in several plans counts once in the total.
    """
    known = query.get("known")
    on = rollups.day_of(query.get("on"), known)
    return queries.side_by_side(query["plan"], signin.person(), on, rollups.instant_of(known, on))
