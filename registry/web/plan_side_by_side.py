"""Where a planner sees several plans beside each other: the national scheme above, the neighbour's, the successor's."""

from typing import Final

from flask import Blueprint, render_template

from registry.accounts import signin
from registry.kernel.i18n import lazy
from registry.plan.rollups import queries as rollups
from registry.plan.side_by_side import queries
from registry.plan.side_by_side.rules import MOST_PLANS, Unsummed
from registry.plan.side_by_side.schemas import SidePageQuery
from registry.web.forms import listed

blp = Blueprint("plan_side_by_side", __name__)
WHY_NOT: Final = {
    Unsummed.ALONE: lazy("Only one plan has it."),
    Unsummed.SEVERAL: lazy("Not added: a plan has several indicators here."),
    Unsummed.UNITS: lazy("Not added: the plans count in different units."),
    Unsummed.STATES: lazy("Not added: one plan counts a state, another what was done."),
}


@blp.get("/plan/side-by-side")
def show() -> str:
    """The plans that were chosen, beside each other as of a day; and the plans to choose from."""
    me = signin.person()
    query = listed(SidePageQuery)
    chosen, known = query.pop("plan"), query.get("known")
    on = rollups.day_of(query.get("on"), known)
    known_at = rollups.instant_of(known, on)
    return render_template(
        "plan_side_by_side/show.html",
        found=queries.side_by_side(chosen, me, on, known_at) if chosen else None,
        choices=queries.choices(me),
        chosen=chosen,
        on=on,
        known_at=known_at,
        why_not=WHY_NOT,
        most=MOST_PLANS,
        seen={name: said if isinstance(said, str) else said.isoformat() for name, said in query.items()},
    )
