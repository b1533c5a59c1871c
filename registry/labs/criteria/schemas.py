"""How outsiders say criteria sets, assessments, findings and what is done about them."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from registry.accounts.schemas import own_password
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Exact, Flag, ListQuery, Schema, Text, Whole
from registry.labs.criteria.models import WORDS
from registry.labs.criteria.rules import (
    MOST_POINTS,
    ActionState,
    Closing,
    Conductor,
    GapState,
    Grade,
    Kind,
    Mark,
    cut,
)

MOST_KEY: Final = 2**31 - 1
MOST_ASSESSORS: Final = 20
MOST_RECORDS: Final = 20
RECORD: Final = r"(asset|calibration|case|lab|procedure):[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class Said(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"


class DaysIn(Schema):
    """Who assesses and when; days are local."""

    assessors = fields.List(
        Text(200),
        validate=validate.Length(max=MOST_ASSESSORS, error=lazy("Give at most %(most)s names.", most=MOST_ASSESSORS)),
    )
    planned_on = Day()
    started_on = Day()


class AssessmentIn(DaysIn):
    """A new assessment of an organisation, or of one of its laboratories."""

    criteria_set = Code(required=True)
    kind = Choice(Kind, required=True)
    organisation = Code()
    lab = Code()
    follows = Whole(1, MOST_KEY, metadata={"description": "The assessment that is looked at again."})


class AssessmentEdit(DaysIn):
    """What may be changed of an assessment that is not signed off."""

    finished_on = Day()


class AnswerIn(Schema):
    """What is answered to a criterion: a mark or points; and what was found, if anything."""

    mark = Choice(Mark, load_default=None, allow_none=True)
    points = Whole(0, MOST_POINTS, load_default=None, allow_none=True)
    words = Text(WORDS, blank=True, load_default="")
    grade = Choice(Grade, load_default=None, allow_none=True)
    finding = Text(WORDS, blank=True, load_default="", metadata={"description": "What was found."})
    records = fields.List(
        Text(80, pattern=RECORD),
        load_default=list,
        validate=validate.Length(max=MOST_RECORDS, error=lazy("Give at most %(most)s lines.", most=MOST_RECORDS)),
        metadata={"description": "Things of the registry that show it, such as asset:TAG or calibration:12."},
    )


class AssessmentSignOff(Schema):
    """What the assessment came to."""

    conclusion = Text(WORDS, required=True)
    finished_on = Day()
    password = own_password()


class AssessmentLine(Schema):
    """An assessment; `percent` and `level` once it is signed off."""

    id = fields.Integer(required=True)
    criteria_set = fields.String(attribute="set.code", required=True)
    criteria_set_number = fields.Integer(attribute="set.number", required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    lab = fields.String(attribute="lab.code", required=True, allow_none=True)
    kind = Choice(Kind, required=True)
    conductor = Choice(Conductor, required=True)
    assessors = fields.List(fields.String(), required=True)
    planned_on = fields.Date(required=True, allow_none=True)
    started_on = fields.Date(required=True, allow_none=True)
    finished_on = fields.Date(required=True, allow_none=True)
    follows = fields.Integer(attribute="follows_id", required=True, allow_none=True)
    conclusion = fields.String(required=True)
    percent = Exact(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    signed_by = fields.String(attribute="signed_actor", required=True, allow_none=True)
    digest = fields.String(required=True, allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """A subject that is no laboratory has none."""
        return None if attr == "lab.code" and obj.lab is None else super().get_attribute(obj, attr, default)


class Weight(fields.String):
    """A sum of weights, with two decimals."""

    def _serialize(self, value: Fraction | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # type: ignore[override]  # noqa: ANN401, ARG002 — marshmallow's signature
        return None if value is None else str(cut(value, 2))


class PartOut(Schema):
    """What a group adds to the score."""

    group = fields.String(required=True)
    achieved = Weight(required=True)
    possible = Weight(required=True)
    percent = Exact(required=True, allow_none=True)
    answered = fields.Integer(required=True)
    criteria = fields.Integer(required=True)


class AssessmentScoreOut(Schema):
    """The sum of what is answered and applies, with its parts."""

    achieved = Weight(required=True)
    possible = Weight(required=True)
    percent = Exact(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    answered = fields.Integer(required=True)
    criteria = fields.Integer(required=True)
    unmet = fields.List(fields.String(), required=True, metadata={"description": "Mandatory criteria not met."})
    parts = fields.List(fields.Nested(PartOut), required=True)


class AnswerOut(Schema):
    """A criterion and what was answered to it; the answer is null while there is none."""

    criterion = fields.String(attribute="criterion.code", required=True)
    clause = fields.String(attribute="criterion.clause", required=True)
    id = fields.Integer(attribute="answer.id", required=True, allow_none=True)
    mark = Choice(Mark, attribute="answer.mark", required=True, allow_none=True)
    points = fields.Integer(attribute="answer.points", required=True, allow_none=True)
    words = fields.String(attribute="answer.words", required=True, allow_none=True)
    grade = Choice(Grade, attribute="answer.grade", required=True, allow_none=True)
    finding = fields.String(attribute="answer.finding", required=True, allow_none=True)
    records = fields.List(fields.String(), attribute="answer.records", required=True, allow_none=True)
    answered_by = fields.String(attribute="answer.actor", required=True, allow_none=True)
    answered_at = fields.AwareDateTime(attribute="answer.at", required=True, allow_none=True)
    closed_at = fields.AwareDateTime(attribute="answer.closed_at", required=True, allow_none=True)
    closing = Choice(Closing, attribute="answer.closing", required=True, allow_none=True)
    closed_in = fields.Integer(attribute="answer.closed_in_id", required=True, allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """Where nothing is answered yet, everything of the answer is null."""
        if attr.startswith("answer.") and obj.answer is None:
            return None
        return super().get_attribute(obj, attr, default)


class AssessmentOut(AssessmentLine):
    """An assessment with its score as it stands."""

    score = fields.Nested(AssessmentScoreOut, required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """Everything but the score is the assessment's own."""
        return obj.score if attr == "score" else super().get_attribute(obj.assessment, attr, default)


