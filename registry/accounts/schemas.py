"""How outsiders say organisations and people."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from registry.accounts.models import Organisation
from registry.accounts.rules import MAX_PASSWORD, OrganisationKind, Role, SuccessionKind
from registry.config import LOCALES
from registry.kernel.i18n import _
from registry.kernel.schema import Choice, Code, Day, Email, ListQuery, Schema, Text


class Commune(Text):
    """A filter: the name of a commune or ward."""

    def __init__(self) -> None:
        about = "Name of a commune or ward: what lies there, by the organisation it is of. `-`: in none that is known."
        super().__init__(200, metadata={"description": about})


class OrganisationEdit(Schema):
    """What may be changed of an organisation."""

    name_vi = Text(metadata={"description": "Vietnamese name."})
    name_en = Text(metadata={"description": "English name."})
    kind = Choice(OrganisationKind)
    parent = Code(metadata={"description": "Code of the organisation above."})
    valid_from = Day(metadata={"description": "First day of its existence."})
    valid_to = Day(metadata={"description": "Last day of its existence, inclusive."})


class OrganisationIn(OrganisationEdit):
    """A new organisation."""

    code = Code(required=True)
    name_vi = Text(required=True)
    name_en = Text(required=True)
    kind = Choice(OrganisationKind, required=True)


class SuccessionIn(Schema):
    """A succession: from `on`, `successor` answers for the organisation."""

    successor = Code(required=True)
    on = Day(required=True)
    kind = Choice(SuccessionKind, required=True)
    source = Text(300, metadata={"description": "The decision, with number and date."})


def successor_code(organisation: Organisation) -> str | None:
    """The code of whoever answers for an organisation that was succeeded, the latest one."""
    latest = max(organisation.successions, key=lambda succession: succession.on, default=None)
    return latest.successor.code if latest else None


class OrganisationOut(Schema):
    """An organisation."""

    code = fields.String(required=True)
    name_vi = fields.String(required=True)
    name_en = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    parent = fields.Function(lambda row: row.parent.code if row.parent else None, metadata={"type": ["string", "null"]})
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    succeeded_by = fields.Function(successor_code, metadata={"type": ["string", "null"]})


class OrganisationQuery(ListQuery):
    """Filters of the list of organisations."""

    kind = Choice(OrganisationKind)


class PersonIn(Schema):
    """A new person with a first role."""

    email = Email(required=True)
    name = Text(required=True)
    role = Choice(Role, required=True)
    organisation = Code(required=True)
    locale = fields.String(validate=validate.OneOf(LOCALES), load_default="vi")


class TokenIn(Schema):
    """A new API token."""

    name = Text(100, required=True)


def own_password(*, required: bool = True) -> fields.String:
    """The password of whoever asks, typed once more: a session or a token alone signs nothing."""
    return fields.String(
        required=required,
        load_only=True,
        validate=validate.Length(max=MAX_PASSWORD),
        metadata={"description": "The password of whoever asks, typed again.", "format": "password"},
    )


class SignInIn(Schema):
    """What the sign-in form says."""

    email = Text(required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=MAX_PASSWORD))
    next = Text(4000, blank=True)


class TwiceIn(Schema):
    """A form in which a new password is typed twice."""

    chosen = "password"
    password_again = fields.String(required=True)

    @post_load
    def _same_twice(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        if data.pop("password_again") != data[self.chosen]:
            raise ValidationError({"password_again": [_("The two passwords differ; type the same one twice.")]})
        return data


class ClaimIn(TwiceIn):
    """What the first sign-in says: the one-time secret and the password of one's own."""

    email = Text(required=True)
    secret = Text(required=True)
    password = fields.String(required=True)


class PasswordIn(TwiceIn):
    """A new password in the place of the present one."""

    chosen = "new_password"
    password = fields.String(required=True)
    new_password = fields.String(required=True)
