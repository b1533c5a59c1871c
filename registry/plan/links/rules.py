"""Whether a plan file contradicts itself in what it says of other plans."""

from collections.abc import Iterator

from registry.kernel.i18n import _
from registry.plan.changes import Problem, placed
from registry.plan.document import Carry, Document
from registry.plan.rules import Mode


def problems(document: Document) -> Iterator[Problem]:
    """Every contradiction as (place in the file, message)."""
    own = document.plan.code
    for place, row in placed(document):
        known: set[tuple[str, str]] = set()
        for at, other in enumerate(row.answers):
            if other.plan == own:
                yield f"{place}.answers.{at}.plan", _("This is the plan itself; name another one.")
            if (other.plan, other.indicator) in known:
                yield f"{place}.answers.{at}.indicator", _("%(code)s is named already.", code=other.indicator)
            known.add((other.plan, other.indicator))
        if row.follows is None:
            continue
        if row.follows.plan == own:
            message = _("An indicator of the same plan is named by its code alone.")
            yield f"{place}.continues.plan", message
        if row.follows.carry is Carry.BASE and row.reading.mode is not Mode.CUMULATIVE:
            message = _("Only a running total goes on from what was reached; write anew, or read its targets so.")
            yield f"{place}.continues.carry", message
