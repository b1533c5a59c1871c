"""What is to be said beside the verdicts on laboratories, however many they are in two statements."""

from collections.abc import Mapping, Sequence
from datetime import date

from registry.calibration.competence.models import CompetenceCheck
from registry.calibration.models import Calibration
from registry.labs.bodies.queries import bodies
from registry.labs.models import Lab
from registry.labs.queries import ceased
from registry.labs.scope.judging import Holder, Verdict
from registry.labs.scope.remarks import remarks_on
from registry.labs.scope.rules import Finding


def remarks(works: Sequence[tuple[Holder, date]]) -> list[list[Finding]]:
    """What is to be said of each laboratory on a day."""
    known, ended = bodies(), ceased({holder.lab_id for holder, _day in works})
    return [remarks_on(holder, day, known, ended.get(holder.lab_id)) for holder, day in works]


def by_lab(holders: Sequence[Holder], day: date) -> Mapping[int, Sequence[Finding]]:
    """What is to be said of some laboratories on a day, by their keys."""
    found = remarks([(holder, day) for holder in holders])
    return {holder.lab_id: said for holder, said in zip(holders, found, strict=True)}


def of_record(record: Calibration, found: CompetenceCheck | Verdict) -> list[Finding]:
    """What is to be said beside the verdict on a record."""
    if isinstance(found, Verdict):
        return remarks([(found.holder, record.performed_on)])[0]
    return remarks([(_holder(found.holder, found), record.performed_on)])[0]


def _holder(lab: Lab, found: CompetenceCheck) -> Holder:
    return Holder(lab.id, lab.name, lab.accreditations, bearing=found.bearing)
