"""Where lapses come from: each source a select of (kind, lab_id, what, lapses_on), whose days are indexed.

Something else that has a last day is one more function in SOURCES, and a word in rules.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased

from registry.labs.criteria.gaps import due_between
from registry.labs.lapses.rules import LapseKind
from registry.labs.models import Accreditation, AccreditationSpan, Recognition
from registry.labs.proficiency.models import PtFollowUp, PtMeasurand, PtPlanLine
from registry.labs.staff.models import LabStaff
from registry.labs.staff.rules import Duty
from registry.labs.standing import Standing

Source = Callable[[date, date], Select[Any]]


def accreditations(first: date, last: date) -> Select[Any]:
    """Accreditations that were not withdrawn and that none of the same body for the same standard follows."""
    span, later = AccreditationSpan, aliased(Accreditation)
    lives = exists().where(
        span.accreditation_id == Accreditation.id,
        span.standing.in_((Standing.IN_FORCE, Standing.SUSPENDED)),
        span.last_day == Accreditation.valid_until,
    )
    follows = exists().where(
        later.lab_id == Accreditation.lab_id,
        later.body == Accreditation.body,
        later.standard == Accreditation.standard,
        later.granted_on > Accreditation.granted_on,
        later.valid_until > Accreditation.valid_until,
    )
    wanted = _lines(LapseKind.ACCREDITATION, Accreditation.lab_id, Accreditation.number, Accreditation.valid_until)
    return wanted.where(Accreditation.valid_until.between(first, last), lives, ~follows)


def recognitions(first: date, last: date) -> Select[Any]:
    """Certificates, registrations and designations that were not taken away and that no other of the kind outlives.

    A designation for something else does not follow one, nor does what was taken away or ends no later.
    """
    later = aliased(Recognition)
    follows = exists().where(
        later.lab_id == Recognition.lab_id,
        later.kind == Recognition.kind,
        later.issuer == Recognition.issuer,
        later.covers.is_not_distinct_from(Recognition.covers),
        later.granted_on > Recognition.granted_on,
        later.ended_on.is_(None),
        or_(later.valid_until.is_(None), later.valid_until > Recognition.valid_until),
    )
    wanted = _lines(LapseKind.RECOGNITION, Recognition.lab_id, Recognition.number, Recognition.valid_until)
    return wanted.where(Recognition.valid_until.between(first, last), Recognition.ended_on.is_(None), ~follows)


def signatories(first: date, last: date) -> Select[Any]:
    """Signatories."""
    return _staff(LapseKind.SIGNATORY, and_(LabStaff.duty != Duty.VERIFIER), first, last)


def cards(first: date, last: date) -> Select[Any]:
    """Cards of verifiers."""
    return _staff(LapseKind.CARD, LabStaff.duty == Duty.VERIFIER, first, last)


def proficiency_tests(first: date, last: date) -> Select[Any]:
    """Participations in proficiency tests that were planned and that no published round did."""
    wanted = _lines(LapseKind.PROFICIENCY_TEST, PtPlanLine.lab_id, PtPlanLine.quantity, PtPlanLine.due_on)
    ahead = PtPlanLine.round_id.is_(None), PtPlanLine.cancelled_at.is_(None)
    return wanted.where(PtPlanLine.due_on.between(first, last), *ahead)


def follow_ups(first: date, last: date) -> Select[Any]:
    """What is still to be done about results of proficiency tests that were not satisfactory."""
    wanted = _lines(LapseKind.FOLLOW_UP, PtFollowUp.lab_id, PtMeasurand.name, PtFollowUp.due_on)
    wanted = wanted.join(PtMeasurand, PtMeasurand.id == PtFollowUp.measurand_id)
    return wanted.where(PtFollowUp.closed_at.is_(None), PtFollowUp.due_on.between(first, last))


def _staff(kind: LapseKind, duty: ColumnElement[bool], first: date, last: date) -> Select[Any]:
    wanted = _lines(kind, LabStaff.lab_id, LabStaff.name, LabStaff.valid_until)
    return wanted.where(LabStaff.valid_until.between(first, last), duty)


def _lines(kind: str, lab: Any, what: Any, day: Any) -> Select[Any]:  # noqa: ANN401 — columns
    return select(literal(str(kind), String).label("kind"), lab.label("lab_id"), what.label("what"), day.label("day"))


SOURCES: Final[tuple[Source, ...]] = (
    accreditations,
    recognitions,
    signatories,
    cards,
    proficiency_tests,
    follow_ups,
    due_between,
)
