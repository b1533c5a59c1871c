"""The board: one screen for a planner and for a meeting room, every number of it a way to its records."""

from datetime import date
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.assets.rules import GONE, NOT_YET, Status
from registry.kernel import clock
from registry.kernel.i18n import lazy
from registry.plan import queries as plans
from registry.plan.board import queries
from registry.plan.board.rules import Lack, share
from registry.plan.board.schemas import BoardQuery
from registry.plan.duties import words as duty_words
from registry.plan.progress import Rollup
from registry.plan.rules import Verdict
from registry.web import chosen_plan
from registry.web.forms import listed

blp = Blueprint("plan_board", __name__)
LACKS: Final = {
    Lack.MISSED: lazy("Missed"),
    Lack.OVERDUE: lazy("Overdue"),
    Lack.BEHIND: lazy("Behind"),
    Lack.FALLEN: lazy("Fell"),
    Lack.UNSPENT: lazy("Not yet spent"),
    Lack.STALE: lazy("To be reviewed"),
}
HELD: Final = [status.value for status in Status if status not in GONE | NOT_YET]


@blp.get("/board")
def first() -> Response:
    """The board of the plan that the person looked at last or that was there first; the list where there is none."""
    plan = chosen_plan.looked_at(plans.plans(signin.person()))
    return redirect(url_for("plan_board.show", code=plan.code) if plan else url_for("plan.list_plans"))


@blp.get("/plan/<code:code>/board")
def show(code: str) -> str:
    """The board as of a day, today when none is asked for; `room` is for a screen that is read from afar."""
    me = signin.person()
    plan = plans.by_code(code, me)
    query = listed(BoardQuery)
    asked: date | None = query.get("on")
    on = asked or clock.today()
    found = queries.board(plan, me, on)
    chosen_plan.remember(plan)
    return render_template(
        "plan/board.html",
        plan=plan,
        board=found,
        rollup=found.rollup,
        money={line.row.code: line for line in found.rollup.money},
        chosen=_chosen(found.rollup, query.get("period"), query.get("verdict")),
        lines={line.row.code: line for line in found.rollup.indicators},
        lacks=LACKS,
        words=duty_words,
        share=share,
        held=HELD,
        plans=plans.plans(me),
        asked=asked,
        on=on,
        room=query["room"],
    )


def _chosen(rollup: Rollup, period: str | None, verdict: Verdict | None) -> set[str] | None:
    """The codes of the rows with a verdict in a period; None where all are looked at."""
    if verdict is None:
        return None
    return {
        line.row.code
        for line in rollup.indicators
        for result in line.periods
        if result.official.target is not None
        and result.official.verdict is verdict
        and period in {None, result.span.code}
    }
