"""How plans beside each other are asked for and told."""

from marshmallow import fields, validate

from registry.kernel.schema import Choice, Code, Schema
from registry.plan.schemas import IndicatorOut, RollupQuery, in_words
from registry.plan.side_by_side.rules import MOST_PLANS, Unsummed


class SideBySideQuery(RollupQuery):
    """Which plans, by code and in which order; on which day, and as known when."""

    plan = fields.List(
        Code(),
        required=True,
        validate=validate.Length(1, MOST_PLANS),
        metadata={"description": "Repeat it for every plan; the national scheme and plans of your province are known."},
    )


class SidePageQuery(RollupQuery):
    """The same on the page, where no plan may be chosen yet."""

    plan = fields.List(Code(), load_default=list, validate=validate.Length(max=MOST_PLANS))


class BesideOut(Schema):
    """One of the plans."""

    code = fields.String(attribute="plan.code", required=True)
    number = fields.String(attribute="plan.number", required=True)
    title = fields.Function(lambda one: in_words(one.plan, "title"), required=True, metadata={"type": "string"})
    version = fields.Integer(attribute="rollup.version.number", required=True)
    is_open = fields.Boolean(
        required=True, metadata={"description": "Whether you may read the plan itself, not only its numbers here."}
    )


class SideCellOut(Schema):
    """An indicator of one of the plans, judged in its own periods and by its own mode."""

    plan = fields.String(attribute="beside.plan.code", required=True)
    so_far = fields.Integer(required=True, metadata={"description": "All that it counted up to the day."})
    indicator = fields.Nested(IndicatorOut, attribute="line", required=True)


class BothOut(Schema):
    """What is counted in several plans: that much of their sum is more than once."""

    surplus = fields.Integer(required=True)
    things = fields.Integer(required=True)
    names = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Some of them by name; people and what is not for you have none."},
    )


class SideRowOut(Schema):
    """Indicators that answer each other, and what they count together, each thing once."""

    cells = fields.List(fields.Nested(SideCellOut), required=True)
    total = fields.Integer(required=True, allow_none=True)
    both = fields.Nested(BothOut, required=True, allow_none=True)
    unsummed = Choice(
        Unsummed,
        required=True,
        allow_none=True,
        metadata={"description": "Why there is no total, where there is none."},
    )


class SideBySideOut(Schema):
    """Plans beside each other."""

    on = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    plans = fields.List(fields.Nested(BesideOut), required=True)
    rows = fields.List(fields.Nested(SideRowOut), required=True)
    alone = fields.List(
        fields.Nested(SideCellOut), required=True, metadata={"description": "Indicators without a counterpart here."}
    )
