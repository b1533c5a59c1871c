"""How outsiders say what is counted."""

from marshmallow import fields

from registry.inspection.rules import FIRST_YEAR, LAST_YEAR
from registry.inspection.statistics.rules import By
from registry.kernel.schema import Choice, Schema, WholeText


class InspectionStatisticsQuery(Schema):
    """By what is counted, and of which year."""

    by = Choice(By, load_default=By.TYPE)
    year = WholeText(FIRST_YEAR, LAST_YEAR)


class InspectionCountOut(Schema):
    """One line; an empty key is what was not said."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    visits = fields.Integer(required=True)
    checked = fields.Integer(required=True)
    unverified = fields.Integer(required=True)
    seal_broken = fields.Integer(required=True)
    over_limit = fields.Integer(required=True)
    violations = fields.Integer(required=True)


class InspectionStatisticsOut(Schema):
    """The lines, the most violations first, and whether there are more than these."""

    items = fields.List(fields.Nested(InspectionCountOut), required=True)
    has_more = fields.Boolean(required=True)
