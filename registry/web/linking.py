"""What the page of a record needs to be linked to a plan by hand."""

from collections.abc import Sequence
from typing import Any

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.plan import queries as plans
from registry.plan.evidence import queries as evidence
from registry.plan.progress import counted_rows
from registry.plan.records import Record
from registry.web.shell import form_key


def linked(person: Person, about: Sequence[Record]) -> dict[str, Any]:
    """What the page of a record says of plans: which indicators it and what belongs to it fulfil, and the form."""
    return {
        "fulfilments": evidence.fulfilled_by(about, person, clock.today()),
        "linkable": linkable(person),
        "linked_key": form_key(),
    }


def linkable(person: Person) -> list[dict[str, Any]]:
    """The plans whose evidence the person decides, with the rows a record can be linked to."""
    decided = [plan for plan in plans.plans(person) if accounts.may(person, Verb.EVIDENCE_DECIDE, plan.lead_id)]
    return [{"plan": plan, "rows": counted_rows(plans.current_version(plan))} for plan in decided]
