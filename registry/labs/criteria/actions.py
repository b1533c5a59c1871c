"""What changes assessments: they are opened, answered criterion by criterion, and signed off."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from registry.accounts import queries as accounts
from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, Messages
from registry.kernel.i18n import _
from registry.labs.criteria import correcting, gaps, queries, sealing
from registry.labs.criteria.models import Answer, Assessment, CorrectiveAction, Criterion
from registry.labs.criteria.queries import Line
from registry.labs.criteria.rules import (
    NONCONFORMITIES,
    Conductor,
    Given,
    Grade,
    Kind,
    Mark,
    Told,
    check_answer,
    check_days,
    is_met,
)
from registry.labs.queries import lab_field

ANSWERED: Final = ("mark", "points", "words", "grade", "finding", "records")
FEW: Final = 10


def open_assessment(
    *,
    criteria_set: str,
    kind: Kind,
    organisation: str | None = None,
    lab: str | None = None,
    assessors: Sequence[str] = (),
    planned_on: date | None = None,
    started_on: date | None = None,
    follows: int | None = None,
    by: Person | None,
) -> Assessment:
    """Open an assessment of an organisation or of a laboratory by the newest version of a set.

    A re-assessment says which assessment it `follows` (signed off, of the same subject by the same set), and is
    conducted by whoever conducted that one.
    """
    chosen = queries.set_field(criteria_set)
    place = lab_field(lab) if lab is not None else None
    if place is None and organisation is None:
        raise Invalid({"organisation": [_("Say which organisation or which laboratory is assessed.")]})
    subject = organisation_field(organisation, "organisation") if organisation is not None else None
    owner_id = place.organisation_id if place is not None else (subject.id if subject else 0)
    if place is not None and subject is not None and subject.id != owner_id:
        raise Invalid({"organisation": [_("The laboratory does not belong to this organisation; leave it out.")]})
    before = _followed(follows, kind, by)
    if before is not None and (before.organisation_id, before.lab_id, before.set.code) != (
        owner_id,
        place.id if place else None,
        chosen.code,
    ):
        raise Invalid({"follows": [_("That assessment has another subject or another set; choose one of this.")]})
    conductor = Conductor.DEPARTMENT if kind is Kind.DEPARTMENT else Conductor.SUBJECT
    conductor = before.conductor if before is not None else conductor
    _require_write(by, conductor, owner_id)
    _refuse(check_days(planned_on, started_on, None, clock.today()))
    made = Assessment(
        set_id=chosen.id,
        organisation_id=owner_id,
        lab_id=place.id if place else None,
        kind=kind,
        conductor=conductor,
        assessors=list(assessors),
        planned_on=planned_on,
        started_on=started_on,
        finished_on=None,
        follows_id=before.id if before else None,
        opened_by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {
        "criteria_set": [None, f"{chosen.code} ({chosen.number})"],
        "assessment_kind": [None, kind],
        "lab": [None, lab],
    }
    audit.record("assessment.open", ("assessment", made.id), changes, by=by)
    return made


def edit(
    assessment: Assessment,
    *,
    assessors: Sequence[str] | None = None,
    planned_on: date | None = None,
    started_on: date | None = None,
    finished_on: date | None = None,
    by: Person | None,
) -> Assessment:
    """Change who assesses and when; days that are not given stay."""
    may_answer(assessment, by=by)
    if assessors is not None and list(assessors) != assessment.assessors:
        assessment.assessors = list(assessors)
    for field, day in (("planned_on", planned_on), ("started_on", started_on), ("finished_on", finished_on)):
        if day is not None:
            setattr(assessment, field, day)
    _refuse(check_days(assessment.planned_on, assessment.started_on, assessment.finished_on, clock.today()))
    audit.record("assessment.edit", ("assessment", assessment.id), audit.changes_of(assessment), by=by)
    db.session.flush()
    return assessment


def answer(
    assessment: Assessment,
    line: Line,
    *,
    mark: Mark | None = None,
    points: int | None = None,
    words: str = "",
    grade: Grade | None = None,
    finding: str = "",
    records: Sequence[str] = (),
    by: Person | None,
) -> Answer:
    """Answer a criterion, or answer it anew; whoever calls has seen the answer that is replaced.

    The first answer starts the assessment. Raises Conflict when somebody else answered it at the same moment.
    """
    may_answer(assessment, by=by)
    asked, before = line
    _refuse(check_answer(asked, Told(Given(mark, points), words, grade, finding), assessment.set.partly))
    if before is not None and before.grade is not None and grade is None and _has_actions(before):
        raise Conflict(_("Something is being done about this finding; it can be changed, but not left out."))
    told = {
        "mark": mark,
        "points": points,
        "words": words,
        "grade": grade,
        "finding": finding,
        "records": list(records),
    }
    changes: audit.Changes = {"criterion": [asked.code, asked.code]}
    was = {name: getattr(before, name) if before is not None else None for name in ANSWERED}
    changes |= {name: [was[name], value] for name, value in told.items() if (was[name] or None) != (value or None)}
    if before is not None and len(changes) == 1:
        return before
    signer = {"by_id": by.id if by else None, "actor": by.name if by else "registry", "at": clock.now()}
    if before is None:
        before = Answer(
            assessment_id=assessment.id,
            criterion_id=asked.id,
            mark=mark,
            points=points,
            words=words,
            grade=grade,
            finding=finding,
            records=list(records),
            by_id=by.id if by else None,
            actor=by.name if by else "registry",
        )
        _add(before)
    else:
        for name, value in (told | signer).items():
            setattr(before, name, value)
    if assessment.started_on is None:
        assessment.started_on = clock.today()
    audit.record("assessment.answer", ("assessment", assessment.id), changes, by=by)
    db.session.flush()
    return before


def sign_off(
    assessment: Assessment,
    *,
    conclusion: str,
    finished_on: date | None = None,
    password: str | None = None,
    by: Person | None,
) -> Assessment:
    """Freeze an assessment in which everything is answered and what is not met says what was found.

    A re-assessment closes the findings before it that are met by now, or that it found anew. Who signs types their
    password again. Raises Conflict.
    """
    if by is not None and not queries.may_sign(by, assessment):
        require(by, Verb.ASSESSMENT_SIGN, assessment.organisation_id)
        raise _not_theirs()
    _check_unsigned(assessment)
    found = queries.lines(assessment)
    carried = gaps.carried(assessment)
    _check_complete(assessment, found, set(carried))
    if finished_on is not None or assessment.finished_on is None:
        assessment.finished_on = finished_on or clock.today()
    _refuse(check_days(assessment.planned_on, assessment.started_on, assessment.finished_on, clock.today()))
    confirm(by, password)
    score = queries.score(assessment, found)
    assessment.conclusion, assessment.percent, assessment.level = conclusion, score.percent, score.level
    assessment.signed_at = clock.now()
    assessment.signed_by_id, assessment.signed_actor = (by.id, by.name) if by else (None, "registry")
    with db.session.no_autoflush:  # it is whole only with its digest
        assessment.digest = sealing.digest(assessment)
    correcting.take_over(assessment, found, carried, by=by)
    changes: audit.Changes = {
        "conclusion": [None, conclusion],
        "percent": [None, score.percent],
        "level": [None, score.level],
        "signature": [None, assessment.digest],
    }
    audit.record("assessment.sign_off", ("assessment", assessment.id), changes, by=by)
    db.session.flush()
    return assessment


def _followed(key: int | None, kind: Kind, by: Person | None) -> Assessment | None:
    """The assessment that is looked at again; raises Invalid."""
    if (key is None) is (kind is Kind.REASSESSMENT):
        if key is None:
            raise Invalid({"follows": [_("Say which assessment is looked at again.")]})
        raise Invalid({"follows": [_("Only a re-assessment follows another one; leave it out.")]})
    if key is None:
        return None
    wanted = select(Assessment).where(Assessment.id == key, Assessment.signed_at.is_not(None))
    wanted = wanted.options(*queries.with_subject())
    found = db.session.scalar(wanted if by is None else queries.visible_to(by, wanted))
    if found is None:
        raise Invalid({"follows": [_("There is no assessment %(key)s that is signed off.", key=key)]})
    return found


def _check_complete(assessment: Assessment, found: Sequence[Line], carried: set[str]) -> None:
    """Raise Conflict where something is not answered, or not met without a finding that says so."""
    missing = [line.criterion.code for line in found if line.answer is None]
    if missing:
        text = _("%(num)s criteria are not answered yet: %(codes)s.", num=len(missing), codes=_named(missing))
        raise Conflict(text)
    partly = assessment.set.partly
    silent = [
        line.criterion.code
        for line in found
        if _is_silent(line.criterion, line.answer, partly, line.criterion.code in carried)
    ]
    if silent:
        text = _(
            "These are not met, and no finding says what is missing: %(codes)s. Write it down, or correct the answer.",
            codes=_named(silent),
        )
        raise Conflict(text)


def _is_silent(asked: Criterion, answer: Answer | None, partly: object, is_carried: bool) -> bool:  # noqa: FBT001 — private
    """Whether a criterion is answered no, or is mandatory and not met, and nothing says what was found."""
    if answer is None or is_carried or is_met(asked, answer.given, partly):  # type: ignore[arg-type]
        return False
    wanted = answer.mark is Mark.NO or answer.points == 0 or asked.mandatory
    said = answer.grade in NONCONFORMITIES if asked.mandatory else answer.grade is not None
    return wanted and not said


def _named(codes: Sequence[str]) -> str:
    return ", ".join(codes[:FEW]) + (" …" if len(codes) > FEW else "")


def _has_actions(answer: Answer) -> bool:
    return bool(db.session.scalar(select(exists().where(CorrectiveAction.answer_id == answer.id))))


def _add(answer: Answer) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(answer)
    except IntegrityError as error:
        raise Conflict(_("Somebody answered this criterion a moment ago; open it again and look at theirs.")) from error


def may_answer(assessment: Assessment, *, by: Person | None) -> None:
    """Raise Forbidden for who does not conduct an assessment, Conflict for one that is signed off."""
    _require_write(by, assessment.conductor, assessment.organisation_id)
    _check_unsigned(assessment)


def _check_unsigned(assessment: Assessment) -> None:
    if assessment.signed_at is not None:
        raise Conflict(_("This assessment is signed off and stays as it is; open a re-assessment."))


def _require_write(by: Person | None, conductor: Conductor, organisation_id: int) -> None:
    if conductor is Conductor.SUBJECT:
        require(by, Verb.ASSESSMENT_WRITE, organisation_id)
    elif by is not None and not accounts.oversees(by, Verb.ASSESSMENT_OVERSEE, organisation_id):
        raise _not_theirs()


def _not_theirs() -> Forbidden:
    return Forbidden(_("The department's assessments are for its inspectors and planners, in their province."))


def _refuse(messages: Messages) -> None:
    if messages:
        raise Invalid(messages)
