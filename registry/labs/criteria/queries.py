"""Which criteria sets and assessments there are. Sets are for everybody, assessments for subjects and overseers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import OrganisationKind, Verb
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.labs.criteria import rules
from registry.labs.criteria.models import Answer, Assessment, CriteriaSet, Criterion
from registry.labs.criteria.rules import Conductor, Kind, Score
from registry.labs.models import Lab

set_table = cast("Table", CriteriaSet.__table__)
assessment_table = cast("Table", Assessment.__table__)
criterion_table = cast("Table", Criterion.__table__)
NEWEST: Final = paging.Order((assessment_table.c.id,), descending=True)
IN_ORDER: Final = paging.Order((criterion_table.c.position,))
EVERYTHING: Final = 1000


class Line(NamedTuple):
    """A criterion of an assessment, and what was answered to it so far."""

    criterion: Criterion
    answer: Answer | None


def sets(*, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None) -> paging.Page[Any]:
    """The newest version of every set, by code."""
    wanted = select(CriteriaSet).where(CriteriaSet.is_newest)
    return paging.page(wanted, paging.Order((set_table.c.code,)), limit=limit, cursor=cursor, count=count)


def set_by_code(code: str, number: int | None = None) -> CriteriaSet:
    """A version of a set with its criteria, the newest without a number; raises NotFound."""
    wanted = select(CriteriaSet).where(CriteriaSet.code == code).options(selectinload(CriteriaSet.criteria))
    wanted = wanted.where(CriteriaSet.is_newest if number is None else CriteriaSet.number == number)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no criteria set with the code “%(code)s”, or not that version.", code=shown(code)))
    return found


def set_field(code: str) -> CriteriaSet:
    """The newest version of the set that a field refers to; raises Invalid beside it."""
    found = db.session.scalar(select(CriteriaSet).filter_by(code=code, is_newest=True))
    if found is None:
        text = _("There is no criteria set with the code “%(code)s”; choose one that is loaded.", code=shown(code))
        raise Invalid({"criteria_set": [text]})
    return found


def versions_of(code: str) -> Sequence[CriteriaSet]:
    """The versions of a set, the newest first."""
    wanted = select(CriteriaSet).filter_by(code=code).order_by(CriteriaSet.number.desc()).limit(paging.MAX_LIMIT)
    return db.session.scalars(wanted).all()


def visible_to(person: Person, wanted: Select[Any]) -> Select[Any]:
    """Those of some assessments that a person may read: of their own organisations, or in their territory."""
    theirs = accounts.reach(person)
    return wanted if theirs is None else wanted.where(Assessment.organisation_id.in_(theirs))


def with_subject() -> Any:  # noqa: ANN401 — options of a select
    """What lines show of an assessment."""
    return (
        joinedload(Assessment.set, innerjoin=True),
        joinedload(Assessment.organisation, innerjoin=True),
        joinedload(Assessment.lab),
    )


def by_id(person: Person, key: int, *, lock: bool = False) -> Assessment:
    """An assessment, read afresh; raises NotFound, also for strangers. `lock` keeps others away until the commit."""
    wanted = visible_to(person, select(Assessment).where(Assessment.id == key)).options(*with_subject())
    wanted = wanted.execution_options(populate_existing=True)
    found: Assessment | None = db.session.scalar(wanted.with_for_update(of=Assessment) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no assessment %(key)s, or you may not see it.", key=key))
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    criteria_set: str | None = None,
    organisation: str | None = None,
    lab: str | None = None,
    kind: Kind | None = None,
    signed: str | None = None,
) -> paging.Page[Assessment]:
    """Assessments a person may read, the newest first. `signed` is `yes` or `no`."""
    wanted = visible_to(person, select(Assessment)).options(*with_subject())
    if criteria_set is not None:
        wanted = wanted.where(Assessment.set_id.in_(select(CriteriaSet.id).where(CriteriaSet.code == criteria_set)))
    if organisation is not None:
        wanted = wanted.where(
            Assessment.organisation_id == select(Organisation.id).filter_by(code=organisation).scalar_subquery()
        )
    if lab is not None:
        wanted = wanted.where(Assessment.lab_id == select(Lab.id).filter_by(code=lab).scalar_subquery())
    if kind is not None:
        wanted = wanted.where(Assessment.kind == kind)
    if signed is not None:
        wanted = wanted.where(Assessment.signed_at.is_(None) if signed == "no" else Assessment.signed_at.is_not(None))
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def of_lab(person: Person, lab: Lab, *, limit: int = 10) -> Sequence[Assessment]:
    """The newest assessments of a laboratory that a person may read."""
    wanted = visible_to(person, select(Assessment).where(Assessment.lab_id == lab.id)).options(*with_subject())
    return db.session.scalars(wanted.order_by(Assessment.id.desc()).limit(limit)).all()


def lines(assessment: Assessment) -> list[Line]:
    """Every criterion of an assessment in its order with its answer: two statements."""
    criteria = db.session.scalars(
        select(Criterion).where(Criterion.set_id == assessment.set_id).order_by(Criterion.position).limit(EVERYTHING)
    )
    answers = {one.criterion_id: one for one in answers_of(assessment)}
    return [Line(one, answers.get(one.id)) for one in criteria]


def answers_of(assessment: Assessment) -> Sequence[Answer]:
    """Every answer of an assessment, in the order of the criteria."""
    wanted = (
        select(Answer)
        .join(Answer.criterion)
        .where(Answer.assessment_id == assessment.id)
        .options(contains_eager(Answer.criterion))
        .order_by(Criterion.position)
        .limit(EVERYTHING)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).all()


def line(assessment: Assessment, code: str) -> Line:
    """One criterion of an assessment with its answer; raises NotFound."""
    criterion = db.session.scalar(select(Criterion).filter_by(set_id=assessment.set_id, code=code))
    if criterion is None:
        raise NotFound(_("There is no criterion “%(code)s” in this set.", code=shown(code)))
    wanted = select(Answer).filter_by(assessment_id=assessment.id, criterion_id=criterion.id)
    return Line(criterion, db.session.scalar(wanted.execution_options(populate_existing=True)))


def score(assessment: Assessment, found: Sequence[Line]) -> Score:
    """The score of an assessment as it stands."""
    kept = assessment.set
    return rules.score(
        [one.criterion for one in found],
        {one.criterion.code: one.answer.given for one in found if one.answer is not None},
        partly=kept.partly,
        total=kept.total,
        levels=kept.levels,
    )


def may_write(person: Person, assessment: Assessment) -> bool:
    """Whether a person may answer: those who assess, the subject's own or those of the state in its province."""
    if assessment.conductor is Conductor.DEPARTMENT:
        return accounts.oversees(person, Verb.ASSESSMENT_OVERSEE, assessment.organisation_id)
    return accounts.may(person, Verb.ASSESSMENT_WRITE, assessment.organisation_id)


