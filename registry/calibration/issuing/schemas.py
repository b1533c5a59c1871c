"""How outsiders say that a laboratory issues its certificates here."""

from marshmallow import fields

from registry.accounts.schemas import own_password
from registry.kernel.schema import Day, Schema, Text

SINCE = "Certificates of work from this day on get their number by a second person's approval; null: not here."


class IssuingIn(Schema):
    """From which day on, and why; with the password of whoever decides."""

    since_on = Day(required=True, allow_none=True, metadata={"description": SINCE})
    reason = Text(500, required=True)
    password = own_password()


class IssuingOut(Schema):
    """From which day on a laboratory issues its certificates here, and who decided that."""

    since_on = fields.Date(required=True, allow_none=True, dump_default=None, metadata={"description": SINCE})
    set_by = fields.String(attribute="set_by.name", required=True, allow_none=True, dump_default=None)
    set_at = fields.AwareDateTime(required=True, allow_none=True, dump_default=None)
