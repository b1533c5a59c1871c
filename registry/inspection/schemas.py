"""How outsiders say plans of inspections and inspections."""

from marshmallow import fields, validate

from registry.inspection.rules import FIRST_YEAR, LAST_YEAR, MOST_MEMBERS, State, TeamRole
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Flag, ListQuery, Schema, Text, Whole, WholeText

MAX_KEY = 2**31 - 1


def few(most: int, *, least: int = 0) -> validate.Length:
    """A list that is not endless."""
    return validate.Length(
        min=least, max=most, error=lazy("Give between %(least)s and %(most)s lines.", least=least, most=most)
    )


class InspectionPlanEdit(Schema):
    """What can be changed of a plan of inspections."""

    year = Whole(FIRST_YEAR, LAST_YEAR)
    title = Text(300)
    decision_no = Text(100, blank=True, allow_none=True)
    decision_on = Day(allow_none=True)
    note = Text(2000, blank=True, allow_none=True)


class InspectionPlanIn(InspectionPlanEdit):
    """A plan of inspections of a year."""

    authority = Code(required=True, metadata={"description": "Code of the body that inspects."})
    year = Whole(FIRST_YEAR, LAST_YEAR, required=True)
    title = Text(300, required=True)


class InspectionPlanOut(Schema):
    """A plan of inspections."""

    id = fields.Integer(required=True)
    authority = fields.String(attribute="authority.code", required=True)
    year = fields.Integer(required=True)
    title = fields.String(required=True)
    decision_no = fields.String(required=True, allow_none=True)
    decision_on = fields.Date(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class TeamMemberIn(Schema):
    """Somebody in a team; leader and technical staff need a certificate, whose lack is shown."""

    person = Text(200, required=True, metadata={"description": "E-mail address of an inspector of the territory."})
    role = Choice(TeamRole, required=True)
    certificate_no = Text(100, blank=True, allow_none=True)


class InspectionEdit(Schema):
    """What can be changed of an inspection until its minutes are signed."""

    planned_from = Day()
    planned_to = Day()
    subject_name = Text()
    subject_address = Text(300, blank=True, allow_none=True)
    place = Text(300, blank=True, allow_none=True)
    decision_no = Text(100, blank=True, allow_none=True)
    decision_on = Day(allow_none=True)
    subject_types = Text(1000, blank=True, allow_none=True)
    note = Text(2000, blank=True, allow_none=True)
    team = fields.List(fields.Nested(TeamMemberIn), validate=few(MOST_MEMBERS))


class InspectionIn(InspectionEdit):
    """An inspection to plan; either a registered organisation or the name of one that is not."""

    authority = Code(required=True, metadata={"description": "Code of the body that inspects."})
    plan = Whole(1, MAX_KEY, allow_none=True)
    organisation = Code(allow_none=True, metadata={"description": "Code of the inspected organisation."})
    area = Code(allow_none=True, metadata={"description": "Commune or province; else that of the organisation."})
    planned_from = Day(required=True)
    planned_to = Day(allow_none=True)
    subject_name = Text(blank=True, allow_none=True)
    again = Flag(
        load_default=False,
        metadata={"description": "True: a second visit of the same organisation at the same place and day is meant."},
    )


class InspectionStepIn(Schema):
    """The next step of an inspection."""

    to = Choice(State, required=True)
    reason = Text(1000, blank=True, allow_none=True)


class InspectionStepOut(Schema):
    """When an inspection came to a state."""

    state = Choice(State, required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.Function(
        lambda row: row.person.name if row.person else None, required=True, metadata={"type": ["string", "null"]}
    )
    reason = fields.String(required=True, allow_none=True)


class TeamMemberOut(Schema):
    """Somebody in a team."""

    name = fields.String(attribute="person.name", required=True)
    role = Choice(TeamRole, required=True)
    certificate_no = fields.String(required=True, allow_none=True)


class TeamLackOut(Schema):
    """A person whose role needs a certificate that is not written down."""

    name = fields.String(required=True)
    role = Choice(TeamRole, required=True)


class InspectionOut(Schema):
    """An inspection."""

    id = fields.Integer(required=True)
    plan = fields.Integer(attribute="plan_id", required=True, allow_none=True)
    authority = fields.String(attribute="authority.code", required=True)
    organisation = fields.String(attribute="organisation.code", dump_default=None, required=True, allow_none=True)
    area = fields.String(attribute="area.code", dump_default=None, required=True, allow_none=True)
    subject_name = fields.String(required=True)
    subject_address = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    planned_from = fields.Date(required=True)
    planned_to = fields.Date(required=True)
    decision_no = fields.String(required=True, allow_none=True)
    decision_on = fields.Date(required=True, allow_none=True)
    subject_types = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    state = Choice(State, required=True)
    team = fields.List(fields.Nested(TeamMemberOut), required=True)
    lacks = fields.List(fields.Nested(TeamLackOut), required=True)
    steps = fields.List(fields.Nested(InspectionStepOut), required=True)


class InspectionQuery(ListQuery):
    """Filters of the list of inspections."""

    state = Choice(State)
    organisation = Code(metadata={"description": "Code of the inspected organisation."})
    plan = WholeText(1, MAX_KEY)
    year = WholeText(FIRST_YEAR, LAST_YEAR)


class InspectionPlanQuery(ListQuery):
    """Filters of the list of plans."""

    class Meta(ListQuery.Meta):
        """A body has few plans; nothing is searched."""

        exclude = ("q",)

    year = WholeText(FIRST_YEAR, LAST_YEAR)
