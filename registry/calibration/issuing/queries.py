"""From which day on laboratories issue their certificates here."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.issuing.models import IssuingLab
from registry.kernel.db import db
from registry.labs.models import Lab


def since(lab_id: int) -> date | None:
    """From which day on a laboratory issues here; None for one that does not."""
    return db.session.scalar(select(IssuingLab.since_on).where(IssuingLab.lab_id == lab_id))


def since_of(labs: Collection[int]) -> dict[int, date]:
    """The same for some laboratories, by their keys; those that do not are left out."""
    wanted = select(IssuingLab.lab_id, IssuingLab.since_on).where(IssuingLab.lab_id.in_(labs))
    return {row.lab_id: row.since_on for row in db.session.execute(wanted)}


def of_lab(lab: Lab) -> IssuingLab | None:
    """What a laboratory has decided, with who did."""
    wanted = select(IssuingLab).where(IssuingLab.lab_id == lab.id).options(joinedload(IssuingLab.set_by))
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def own_labs(person: Person, *, limit: int) -> Sequence[tuple[Lab, date | None]]:
    """The laboratories whose results a person may sign, by name, with the day since when they issue here."""
    theirs = Lab.organisation_id.in_(accounts.acting(person, Verb.CALIBRATION_APPROVE))
    wanted = select(Lab, IssuingLab.since_on).outerjoin(IssuingLab, IssuingLab.lab_id == Lab.id).where(theirs)
    found = db.session.execute(wanted.order_by(Lab.name, Lab.id).limit(limit))
    return [(row[0], row[1]) for row in found]
