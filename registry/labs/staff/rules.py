"""What is true of the people of a laboratory whatever is stored."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypedDict

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class Duty(StrEnum):
    """What a person is for a laboratory; a `verifier` holds a card."""

    CONTACT = "contact"
    MANAGER = "manager"
    SIGNATORY = "signatory"
    VERIFIER = "verifier"


APPOINTED: Final = frozenset({Duty.MANAGER, Duty.SIGNATORY})


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
    """Days are in order, a verifier's card has a number of its own, and nobody is listed twice for the same days."""
    errors: dict[str, list[str]] = {}
    for place, one in enumerate(staff):
        start, end = one["valid_from"], one["valid_until"]
        if start is not None and end is not None and end < start:
            message = _("%(end)s is before the first day, %(start)s.", end=said_day(end), start=said_day(start))
            errors[f"staff.{place}.valid_until"] = [message]
        if one["duty"] is Duty.VERIFIER and not one["number"]:
            errors[f"staff.{place}.number"] = [_("A verifier's card has a number; please give it.")]
        for other in staff[:place]:
            errors |= _collisions(place, one, other)
    if errors:
        raise Invalid(errors)


def _collisions(place: int, one: StaffValues, other: StaffValues) -> dict[str, list[str]]:
    """What two lines of a list say that cannot both be."""
    if one["duty"] is not other["duty"]:
        return {}
    same_person = one["name"].casefold() == other["name"].casefold()
    if not same_person:
        if one["duty"] is Duty.VERIFIER and is_card(one, other["number"], other["issuer"]):
            message = _(
                "Card “%(number)s” of this issuer is that of %(name)s; see which number is right.",
                number=other["number"],
                name=other["name"],
            )
            return {f"staff.{place}.number": [message]}
        return {}
    if not _is_the_same(one, other) or not _overlap(one, other):
        return {}
    if one["valid_from"] is None and one["valid_until"] is None:
        return {f"staff.{place}.name": [_("This person is listed twice for the same; leave one out.")]}
    message = _(
        "%(name)s is listed for the same from %(start)s to %(end)s already; let one begin after the other ends.",
        name=other["name"],
        start=said_day(other["valid_from"]) if other["valid_from"] else "…",
        end=said_day(other["valid_until"]) if other["valid_until"] else "…",
    )
    return {f"staff.{place}.{'valid_from' if one['valid_from'] else 'name'}": [message]}


def _is_the_same(one: StaffValues, other: StaffValues) -> bool:
    """Whether two lines about a person say the same: cards are told apart by number, signatures by what they cover."""
    told_by = {Duty.VERIFIER: "number", Duty.SIGNATORY: "covers"}.get(one["duty"], "number")
    first, second = ((said[told_by] or "").casefold() for said in (one, other))  # type: ignore[literal-required]
    return first == second


def _overlap(one: StaffValues, other: StaffValues) -> bool:
    """Whether there is a day on which both hold; one without a day holds for ever."""
    starts = max(said["valid_from"] or date.min for said in (one, other))
    return starts <= min(said["valid_until"] or date.max for said in (one, other))


def is_card(one: StaffValues, number: str | None, issuer: str | None) -> bool:
    """Whether a verifier's card is the one of a number and an issuer, whatever the case of the letters."""
    pairs = ((one["number"], number), (one["issuer"], issuer))
    return bool(number) and all((said or "").casefold() == (held or "").casefold() for said, held in pairs)


class Listed(Protocol):
    """What is read of somebody who is listed; `signs_in` is None where it is not said who they are here."""

    @property
    def duty(self) -> Duty: ...
    @property
    def name(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def signs_in(self) -> bool | None: ...


class Remark(NamedTuple):
    """What should be looked at about a line of the list."""

    place: int
    text: str


def remarks(staff: Sequence[Listed], today: date) -> list[Remark]:
    """Cards that still run although whoever holds them has no appointment any more, or no longer works here."""
    found: list[Remark] = []
    for place, one in enumerate(staff):
        if one.duty is not Duty.VERIFIER or (one.valid_until is not None and one.valid_until < today):
            continue
        name = one.name.casefold()
        ends = [other.valid_until for other in staff if other.duty in APPOINTED and other.name.casefold() == name]
        ended = [end for end in ends if end is not None and end < today]
        if ended and len(ended) == len(ends):
            text = _(
                "The appointment of %(name)s ended on %(day)s; give this card its last day too, unless it is still "
                "used.",
                name=one.name,
                day=said_day(max(ended)),
            )
            found.append(Remark(place, text))
        elif one.signs_in is False:
            text = _(
                "%(name)s does not sign in here any more; give this card its last day, unless it is still used.",
                name=one.name,
            )
            found.append(Remark(place, text))
    return found
