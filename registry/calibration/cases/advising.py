"""How an owner is told of its items in a case outside the registry: somebody writes the call or letter down."""

from datetime import date
from typing import NotRequired, TypedDict

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


class CallValues(TypedDict):
    """A call or letter as it is written down: to which owner, by its code, how, and on which day or today."""

    owner: str
    way: Way
    on: NotRequired[date]
    whom: str
    said: str


def advise(case: Case, call: CallValues, *, by: Person | None) -> HandTelling:
    """Write down that an owner was told: whom, and what was said; from then on it counts as told.

    Raises Invalid beside the owner if the case says nothing of its items, and beside a day to come or before the case.
    """
    require(by, Verb.IMPACT_CONCLUDE, case.asset.owner_id)
    code, day, today = call["owner"], call.get("on") or clock.today(), clock.today()
    told = next((one for one in owners.concerned(case) if one.code == code), None)
    if told is None:
        text = _("This case says nothing of items of %(owner)s; choose one of the owners it names.", owner=code)
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
        way=call["way"],
        on=day,
        whom=call["whom"],
        said=call["said"],
        by_id=by.id if by else None,
        actor=by.name if by else "registry",
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {"owner": [None, code], "way": [None, made.way], "on": [None, day]}
    changes = changes | {"whom": [None, made.whom], "said": [None, made.said]}
    audit.record("case.advise", ("case", case.id), changes, by=by)
    return made
