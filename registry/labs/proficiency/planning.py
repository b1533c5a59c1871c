"""What changes the plan of a laboratory's participations."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.quantities import foreign_unit, quantity_key
from registry.labs.models import Lab
from registry.labs.proficiency import plans
from registry.labs.proficiency.coverage import kept
from registry.labs.proficiency.models import PtPlanLine
from registry.labs.proficiency.queries import scheme_field
from registry.labs.proficiency.rules import check_range, known_unit


def plan(
    lab: Lab,
    *,
    quantity: str,
    due_on: date,
    unit: str | None = None,
    range_low: Decimal | None = None,
    range_high: Decimal | None = None,
    scheme: int | None = None,
    scheme_name: str | None = None,
    note: str = "",
    by: Person | None,
) -> PtPlanLine:
    """Plan a participation until a day, in a scheme that is kept here or in one by name."""
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    check_range(range_low, range_high)
    if unit is None and (range_low is not None or range_high is not None):
        raise Invalid({"unit": [_("A range has a unit; give one.")]})
    if unit is not None and (foreign := foreign_unit(quantity, unit)) is not None:
        raise Invalid({"unit": [foreign]})
    if due_on < clock.today():
        raise Invalid({"due_on": [_("A participation is planned for today or later.")]})
    row = PtPlanLine(
        lab_id=lab.id,
        quantity=quantity,
        quantity_key=quantity_key(quantity),
        unit=known_unit(unit, "unit") if unit else None,
        range_low=range_low,
        range_high=range_high,
        due_on=due_on,
        planned_on=clock.today(),
        scheme_id=scheme_field(scheme).id if scheme is not None else None,
        scheme_name=scheme_name or None,
        note=note,
    )
    db.session.add(row)
    changes = {
        name: pair
        for name, pair in audit.changes_of(row).items()
        if name not in {"quantity_key", "lab_id", "planned_on"}
    }
    db.session.flush()
    audit.record("pt_plan.add", ("lab", lab.code), changes, by=by)
    return row


def count(lab_ids: Collection[int]) -> None:
    """Write down which participations that were planned are done by rounds published since."""
    done = plans.participations(sorted(lab_ids))
    counted = select(PtPlanLine.lab_id, PtPlanLine.round_id).where(PtPlanLine.lab_id.in_(lab_ids))
    used = {(lab_id, round_id) for lab_id, round_id in db.session.execute(counted)}
    wanted = select(PtPlanLine).where(
        PtPlanLine.lab_id.in_(lab_ids), PtPlanLine.cancelled_at.is_(None), PtPlanLine.round_id.is_(None)
    )
    waiting: dict[int, list[PtPlanLine]] = {}
    for row in db.session.scalars(wanted):
        waiting.setdefault(row.lab_id, []).append(row)
    for lab_id, rows in waiting.items():
        free = [one for one in done.get(lab_id, []) if (lab_id, one.round) not in used]
        did = kept([plans.as_planned(row) for row in rows], free)
        for row in rows:
            row.round_id = did[row.id].round if row.id in did else None
    db.session.flush()


def cancel(row: PtPlanLine, *, reason: str, by: Person | None) -> PtPlanLine:
    """Give a planned participation up, with a reason. The row comes locked."""
    require(by, Verb.LAB_WRITE, row.lab.organisation_id)
    if row.cancelled_at is not None:
        raise Conflict(_("This participation was given up already."))
    if row.round_id is not None:
        raise Conflict(_("This participation is done; it stays as it is."))
    row.cancelled_at, row.cancelled_because = clock.now(), reason
    changes: audit.Changes = {"quantity": [row.quantity, None], "due_on": [row.due_on, None], "reason": [None, reason]}
    audit.record("pt_plan.cancel", ("lab", row.lab.code), changes, by=by)
    db.session.flush()
    return row
