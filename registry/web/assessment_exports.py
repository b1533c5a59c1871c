"""Assessments as tables: those of a list, and the answers of one."""

from flask import Blueprint, Response

from registry.accounts import signin
from registry.kernel.i18n import _
from registry.labs.criteria import queries
from registry.labs.criteria.queries import Line
from registry.labs.criteria.schemas import AssessmentQuery
from registry.labs.criteria.words import said
from registry.sheets import downloads
from registry.web.forms import listed
from registry.web.tabling import FORMS, Rows, every, file

blp = Blueprint("assessment_exports", __name__)


@blp.get(f"/assessments/export.<{FORMS}>")
def assessments(form: str) -> Response:
    """The assessments that the list shows with its filters."""
    me = signin.person()
    found = every(lambda asked: queries.page_of(me, **asked), listed(AssessmentQuery))
    answered = queries.answered(found)
    rows: Rows = [
        [
            one.subject,
            one.organisation.name,
            one.set.title,
            one.set.version,
            said(one.kind),
            said(one.conductor),
            "; ".join(one.assessors),
            one.planned_on,
            one.started_on,
            one.finished_on,
            *answered[one.id],
            one.percent,
            one.set.level_titles[one.level] if one.level else None,
            _("Signed") if one.signed_at else _("Being assessed"),
        ]
        for one in found
    ]
    headings = [_("Subject"), _("Organisation"), _("Criteria set"), _("Version"), _("Kind"), _("Assessed by")]
    headings += [_("Assessors"), _("Planned for"), _("Started on"), _("Finished on"), _("Answered"), _("Criteria")]
    headings += ["%", _("Level"), _("State")]
    return file(form, "assessments", _("Assessments"), headings, rows)


@blp.get(f"/assessments/<key:id>/export.<{FORMS}>")
def answers(id: int, form: str) -> Response:
    """Every criterion of an assessment with what was answered and found."""
    assessment = queries.by_id(signin.person(), id)
    headings = [_("Clause"), _("Code"), _("Criterion"), _("Weight"), _("Answer"), _("Points"), _("Explanation")]
    headings += [_("Finding"), _("What the finding says")]
    rows: Rows = [_row(line) for line in queries.lines(assessment)]
    return file(form, f"assessment-{assessment.id}", _("Assessment"), headings, rows)


def _row(line: Line) -> list[downloads.Value]:
    one, answer = line.criterion, line.answer
    about: list[downloads.Value] = [one.clause, one.code, one.text, one.weight]
    if answer is None:
        return [*about, *[None] * 5]
    mark = said(answer.mark) if answer.mark else None
    return [*about, mark, answer.points, answer.words, said(answer.grade) if answer.grade else None, answer.finding]
