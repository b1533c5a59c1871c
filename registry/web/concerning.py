"""What a page says of cases to the owners of items in them: how many bear which mark, and whom to ask."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from registry.accounts.models import Person
from registry.calibration.cases import owners, parts
from registry.calibration.cases.models import Case
from registry.calibration.cases.owners import Lead
from registry.calibration.notices import told
from registry.calibration.notices.models import Telling


class Concerning(NamedTuple):
    """A case, how many of a person's items bear which mark, who leads it, and the newest they did not note of it."""

    case: Case
    counts: Mapping[str, int]
    lead: Lead
    telling: Telling | None


def concerning(person: Person, cases: Sequence[Case]) -> list[Concerning]:
    """Some cases as they concern a person: a fixed number of statements."""
    if not cases:
        return []
    counts, leads = parts.counts_in(person, cases), owners.leads_of(cases)
    unnoted = told.unnoted_of(person, [case.id for case in cases])
    return [Concerning(case, counts.get(case.id, {}), leads[case.id], unnoted.get(case.id)) for case in cases]
