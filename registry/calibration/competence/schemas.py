"""What outsiders are told of the verdicts on laboratories."""

from marshmallow import fields

from registry.kernel.schema import CURSOR, Choice, Day, Schema, Text, WholeText
from registry.labs.scope.rules import Competence


class SaidOut(Schema):
    """A verdict with its reasons in the language of the request."""

    competence = Choice(Competence, required=True)
    text = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)


class CompetenceOut(Schema):
    """Whether a laboratory was accredited for a result on its day: by what is known now, and as it was found."""

    now = fields.Nested(SaidOut, required=True)
    found = fields.Nested(
        SaidOut, required=True, allow_none=True, metadata={"description": "When it was issued; frozen since then."}
    )
    found_at = fields.AwareDateTime(required=True, allow_none=True)
    holder = fields.String(required=True, metadata={"description": "The laboratory whose accreditation decides."})
    is_changed = fields.Boolean(required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)
    changed_since = Day(required=True, allow_none=True, metadata={"description": "From which day the change counts."})
    changed_by = fields.String(
        required=True, allow_none=True, metadata={"description": "The decision or correction that changed it."}
    )


class ChangedLine(Schema):
    """A record of which something else is known now than was found."""

    calibration = fields.Integer(attribute="calibration_id", required=True)
    asset = fields.String(attribute="calibration.asset.tag", required=True)
    certificate_no = fields.String(attribute="calibration.certificate_no", required=True, allow_none=True)
    performed_on = Day(required=True)
    found = Choice(Competence, attribute="competence_found", required=True)
    now = Choice(Competence, attribute="competence", required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)
    changed_since = Day(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)


class ChangedQuery(Schema):
    """Which page."""

    limit = WholeText(1, 200, load_default=50, metadata={"description": "How many items at most."})
    cursor = Text(1200, pattern=CURSOR, metadata={"description": "The `next` of the page before."})
