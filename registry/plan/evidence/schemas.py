"""How outsiders decide about many records at once."""

from typing import Any

from marshmallow import fields, post_load, validate

from registry.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT
from registry.kernel.schema import Choice, Code, Flag, Schema, Text, Whole, WholeText
from registry.plan.evidence.bulk import MOST, Chosen, Decision, Outcome
from registry.plan.schemas import EvidenceOut, RecordPart, in_words


class EffectOut(Schema):
    """An official number that rests on evidence that fell."""

    indicator = fields.String(attribute="row.code", required=True)
    period = fields.String(attribute="span.code", required=True)
    with_it = fields.Integer(required=True, metadata={"description": "As if nothing had fallen."})
    without = fields.Integer(required=True, metadata={"description": "As if what fell were not counted."})
    value = fields.Integer(
        required=True,
        metadata={"description": "As it is reported: what was given up after use still adds, what is void does not."},
    )


class RepeatedOut(Schema):
    """A body that an indicator counts in several periods, by the codes of these."""

    code = fields.String(required=True)
    name = fields.Function(lambda one: in_words(one, "name"), required=True, metadata={"type": "string"})
    periods = fields.List(fields.String(), required=True)


class SharedOut(Schema):
    """Another row that counts some of the same records, and how many."""

    indicator = fields.String(attribute="row.code", required=True)
    records = fields.Integer(required=True)


class RepeatsOut(Schema):
    """What may be counted twice at an indicator: bodies in several periods, records that other rows count too."""

    bodies = fields.List(fields.Nested(RepeatedOut), required=True)
    also_counted_in = fields.List(fields.Nested(SharedOut), attribute="rows", required=True)


class FallenQuery(Schema):
    """How many records."""

    limit = WholeText(1, MAX_LIMIT, load_default=DEFAULT_LIMIT, metadata={"description": "How many at most."})


class FallenOut(Schema):
    """What counts and fell since, the newest day first, and the numbers that rest on these records."""

    items = fields.List(fields.Nested(EvidenceOut), attribute="lines", required=True)
    total = fields.Integer(required=True)
    effects = fields.List(fields.Nested(EffectOut), required=True)


class ChosenEvidence(Schema):
    """A record, and the version of its evidence that was looked at, if it had any."""

    record = fields.Nested(RecordPart, required=True)
    version = Whole(1, 10**9)

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> Chosen:
        return Chosen(**data)


class EvidenceBulkIn(Schema):
    """One decision about many records at an indicator: those named, or all that are proposed there."""

    indicator = Code(required=True)
    state = Choice(Decision, required=True)
    reason = Text(600)
    rows = fields.List(fields.Nested(ChosenEvidence), validate=validate.Length(max=MOST))
    all_matching = Flag(metadata={"description": f"All that is proposed at the indicator now, {MOST} at most."})
    expected = Whole(0, 10**9, metadata={"description": "How many were looked at; refused when there are others now."})


class EvidenceAnswerOut(Schema):
    """What became of one record."""

    record = fields.Nested(RecordPart, required=True)
    outcome = Choice(Outcome, required=True)
    id = fields.Integer(required=True, allow_none=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "Why it was not decided, by field."},
    )


class EvidenceAnswersOut(Schema):
    """What became of all of them, and how many more are proposed than one call decides."""

    items = fields.List(fields.Nested(EvidenceAnswerOut), attribute="answers", required=True)
    decided = fields.Function(lambda found: found.number(Outcome.DECIDED), required=True, metadata={"type": "integer"})
    left = fields.Integer(required=True)
