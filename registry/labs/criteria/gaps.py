"""Open findings, by laboratory or organisation, and what is done about them: the way to accreditation as a list."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Select, String, Table, and_, exists, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from registry.accounts.models import Organisation, Person
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.labs.criteria.models import Answer, Assessment, CorrectiveAction, CriteriaSet, Criterion
from registry.labs.criteria.queries import visible_to, with_subject
from registry.labs.criteria.rules import GAPS, ActionState, GapState, Grade
from registry.labs.models import Lab

answer_table = cast("Table", Answer.__table__)
action_table = cast("Table", CorrectiveAction.__table__)
criterion_table = cast("Table", Criterion.__table__)
BY_CLAUSE: Final = paging.Order((criterion_table.c.position, answer_table.c.id))
BY_DAY: Final = paging.Order((action_table.c.due_on, action_table.c.id))
EVERYTHING: Final = 2000
MOST_LETTERS: Final = 100


class Counted(NamedTuple):
    """How many findings of something are open, and how many of these are overdue."""

    open: int
    overdue: int


def gaps(
    person: Person,
    today: date,
    *,
    state: GapState = GapState.OPEN,
    criteria_set: str | None = None,
    organisation: str | None = None,
    lab: str | None = None,
    grade: Grade | None = None,
) -> Select[Any]:
    """Findings that a person may read, with their criterion, assessment and corrective actions."""
    wanted = visible_to(person, _found()).where(_is(state, today))
    if criteria_set is not None:
        wanted = wanted.where(Criterion.set_id.in_(select(CriteriaSet.id).where(CriteriaSet.code == criteria_set)))
    if organisation is not None:
        wanted = wanted.where(
            Assessment.organisation_id == select(Organisation.id).filter_by(code=organisation).scalar_subquery()
        )
    if lab is not None:
        wanted = wanted.where(Assessment.lab_id == select(Lab.id).filter_by(code=lab).scalar_subquery())
    if grade is not None:
        wanted = wanted.where(Answer.grade == grade)
    return wanted


def page_of(
    person: Person,
    today: date,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    **asked: Any,  # noqa: ANN401 — what `gaps` is asked
) -> paging.Page[Answer]:
    """A page of findings in the order of the clauses."""
    return paging.page(gaps(person, today, **asked), BY_CLAUSE, limit=limit, cursor=cursor, count=count)


def everything(person: Person, today: date, **asked: Any) -> Sequence[Answer]:  # noqa: ANN401 — see page_of
    """Findings in the order of the clauses, as many as a table holds."""
    wanted = gaps(person, today, **asked).order_by(*BY_CLAUSE.columns).limit(EVERYTHING)
    return db.session.scalars(wanted).unique().all()


def finding(person: Person, key: int, *, lock: bool = False) -> Answer:
    """A finding, by the key of its answer, read afresh; raises NotFound, also for strangers."""
    wanted = visible_to(person, _found()).where(Answer.id == key, Answer.grade.is_not(None))
    wanted = wanted.execution_options(populate_existing=True)
    found: Answer | None = db.session.scalar(wanted.with_for_update(of=Answer) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no finding %(key)s, or you may not see it.", key=key))
    return found


def action(person: Person, key: int, *, lock: bool = False) -> CorrectiveAction:
    """A corrective action, read afresh; raises NotFound, also for strangers."""
    wanted = visible_to(person, _actions()).where(CorrectiveAction.id == key)
    wanted = wanted.execution_options(populate_existing=True)
    found: CorrectiveAction | None = db.session.scalar(wanted.with_for_update(of=CorrectiveAction) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no corrective action %(key)s, or you may not see it.", key=key))
    return found


def actions_page(
    person: Person,
    today: date,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    owner: str | None = None,
    state: ActionState | None = None,
    overdue: bool = False,
) -> paging.Page[CorrectiveAction]:
    """Corrective actions that a person may read, the most urgent first; `owner` is an e-mail address."""
    wanted = visible_to(person, _actions())
    if owner is not None:
        wanted = wanted.where(CorrectiveAction.owner_id == select(Person.id).filter_by(email=owner).scalar_subquery())
    if state is not None:
        wanted = wanted.where(CorrectiveAction.state == state)
    if overdue:
        wanted = wanted.where(CorrectiveAction.state == ActionState.OPEN, CorrectiveAction.due_on < today)
    return paging.page(wanted, BY_DAY, limit=limit, cursor=cursor, count=count)


def due_between(first: date, last: date, owner_id: int | None = None) -> Select[Any]:
    """What is to be done about open findings of laboratories from a day to another, both included, and is not.

    All of it, or what one person answers for.

    Rows of (kind, lab_id, what, day), as whatever has a last day is told of; `what` is cut to what a line holds.
    """
    what = func.substr(CorrectiveAction.what, 1, MOST_LETTERS).label("what")
    kind = literal("corrective_action", String).label("kind")
    wanted = (
        select(kind, Assessment.lab_id, what, CorrectiveAction.due_on.label("day"))
        .join(CorrectiveAction.answer)
        .join(Answer.assessment)
        .where(
            CorrectiveAction.state == ActionState.OPEN,
            CorrectiveAction.due_on.between(first, last),
            Answer.closed_at.is_(None),
            Assessment.lab_id.is_not(None),
        )
    )
    return wanted if owner_id is None else wanted.where(CorrectiveAction.owner_id == owner_id)


def carried(assessment: Assessment) -> dict[str, Answer]:
    """The open findings of earlier assessments of the same subject by the same set, by the code of their criterion."""
    if assessment.follows_id is None:
        return {}
    same_lab = Assessment.lab_id.is_(None) if assessment.lab_id is None else Assessment.lab_id == assessment.lab_id
    wanted = _found().where(
        Assessment.organisation_id == assessment.organisation_id,
        same_lab,
        Assessment.id < assessment.id,
        Assessment.signed_at.is_not(None),
        Criterion.set_id.in_(select(CriteriaSet.id).where(CriteriaSet.code == assessment.set.code)),
        Answer.grade.in_(GAPS),
        or_(Answer.closed_at.is_(None), Answer.closed_in_id == assessment.id),
    )
    found = db.session.scalars(wanted.order_by(Answer.id).limit(EVERYTHING)).unique()
    return {one.criterion.code: one for one in found}


def counted(person: Person, labs: Sequence[int], today: date) -> dict[int, Counted]:
    """How many gaps each of some laboratories has, as far as a person may read them: one statement."""
    late = func.count(Answer.id).filter(_has_overdue(today))
    wanted: Any = select(Assessment.lab_id, func.count(Answer.id), late).select_from(Answer).join(Answer.assessment)
    wanted = visible_to(person, wanted.where(Assessment.lab_id.in_(labs), *_is_gap()))
    rows = db.session.execute(wanted.group_by(Assessment.lab_id)) if labs else ()
    return {row[0]: Counted(int(row[1]), int(row[2])) for row in rows}


def _found() -> Select[Any]:
    """Findings with everything that lines show of them."""
    return (
        select(Answer)
        .join(Answer.criterion)
        .join(Answer.assessment)
        .where(Answer.grade.is_not(None))
        .options(
            contains_eager(Answer.criterion),
            contains_eager(Answer.assessment).options(*with_subject()),
            selectinload(Answer.corrections).joinedload(CorrectiveAction.owner, innerjoin=True),
        )
    )


def _actions() -> Select[Any]:
    """Corrective actions with their finding, its criterion and its assessment."""
    return (
        select(CorrectiveAction)
        .join(CorrectiveAction.answer)
        .join(Answer.assessment)
        .options(
            joinedload(CorrectiveAction.owner, innerjoin=True),
            contains_eager(CorrectiveAction.answer).options(
                joinedload(Answer.criterion, innerjoin=True),
                contains_eager(Answer.assessment).options(*with_subject()),
            ),
        )
    )


def _is_gap() -> tuple[Any, ...]:
    return Answer.grade.in_(GAPS), Answer.closed_at.is_(None)


def _has_overdue(today: date) -> Any:  # noqa: ANN401 — a condition
    return exists().where(
        CorrectiveAction.answer_id == Answer.id,
        CorrectiveAction.state == ActionState.OPEN,
        CorrectiveAction.due_on < today,
    )


def _is(state: GapState, today: date) -> Any:  # noqa: ANN401 — a condition
    match state:
        case GapState.OPEN:
            return and_(*_is_gap())
        case GapState.OVERDUE:
            return and_(*_is_gap(), _has_overdue(today))
        case GapState.WITHOUT_ACTION:
            return and_(*_is_gap(), ~exists().where(CorrectiveAction.answer_id == Answer.id))
        case GapState.CLOSED:
            return Answer.closed_at.is_not(None)
        case GapState.ALL:
            return Answer.grade.in_(GAPS)
