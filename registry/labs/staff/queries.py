"""The people of a laboratory, for those who keep laboratories of its organisation or inspect it."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, lazyload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.labs.models import Lab
from registry.labs.staff.models import LabStaff
from registry.labs.staff.rules import Duty


def may_see(person: Person, lab: Lab) -> bool:
    """Whether somebody is told of the people of a laboratory."""
    if accounts.may(person, Verb.LAB_WRITE, lab.organisation_id):
        return True
    if not accounts.inspects(person):
        return False
    inside = exists().where(Organisation.id == lab.organisation_id, Organisation.id.in_(accounts.inspected(person)))
    return bool(db.session.scalar(select(inside)))


def check_may_see(person: Person, lab: Lab) -> None:
    """Raise NotFound for those who are not told of the people of a laboratory."""
    if not may_see(person, lab):
        raise NotFound(_("There is no list of people of “%(code)s” that you may see.", code=shown(lab.code)))


def cards_elsewhere(lab: Lab, numbers: Collection[str]) -> Sequence[tuple[LabStaff, str]]:
    """Verifiers' cards of some numbers at other laboratories, each with the code of its laboratory."""
    spelt = {text for number in numbers for text in (number, number.upper(), number.lower())}
    wanted = select(LabStaff, Lab.code).join(Lab, Lab.id == LabStaff.lab_id)
    wanted = wanted.where(
        LabStaff.number.in_(sorted(spelt)), LabStaff.duty == Duty.VERIFIER, LabStaff.lab_id != lab.id
    ).options(lazyload(LabStaff.person))
    return [(row[0], row[1]) for row in db.session.execute(wanted)] if spelt else []


def staff(lab: Lab) -> Sequence[LabStaff]:
    """The people of a laboratory in the order they are listed."""
    person = joinedload(LabStaff.person).options(lazyload(Person.memberships))
    wanted = select(LabStaff).where(LabStaff.lab_id == lab.id).options(person).order_by(LabStaff.position)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()
