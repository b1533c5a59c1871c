"""What changes the people of a laboratory."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.labs.models import Lab
from registry.labs.staff import queries
from registry.labs.staff.models import LabStaff
from registry.labs.staff.rules import Duty, StaffValues, check_staff, is_card

FIELDS = tuple(StaffValues.__annotations__)


def replace(lab: Lab, *, staff: Sequence[StaffValues], by: Person | None) -> Sequence[LabStaff]:
    """Put a new list of people in the place of the one before; who left it stays in the log, told to the same few."""
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    check_staff(staff)
    _refuse_cards_of_others(lab, staff)
    people = _people(staff)
    before = [_said(one) for one in queries.staff(lab)]
    if list(staff) != before:
        db.session.execute(delete(LabStaff).where(LabStaff.lab_id == lab.id))
        for place, one in enumerate(staff):
            said: dict[str, Any] = {field: value for field, value in one.items() if field != "person"}
            key = people.get(one["person"].casefold()) if one["person"] else None
            db.session.add(LabStaff(lab_id=lab.id, position=place, person_id=key, **said))
        audit.record("lab_staff.replace", ("lab_staff", lab.code), {"staff": [before, list(staff)]}, by=by)
        db.session.flush()
    return queries.staff(lab)


def _refuse_cards_of_others(lab: Lab, staff: Sequence[StaffValues]) -> None:
    """A card is one person's, wherever they work; whose it is stays with the few who are told. Raises Invalid."""
    cards = {place: one for place, one in enumerate(staff) if one["duty"] is Duty.VERIFIER and one["number"]}
    held = queries.cards_elsewhere(lab, [one["number"] or "" for one in cards.values()])
    errors = {
        f"staff.{place}.number": [
            _(
                "Card “%(number)s” of this issuer is that of somebody else at %(lab)s; see which number is right.",
                number=card.number,
                lab=code,
            )
        ]
        for place, one in cards.items()
        for card, code in held
        if is_card(one, card.number, card.issuer) and card.name.casefold() != one["name"].casefold()
    }
    if errors:
        raise Invalid(errors)


def _people(staff: Sequence[StaffValues]) -> Mapping[str, int]:
    """The keys of those who sign in here, by their address; raises Invalid beside who is not known."""
    said = {one["person"].casefold() for one in staff if one["person"]}
    wanted = select(Person.email, Person.id).where(Person.email.in_(sorted(said)))
    found: dict[str, int] = {row.email: row.id for row in db.session.execute(wanted)}
    errors = {
        f"staff.{place}.person": [_("Nobody signs in here as “%(email)s”; leave it out.", email=shown(one["person"]))]
        for place, one in enumerate(staff)
        if one["person"] and one["person"].casefold() not in found
    }
    if errors:
        raise Invalid(errors)
    return found


def _said(one: LabStaff) -> dict[str, object]:
    return {field: getattr(one, field) for field in FIELDS} | {"person": one.person.email if one.person else None}
