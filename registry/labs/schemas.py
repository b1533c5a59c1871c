"""How outsiders say laboratories."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from marshmallow import fields, post_load, validate

from registry.accounts.schemas import Commune
from registry.kernel import clock
from registry.kernel.schema import Choice, Code, Day, Flag, ListQuery, Schema, Several, Text
from registry.labs.journey import Declared, LabStatus, Step, declared_on
from registry.labs.journey import status_on as journey
from registry.labs.rules import AccreditationStatus, Holding, Iso17025Status, LabKind, LabOrder, RecognitionKind
from registry.labs.scope.schemas import MOST_LINES, ScopeLineSchema, at_most
from registry.labs.standing import Granted, status_on

MOST_ACCREDITATIONS = 50
MOST_SITES = 50
CONFIRMED: Final = {"description": "False: stated by the laboratory, not confirmed. It is confirmed elsewhere."}
STATUS = {"type": "string", "enum": list(AccreditationStatus)}


class Travelled(Protocol):
    """What is read of a laboratory to say where it is on its way."""

    @property
    def accreditations(self) -> Sequence[Granted]: ...
    @property
    def steps(self) -> Sequence[Declared]: ...
    @property
    def iso17025_status(self) -> Iso17025Status: ...


class GrantSchema(Schema):
    """What an accreditation says from its grant on; both days are inclusive."""

    body = Text(100, required=True, metadata={"description": "The accreditation body, such as BoA or AOSC."})
    number = Text(60, required=True, metadata={"description": "Its number, such as VILAS 216."})
    standard = Text(100, load_default="ISO/IEC 17025:2017")
    granted_on = Day(required=True)
    valid_until = Day(required=True, metadata={"description": "The last day, inclusive."})


class SaidBack(Schema):
    """Something a laboratory states, which may be said as it was read: whether it is confirmed is not for it to say."""

    confirmed = Flag(metadata=CONFIRMED)

    @post_load
    def forget(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        """What confirms it has a door of its own."""
        data.pop("confirmed", None)
        return data


class AccreditationSchema(GrantSchema, SaidBack):
    """An accreditation; both days are inclusive."""

    status = Choice(
        AccreditationStatus,
        load_default=AccreditationStatus.ACTIVE,
        metadata={
            "description": "Suspended or withdrawn, said here without a day, counts from `granted_on`. "
            "Once decisions say from which day, they alone say it."
        },
    )


class AccreditationOut(GrantSchema):
    """An accreditation as it is told; `status` is that of today where decisions say it."""

    status = fields.Method(
        "status_today", required=True, metadata={"type": "string", "enum": list(AccreditationStatus)}
    )
    confirmed = fields.Boolean(required=True, metadata=CONFIRMED)

    def status_today(self, held: Granted) -> AccreditationStatus:
        """Derived from its decisions and today."""
        return status_on(held, clock.today())


class SiteSchema(Schema):
    """A place where a laboratory works."""

    name = Text(200, required=True)
    address = Text(300, blank=True, load_default="")


class RecognitionSchema(SaidBack):
    """What a laboratory holds beside its accreditations; `valid_until` is the last day, inclusive."""

    kind = Choice(RecognitionKind, required=True)
    number = Text(60, required=True)
    issuer = Text(200, required=True, metadata={"description": "Who certified, registered or designated it."})
    granted_on = Day(required=True)
    valid_until = Day(load_default=None, allow_none=True, metadata={"description": "Null where it has no end."})
    ended_on = Day(load_default=None, allow_none=True, metadata={"description": "From which day it was taken away."})
    covers = Text(500, load_default=None, allow_none=True, metadata={"description": "For what it holds."})


class LabEdit(Schema):
    """What may be changed of a laboratory; a list that is given replaces the one before."""

    name = Text()
    organisation = Code(metadata={"description": "Code of the organisation it belongs to."})
    iso17025_status = Choice(Iso17025Status)
    address = Text(300, blank=True)
    kinds = Several(LabKind, about="What it does.")
    sites = fields.List(fields.Nested(SiteSchema), validate=at_most(MOST_SITES))
    recognitions = fields.List(fields.Nested(RecognitionSchema), validate=at_most(MOST_ACCREDITATIONS))
    accreditations = fields.List(fields.Nested(AccreditationSchema), validate=at_most(MOST_ACCREDITATIONS))
    scope = fields.List(
        fields.Nested(ScopeLineSchema),
        validate=at_most(MOST_LINES),
        metadata={
            "description": "Of a laboratory that is there, what is new counts from today unless it says from when, and "
            "what is left out ends yesterday; what was registered wrongly is corrected line by line."
        },
    )


class LabIn(LabEdit):
    """A new laboratory. Without `iso17025_status` its accreditations say it."""

    code = Code(required=True)
    name = Text(required=True)
    organisation = Code(required=True)


class LabOut(Schema):
    """A laboratory."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    iso17025_status = fields.Method(
        "declared_today",
        required=True,
        metadata={
            "type": "string",
            "enum": list(Iso17025Status),
            "description": "As it declares it; `accredited` only while an accreditation is in force.",
        },
    )
    address = fields.String(required=True)
    standing = fields.Method("standing_today", required=True, metadata={"type": "string", "enum": list(LabStatus)})
    kinds = fields.List(Choice(LabKind), required=True)
    sites = fields.List(fields.Nested(SiteSchema), required=True)
    recognitions = fields.List(fields.Nested(RecognitionSchema), required=True)
    accreditations = fields.List(fields.Nested(AccreditationOut), required=True)
    scope = fields.List(
        fields.Nested(ScopeLineSchema),
        attribute="current_scope",
        required=True,
        metadata={"description": "Its lines, without those that ended before today."},
    )

    def declared_today(self, lab: Travelled) -> Iso17025Status:
        """Derived from what it declared, its accreditations and today."""
        return declared_on(lab.accreditations, lab.steps, lab.iso17025_status, clock.today())

    def standing_today(self, lab: Travelled) -> LabStatus:
        """Where it is on its way to ISO/IEC 17025, derived from decisions, what it declared, and today."""
        return journey(lab.accreditations, lab.steps, clock.today())


class StepIn(Schema):
    """A step on the way to ISO/IEC 17025 that a laboratory declares."""

    step = Choice(Step, required=True)
    on = Day(required=True, metadata={"description": "From which day; none after today."})
    evidence = Text(500, blank=True, metadata={"description": "What shows it, such as the number of a letter."})


class StepOut(Schema):
    """A step as declared."""

    step = Choice(Step, required=True)
    on = fields.Date(required=True)
    evidence = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)


class LabQuery(ListQuery):
    """Filters of the list of laboratories."""

    sort = Choice(LabOrder, load_default=LabOrder.CODE)
    organisation = Code(metadata={"description": "Code of the organisation they belong to."})
    commune = Commune()
    iso17025_status = Choice(Iso17025Status)
    accredited_on = Day(metadata={"description": "With an accreditation in force on this day."})
    kind = Choice(LabKind)
    body = Text(100, metadata={"description": "With an accreditation of this body that lives on the day."})
    holding = Choice(Holding, metadata={"description": "By the best of its accreditations on the day."})
    on = Day(metadata={"description": "The day that `body` and `holding` ask about; today unless said."})
    lapses_before = Day(
        metadata={"description": "With an accreditation or a recognition whose last day comes before this one."}
    )
    unconfirmed = fields.String(
        validate=validate.OneOf(["yes"]), metadata={"description": "`yes`: that state something nobody confirmed."}
    )
