"""From which day on laboratories issue their certificates here."""

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.issuing.models import IssuingLab
from registry.kernel.db import db
from registry.kernel.entities import columns, current, parts
from registry.labs import queries as labs
from registry.labs.models import Lab

lab, issuing = cast("Table", Lab.__table__), cast("Table", IssuingLab.__table__)
BY_CODE: Final = (
    select(*columns(Lab), issuing.c.since_on)
    .join_from(lab, issuing, issuing.c.lab_id == lab.c.id, isouter=True)
    .where(lab.c.code == bindparam("code"))
)


def lab_field(code: str, field: str = "lab") -> tuple[Lab, date | None]:
    """The laboratory a field refers to, and since when it issues here: one statement. Raises Invalid beside it."""
    row = db.session.execute(BY_CODE, {"code": code}).one_or_none()
    if row is None:
        return labs.lab_field(code, field), None
    (values,) = parts(row, Lab)
    return current(Lab, values), row.since_on


def of_lab(lab: Lab) -> IssuingLab | None:
    """What a laboratory has decided, with who did."""
    wanted = select(IssuingLab).where(IssuingLab.lab_id == lab.id).options(joinedload(IssuingLab.set_by))
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def own_codes(person: Person) -> Sequence[str]:
    """The codes of the laboratories in whose name a person records."""
    theirs = Lab.organisation_id.in_(accounts.acting(person, Verb.CALIBRATION_RECORD))
    return db.session.scalars(select(Lab.code).where(theirs).order_by(Lab.code)).all()


def own_labs(person: Person, *, limit: int) -> Sequence[tuple[Lab, date | None]]:
    """The laboratories whose results a person may sign, by name, with the day since when they issue here."""
    theirs = Lab.organisation_id.in_(accounts.acting(person, Verb.CALIBRATION_APPROVE))
    wanted = select(Lab, IssuingLab.since_on).outerjoin(IssuingLab, IssuingLab.lab_id == Lab.id).where(theirs)
    found = db.session.execute(wanted.order_by(Lab.name, Lab.id).limit(limit))
    return [(row[0], row[1]) for row in found]
