"""How outsiders say procedures."""

from marshmallow import fields

from registry.assets.schemas import UnitText, at_most, optional
from registry.calibration.procedures.rules import MOST_REPETITIONS, MOST_SETPOINTS, LimitsSource, ProcedureState
from registry.calibration.rules import CalibrationKind, DecisionRule, Stage
from registry.calibration.schemas import MOST_CONDITIONS, ConditionSchema
from registry.kernel.schema import Choice, Code, Exact, ListQuery, Schema, Text, Whole

MOST_TYPES = 50
MOST_STANDARDS = 50
TEXTS = {"type": "array", "items": {"type": "string"}}


class SetpointSchema(Schema):
    """Where is measured, at a nominal value or at a percentage of the asset's range, how often, and within what."""

    quantity = Text(120, required=True)
    unit = UnitText(
        load_default=None,
        allow_none=True,
        metadata={"description": "One that the registry knows. Left out: that of the asset."},
    )
    nominal = Exact(load_default=None, allow_none=True)
    percent_of_range = Exact(
        load_default=None,
        allow_none=True,
        metadata={"description": "0 is the lower end of the asset's range, 100 the upper; instead of `nominal`."},
    )
    stage = Choice(Stage, load_default=Stage.AS_FOUND)
    repetitions = Whole(1, MOST_REPETITIONS, load_default=1)
    lower_limit = Exact(load_default=None, allow_none=True, metadata={"description": "Of the error, when stated."})
    upper_limit = Exact(load_default=None, allow_none=True, metadata={"description": "Of the error, when stated."})


class ProcedureTerms(Schema):
    """Everything that a version says."""

    title_vi = Text(required=True)
    title_en = optional(metadata={"description": "Without it the Vietnamese title is used."})
    method = optional(metadata={"description": "The document it follows, such as ĐLVN 13:2019; records start with it."})
    quantity = optional(120, metadata={"description": "What it measures; assets described by it are offered it."})
    types = fields.List(
        Text(), validate=at_most(MOST_TYPES), metadata={"description": "Codes or names of the types it is for."}
    )
    decision_rule = Choice(DecisionRule, allow_none=True)
    guard_factor = Exact(
        allow_none=True,
        metadata={
            "description": "r of the guard band w = r·U, at most 10. Refused unless `decision_rule` is `guard_band` or "
            "`non_binary`: without a rule there is no guard band."
        },
    )
    target_risk = Exact(
        allow_none=True,
        metadata={
            "description": "Probability of false accept instead of r, below 0.5. Refused unless `decision_rule` is "
            "`guard_band` or `non_binary`."
        },
    )
    limits = Choice(
        LimitsSource,
        load_default=LimitsSource.ASSET_MPE,
        metadata={"description": "Limits follow from the asset's permissible error, or each setpoint states them."},
    )
    setpoints = fields.List(fields.Nested(SetpointSchema), validate=at_most(MOST_SETPOINTS))
    environment = fields.List(
        fields.Nested(ConditionSchema),
        validate=at_most(MOST_CONDITIONS),
        metadata={"description": "Conditions to be written down, and between what they have to stay."},
    )
    standards = fields.List(
        Text(60), validate=at_most(MOST_STANDARDS), metadata={"description": "Tags of recommended standards."}
    )
    standards_needed = optional(500, metadata={"description": "What standards it takes, in words."})
    note = Text(2000, blank=True)


class ProcedureIn(ProcedureTerms):
    """A new procedure; without an owner it is for everybody."""

    code = Code(
        required=True, metadata={"description": "Not one that its owner has already, capital letters or small ones."}
    )
    kind = Choice(CalibrationKind, required=True)
    owner = Code(allow_none=True, metadata={"description": "Code of the organisation whose own it is."})


class ProcedureRevision(ProcedureTerms):
    """Everything a procedure says, anew, as its next version; what is left out is empty."""


class RetirementIn(Schema):
    """Why a procedure is offered no longer."""

    reason = Text(500, required=True)


class ProcedureLine(Schema):
    """A procedure in a list, by its newest version."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    kind = Choice(CalibrationKind, required=True)
    owner = fields.String(attribute="owner.code", required=True, allow_none=True, dump_default=None)
    version = fields.Integer(attribute="number", required=True)
    version_id = fields.Integer(
        attribute="current.id", required=True, metadata={"description": "Names the newest version in a calibration."}
    )
    title_vi = fields.String(attribute="current.title_vi", required=True)
    title_en = fields.String(attribute="current.title_en", required=True)
    retired_at = fields.AwareDateTime(required=True, allow_none=True)
    retired_because = fields.String(required=True, allow_none=True)


class VersionTermsOut(Schema):
    """What a version says."""

    version = fields.Integer(attribute="number", required=True)
    version_id = fields.Integer(attribute="id", required=True)
    title_vi = fields.String(required=True)
    title_en = fields.String(required=True)
    method = fields.String(required=True, allow_none=True)
    quantity = fields.String(required=True, allow_none=True)
    types = fields.Function(
        lambda row: [one.code for one in row.types],
        required=True,
        metadata=TEXTS | {"description": "Codes of the types it is for."},
    )
    decision_rule = Choice(DecisionRule, required=True, allow_none=True)
    guard_factor = Exact(required=True, allow_none=True)
    target_risk = Exact(required=True, allow_none=True)
    limits = Choice(LimitsSource, required=True)
    setpoints = fields.List(fields.Nested(SetpointSchema), required=True)
    environment = fields.List(fields.Nested(ConditionSchema), required=True)
    standards = fields.Function(
        lambda row: [one.tag for one in row.standards],
        required=True,
        metadata=TEXTS | {"description": "Tags of recommended standards."},
    )
    standards_needed = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    made_by = fields.String(attribute="made_by.name", required=True, allow_none=True, dump_default=None)


class VersionMade(Schema):
    """When a version was made, and by whom."""

    version = fields.Integer(attribute="number", required=True)
    version_id = fields.Integer(attribute="id", required=True)
    made_at = fields.AwareDateTime(required=True)
    made_by = fields.String(attribute="made_by.name", required=True, allow_none=True, dump_default=None)


class ProcedureOut(ProcedureLine):
    """A procedure: what its newest version says, and the versions there are, oldest first."""

    terms = fields.Nested(VersionTermsOut, attribute="current", required=True)
    versions = fields.List(fields.Nested(VersionMade), required=True)


class ProcedureQuery(ListQuery):
    """Filters of the list of procedures."""

    kind = Choice(CalibrationKind)
    owner = Code(metadata={"description": "Code of the organisation whose own procedures are wanted."})
    state = Choice(ProcedureState, load_default=ProcedureState.IN_USE)
