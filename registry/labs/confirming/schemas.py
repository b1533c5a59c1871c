"""How outsiders say that statements of laboratories are confirmed."""

from marshmallow import fields, validate

from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Flag, Schema, Text
from registry.labs.confirming.rules import NAME, StatementKind
from registry.labs.scope.schemas import at_most

MOST_STATEMENTS = 1200


class ConfirmIn(Schema):
    """Which statements are confirmed, and by what."""

    statements = fields.List(
        Text(40, pattern=NAME),
        required=True,
        validate=[validate.Length(min=1, error=lazy("Choose at least one statement.")), at_most(MOST_STATEMENTS)],
        metadata={"description": "Names from the list of statements, such as `decision-4`."},
    )
    basis = Text(500, required=True, metadata={"description": "What was looked at, such as the decision itself."})
    confirmed = Flag(load_default=True, metadata={"description": "False takes a confirmation back."})


class StatementOut(Schema):
    """Something a laboratory has, and whether that is confirmed or only stated by itself."""

    name = fields.String(required=True)
    kind = Choice(StatementKind, required=True)
    number = fields.String(required=True)
    said_by = fields.String(
        required=True, metadata={"description": "The body or issuer, or the accreditation that a decision is about."}
    )
    what = fields.String(
        required=True, metadata={"description": "The standard, the kind of decision, or the kind of recognition."}
    )
    confirmed = fields.Boolean(required=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    waits = fields.Boolean(required=True, metadata={"description": "It counts only once it is confirmed."})
    before = fields.String(
        required=True, allow_none=True, metadata={"description": "What the line of a scope said that it corrects."}
    )


class StatementsOut(Schema):
    """What a laboratory states of itself."""

    statements = fields.List(fields.Nested(StatementOut), required=True)
