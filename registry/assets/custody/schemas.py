"""How outsiders say custody: who takes an asset until when, where it goes, and its history."""

from marshmallow import fields

from registry.assets.custody.rules import Condition, Direction, EventKind, HoldingKind
from registry.assets.schemas import HistoryQuery, optional
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Flag, Schema, Text

WHY = {"description": "Why it is handed out all the same; needed when it must not be used today."}
BACK = {"description": "The last day on which its return is not late."}


class NoteIn(Schema):
    """An answer that may be explained."""

    note = optional(1000)


class MoveIn(NoteIn):
    """Another place, another custodian, or both; what is left out stays, null empties."""

    location = optional()
    custodian = optional()


class CheckOutIn(NoteIn):
    """To whom an asset is handed, and until when."""

    holder = Text(required=True, metadata={"description": "Who takes it."})
    expected_back_on = Day(required=True, metadata=BACK)
    override_reason = optional(1000, metadata=WHY)


class BackIn(NoteIn):
    """An asset comes back, into its place or another; damaged, its `note` says what and it is quarantined."""

    location = optional()
    condition = Choice(Condition)


class ReceiveIn(BackIn):
    """An asset comes back from a laboratory, and into service where its new calibration or a check allows it."""

    into_service = Flag(metadata={"description": "False: it stays out of service although it might go back."})


class ShipIn(NoteIn):
    """To which laboratory an asset goes, and when it is expected back."""

    lab = Text(required=True, metadata={"description": "Code or name of the laboratory."})
    expected_back_on = Day(required=True, metadata=BACK)


class OfferIn(NoteIn):
    """To which organisation an asset is offered for good."""

    to = Code(required=True, metadata={"description": "Code of the organisation that is to own it."})
    override_reason = optional(1000, metadata=WHY)


class AcceptIn(NoteIn):
    """Where the new owner puts an asset, and who looks after it."""

    location = optional()
    custodian = optional()


class CustodyEventOut(Schema):
    """One thing that happened to an asset's custody: places, custodians and owners before and after it."""

    kind = Choice(EventKind, required=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    from_location = fields.String(required=True, allow_none=True)
    to_location = fields.String(required=True, allow_none=True)
    from_custodian = fields.String(required=True, allow_none=True)
    to_custodian = fields.String(required=True, allow_none=True)
    from_organisation = fields.String(attribute="from_organisation.code", required=True)
    to_organisation = fields.String(attribute="to_organisation.code", required=True)
    holder = fields.String(required=True, allow_none=True)
    expected_back_on = fields.Date(required=True, allow_none=True)
    override_reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class HoldingOut(Schema):
    """An asset that is out or offered: who has it, since when, and until when; late after `expected_back_on`."""

    asset = fields.String(attribute="asset.tag", required=True)
    name = fields.String(attribute="asset.name", required=True)
    owner = fields.String(attribute="asset.owner.code", required=True)
    kind = Choice(HoldingKind, required=True)
    since_at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    holder = fields.String(required=True, allow_none=True)
    to_organisation = fields.Function(
        lambda held: held.to_organisation.code if held.to_organisation else None,
        required=True,
        metadata={"type": ["string", "null"]},
    )
    expected_back_on = fields.Date(required=True, allow_none=True)
    override_reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class OutQuery(HistoryQuery):
    """Which of the assets that are out: checked out or at a laboratory, late back or not."""

    kind = Choice(HoldingKind)
    late = fields.Boolean(
        truthy={"true"}, falsy={"false"}, error_messages={"invalid": lazy("This value is not accepted.")}
    )


class OfferQuery(HistoryQuery):
    """Which offers: those to one's organisations, or those of their assets."""

    direction = Choice(Direction)
