"""How outsiders ask what a number is made of, and how its parts are said."""

from marshmallow import fields

from registry.kernel.schema import Choice, Code, ListQuery, Schema, Text, paged
from registry.plan.breakdown.rules import By
from registry.plan.rules import Mode
from registry.plan.schemas import EvidenceOut, RollupQuery


class BreakdownQuery(RollupQuery):
    """By what, in which period (that of the day when left out), on which day and as known when."""

    by = Choice(By, load_default=By.PLACE)
    period = Code()


class PartsQuery(ListQuery, BreakdownQuery):
    """The same, and which page of the parts."""

    class Meta(ListQuery.Meta):
        """Parts have no text to search in and are always counted."""

        exclude = ("q", "count")


class RecordsQuery(PartsQuery):
    """The same, and of which part."""

    part = Text(300, required=True, metadata={"description": "The `key` of a part."})


class PageQuery(BreakdownQuery):
    """What the page shows: every indicator, or the parts of one page by page."""

    indicator = Code()
    cursor = Text(1200)


class PartPageQuery(BreakdownQuery):
    """Which part, and which page of its records."""

    part = Text(300, required=True)
    cursor = Text(1200)


class ShareOut(Schema):
    """A part of a number; `shared` of its value also counts in other parts."""

    key = fields.String(
        required=True,
        metadata={
            "description": "For its records. `-`: nobody's, or in no place that is known. `*`: of organisations whose "
            "records are not for you."
        },
    )
    name = fields.String(required=True)
    code = fields.String(required=True, allow_none=True, metadata={"description": "Of its organisation."})
    within = fields.String(required=True, allow_none=True, metadata={"description": "The province of a place."})
    formerly = fields.List(
        fields.String(), required=True, metadata={"description": "Bodies that it took over, whose records are in it."}
    )
    until = fields.Date(
        required=True, allow_none=True, metadata={"description": "The last day of a body that nobody took over."}
    )
    value = fields.Integer(required=True)
    shared = fields.Integer(required=True)


class WholeOut(Schema):
    """A number: its parts add up to `value` and `overlap`, which is what counts in several parts and in all once."""

    indicator = fields.String(attribute="row.code", required=True)
    title = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    mode = Choice(Mode, attribute="row.mode", required=True)
    value = fields.Integer(required=True)
    overlap = fields.Integer(required=True)


class BrokenOut(WholeOut):
    """A number with its first parts, and how many there are."""

    parts = fields.List(fields.Nested(ShareOut), attribute="first", required=True)
    parts_total = fields.Integer(required=True)


class BreakdownOut(Schema):
    """Every number of a period by parts."""

    plan = fields.String(attribute="plan.code", required=True)
    version = fields.Integer(attribute="version.number", required=True)
    by = Choice(By, required=True)
    period = fields.String(attribute="span.code", required=True)
    on = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    indicators = fields.List(fields.Nested(BrokenOut), attribute="lines", required=True)


class SharesOut(paged(ShareOut), WholeOut):  # type: ignore[misc]  # a schema that is made
    """A number with a page of its parts."""

    by = Choice(By, required=True)
    period = fields.String(required=True)
    on = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    total = fields.Integer(required=True)


class PartRecordsOut(paged(EvidenceOut)):  # type: ignore[misc]  # as above
    """The records of a part that you may see."""

    part = fields.Nested(ShareOut, required=True)
