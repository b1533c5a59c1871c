"""How outsiders say an asset's life: changes of status, checks, faults, upkeep and the maintenance plan."""

from marshmallow import fields

from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind, UpkeepKind
from registry.assets.rules import Status
from registry.assets.schemas import LONGEST_INTERVAL, optional
from registry.kernel.addresses import MAX_KEY
from registry.kernel.schema import Choice, Day, Flag, Schema, Text, Whole

TODAY_OR = {"description": "The day, inclusive; today when it is left out."}


class StatusIn(Schema):
    """A change of status; which ones are possible depends on the status it has."""

    status = Choice(Status, required=True)
    on = Day(metadata=TODAY_OR)
    reason = optional(
        1000, metadata={"description": "Needed for everything that takes it out of use or limits its use."}
    )
    restriction = optional(metadata={"description": "What limited use is limited to; anybody who scans is told."})


class StatusChangeOut(Schema):
    """A change of status: `on` is the day it happened, `at` the instant it was written down."""

    old = Choice(Status, required=True)
    new = Choice(Status, required=True)
    on = fields.Date(required=True)
    reason = fields.String(required=True, allow_none=True)
    restriction = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)


class CheckIn(Schema):
    """A check before an asset is placed (acceptance) or returned into service."""

    kind = Choice(CheckKind, required=True)
    on = Day(metadata=TODAY_OR)
    requirement = Text(1000, required=True, metadata={"description": "What it was checked against."})
    result = Choice(CheckResult, required=True)
    evidence = optional(1000, metadata={"description": "What shows it: readings, a document, a photo."})


class CheckOut(Schema):
    """A check of an asset."""

    kind = Choice(CheckKind, required=True)
    on = fields.Date(required=True)
    requirement = fields.String(required=True)
    result = Choice(CheckResult, required=True)
    evidence = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)


class FaultIn(Schema):
    """Damage, overload or malfunction; it quarantines the asset at once."""

    kind = Choice(FaultKind, required=True)
    description = Text(2000, required=True)
    found_on = Day(metadata=TODAY_OR)
    happened_on = Day(allow_none=True, metadata={"description": "When it happened, where that is known."})


class ImpactIn(Schema):
    """What a fault meant for what was measured since the asset was last known to be good."""

    conclusion = Text(4000, required=True)


class FaultOut(Schema):
    """A fault; while `impact_at` is null, nobody has judged what it meant for earlier measurements."""

    id = fields.Integer(required=True)
    kind = Choice(FaultKind, required=True)
    description = fields.String(required=True)
    found_on = fields.Date(required=True)
    happened_on = fields.Date(required=True, allow_none=True)
    last_good_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "The last day before it that a record showed it good."}
    )
    resolved_on = fields.Date(required=True, allow_none=True)
    impact_conclusion = fields.String(required=True, allow_none=True)
    impact_at = fields.AwareDateTime(required=True, allow_none=True)
    impact_actor = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)


class UpkeepIn(Schema):
    """Work done on an asset; `line` is the line of its maintenance plan that it fulfils."""

    kind = Choice(UpkeepKind, required=True)
    on = Day(metadata=TODAY_OR)
    description = Text(2000, required=True)
    performed_by = optional(metadata={"description": "Who did it: a person or a firm."})
    line = Whole(1, MAX_KEY, allow_none=True)
    alters = Flag(
        allow_none=True,
        metadata={
            "description": "Whether it touched what is measured, so that no calibration from before holds. Left out: "
            "repair, modification and adjustment did, maintenance did not."
        },
    )


class UpkeepOut(Schema):
    """Work done on an asset."""

    kind = Choice(UpkeepKind, required=True)
    on = fields.Date(required=True)
    description = fields.String(required=True)
    performed_by = fields.String(required=True, allow_none=True)
    line = fields.Integer(attribute="line_id", required=True, allow_none=True)
    alters = fields.Boolean(required=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)


class MaintenanceIn(Schema):
    """A line of a maintenance plan: what, every how many months, and when it was done last."""

    what = Text(required=True)
    interval_months = Whole(1, LONGEST_INTERVAL, required=True)
    last_on = Day(allow_none=True)


class MaintenanceEndIn(Schema):
    """From which day on a line of a maintenance plan no longer holds."""

    on = Day(metadata=TODAY_OR)


class MaintenanceOut(Schema):
    """A line of a maintenance plan; `due_on` is null until it was done once."""

    id = fields.Integer(required=True)
    what = fields.String(required=True)
    interval_months = fields.Integer(required=True)
    last_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