def may_sign(person: Person, assessment: Assessment) -> bool:
    """Whether a person may sign an assessment off."""
    if assessment.conductor is Conductor.DEPARTMENT:
        return may_write(person, assessment)
    return accounts.may(person, Verb.ASSESSMENT_SIGN, assessment.organisation_id)


def may_correct(person: Person, assessment: Assessment) -> bool:
    """Whether a person may plan what is done about a finding: the subject's people, or who assesses it."""
    return accounts.may(person, Verb.ASSESSMENT_WRITE, assessment.organisation_id) or may_write(person, assessment)


def may_verify(person: Person, assessment: Assessment) -> bool:
    """Whether a person may say that an action was effective: a manager of the subject, or who oversees it."""
    return accounts.may(person, Verb.ASSESSMENT_SIGN, assessment.organisation_id) or accounts.oversees(
        person, Verb.ASSESSMENT_OVERSEE, assessment.organisation_id
    )


class Applied(NamedTuple):
    """That an organisation applied a set on a day, with what result; `level` is a code of the set's levels."""

    assessment_id: int
    organisation_id: int
    lab_id: int | None
    set_code: str
    document: str
    kind: Kind
    on: date
    percent: Any
    level: str | None


def applied(
    person: Person | None,
    *,
    since: date | None = None,
    until: date | None = None,
    set_codes: Sequence[str] | None = None,
    kinds: Sequence[OrganisationKind] | None = None,
    limit: int = EVERYTHING,
) -> list[Applied]:
    """Who applied which set on which day with what result, from assessments that are signed off, the oldest first.

    The day is that on which the assessment was finished, else that of its sign-off.
    """
    on = Assessment.finished_on
    wanted: Any = (
        select(
            Assessment.id,
            Assessment.organisation_id,
            Assessment.lab_id,
            CriteriaSet.code,
            CriteriaSet.document,
            Assessment.kind,
            on,
            Assessment.percent,
            Assessment.level,
        )
        .join(Assessment.set)
        .where(Assessment.signed_at.is_not(None))
    )
    if person is not None:
        wanted = visible_to(person, wanted)
    if since is not None:
        wanted = wanted.where(on >= since)
    if until is not None:
        wanted = wanted.where(on <= until)
    if set_codes is not None:
        wanted = wanted.where(CriteriaSet.code.in_(set_codes))
    if kinds is not None:
        wanted = wanted.join(Assessment.organisation).where(Organisation.kind.in_(kinds))
    return [Applied(*row) for row in db.session.execute(wanted.order_by(on, Assessment.id).limit(limit))]


def answered(assessments: Sequence[Assessment]) -> Mapping[int, tuple[int, int]]:
    """How many criteria of each of some assessments are answered, of how many: two statements."""
    if not assessments:
        return {}
    of_sets = select(Criterion.set_id, func.count()).where(Criterion.set_id.in_({one.set_id for one in assessments}))
    criteria = {row[0]: int(row[1]) for row in db.session.execute(of_sets.group_by(Criterion.set_id))}
    done = select(Answer.assessment_id, func.count()).where(Answer.assessment_id.in_([one.id for one in assessments]))
    given = {row[0]: int(row[1]) for row in db.session.execute(done.group_by(Answer.assessment_id))}
    return {one.id: (given.get(one.id, 0), criteria.get(one.set_id, 0)) for one in assessments}
