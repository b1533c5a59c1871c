"""Doing something for every plan, so that one that fails stops none of the others."""

import logging
from collections.abc import Callable
from typing import NamedTuple

from registry.kernel.db import db
from registry.plan import queries
from registry.plan.models import Plan

log = logging.getLogger(__name__)


class Opened(NamedTuple):
    """How much was opened, and for how many plans that failed: of these nothing is kept, and the log says why."""

    opened: int = 0
    failed: int = 0


def for_each_plan(opens: Callable[[Plan], int]) -> Opened:
    """What is opened for every plan; each is kept or undone by itself."""
    opened = failed = 0
    for plan_id, code in [(plan.id, plan.code) for plan in queries.plans(None)]:
        try:
            with db.session.begin_nested():
                opened += opens(db.session.get_one(Plan, plan_id))
        except Exception:  # whatever is wrong with one plan is no fault of the next
            log.exception("nothing was opened for the plan %s", code)
            failed += 1
    return Opened(opened, failed)
