"""How outsiders say drafts, their rows and periods, and the decision they are published under."""

from marshmallow import fields, validate

from registry.kernel.schema import Choice, Code, Day, Dong, Flag, Schema, Text, Whole
from registry.plan.document import GeoScope, RowKind
from registry.plan.duties.rules import Repeat
from registry.plan.form import MOST_COUNT, MOST_MONEY
from registry.plan.rules import Mode

MOST_CELLS = 50
MOST_DUTIES = 300
CODES = {"description": "Codes, with commas between them."}


class PublishIn(Schema):
    """The decision that makes a draft a version."""

    number = Text(60, required=True)
    on = Day(required=True, metadata={"description": "The day it was signed."})
    in_force_from = Day(metadata={"description": "From its own day when left out."})


class CellIn(Schema):
    """What a row says for a period: numbers, and the cells as they are printed."""

    period = Code(required=True)
    target = Whole(0, MOST_COUNT)
    target_raw = Text(200)
    budget = Dong(0, MOST_MONEY)
    budget_raw = Text(200)


class DraftRowIn(Schema):
    """A goal, row or heading as its form says it; money in the plan's own unit."""

    code = Code(required=True)
    parent = Code()
    title_vi = Text(600, required=True)
    title_en = Text(600, required=True)
    clause = Text(100, required=True)
    unit_vi = Text(600)
    unit_en = Text(600)
    mode = Choice(Mode)
    count_unit = Code()
    geo_scope = Choice(GeoScope)
    exclusive = Flag(load_default=False)
    standing = Flag(load_default=False)
    title_total = Whole(1, MOST_COUNT)
    lead = Code()
    cooperating = Text(600)
    cooperating_bodies = Text(2000, metadata=CODES)
    funding = Text(600)
    funding_sources = Text(600, metadata=CODES)
    total = Dong(0, MOST_MONEY)
    awaits_vi = Text(600)
    awaits_en = Text(600)
    awaits_on = Day()
    notes_vi = Text(4000)
    notes_en = Text(4000)
    ended_on = Day()
    continues_in = Code()
    cells = fields.List(fields.Nested(CellIn), load_default=list, validate=validate.Length(max=MOST_CELLS))


class NewRowIn(Schema):
    """A row more; the rest is said on its own page."""

    kind = Choice(RowKind, required=True)
    code = Code(required=True)
    parent = Code()
    title_vi = Text(600, required=True)
    title_en = Text(600, required=True)
    lead = Code()


class DraftPeriodIn(Schema):
    """A period, and the printed total of its money in the plan's own unit."""

    code = Code(required=True)
    label = Text(60, required=True)
    title_vi = Text(600, required=True)
    title_en = Text(600, required=True)
    start = Day(required=True)
    end = Day(required=True)
    total = Dong(0, MOST_MONEY, load_default=0)


class DraftHeadIn(Schema):
    """The plan's title, its printed grand total and its periods."""

    title_vi = Text(600, required=True)
    title_en = Text(600, required=True)
    total = Dong(0, MOST_MONEY, required=True)
    periods = fields.List(fields.Nested(DraftPeriodIn), required=True, validate=validate.Length(min=1, max=MOST_CELLS))


class DraftSourceIn(Schema):
    """A source of money."""

    code = Code(required=True)
    name_vi = Text(600, required=True)
    name_en = Text(600, required=True)


class DraftSourcesIn(Schema):
    """Every source of money that rows may name."""

    sources = fields.List(fields.Nested(DraftSourceIn), required=True, validate=validate.Length(min=1, max=MOST_CELLS))


class DraftDutyIn(Schema):
    """A duty; its bodies and indicators by their codes."""

    code = Code(required=True)
    title_vi = Text(600, required=True)
    title_en = Text(600, required=True)
    clause = Text(100, required=True)
    repeats = Choice(Repeat, required=True)
    due = Text(10)
    lead_bodies = Text(2000, metadata=CODES)
    lead = Text(600)
    cooperating_bodies = Text(2000, metadata=CODES)
    cooperating = Text(600)
    indicators = Text(2000, metadata=CODES)


class DraftDutiesIn(Schema):
    """Every duty of the plan, in its order."""

    duties = fields.List(fields.Nested(DraftDutyIn), required=True, validate=validate.Length(max=MOST_DUTIES))


class DisagreementOut(Schema):
    """Where a draft contradicts itself."""

    place = fields.String(required=True)
    message = fields.String(required=True)


class DraftOut(Schema):
    """A plan's draft: the file's data as it stands."""

    version = fields.Integer(required=True)
    based_on = fields.Integer(required=True, metadata={"description": "The number of the version it began from."})
    changed_at = fields.AwareDateTime(required=True)
    faults = fields.List(fields.Nested(DisagreementOut), required=True)
    document = fields.Dict(required=True)
