"""What the public register tells of laboratories; no person, no note and no key of ours is among it."""

from typing import Any

from marshmallow import fields

from registry.kernel import clock
from registry.kernel.schema import Choice, ListQuery, Schema, Text
from registry.labs.journey import LabStatus, is_confirmed_on, status_on
from registry.labs.models import Recognition
from registry.labs.rules import Holding, LabKind, RecognitionKind, recognised_on
from registry.labs.schemas import SiteSchema
from registry.labs.scope.schemas import ScopeLineSchema
from registry.labs.standing import Standing, standing_on

STANDINGS = {"type": "string", "enum": list(Standing)}
COUNT = {"description": "How many lines its scope has; none while no accreditation is in force."}
CONFIRMED = {"type": "boolean", "description": "False: stated by the laboratory, not confirmed."}
STATUSES = {"type": "string", "enum": list(LabStatus)}


class RegisterAccreditation(Schema):
    """An accreditation and how it stands today; both days are inclusive."""

    body = fields.String(attribute="held.body", required=True)
    number = fields.String(attribute="held.number", required=True)
    standard = fields.String(attribute="held.standard", required=True)
    granted_on = fields.Date(attribute="held.granted_on", required=True)
    valid_until = fields.Date(attribute="held.valid_until", required=True)
    standing = fields.Method("standing_today", required=True, metadata=STANDINGS)
    confirmed = fields.Method("confirmed_today", required=True, metadata=CONFIRMED)
    remark = fields.String(required=True, allow_none=True, metadata={"description": "What is to be known of its body."})

    def standing_today(self, one: Any) -> Standing:  # noqa: ANN401 — an accreditation with its remark
        """Derived from its decisions and today."""
        return standing_on(one.held, clock.today()).standing

    def confirmed_today(self, one: Any) -> bool:  # noqa: ANN401 — as above
        """Whether that rests on nothing that only the laboratory states."""
        return standing_on(one.held, clock.today()).confirmed


class RegisterRecognition(Schema):
    """A certificate, registration or designation, and whether it holds today."""

    kind = Choice(RecognitionKind, required=True)
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    granted_on = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    holds = fields.Method("holds_today", required=True, metadata={"type": "boolean"})
    covers = fields.String(required=True, allow_none=True)
    confirmed = fields.Boolean(required=True, metadata=CONFIRMED)

    def holds_today(self, held: Recognition) -> bool:
        """Derived from its days and today."""
        return recognised_on(held.granted_on, held.valid_until, held.ended_on, clock.today())


class RegisterLine(Schema):
    """A laboratory as the register lists it."""

    code = fields.String(attribute="lab.code", required=True)
    name = fields.String(attribute="lab.name", required=True)
    organisation_vi = fields.String(attribute="lab.organisation.name_vi", required=True)
    organisation_en = fields.String(attribute="lab.organisation.name_en", required=True)
    address = fields.String(attribute="lab.address", required=True)
    kinds = fields.List(Choice(LabKind), attribute="lab.kinds", required=True)
    standing = fields.Method("standing_today", required=True, metadata=STATUSES)
    confirmed = fields.Method("confirmed_today", required=True, metadata=CONFIRMED)
    accreditations = fields.List(fields.Nested(RegisterAccreditation), required=True)
    recognitions = fields.List(fields.Nested(RegisterRecognition), attribute="lab.recognitions", required=True)
    scope_lines = fields.Integer(required=True, metadata=COUNT)

    def standing_today(self, one: Any) -> LabStatus:  # noqa: ANN401 — a laboratory with its count
        """Where it is on its way to ISO/IEC 17025 today."""
        return status_on(one.lab.accreditations, one.lab.steps, clock.today())

    def confirmed_today(self, one: Any) -> bool:  # noqa: ANN401 — as above
        """Whether its standing, or without an accreditation what it holds instead, is not only what it states."""
        lab, today = one.lab, clock.today()
        if lab.accreditations:
            return is_confirmed_on(lab.accreditations, today)
        return all(
            held.confirmed
            for held in lab.recognitions
            if recognised_on(held.granted_on, held.valid_until, held.ended_on, today)
        )


class RegisterOut(RegisterLine):
    """A laboratory in the register; its scope is a list of its own."""

    sites = fields.List(fields.Nested(SiteSchema), attribute="lab.sites", required=True)


class RegisterScopeLine(ScopeLineSchema):
    """A line of a scope; what the work costs is not for everybody."""

    class Meta(ScopeLineSchema.Meta):
        """Without the price."""

        exclude = ("price",)

    confirmed = fields.Boolean(required=True, metadata=CONFIRMED)


class RegisterScopeQuery(ListQuery):
    """Which page of a scope."""

    class Meta(ListQuery.Meta):
        """A scope is not searched."""

        exclude = ("q", "count")


class RegisterQuery(ListQuery):
    """Filters of the register, all as of today."""

    kind = Choice(LabKind)
    body = Text(100, metadata={"description": "With an accreditation of this body that lives today."})
    holding = Choice(Holding, metadata={"description": "By the best of its accreditations today."})
