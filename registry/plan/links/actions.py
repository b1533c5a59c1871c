"""What a version says of other plans, kept with it: which of their indicators it answers, and which it continues."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from registry.accounts.models import Person
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.plan.adjustments import queries as adjustments
from registry.plan.changes import placed
from registry.plan.document import Carry, Counterpart, Document
from registry.plan.links import queries
from registry.plan.links.models import PlanLink
from registry.plan.models import Indicator, Plan, PlanVersion


class Named(NamedTuple):
    """An indicator of another plan that a row names: at which place of the file, and how it is continued if it is."""

    place: str
    code: str
    other: Counterpart
    carry: Carry | None


def keep(version: PlanVersion, document: Document, identities: Mapping[str, Indicator], *, by: Person | None) -> None:
    """Keep what a file says of other plans with the version it became.

    Raises Invalid, by place, for a plan or an indicator that does not exist or that the person may not know of, and
    for a plan that is continued and did not begin earlier.
    """
    plans: dict[str, tuple[Plan, Mapping[str, int]] | None] = {}
    for named in _named(document):
        code = named.other.plan
        if code not in plans:
            plan = queries.readable_by_code(code, by)
            plans[code] = (plan, adjustments.names_of(plan)) if plan else None
        found = plans[code]
        if found is None:
            message = _("There is no plan with the code “%(code)s”.", code=shown(code))
            raise Invalid({f"{named.place}.plan": [message]})
        plan, names = found
        key = names.get(named.other.indicator)
        if key is None:
            message = _("The plan has no indicator with the code “%(code)s”.", code=shown(named.other.indicator))
            raise Invalid({f"{named.place}.indicator": [message]})
        if named.carry is not None:
            _check_earlier(plan, document, named)
        mine = identities[named.code].id
        link = PlanLink(version_id=version.id, indicator_id=mine, other_id=key, carry=named.carry)
        db.session.add(link)
    db.session.flush()


def _named(document: Document) -> Iterator[Named]:
    """Each indicator of another plan once: what is continued is not named as answered too."""
    for place, row in placed(document):
        follows = row.follows
        if follows is not None:
            yield Named(f"{place}.continues", row.code, follows, follows.carry)
        for at, other in enumerate(row.answers):
            if follows is None or (other.plan, other.indicator) != (follows.plan, follows.indicator):
                yield Named(f"{place}.answers.{at}", row.code, other, None)


def _check_earlier(plan: Plan, document: Document, named: Named) -> None:
    first = adjustments.version_on(plan, document.in_force_on).periods[0].start_on
    if first >= document.periods[0].start:
        message = _("%(plan)s does not begin before this plan; only an earlier plan is continued.", plan=plan.number)
        raise Invalid({f"{named.place}.plan": [message]})
