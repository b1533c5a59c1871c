"""How outsiders say the steps of a record: handed in, given back, approved, voided."""

from marshmallow import fields, validate

from registry.accounts.schemas import own_password
from registry.calibration.rules import Meaning
from registry.kernel.addresses import MAX_KEY
from registry.kernel.schema import Choice, Schema, Text, Whole


class SubmitIn(Schema):
    """A draft is handed in as it is; nothing more is said."""


class ReturnIn(Schema):
    """Why a submitted record goes back to who wrote it."""

    reason = Text(500, required=True)


class ApproveIn(Schema):
    """The approval of a submitted result: the number it is issued under, and the signature of whoever approves."""

    certificate_no = Text(100, required=True)
    password = own_password()
    seen = fields.String(
        validate=validate.Length(max=64),
        metadata={"description": "Digest of the content as it was shown; what changed since then is not signed."},
    )
    meaning = Choice(
        Meaning, load_default=Meaning.APPROVAL, metadata={"description": "What the signature says of the results."}
    )
    contradiction_reason = Text(
        500,
        metadata={
            "description": "Why it is issued although its points contradict it, or something is rarely so; only then."
        },
    )


class SeenIn(ApproveIn):
    """The approval of what was shown on a page, which always says what that was."""

    seen = fields.String(required=True, validate=validate.Length(max=64))


class ConfirmCopyIn(Schema):
    """The second look at a copied certificate, signed with a password and a meaning."""

    password = own_password()
    seen = fields.String(
        validate=validate.Length(max=64),
        metadata={"description": "Digest of the content as it was shown; what changed since then is not signed."},
    )
    meaning = Choice(
        Meaning, load_default=Meaning.APPROVAL, metadata={"description": "What the signature says of the results."}
    )


class VoidIn(Schema):
    """Why a record is taken out of account; for one that was issued, with the password of whoever does."""

    reason = Text(500, required=True)
    password = own_password(required=False)
    restores = Whole(
        1,
        MAX_KEY,
        allow_none=True,
        metadata={
            "description": "Key of the record that this one amended, where that shall be in force again; left out, it "
            "stays superseded and nothing is in force."
        },
    )
