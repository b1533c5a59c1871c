"""How outsiders say activities, the people they trained, and enterprises. Money is in whole đồng."""

from typing import Any, Final

from marshmallow import fields, post_load, validate

from registry.accounts.schemas import Commune
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Dong, Flag, ListQuery, Schema, Text, Whole
from registry.plan.activities.models import WORDS
from registry.plan.activities.people import MOST
from registry.plan.activities.rules import ActivityKind, Aspect, Ownership, ParticipantKind, Person, Stage

MOST_PEOPLE: Final = 1_000_000
MOST_MONEY: Final = 10**14
NULLABLE: Final = {"type": ["string", "null"]}


class ReachedPart(Schema):
    """A stage that was reached."""

    stage = Choice(Stage, required=True)
    on = Day(required=True)
    document_no = Text(100, load_default=None, allow_none=True)


class ActivityEdit(Schema):
    """What may be changed of an activity; null empties what may be empty."""

    title = Text(300)
    organiser = Code(metadata={"description": "Code of the organisation that held it."})
    held_from = Day()
    held_to = Day(metadata={"description": "The last day, which decides the period; the first day when left out."})
    subject = Code(metadata={"description": "Code of the enterprise or organisation it was about."})
    aspect = Choice(Aspect, allow_none=True)
    place = Text(300, blank=True)
    document_no = Text(100, allow_none=True)
    document_on = Day(allow_none=True)
    quantity = Whole(1, 10_000)
    persons = Whole(0, MOST_PEOPLE, allow_none=True, metadata={"description": "People trained, where no list is kept."})
    attendances = Whole(0, MOST_PEOPLE, allow_none=True, metadata={"description": "How often all of them came."})
    words = Text(WORDS, blank=True)
    sessions = Whole(1, 1000, allow_none=True, metadata={"description": "Of training: how many sessions it had."})
    delegates = Whole(0, MOST_PEOPLE, allow_none=True, metadata={"description": "Of a conference: how many came."})
    enterprises = Whole(0, MOST_PEOPLE, allow_none=True, metadata={"description": "Of a survey: how many were asked."})
    selected = Whole(0, MOST_PEOPLE, allow_none=True, metadata={"description": "Of a survey: how many were selected."})
    funds = Dong(0, MOST_MONEY, allow_none=True, metadata={"description": "Of a project: approved money, in đồng."})
    result = Text(1000, allow_none=True, metadata={"description": "Of a project: what came of it."})
    price = Dong(0, MOST_MONEY, allow_none=True, metadata={"description": "Of a purchase: its price, in đồng."})
    steps = fields.List(
        fields.Nested(ReachedPart),
        validate=validate.Length(max=4),
        metadata={"description": "Of adoption and project."},
    )


class ActivityIn(ActivityEdit):
    """Something that was done."""

    kind = Choice(ActivityKind, required=True)
    title = Text(300, required=True)
    organiser = Code(required=True)


