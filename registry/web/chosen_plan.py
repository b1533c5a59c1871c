"""Which of several plans somebody looks at: the one they opened last, which their browser remembers."""

from collections.abc import Sequence
from typing import Final

from flask import after_this_request, request
from werkzeug.wrappers import Response

from registry.plan.models import Plan

COOKIE: Final = "plan"
YEAR: Final = 365 * 24 * 3600


def remembered(plans: Sequence[Plan]) -> Plan | None:
    """The plan that was opened last, if it is one of these."""
    return next((plan for plan in plans if plan.code == request.cookies.get(COOKIE)), None)


def looked_at(plans: Sequence[Plan]) -> Plan | None:
    """The plan that was opened last, else the one that the registry has known longest: a further one displaces none."""
    return remembered(plans) or min(plans, key=lambda plan: plan.id, default=None)


def remember(plan: Plan) -> None:
    """Keep in mind that a plan is looked at, where it is another one than before."""
    if request.cookies.get(COOKIE) == plan.code:
        return

    @after_this_request
    def keep(answer: Response) -> Response:
        answer.set_cookie(COOKIE, plan.code, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
        return answer
