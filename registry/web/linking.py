"""What the page of a record needs to be linked to a plan by hand."""

from typing import Any

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.plan import queries as plans
from registry.plan.progress import counted_rows


def linkable(person: Person) -> list[dict[str, Any]]:
    """The plans whose evidence the person decides, with the rows a record can be linked to."""
    decided = [plan for plan in plans.plans(person) if accounts.may(person, Verb.EVIDENCE_DECIDE, plan.lead_id)]
    return [{"plan": plan, "rows": counted_rows(plans.current_version(plan))} for plan in decided]
