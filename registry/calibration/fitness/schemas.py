"""How outsiders say which things could serve as standards in the years to come."""

from marshmallow import fields

from registry.assets.rules import Kind
from registry.calibration.fitness.rules import Fitness, Why
from registry.calibration.fitness.words import sentence
from registry.kernel.schema import Choice, Code, ListQuery, Schema


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
