"""How outsiders say measures."""

from marshmallow import fields

from registry.inspection.measures.rules import MeasureKind, MeasureState
from registry.kernel.schema import Choice, Code, Day, ListQuery, Schema, Text


class MeasureIn(Schema):
    """A measure to decide."""

    kind = Choice(MeasureKind, required=True)
    text = Text(1000, required=True)
    check = Code(allow_none=True, metadata={"description": "Key of the check of the instrument it is about."})
    due_on = Day(allow_none=True)
    responsible = Text(200, blank=True, allow_none=True)


class SettleIn(Schema):
    """That a measure was followed, and what shows it."""

    done_on = Day(required=True)
    evidence = Text(1000, required=True)


class MeasureOut(Schema):
    """A measure and where it stands."""

    id = fields.Integer(required=True)
    inspection = fields.Integer(attribute="inspection_id", required=True)
    subject_name = fields.String(attribute="inspection.subject_name", required=True)
    kind = Choice(MeasureKind, required=True)
    text = fields.String(required=True)
    check = fields.String(attribute="check.client_key", dump_default=None, required=True, allow_none=True)
    decided_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    responsible = fields.String(required=True, allow_none=True)
    done_on = fields.Date(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    state = Choice(MeasureState, required=True)


class MeasureQuery(ListQuery):
    """Which measures."""

    class Meta(ListQuery.Meta):
        """Nothing is searched."""

        exclude = ("q",)

    state = Choice(MeasureState)
