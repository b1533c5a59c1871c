"""How outsiders say installed software."""

from marshmallow import fields

from registry.assets.schemas import optional
from registry.assets.software.rules import SoftwareKind
from registry.kernel.schema import Choice, Day, ListQuery, Schema, Text


class SoftwareIn(Schema):
    """A version that is installed, since today unless said otherwise."""

    kind = Choice(SoftwareKind, required=True)
    version = Text(100, required=True)
    since_on = Day(allow_none=True)
    note = optional(500)


class SoftwareOut(Schema):
    """A version and since when it is or was installed."""

    kind = Choice(SoftwareKind, required=True)
    version = fields.String(required=True)
    since_on = fields.Date(required=True)
    note = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)


class SoftwareQuery(ListQuery):
    """Which page of the versions."""

    class Meta(ListQuery.Meta):
        """Versions are not searched."""

        exclude = ("q",)
