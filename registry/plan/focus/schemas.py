"""How outsiders say the list of focus enterprises, its steps and its reviews."""

from typing import Any, Final

from marshmallow import fields, post_load, validate

from registry.kernel.schema import Choice, Code, Day, ListQuery, Schema, Text
from registry.plan.activities.rules import Ownership
from registry.plan.focus.models import REASON, SHORT
from registry.plan.focus.rules import Decision, State, Step

MOST_DECIDED: Final = 500


class FocusIn(Schema):
    """A step of an enterprise on the list; a document has a number and a date, or is left out."""

    enterprise = Code(required=True)
    step = Choice(Step, required=True)
    reason = Text(REASON, required=True)
    on = Day(metadata={"description": "Today when left out; never before the enterprise's last step."})
    document_no = Text(SHORT)
    document_on = Day()


class FocusDecisionPart(Schema):
    """What a review decides about an enterprise: confirm, keep or remove; only keeping takes no reason."""

    enterprise = Code(required=True)
    step = Choice(Step, required=True)
    reason = Text(REASON, blank=True, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> Decision:
        return Decision(**data)


class FocusReviewIn(Schema):
    """A review of the list by a decision; what was confirmed and is not named is kept."""

    on = Day(required=True)
    decision_no = Text(SHORT, required=True)
    decision_on = Day(required=True)
    note = Text(REASON, blank=True)
    entries = fields.List(fields.Nested(FocusDecisionPart), validate=validate.Length(max=MOST_DECIDED))


class FocusOut(Schema):
    """An enterprise on the list as of a day, with its last step."""

    enterprise = fields.String(attribute="entry.enterprise.organisation.code", required=True)
    name_vi = fields.String(attribute="entry.enterprise.organisation.name_vi", required=True)
    name_en = fields.String(attribute="entry.enterprise.organisation.name_en", required=True)
    sector = fields.String(attribute="entry.enterprise.sector", required=True)
    ownership = Choice(Ownership, attribute="entry.enterprise.ownership", required=True)
    commune = fields.String(attribute="entry.enterprise.commune", required=True)
    state = Choice(State, required=True)
    step = Choice(Step, attribute="last.step", required=True)
    on = fields.Date(attribute="last.on", required=True)
    reason = fields.String(attribute="last.reason", required=True)
    document_no = fields.String(attribute="last.document_no", required=True, allow_none=True)
    document_on = fields.Date(attribute="last.document_on", required=True, allow_none=True)


class FocusStepOut(Schema):
    """A step of an enterprise on the list, with the number of the review that took it."""

    step = Choice(Step, required=True)
    on = fields.Date(required=True)
    reason = fields.String(required=True)
    document_no = fields.String(required=True, allow_none=True)
    document_on = fields.Date(required=True, allow_none=True)
    review = fields.Integer(attribute="review_id", required=True, allow_none=True)


class FocusReviewStepOut(Schema):
    """What a review did to an enterprise."""

    enterprise = fields.String(attribute="entry.enterprise.organisation.code", required=True)
    step = Choice(Step, required=True)
    reason = fields.String(required=True)


class FocusReviewOut(Schema):
    """A review of the list and what it did."""

    id = fields.Integer(required=True)
    on = fields.Date(required=True)
    decision_no = fields.String(required=True)
    decision_on = fields.Date(required=True)
    note = fields.String(required=True)
    entries = fields.List(fields.Nested(FocusReviewStepOut), attribute="steps", required=True)


class FocusQuery(ListQuery):
    """Filters of the list of focus enterprises."""

    on = Day(metadata={"description": "As of this day; today when left out."})
    state = Choice(State, metadata={"description": "Without it, what was taken off the list is left out."})


class FocusReviewQuery(ListQuery):
    """Which page of the reviews."""

    class Meta(ListQuery.Meta):
        """Reviews are not searched."""

        exclude = ("q",)
