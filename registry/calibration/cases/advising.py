"""How an owner is told of its items in a case outside the registry: somebody writes the call or letter down."""

from datetime import date

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.cases import owners
from registry.calibration.cases.models import Case, HandTelling
from registry.calibration.cases.rules import Way
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


def advise(  # noqa: PLR0913 — an action: its parameters are its schema's fields, all by keyword
    case: Case, *, owner: str, way: Way, on: date | None = None, whom: str, said: str, by: Person | None
) -> HandTelling:
    """Write down that an owner was told: by which way and on which day or today, whom, and what was said.

    From then on it counts as told. Raises Invalid beside the owner, a code, if the case says nothing of its items, and
    beside a day to come or before the case.
    """
    require(by, Verb.IMPACT_CONCLUDE, case.asset.owner_id)
    today = clock.today()
    day = on or today
    told = next((one for one in owners.concerned(case) if one.code == owner), None)
    if told is None:
        text = _("This case says nothing of items of %(owner)s; choose one of the owners it names.", owner=owner)
        raise Invalid({"owner": [text]})
    opened = clock.local(case.opened_at).date()
    if not opened <= day <= today:
        text = _(
            "%(day)s is not between the opening of the case, %(start)s, and today.",
            day=said_day(day),
            start=said_day(opened),
        )
        raise Invalid({"on": [text]})
    made = HandTelling(
        case_id=case.id,
        organisation_id=told.id,
        way=way,
        on=day,
        whom=whom,
        said=said,
        by_id=by.id if by else None,
        actor=by.name if by else "registry",
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {"owner": [None, owner], "way": [None, made.way], "on": [None, day]}
    changes = changes | {"whom": [None, made.whom], "said": [None, made.said]}
    audit.record("case.advise", ("case", case.id), changes, by=by)
    return made