class ActivityOut(Schema):
    """An activity; `persons` and `attendances` are those of the list of people where `listed`."""

    id = fields.Integer(required=True)
    kind = Choice(ActivityKind, required=True)
    title = fields.String(required=True)
    held_from = fields.Date(required=True)
    held_to = fields.Date(required=True)
    organiser = fields.String(attribute="organiser.code", required=True)
    subject = fields.Function(lambda row: row.subject.code if row.subject else None, required=True, metadata=NULLABLE)
    aspect = Choice(Aspect, required=True, allow_none=True)
    place = fields.String(required=True)
    document_no = fields.String(required=True, allow_none=True)
    document_on = fields.Date(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    persons = fields.Integer(required=True, allow_none=True)
    attendances = fields.Integer(required=True, allow_none=True)
    listed = fields.Boolean(required=True)
    words = fields.String(required=True)
    sessions = fields.Integer(attribute="details.sessions", required=True, allow_none=True, dump_default=None)
    delegates = fields.Integer(attribute="details.delegates", required=True, allow_none=True, dump_default=None)
    enterprises = fields.Integer(attribute="details.enterprises", required=True, allow_none=True, dump_default=None)
    selected = fields.Integer(attribute="details.selected", required=True, allow_none=True, dump_default=None)
    funds = fields.Integer(attribute="details.funds", required=True, allow_none=True, dump_default=None)
    result = fields.String(attribute="details.result", required=True, allow_none=True, dump_default=None)
    price = fields.Integer(attribute="details.price", required=True, allow_none=True, dump_default=None)
    steps = fields.List(fields.Nested(ReachedPart), required=True)
    void_reason = fields.String(required=True, allow_none=True)


class ActivityQuery(ListQuery):
    """Filters of the list of activities."""

    kind = Choice(ActivityKind)
    aspect = Choice(Aspect)
    organiser = Code()
    subject = Code()
    commune = Commune()
    since = Day(metadata={"description": "Last day on or after this one."})
    until = Day(metadata={"description": "Last day on or before this one."})
    void = fields.Boolean(load_default=False, metadata={"description": "Those made void instead of the others."})


class ActivityVoidIn(Schema):
    """Why it was not so."""

    reason = Text(500, required=True)


class TrainedPart(Schema):
    """Somebody who was trained; `identity` tells people apart, is not kept and never said again."""

    name = Text(200, required=True)
    organisation = Text(200, required=True)
    kind = Choice(ParticipantKind, required=True)
    identity = Text(40, load_default=None, allow_none=True, load_only=True)
    sessions = Whole(1, 1000, load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> Person:
        return Person(**data)


class PeopleIn(Schema):
    """The list of who was trained, in place of the one before; with `dry_run` nothing is kept."""

    people = fields.List(
        fields.Nested(TrainedPart),
        required=True,
        validate=validate.Length(max=MOST, error=lazy("A list has at most %(most)s people.", most=MOST)),
    )
    dry_run = Flag(load_default=False)


class PeopleOut(Schema):
    """How many people a list holds, how often all of them came, and whether it was kept."""

    persons = fields.Integer(required=True)
    attendances = fields.Integer(required=True)
    kept = fields.Boolean(required=True)


class ParticipantOut(Schema):
    """Somebody who was trained, and how many sessions they came to."""

    name = fields.String(required=True)
    organisation = fields.String(required=True)
    kind = Choice(ParticipantKind, required=True)
    sessions = fields.Integer(required=True)


class PeopleQuery(ListQuery):
    """Which page of a list of people."""

    class Meta(ListQuery.Meta):
        """People are not searched."""

        exclude = ("q",)


class EnterpriseEdit(Schema):
    """What may be changed of an enterprise here; its names are the organisation's."""

    sector = Text(100)
    ownership = Choice(Ownership)
    commune = Text(100)


class EnterpriseIn(EnterpriseEdit):
    """An enterprise; where its code is known already as an organisation, only the description is new."""

    code = Code(required=True)
    name_vi = Text(200, required=True)
    name_en = Text(200)
    parent = Code(required=True, metadata={"description": "Code of a body of the province it belongs to."})
    sector = Text(100, required=True)
    ownership = Choice(Ownership, required=True)
    commune = Text(100, required=True)


class EnterpriseOut(Schema):
    """An enterprise."""

    code = fields.String(attribute="organisation.code", required=True)
    name_vi = fields.String(attribute="organisation.name_vi", required=True)
    name_en = fields.String(attribute="organisation.name_en", required=True)
    sector = fields.String(required=True)
    ownership = Choice(Ownership, required=True)
    commune = fields.String(required=True)


class EnterpriseQuery(ListQuery):
    """Filters of the list of enterprises."""

    ownership = Choice(Ownership)
    commune = Commune()


class PastedIn(Schema):
    """The same list as lines that a spreadsheet pastes."""

    people = Text(400_000, required=True)
    dry_run = Flag(load_default=False)
