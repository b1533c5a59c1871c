"""How outsiders say which things could serve as standards in the years to come."""

from marshmallow import fields

from registry.assets.rules import Kind
from registry.calibration.fitness.models import REASON
from registry.calibration.fitness.rules import Fitness, Why
from registry.calibration.fitness.words import sentence
from registry.kernel.schema import Choice, Code, Exact, ListQuery, Schema, Share, Text, Whole


class FitnessQuery(ListQuery):
    """Which things, and which page of them."""

    kind = Choice(Kind)
    owner = Code()
    fitness = Choice(Fitness, metadata={"description": "Only this verdict; a page may then hold fewer."})


class FitnessReasonOut(Schema):
    """A reason, and the same in words with its numbers."""

    code = Choice(Why, attribute="why", required=True)
    text = fields.Function(sentence, required=True, metadata={"type": "string"})


class FitnessOut(Schema):
    """A thing and whether it could serve as a traceable standard."""

    asset = fields.String(attribute="asset.tag", required=True)
    name = fields.String(attribute="asset.name", required=True)
    kind = Choice(Kind, attribute="asset.kind", required=True)
    owner = fields.String(attribute="asset.owner.code", required=True)
    fitness = Choice(Fitness, attribute="judged.fitness", required=True)
    until = fields.Integer(
        attribute="judged.until", required=True, allow_none=True, metadata={"description": "A year, where it ends."}
    )
    reasons = fields.List(fields.Nested(FitnessReasonOut), attribute="judged.reasons", required=True)


class FitnessSettingIn(Schema):
    """What verdicts are to assume, and why."""

    ratio = Whole(1, 20, required=True, metadata={"description": "U is at most the smallest limit served over this."})
    horizon_years = Whole(1, 30, required=True)
    probability = Share(required=True)
    least_share = Share(required=True)
    old_years = Whole(1, 80, required=True)
    reason = Text(REASON, required=True)


class FitnessSettingOut(Schema):
    """A decision about what verdicts assume; the newest is in force."""

    ratio = fields.Integer(required=True)
    horizon_years = fields.Integer(required=True)
    probability = Exact(required=True)
    least_share = Exact(required=True)
    old_years = fields.Integer(required=True)
    reason = fields.String(required=True)
    set_at = fields.AwareDateTime(required=True)
    set_by = fields.String(attribute="set_by.name", required=True, allow_none=True, dump_default=None)


class SettingsQuery(ListQuery):
    """Which page of the decisions."""

    class Meta(ListQuery.Meta):
        """They are not searched."""

        exclude = ("q",)
