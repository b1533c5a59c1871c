"""How outsiders say calibrations."""

from marshmallow import fields, validate

from registry.calibration.rules import (
    CalibrationKind,
    CalibrationOrder,
    DecisionRule,
    Outcome,
    RecordStatus,
    Stage,
)
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Exact, Flag, ListQuery, Schema, Text, unsigned

MOST_POINTS = 5000
MOST_STANDARDS = 100


def at_most(most: int) -> validate.Length:
    """A list that is not endless."""
    return validate.Length(max=most, error=lazy("Give at most %(most)s lines.", most=most))


class PointSchema(Schema):
    """A measured point; all its numbers are in `unit`."""

    quantity = Text(120, required=True)
    unit = Text(40, required=True)
    nominal = Exact(load_default=None, allow_none=True)
    reference = Exact(load_default=None, allow_none=True, metadata={"description": "The standard's value."})
    indication = Exact(load_default=None, allow_none=True)
    expanded_uncertainty = Exact(load_default=None, allow_none=True, metadata=unsigned("U, without its ±."))
    coverage_factor = Exact(load_default=None, allow_none=True, metadata={"description": "At least 1."})
    lower_limit = Exact(load_default=None, allow_none=True)
    upper_limit = Exact(load_default=None, allow_none=True)
    stage = Choice(Stage, load_default=Stage.AS_FOUND)


class CalibrationIn(Schema):
    """Work on an asset: an existing certificate, issued at once, or without `certificate_no` a draft to be approved."""

    asset = Text(60, required=True, metadata={"description": "Tag of the asset."})
    kind = Choice(CalibrationKind, required=True)
    performed_on = Day(required=True)
    lab = Code(
        allow_none=True,
        metadata={"description": "Code of the laboratory that did it; left out when its owner checked or tested it."},
    )
    outcome = Choice(Outcome, required=True)
    certificate_no = Text(100, allow_none=True)
    valid_until = Day(
        allow_none=True, metadata={"description": "The last valid day, inclusive, when the certificate prints one."}
    )
    decision_rule = Choice(DecisionRule, allow_none=True)
    adjusted = Flag(allow_none=True, metadata={"description": "Whether it was adjusted on this occasion."})
    note = Text(2000, blank=True)
    standards = fields.List(
        Text(60), validate=at_most(MOST_STANDARDS), metadata={"description": "Tags of the standards used."}
    )
    points = fields.List(fields.Nested(PointSchema), validate=at_most(MOST_POINTS))


class ApproveIn(Schema):
    """The approval of a draft: the number of the certificate it is issued under."""

    certificate_no = Text(100, required=True)


class VoidIn(Schema):
    """Why a record is taken out of account."""

    reason = Text(500, required=True)


class StandardOut(Schema):
    """A standard that was used, and how it stood on that day."""

    asset = fields.String(attribute="asset.tag", required=True)
    due_on_then = fields.Date(required=True, allow_none=True)
    was_valid = fields.Boolean(required=True)


class CalibrationLine(Schema):
    """A calibration in a list, without its points."""

    id = fields.Integer(required=True)
    asset = fields.String(attribute="asset.tag", required=True)
    kind = Choice(CalibrationKind, required=True)
    performed_on = fields.Date(required=True)
    lab = fields.Function(
        lambda row: row.lab.code if row.lab else None, required=True, metadata={"type": ["string", "null"]}
    )
    certificate_no = fields.String(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    outcome = Choice(Outcome, required=True)
    decision_rule = Choice(DecisionRule, required=True, allow_none=True)
    status = Choice(RecordStatus, required=True)
    adjusted = fields.Boolean(required=True, allow_none=True)
    note = fields.String(required=True)
    due_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Until when it counts, the last valid day."}
    )
    moved = fields.Boolean(
        required=True, metadata={"description": "Whether it moved the asset's due date when it was issued."}
    )
    standards = fields.Function(
        lambda row: [used.asset.tag for used in row.standards],
        required=True,
        metadata={"type": "array", "items": {"type": "string"}, "description": "Tags of the standards used."},
    )
    void_reason = fields.String(required=True, allow_none=True)


class CalibrationOut(CalibrationLine):
    """A calibration with its points and how its standards stood on that day."""

    standards_then = fields.List(fields.Nested(StandardOut), attribute="standards", required=True)
    points = fields.List(fields.Nested(PointSchema), required=True)


class CalibrationQuery(ListQuery):
    """Filters of the list of calibrations; both ends of the days are inclusive."""

    sort = Choice(CalibrationOrder, load_default=CalibrationOrder.PERFORMED_ON_DOWN)
    asset = Text(60, metadata={"description": "Tag of the asset."})
    lab = Code(metadata={"description": "Code of the laboratory."})
    kind = Choice(CalibrationKind)
    outcome = Choice(Outcome)
    status = Choice(RecordStatus)
    performed_from = Day()
    performed_to = Day()
