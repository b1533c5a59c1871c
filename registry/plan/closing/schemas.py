"""How outsiders say closures of a plan."""

from marshmallow import fields

from registry.kernel.schema import Day, ListQuery, Schema, Text
from registry.plan.closing.models import REASON, REPORT

NULLABLE_TEXT = {"type": ["string", "null"]}


class ClosureIn(Schema):
    """Up to and including which day a plan is closed."""

    up_to_on = Day(required=True)
    reason = Text(REASON, required=True)
    report = Text(REPORT, metadata={"description": "The report whose numbers are to stay."})


class ReopenIn(Schema):
    """Why a period is opened again."""

    reason = Text(REASON, required=True)


class ClosureOut(Schema):
    """A closure; one with `reopened_at` is not in force."""

    id = fields.Integer(required=True)
    up_to_on = fields.Date(required=True)
    reason = fields.String(required=True)
    report = fields.String(required=True, allow_none=True)
    closed_by = fields.Function(
        lambda one: one.closed_by.name if one.closed_by else None, required=True, metadata=NULLABLE_TEXT
    )
    closed_at = fields.DateTime(required=True)
    reopened_by = fields.Function(
        lambda one: one.reopened_by.name if one.reopened_by else None, required=True, metadata=NULLABLE_TEXT
    )
    reopened_at = fields.DateTime(required=True, allow_none=True)
    reopen_reason = fields.String(required=True, allow_none=True)


class ClosureQuery(ListQuery):
    """Words of the list of closures."""

    class Meta(ListQuery.Meta):
        """Closures are few."""

        exclude = ("q",)
