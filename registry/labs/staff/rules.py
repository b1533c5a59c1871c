"""What is true of the people of a laboratory whatever is stored."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypedDict

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class Duty(StrEnum):
    """What a person is for a laboratory; a `verifier` holds a card."""

    CONTACT = "contact"
    MANAGER = "manager"
    SIGNATORY = "signatory"
    VERIFIER = "verifier"


class StaffValues(TypedDict):
    """Somebody of a laboratory as said: `number` and `issuer` are of a card or a decision, `covers` what it is for.

    Both days are inclusive. `person` is the e-mail address of somebody who signs in here.
    """

    duty: Duty
    name: str
    person: str | None
    title: str | None
    phone: str | None
    email: str | None
    number: str | None
    issuer: str | None
    covers: str | None
    valid_from: date | None
    valid_until: date | None


def check_staff(staff: Sequence[StaffValues]) -> None:
    """Days are in order, a verifier's card has a number, and nobody is listed twice for the same."""
    errors: dict[str, list[str]] = {}
    seen: set[tuple[Duty, str, str]] = set()
    for place, one in enumerate(staff):
        start, end = one["valid_from"], one["valid_until"]
        if start is not None and end is not None and end < start:
            message = _("%(end)s is before the first day, %(start)s.", end=said_day(end), start=said_day(start))
            errors[f"staff.{place}.valid_until"] = [message]
        if one["duty"] is Duty.VERIFIER and not one["number"]:
            errors[f"staff.{place}.number"] = [_("A verifier's card has a number; please give it.")]
        key = (one["duty"], one["name"].casefold(), (one["number"] or "").casefold())
        if key in seen:
            errors[f"staff.{place}.name"] = [_("This person is listed twice for the same; leave one out.")]
        seen.add(key)
    if errors:
        raise Invalid(errors)
