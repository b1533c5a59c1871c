"""What counts in a report and is not what it was when the report is put together, and the numbers that rest on it."""

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from registry.kernel import clock
from registry.kernel.db import db
from registry.plan.evidence.effects import effects
from registry.plan.evidence.falling import fell
from registry.plan.evidence.lines import Effect, EvidenceLine
from registry.plan.evidence.queries import lines
from registry.plan.models import Evidence, Indicator, Plan, PlanVersion
from registry.plan.reports.rules import Window
from registry.plan.reports.scope import Scope, evidence_of

NAMED: Final = 200  # records that a report names; all of them are counted
Plain = dict[str, Any]


def fallen(plan: Plan, version: PlanVersion, window: Window, scope: Scope) -> Plain:
    """What counts up to the day of a report and has fallen by now, with every official number that it moves.

    `value` is the number as the report says it: what was given up after use still adds, what is void does not.
    """
    theirs = (Indicator.plan_id == plan.id, Evidence.counted_on <= window.as_of, fell(clock.today()))
    inside = theirs if scope.whole else (*theirs, evidence_of(scope))
    wanted = select(Evidence).join(Indicator, Indicator.id == Evidence.indicator_id).where(*inside)
    total = db.session.scalar(wanted.with_only_columns(func.count())) or 0
    wanted = wanted.order_by(Indicator.code, Evidence.counted_on, Evidence.id).limit(NAMED)
    found = lines(db.session.scalars(wanted.options(joinedload(Evidence.decided_by))).all(), None)
    moved = effects(version, found, window.as_of) if scope.whole else []
    return {"total": total, "items": [_said(one) for one in found], "numbers": [_moved(one) for one in moved]}


def _said(line: EvidenceLine) -> Plain:
    fall = line.fall
    return {
        "code": line.indicator,
        "type": line.record.type.value,
        "id": line.record.id,
        "title": line.title or "",
        "counted_on": line.counted_on.isoformat(),
        "quantity": line.quantity,
        "cause": fall.cause.value if fall else None,
        "on": fall.on.isoformat() if fall and fall.on else None,
        "reason": fall.reason if fall else None,
    }


def _moved(one: Effect) -> Plain:
    numbers = {"value": one.value, "with_it": one.with_it, "without": one.without}
    return {"code": one.row.code, "period": one.span.code, **numbers}
