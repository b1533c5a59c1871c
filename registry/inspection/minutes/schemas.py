"""How outsiders say minutes."""

from marshmallow import fields

from registry.inspection.minutes.rules import MOST_REPRESENTATIVES
from registry.inspection.schemas import few
from registry.kernel.schema import Flag, Schema, Text


class RepresentativeIn(Schema):
    """Somebody who speaks for the inspected organisation."""

    name = Text(200, required=True)
    title = Text(200, blank=True, allow_none=True)


class MinutesIn(Schema):
    """What minutes say beside what was recorded; `amendment_reason` for a further version."""

    minutes_no = Text(100, blank=True, allow_none=True)
    representatives = fields.List(fields.Nested(RepresentativeIn), validate=few(MOST_REPRESENTATIVES))
    opinions = Text(4000, blank=True, allow_none=True)
    refused = Flag(metadata={"description": "The inspected organisation refuses to sign."})
    refusal_reason = Text(1000, blank=True, allow_none=True)
    amendment_reason = Text(1000, blank=True, allow_none=True)


class MinutesOut(Schema):
    """One version of the minutes; `content` is what is frozen, in Vietnamese."""

    number = fields.Integer(required=True)
    signed_at = fields.AwareDateTime(required=True)
    signed_by = fields.Function(
        lambda row: row.signed_by.name if row.signed_by else None, required=True, metadata={"type": ["string", "null"]}
    )
    refused = fields.Boolean(required=True)
    amendment_reason = fields.String(required=True, allow_none=True)
    content_hash = fields.String(required=True)
    is_intact = fields.Boolean(required=True)
    content = fields.Dict(required=True)


class ProofQuery(Schema):
    """The hash that stands on minutes."""

    sha256 = Text(64, required=True, pattern="[0-9A-Fa-f]{64}", metadata={"description": "As it is printed on them."})


class ProofOut(Schema):
    """Whether such minutes were signed here; which they are is told to who may read the inspection."""

    is_known = fields.Boolean(required=True)
    is_intact = fields.Boolean(required=True, metadata={"description": "What is stored is still what was signed."})
    is_newest = fields.Boolean(required=True, metadata={"description": "No later version amends them."})
    inspection = fields.Integer(attribute="document.inspection_id", dump_default=None, required=True, allow_none=True)
    number = fields.Integer(attribute="document.number", dump_default=None, required=True, allow_none=True)
    minutes_no = fields.Function(
        lambda row: row.document.content.get("minutes_no") if row.document else None,
        required=True,
        metadata={"type": ["string", "null"]},
    )


class MinutesListOut(Schema):
    """All versions of the minutes of an inspection, the newest first."""

    items = fields.List(fields.Nested(MinutesOut), required=True)
