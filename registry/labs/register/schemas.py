"""What the public register tells of laboratories; no person, no note and no key of ours is among it."""

from collections.abc import Sequence

from marshmallow import fields

from registry.kernel import clock
from registry.kernel.schema import Choice, ListQuery, Schema, Text
from registry.labs.journey import LabStatus, is_confirmed_on, status_on
from registry.labs.models import Accreditation, Lab, Recognition, ScopeLine
from registry.labs.rules import Holding, LabKind, RecognitionKind, recognised_on
from registry.labs.schemas import SiteSchema
from registry.labs.scope.schemas import ScopeLineSchema
from registry.labs.standing import Standing, accredited_on, standing_on

STANDINGS = {"type": "string", "enum": list(Standing)}
LINES = ScopeLineSchema(many=True, exclude=("price",))
SCOPE = {
    "type": "array",
    "items": {"type": "object"},
    "description": "The lines of its scope while an accreditation is in force.",
}
CONFIRMED = {"type": "boolean", "description": "False: stated by the laboratory, not confirmed."}
STATUSES = {"type": "string", "enum": list(LabStatus)}


class RegisterAccreditation(Schema):
    """An accreditation and how it stands today; both days are inclusive."""

    body = fields.String(required=True)
    number = fields.String(required=True)
    standard = fields.String(required=True)
    granted_on = fields.Date(required=True)
    valid_until = fields.Date(required=True)
    standing = fields.Method("standing_today", required=True, metadata=STANDINGS)
    confirmed = fields.Method("confirmed_today", required=True, metadata=CONFIRMED)

    def standing_today(self, held: Accreditation) -> Standing:
        """Derived from its decisions and today."""
        return standing_on(held, clock.today()).standing

    def confirmed_today(self, held: Accreditation) -> bool:
        """Whether that rests on nothing that only the laboratory states."""
        return standing_on(held, clock.today()).confirmed


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

    code = fields.String(required=True)
    name = fields.String(required=True)
    organisation_vi = fields.String(attribute="organisation.name_vi", required=True)
    organisation_en = fields.String(attribute="organisation.name_en", required=True)
    address = fields.String(required=True)
    kinds = fields.List(Choice(LabKind), required=True)
    standing = fields.Method("standing_today", required=True, metadata=STATUSES)
    confirmed = fields.Method("confirmed_today", required=True, metadata=CONFIRMED)
    accreditations = fields.List(fields.Nested(RegisterAccreditation), required=True)
    recognitions = fields.List(fields.Nested(RegisterRecognition), required=True)
    scope = fields.Function(lambda lab: LINES.dump(scope_of(lab)), required=True, metadata=SCOPE)

    def standing_today(self, lab: Lab) -> LabStatus:
        """Where it is on its way to ISO/IEC 17025 today."""
        return status_on(lab.accreditations, lab.steps, clock.today())

    def confirmed_today(self, lab: Lab) -> bool:
        """Whether its standing rests on nothing that only the laboratory states."""
        return is_confirmed_on(lab.accreditations, clock.today())


class RegisterOut(RegisterLine):
    """A laboratory in the register."""

    sites = fields.List(fields.Nested(SiteSchema), required=True)


class RegisterQuery(ListQuery):
    """Filters of the register, all as of today."""

    kind = Choice(LabKind)
    body = Text(100, metadata={"description": "With an accreditation of this body that lives today."})
    holding = Choice(Holding, metadata={"description": "By the best of its accreditations today."})


def scope_of(lab: Lab) -> Sequence[ScopeLine]:
    """What a laboratory is accredited for today: nothing while no accreditation is in force."""
    today = clock.today()
    if not accredited_on(lab.accreditations, today):
        return ()
    return [line for line in lab.current_scope if line.valid_from is None or line.valid_from <= today]
