"""How outsiders say the people of a laboratory."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from registry.kernel import clock
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Day, Email, Schema, Text
from registry.labs.staff.rules import Duty, Listed, remarks

MOST_STAFF = 200


def optional(most: int, description: str) -> Text:
    """Text that may be missing."""
    return Text(most, load_default=None, allow_none=True, metadata={"description": description})


class StaffBase(Schema):
    """Somebody of a laboratory; both days are inclusive."""

    duty = Choice(Duty, required=True)
    name = Text(200, required=True)
    title = optional(100, "What they are there.")
    phone = optional(40, "Telephone number.")
    email = Email(254, load_default=None, allow_none=True)
    number = optional(60, "Number of a verifier's card or of the decision that names them.")
    issuer = optional(200, "Who issued it.")
    covers = optional(500, "For what they sign or verify.")
    valid_from = Day(load_default=None, allow_none=True)
    valid_until = Day(load_default=None, allow_none=True, metadata={"description": "The last day, inclusive."})


class StaffSchema(StaffBase):
    """Somebody of a laboratory as said; both days are inclusive."""

    person = Email(
        254,
        load_default=None,
        allow_none=True,
        metadata={"description": "E-mail address of somebody who signs in here."},
    )


class StaffOut(StaffBase):
    """Somebody of a laboratory as told."""

    person = fields.String(attribute="person.email", required=True, allow_none=True, dump_default=None)


class StaffList(Schema):
    """The people of a laboratory; the list that is given replaces the one before."""

    staff = fields.List(
        fields.Nested(StaffSchema),
        required=True,
        validate=validate.Length(max=MOST_STAFF, error=lazy("Give at most %(most)s lines.", most=MOST_STAFF)),
    )


class StaffListOut(Schema):
    """The people of a laboratory."""

    staff = fields.List(fields.Nested(StaffOut), required=True)
    remarks = fields.Method(
        "remarked",
        required=True,
        metadata={
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "text"],
                "properties": {"place": {"type": "integer"}, "text": {"type": "string"}},
            },
            "description": "What should be looked at, by the place in the list.",
        },
    )

    def remarked(self, told: Mapping[str, Sequence[Listed]]) -> list[dict[str, Any]]:
        """Derived from the list and today."""
        return [one._asdict() for one in remarks(told["staff"], clock.today())]
