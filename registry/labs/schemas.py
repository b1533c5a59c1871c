"""How outsiders say laboratories."""

from marshmallow import fields

from registry.kernel import clock
from registry.kernel.schema import Choice, Code, Day, ListQuery, Schema, Text
from registry.labs.rules import AccreditationStatus, Iso17025Status, LabOrder
from registry.labs.scope.schemas import MOST_LINES, ScopeLineSchema, at_most
from registry.labs.standing import Granted, status_on

MOST_ACCREDITATIONS = 50
STATUS = {"type": "string", "enum": list(AccreditationStatus)}


class GrantSchema(Schema):
    """What an accreditation says from its grant on; both days are inclusive."""

    body = Text(100, required=True, metadata={"description": "The accreditation body, such as BoA or AOSC."})
    number = Text(60, required=True, metadata={"description": "Its number, such as VILAS 216."})
    standard = Text(100, load_default="ISO/IEC 17025:2017")
    granted_on = Day(required=True)
    valid_until = Day(required=True, metadata={"description": "The last day, inclusive."})


class AccreditationSchema(GrantSchema):
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

    def status_today(self, held: Granted) -> AccreditationStatus:
        """Derived from its decisions and today."""
        return status_on(held, clock.today())


class LabEdit(Schema):
    """What may be changed of a laboratory; a list that is given replaces the one before."""

    name = Text()
    organisation = Code(metadata={"description": "Code of the organisation it belongs to."})
    iso17025_status = Choice(Iso17025Status)
    address = Text(300, blank=True)
    accreditations = fields.List(fields.Nested(AccreditationSchema), validate=at_most(MOST_ACCREDITATIONS))
    scope = fields.List(fields.Nested(ScopeLineSchema), validate=at_most(MOST_LINES))


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
    iso17025_status = Choice(Iso17025Status, required=True)
    address = fields.String(required=True)
    accreditations = fields.List(fields.Nested(AccreditationOut), required=True)
    scope = fields.List(
        fields.Nested(ScopeLineSchema),
        attribute="current_scope",
        required=True,
        metadata={"description": "Its lines, without those that ended before today."},
    )


class LabQuery(ListQuery):
    """Filters of the list of laboratories."""

    sort = Choice(LabOrder, load_default=LabOrder.CODE)
    organisation = Code(metadata={"description": "Code of the organisation they belong to."})
    iso17025_status = Choice(Iso17025Status)
    accredited_on = Day(metadata={"description": "With an accreditation in force on this day."})
