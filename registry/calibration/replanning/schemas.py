"""How outsiders say a plan that levels a load."""

from typing import Final

from marshmallow import fields, validate

from registry.assets.rules import Doubt, ScheduleKind
from registry.calibration.replanning.levelling import Per
from registry.calibration.replanning.rules import MOST
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Schema, Text, WholeText

MOST_A_SPAN: Final = 100_000


class DueRangeIn(Schema):
    """What falls due in a range of days, both inclusive."""

    due_from = Day(required=True)
    due_to = Day(required=True, metadata={"description": "At most three years later."})
    owner = Code(metadata={"description": "Code of the organisation that owns it, or of one above."})
    kind = Choice(ScheduleKind)
    lab = Code(metadata={"description": "Code of the laboratory that did the work before."})


class LevelQuery(DueRangeIn):
    """A range, and how much can be done in each week or month of it."""

    per = Choice(Per, load_default=Per.MONTH)
    capacity = WholeText(1, MOST_A_SPAN, required=True)


class PlanningQuery(LevelQuery):
    """A range, and the laboratory that shall do the work."""

    by_lab = Code(metadata={"description": "Code of the laboratory that shall do it, else that of the last time."})


class LevelledSpanOut(Schema):
    """How much falls into a week or month when all is done on its due date (before), and as proposed (after)."""

    start = fields.Date(required=True)
    end = fields.Date(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class LevelledWorkOut(Schema):
    """A schedule that would be planned anew; null plans it for its due date."""

    asset = fields.String(required=True)
    name = fields.String(required=True)
    kind = Choice(ScheduleKind, required=True)
    due_on = fields.Date(required=True)
    planned_on = fields.Date(required=True, allow_none=True)
    was_planned_on = fields.Date(required=True, allow_none=True)
    doubt = Choice(Doubt, required=True, allow_none=True, metadata={"description": "What cases say of the asset."})


class LevellingOut(Schema):
    """A proposal; `too_full` is how many weeks or months would still hold more than their capacity."""

    capacity = fields.Integer(required=True)
    spans = fields.List(fields.Nested(LevelledSpanOut), required=True)
    items = fields.List(fields.Nested(LevelledWorkOut), required=True)
    first = fields.List(
        fields.Nested(LevelledWorkOut),
        required=True,
        metadata={"description": "What cases ask for at once: due before the range, and done before all else."},
    )
    moved = fields.Integer(required=True)
    too_full = fields.Integer(required=True)
    left_out = fields.Integer(
        required=True, metadata={"description": "How many fall due too and are quarantined or otherwise not in use."}
    )


class PlannedDaySchema(Schema):
    """A planned day, with the due date that was looked at."""

    asset = Text(40, required=True, metadata={"description": "Tag of the asset."})
    kind = Choice(ScheduleKind, required=True)
    due_on = Day(required=True)
    planned_on = Day(allow_none=True, metadata={"description": "From today on, never after `due_on`; null for none."})


class PlannedDaysIn(Schema):
    """Days to plan, all or none."""

    items = fields.List(
        fields.Nested(PlannedDaySchema),
        required=True,
        validate=validate.Length(1, MOST, error=lazy("Give 1 to %(most)s lines.", most=MOST)),
    )


class PlannedDaysOut(Schema):
    """How many planned days changed."""

    changed = fields.Integer(required=True)
