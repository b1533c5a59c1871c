"""What the page of a record needs to be linked to a plan by hand."""

from collections.abc import Collection, Sequence
from typing import Any

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.plan import fitting
from registry.plan import queries as plans
from registry.plan.evidence.fulfilling import fulfilled_by
from registry.plan.models import PlanRow, PlanVersion, RecordType
from registry.plan.progress import counted_rows
from registry.plan.records import Record
from registry.web.shell import form_key


def linked(person: Person, about: Sequence[Record], *, by_hand: bool = True) -> dict[str, Any]:
    """What the page of a record says of plans: which indicators it and what belongs to it fulfil, and the form.

    `linkable` are the plans whose evidence the person decides, with the rows a record can be linked to `by_hand`.
    """
    in_force = plans.in_force(person)
    leads = [plan.lead_id for plan, _version in in_force if by_hand]
    decides = accounts.acts_for(person, Verb.EVIDENCE_DECIDE, leads)
    return {
        "fulfilments": fulfilled_by(about, person, clock.today(), in_force),
        "linkable": [
            {"plan": plan, "rows": rows}
            for plan, version in in_force
            if plan.lead_id in decides and (rows := rows_taking(version, {record.type for record in about}))
        ],
        "linked_key": form_key(),
    }


def rows_taking(version: PlanVersion, kinds: Collection[RecordType]) -> list[PlanRow]:
    """The rows of a version of a plan that take records of some kinds."""
    taken = fitting.kinds(version)
    return [row for row in counted_rows(version) if not taken[row.code].isdisjoint(kinds)]
