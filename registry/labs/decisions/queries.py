"""The decisions about the accreditations of a laboratory, and how it stood on a day."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from registry.kernel import paging
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _, said_day
from registry.kernel.text import shown
from registry.labs.bodies import queries as bodies
from registry.labs.bodies.rules import named, signed_on
from registry.labs.models import Accreditation, AccreditationDecision, Lab
from registry.labs.standing import accredited_on, standing_on

ORDER = paging.Order(
    (AccreditationDecision.__table__.c.effective_on, AccreditationDecision.__table__.c.id), descending=True
)


def page_of(
    lab: Lab, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[AccreditationDecision]:
    """The decisions about a laboratory's accreditations, those that count latest first, annulled ones among them."""
    wanted = (
        select(AccreditationDecision)
        .join(AccreditationDecision.accreditation)
        .where(Accreditation.lab_id == lab.id)
        .options(contains_eager(AccreditationDecision.accreditation), joinedload(AccreditationDecision.recorded_by))
    )
    return paging.page(wanted, ORDER, limit=limit, cursor=cursor, count=count)


def one(lab: Lab, key: int) -> AccreditationDecision:
    """A decision about an accreditation of a laboratory; raises NotFound."""
    for held in lab.accreditations:
        for decision in held.decisions:
            if decision.id == key:
                return decision
    raise NotFound(_("This laboratory has no such decision."))


def accreditation_field(lab: Lab, number: str, granted_on: date | None) -> Accreditation:
    """The accreditation a field names by its number, the latest where several have it; raises Invalid beside it."""
    found = [held for held in lab.accreditations if held.number.casefold() == number.casefold()]
    if granted_on is not None:
        found = [held for held in found if held.granted_on == granted_on]
    if not found:
        held_now = [
            _("%(number)s of %(day)s", number=held.number, day=said_day(held.granted_on)) for held in lab.accreditations
        ]
        message = _(
            "The laboratory has no accreditation “%(number)s” that was granted then; it has: %(numbers)s.",
            number=shown(number),
            numbers=", ".join(held_now) or "–",
        )
        raise Invalid({"accreditation": [message]})
    return max(found, key=lambda held: held.granted_on)


def standing(lab: Lab, day: date) -> dict[str, Any]:
    """How each accreditation of a laboratory stood on a day, and whether any was in force."""
    told = [(held, standing_on(held, day)) for held in lab.accreditations]
    known = bodies.bodies()
    return {
        "on": day,
        "accredited": accredited_on(lab.accreditations, day),
        "accreditations": [
            {
                "body": held.body,
                "number": held.number,
                "body_known": (body := named(known, held.body)) is not None,
                "in_arrangement": signed_on(body, day) if body is not None else None,
                "standard": held.standard,
                "standing": stand.standing,
                "confirmed": stand.confirmed,
                "decision": stand.decision,
            }
            for held, stand in told
        ],
    }
