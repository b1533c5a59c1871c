"""What assessments come to, over many of them: by set, by criterion and by year and kind of subject.

Only what is signed off is counted, as far as whoever asks may read it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, case, extract, func, or_, select

from registry.accounts.models import Organisation, Person
from registry.accounts.rules import OrganisationKind
from registry.kernel.db import db
from registry.labs.criteria.models import Answer, Assessment, CriteriaSet, Criterion
from registry.labs.criteria.queries import visible_to
from registry.labs.criteria.rules import Mark

MOST: Final = 500


class OfSet(NamedTuple):
    """How many assessments were made by a version of a set, and of how many organisations."""

    code: str
    number: int
    assessments: int
    subjects: int


class OfCriterion(NamedTuple):
    """How often a criterion was not wholly met, of how many times it applied."""

    code: str
    clause: str
    group: str
    text_vi: str
    text_en: str
    unmet: int
    applied: int

    @property
    def percent(self) -> Decimal:
        """The part that was not met, in percent with one decimal."""
        return round(Decimal(100 * self.unmet) / self.applied, 1)


class OfYear(NamedTuple):
    """How many assessments were finished in a year by subjects of a kind."""

    year: int
    kind: OrganisationKind
    assessments: int
    subjects: int


def by_set(person: Person) -> list[OfSet]:
    """Signed assessments by version of a set."""
    subjects = func.count(Assessment.organisation_id.distinct())
    wanted: Any = select(CriteriaSet.code, CriteriaSet.number, func.count(Assessment.id), subjects)
    wanted = visible_to(person, wanted.join(CriteriaSet, CriteriaSet.id == Assessment.set_id).where(_is_signed()))
    grouped = wanted.group_by(CriteriaSet.code, CriteriaSet.number)
    ordered = grouped.order_by(CriteriaSet.code, CriteriaSet.number.desc()).limit(MOST)
    return [OfSet(*row) for row in db.session.execute(ordered)]


def by_criterion(person: Person, set_id: int) -> Sequence[OfCriterion]:
    """The criteria of a version of a set that were not met in signed assessments, the most often unmet first."""
    applies = or_(Answer.mark.is_(None), Answer.mark != Mark.NOT_APPLICABLE)
    unmet = and_(applies, or_(Answer.mark.in_((Mark.NO, Mark.PARTLY)), Answer.points < Criterion.most))
    failing, counted = (func.sum(case((condition, 1), else_=0)) for condition in (unmet, applies))
    shown = (Criterion.code, Criterion.clause, Criterion.group_code, Criterion.text_vi, Criterion.text_en)
    wanted: Any = select(*shown, failing, counted).select_from(Criterion)
    wanted = wanted.join(Answer, Answer.criterion_id == Criterion.id).join(
        Assessment, Assessment.id == Answer.assessment_id
    )
    wanted = visible_to(person, wanted.where(Criterion.set_id == set_id, _is_signed()))
    grouped = wanted.group_by(Criterion.id, *shown, Criterion.position).having(failing > 0)
    ordered = grouped.order_by(failing.desc(), Criterion.position).limit(MOST)
    return [OfCriterion._make((*row[:5], int(row[5]), int(row[6]))) for row in db.session.execute(ordered)]


def by_year(person: Person) -> list[OfYear]:
    """Signed assessments by the year in which they were finished and the kind of organisation, the newest first."""
    year = extract("year", Assessment.finished_on)
    subjects = func.count(Assessment.organisation_id.distinct())
    wanted: Any = select(year, Organisation.kind, func.count(Assessment.id), subjects)
    wanted = wanted.join(Organisation, Organisation.id == Assessment.organisation_id).where(_is_signed())
    grouped = visible_to(person, wanted).group_by(year, Organisation.kind)
    rows = db.session.execute(grouped.order_by(year.desc(), Organisation.kind).limit(MOST))
    return [OfYear(int(row[0]), row[1], int(row[2]), int(row[3])) for row in rows]


def _is_signed() -> Any:  # noqa: ANN401 — a condition
    return Assessment.signed_at.is_not(None)
