"""How outsiders say decisions about accreditations."""

from marshmallow import fields

from registry.kernel.schema import Choice, Day, ListQuery, Schema, Text
from registry.labs.standing import DecisionKind, Standing


class DecisionIn(Schema):
    """A decision of the accreditation body."""

    accreditation = Text(60, required=True, metadata={"description": "Number of the accreditation, such as VILAS 216."})
    granted_on = Day(metadata={"description": "Its first day, where several have the number; else the latest of them."})
    kind = Choice(DecisionKind, required=True)
    effective_on = Day(required=True, metadata={"description": "From which day it counts; it may be long past."})
    decided_on = Day(required=True)
    number = Text(60, required=True, metadata={"description": "Number of the decision."})
    until_on = Day(metadata={"description": "Last day of a suspension that ends by itself, inclusive."})
    valid_until = Day(metadata={"description": "New last day of the accreditation, of an extension alone."})
    reason = Text(500, blank=True)


class AnnulIn(Schema):
    """Why a decision does not count."""

    reason = Text(500, required=True)


class DecisionOut(Schema):
    """A decision as recorded; one that was annulled does not count."""

    id = fields.Integer(required=True)
    accreditation = fields.String(attribute="accreditation.number", required=True)
    granted_on = fields.Date(attribute="accreditation.granted_on", required=True)
    kind = Choice(DecisionKind, required=True)
    effective_on = fields.Date(required=True)
    decided_on = fields.Date(required=True)
    number = fields.String(required=True)
    until_on = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)
    recorded_by = fields.String(attribute="recorded_by.name", required=True, allow_none=True, dump_default=None)
    annulled_reason = fields.String(required=True, allow_none=True)
    confirmed = fields.Boolean(
        required=True, metadata={"description": "False: stated by the laboratory, not confirmed."}
    )
    awaits_confirmation = fields.Boolean(
        required=True,
        metadata={
            "description": "True: it betters the standing, only the laboratory states it, and it counts once a body "
            "that supervises the laboratory has confirmed it."
        },
    )


class DecisionQuery(ListQuery):
    """How much of the list to give."""

    class Meta:
        """A list of decisions is not searched."""

        exclude = ("q",)


class StandingQuery(Schema):
    """The day that is asked about."""

    on = Day(metadata={"description": "Today unless said."})


class AccreditationStandingOut(Schema):
    """How an accreditation stood on a day, and the decision that says so."""

    body = fields.String(required=True)
    number = fields.String(required=True)
    standard = fields.String(required=True)
    body_known = fields.Boolean(
        required=True, metadata={"description": "Whether the body is among the accreditation bodies that are known."}
    )
    in_arrangement = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "Whether the body was in the ILAC arrangement on the day; null: that is not known."},
    )
    standing = Choice(Standing, required=True)
    confirmed = fields.Boolean(
        required=True, metadata={"description": "False: it rests on what the laboratory states, not confirmed."}
    )
    decision = fields.Nested(DecisionOut, required=True, allow_none=True)


class LabStandingOut(Schema):
    """How the accreditations of a laboratory stood on a day."""

    on = fields.Date(required=True)
    accredited = fields.Boolean(required=True, metadata={"description": "To ISO/IEC 17025."})
    accreditations = fields.List(fields.Nested(AccreditationStandingOut), required=True)