class AssessmentQuery(ListQuery):
    """Which assessments, and which page of them."""

    class Meta(ListQuery.Meta):
        """Assessments are not searched."""

        exclude = ("q",)

    criteria_set = Code()
    organisation = Code()
    lab = Code()
    kind = Choice(Kind)
    signed = Choice(Said)


class ActionIn(Schema):
    """What is done about a finding, by whom, and until when."""

    what = Text(WORDS, required=True)
    owner = Text(200, required=True, metadata={"description": "E-mail address of who sees to it."})
    due_on = Day(required=True)


class ActionEdit(Schema):
    """What may be changed of an action that is not done."""

    what = Text(WORDS)
    owner = Text(200)
    due_on = Day()


class DoneIn(Schema):
    """What was done."""

    outcome = Text(WORDS, required=True)


class VerifyIn(Schema):
    """Whether it was effective, and by what that is seen."""

    effective = Flag(required=True)
    verification = Text(WORDS, required=True)
    due_on = Day(metadata={"description": "Where it was not effective: until when it is done again."})

    @validates_schema
    def _day_of_another_try(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if data.get("effective") and "due_on" in data:
            raise ValidationError(lazy("Only what was not effective gets another day; leave it out."), "due_on")


class CorrectionOut(Schema):
    """A corrective action."""

    id = fields.Integer(required=True)
    finding = fields.Integer(attribute="answer_id", required=True)
    what = fields.String(required=True)
    owner = fields.String(attribute="owner.email", required=True)
    owner_name = fields.String(attribute="owner.name", required=True)
    due_on = fields.Date(required=True)
    state = Choice(ActionState, required=True)
    outcome = fields.String(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    done_by = fields.String(attribute="done_actor", required=True, allow_none=True)
    verification = fields.String(required=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    verified_by = fields.String(attribute="verified_actor", required=True, allow_none=True)
    returned = fields.String(required=True, metadata={"description": "Why it was not effective, the last time."})


class FindingOut(Schema):
    """A finding of an assessment, and what is done about it."""

    id = fields.Integer(required=True)
    assessment = fields.Integer(attribute="assessment_id", required=True)
    organisation = fields.String(attribute="assessment.organisation.code", required=True)
    lab = fields.String(attribute="assessment.lab.code", required=True, allow_none=True)
    criteria_set = fields.String(attribute="assessment.set.code", required=True)
    criterion = fields.String(attribute="criterion.code", required=True)
    clause = fields.String(attribute="criterion.clause", required=True)
    grade = Choice(Grade, required=True)
    finding = fields.String(required=True)
    found_at = fields.AwareDateTime(attribute="at", required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closing = Choice(Closing, required=True, allow_none=True)
    actions = fields.List(fields.Nested(CorrectionOut), attribute="corrections", required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """A subject that is no laboratory has none."""
        if attr == "assessment.lab.code" and obj.assessment.lab is None:
            return None
        return super().get_attribute(obj, attr, default)


class GapQuery(ListQuery):
    """Which findings, and which page of them; open ones when `state` is left out."""

    class Meta(ListQuery.Meta):
        """Findings are not searched."""

        exclude = ("q",)

    state = Choice(GapState, load_default=GapState.OPEN)
    criteria_set = Code()
    organisation = Code()
    lab = Code()
    grade = Choice(Grade)


class ActionQuery(ListQuery):
    """Which corrective actions, and which page of them."""

    class Meta(ListQuery.Meta):
        """Actions are not searched."""

        exclude = ("q",)

    owner = Text(200, metadata={"description": "E-mail address of who sees to it."})
    state = Choice(ActionState)
    overdue = Choice(Said, metadata={"description": "`yes`: only those whose day has passed."})
