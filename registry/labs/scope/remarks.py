"""What is to be said beside a verdict: a body outside the ILAC arrangement on the day, a holder that had ceased.

Traceability by an accredited laboratory needs a body in the ILAC arrangement, or a regional one that it recognises
(ISO/IEC 17025:2017, annex A.3); that a laboratory was accredited stays true without it.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from registry.labs.bodies.rules import Known, named, signed_on
from registry.labs.rules import is_of_competence
from registry.labs.scope.judging import Holder
from registry.labs.scope.rules import Bearing, Finding, Reason
from registry.labs.standing import Standing, standing_on


class Ceased(NamedTuple):
    """The last day of the organisation of a laboratory, and those that took over from it, by name."""

    last_day: date
    heirs: Sequence[str]


def remarks_on(holder: Holder, day: date, bodies: Sequence[Known], ceased: Ceased | None) -> list[Finding]:
    """What is to be said of a laboratory on a day."""
    found = _of_body(holder, day, bodies) if holder.bearing is Bearing.ACCREDITATION else None
    remarks = [] if found is None else [found]
    if ceased is not None and ceased.last_day < day:
        heirs = "; ".join(ceased.heirs)
        remarks.append(Finding(Reason.CEASED, number=holder.name, covers=heirs, day=ceased.last_day.isoformat()))
    return remarks


def _of_body(holder: Holder, day: date, bodies: Sequence[Known]) -> Finding | None:
    """Why no accreditation in force on a day is known to be of a body in the arrangement; None where one is."""
    found: list[Finding] = []
    for held in holder.accreditations:
        if not is_of_competence(held.standard) or standing_on(held, day).standing is not Standing.IN_FORCE:
            continue
        body = named(bodies, held.body)
        signed = None if body is None else signed_on(body, day)
        if signed:
            return None
        outside = Reason.BODY_OUTSIDE if signed is not None else Reason.BODY_UNKNOWN
        found.append(Finding(outside, number=held.body, day=day.isoformat()))
    return found[0] if found else None
