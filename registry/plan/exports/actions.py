"""Asking for files of plans, and making them in the background."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete

from registry.accounts.models import Person
from registry.kernel import clock, tasks
from registry.kernel.db import db, looking
from registry.kernel.errors import Invalid, Refusal
from registry.kernel.i18n import _, speaking
from registry.plan import queries as plans
from registry.plan.exports import tables
from registry.plan.exports.models import PlanExport
from registry.plan.exports.rules import OF_NO_PLAN, Export
from registry.sheets.downloads import written
from registry.sheets.models import Form
from registry.sheets.running import Step

WRITE: Final = "write-plan-export"
KEPT: Final = timedelta(days=1)
MOST: Final = 600


def ask(
    *, kind: Export, plan: str | None = None, form: Form, filters: Mapping[str, Any], locale: str, by: Person
) -> PlanExport:
    """Ask for a file, of the plan with a code. Raises Invalid for filters that its list does not know, and NotFound."""
    if plan is None and kind not in OF_NO_PLAN:
        raise Invalid({"plan": [_("Say of which plan.")]})
    known = plans.by_code(plan, by) if plan is not None else None
    tables.check(kind, filters)
    found = PlanExport(
        kind=kind,
        plan_id=None if known is None or kind in OF_NO_PLAN else known.id,
        form=form,
        person_id=by.id,
        locale=locale,
        filters=dict(filters),
    )
    db.session.add(found)
    db.session.flush()
    tasks.enqueue(WRITE, found.id)
    return found


def write(found: PlanExport, *, step: Step) -> None:
    """Make the file, while everybody else writes; what the list would refuse by now is told."""
    step()
    kind, form, filters, locale, person_id = found.kind, found.form, found.filters, found.locale, found.person_id
    code = found.plan.code if found.plan else None
    try:
        with looking(), speaking(locale):
            by = db.session.get_one(Person, person_id)
            sheet = tables.sheet(kind, plans.by_code(code, by) if code else None, by, filters)
            rows = list(sheet.rows)
            content = written(form, sheet.title, sheet.headings, rows)
    except Refusal as refusal:
        found.refused, found.ready_at = refusal.detail[:MOST], clock.now()
        return
    found.content, found.rows, found.ready_at = content, len(rows), clock.now()


def gave_up(found: PlanExport, _why: str) -> None:
    """Say that a file will not come: it is ready and has no content."""
    found.ready_at = clock.now()


def forget_old() -> int:
    """Delete files after a day; gives how many."""
    old: Any = db.session.execute(delete(PlanExport).where(PlanExport.made_at < clock.now() - KEPT))
    return int(old.rowcount)
