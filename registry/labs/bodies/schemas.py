"""How outsiders say accreditation bodies."""

from marshmallow import fields, validate

from registry.kernel.i18n import lazy
from registry.kernel.schema import Code, Day, Schema, Text

MOST_SCHEMES = 20


class BodyIn(Schema):
    """An accreditation body, complete; what is left out is not known."""

    code = Code(required=True)
    name = Text(200, required=True)
    country = Text(2, pattern="[A-Z]{2}", required=True, metadata={"description": "Country by ISO 3166-1 alpha-2."})
    schemes = fields.List(
        Text(20, pattern="[A-Za-z0-9][A-Za-z0-9 ./-]*"),
        load_default=list,
        validate=validate.Length(max=MOST_SCHEMES, error=lazy("Give at most %(most)s lines.", most=MOST_SCHEMES)),
        metadata={"description": "What its numbers begin with, such as VILAS; another number is remarked upon."},
    )
    mra_since = Day(
        load_default=None, allow_none=True, metadata={"description": "First day of its part in the ILAC arrangement."}
    )
    mra_until = Day(load_default=None, allow_none=True, metadata={"description": "Last day of it, if it ended."})
    source = Text(300, required=True, metadata={"description": "Who says so: an address or a document."})


class BodyOut(BodyIn):
    """An accreditation body."""
