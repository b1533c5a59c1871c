"""How outsiders ask for files of plans."""

from marshmallow import fields

from registry.kernel.schema import Choice, Code, Schema, Text
from registry.plan.exports.rules import Export
from registry.sheets.models import Form

FILTERS = {"description": "The filters of the list that the file is of, in the words of its address."}


class PlanExportIn(Schema):
    """Which file, of which plan; activities are of none."""

    kind = Choice(Export, required=True)
    plan = Code()
    form = Choice(Form, load_default=Form.XLSX)
    filters = fields.Dict(keys=Text(60), values=Text(300), load_default=dict, metadata=FILTERS)


class PlanExportOut(Schema):
    """A file that was asked for; it can be fetched once it is ready and has rows, for a day."""

    id = fields.Integer(required=True)
    kind = Choice(Export, required=True)
    plan = fields.String(attribute="plan.code", required=True, allow_none=True, dump_default=None)
    form = Choice(Form, required=True)
    rows = fields.Integer(required=True, allow_none=True)
    refused = fields.String(required=True, allow_none=True, metadata={"description": "Why it could not be made."})
    made_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
