"""The form of a plan file: field by field, unknown names refused. What the fields mean together is in `checks`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, post_load, validate

from registry.accounts.rules import OrganisationKind, SuccessionKind
from registry.kernel.i18n import _, lazy
from registry.kernel.schema import Choice, Code, Day, Schema, Text, Whole
from registry.plan import document as said
from registry.plan.activities.rules import ActivityKind, Aspect, Stage
from registry.plan.duties.rules import Repeat
from registry.plan.models import RecordType
from registry.plan.rules import Mode

FORMAT = 1
MOST_ITEMS = 2000
MOST_MONEY = 10**15
MOST_COUNT = 10**9
MONTH_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9])|(?:0[13-9]|1[0-2])-30|(?:0[13578]|1[02])-31)"
TOTAL = "total"


class Part(Schema):
    """A schema that gives one of the document's values."""

    makes: ClassVar[type]

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> object:
        return self.makes(**data)


class Many(fields.List[Any]):
    """A list of at most `MOST_ITEMS` things."""

    def __init__(self, inner: fields.Field[Any] | type[Part], **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        item = fields.Nested(inner) if isinstance(inner, type) else inner
        kwargs.setdefault("required", True)
        messages: dict[str, Any] = {"invalid": lazy("This must be a list.")}
        super().__init__(item, validate=validate.Length(max=MOST_ITEMS), error_messages=messages, **kwargs)


class ByCode(fields.Field[Any]):
    """An object whose names are codes, such as periods; each value is loaded by the same field."""

    def __init__(self, inner: fields.Field[Any]) -> None:
        super().__init__(required=True, error_messages={"invalid": lazy("This must be an object with named fields.")})
        self.inner = inner

    def _deserialize(
        self,
        value: Any,  # noqa: ANN401 — marshmallow's signature
        attr: str | None,
        data: Mapping[str, Any] | None,
        **_kwargs: object,
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        loaded, wrong = {}, {}
        for code, one in value.items():
            try:
                loaded[code] = self.inner.deserialize(one, attr, data)
            except ValidationError as error:
                wrong[code] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return loaded


class Flag(fields.Boolean):
    """True or false, not a word for it."""

    def __init__(self) -> None:
        messages: dict[str, Any] = {"invalid": lazy("This must be true or false.")}
        super().__init__(required=True, truthy={True}, falsy={False}, error_messages=messages)


def one(part: type[Part], **kwargs: Any) -> fields.Nested:  # noqa: ANN401 — passed on
    """A required part."""
    kwargs.setdefault("required", True)
    return fields.Nested(part, **kwargs)


def text(most: int = 300, **kwargs: Any) -> Text:  # noqa: ANN401 — passed on
    """A required text."""
    return Text(most, required=True, **kwargs)


class WordsPart(Part):
    makes = said.Words
    vi = text(600)
    en = text(600)


class CellPart(Part):
    makes = said.Cell
    value = Whole(0, MOST_MONEY, required=True, allow_none=True)
    raw = text(200, blank=True, allow_none=True)


class PaperPart(Part):
    makes = said.Paper
    number = text(60)
    on = Day(required=True)


class DecisionPart(PaperPart):
    makes = said.Decision
    in_force_from = Day(allow_none=True)


class HeadPart(Part):
    makes = said.Head
    code = Code(required=True)
    number = text(60)
    title = one(WordsPart)
    issuer = Code(required=True)
    lead = Code(required=True)
    issued_on = Day(required=True)
    implements = one(PaperPart, allow_none=True)
    decision = one(DecisionPart, allow_none=True)


class MonthDay(Text):
    """A day of every year, `MM-DD`; leap years have all of them."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(5, pattern=MONTH_DAY, required=True, **kwargs)

    def _form(self) -> str:
        return lazy("“{input}” is no day of the year; write the month and the day, such as 12-10.")


class ReportPart(Part):
    makes = said.ReportRule
    due = MonthDay()
    start = MonthDay(data_key="from")
    carry_over = Flag()
    clause = text(60)
    successor_reports = Code(required=True, allow_none=True)


class TotalsPart(Part):
    makes = said.Totals
    unit = one(WordsPart)
    unit_dong = Whole(1, 10**9, required=True)
    total_dong = Whole(0, MOST_MONEY, required=True)
    total = one(CellPart)
    period_totals = ByCode(Whole(0, MOST_MONEY))
    notes = Many(WordsPart)


class NamedPart(Part):
    makes = said.Named
    code = Code(required=True)
    name = one(WordsPart)


class CutPart(Part):
    makes = said.Cut
    start = Day(required=True)
    end = Day(required=True)


class PeriodPart(Part):
    makes = said.Period
    code = Code(required=True)
    label = text(60)
    title = one(WordsPart)
    start = Day(required=True)
    end = Day(required=True)
    alternative = one(CutPart, allow_none=True)


class SuccessionPart(Part):
    makes = said.Succession
    code = Code(required=True)
    on = Day(required=True)
    kind = Choice(SuccessionKind, required=True)
    source = text(allow_none=True)


class BodyPart(Part):
    makes = said.Body
    code = Code(required=True)
    name = one(WordsPart)
    kind = Choice(OrganisationKind, required=True)
    parent = Code(required=True, allow_none=True)
    valid_from = Day(required=True, allow_none=True)
    valid_to = Day(required=True, allow_none=True)
    succeeded_by = Many(SuccessionPart)
    notes = Many(WordsPart)


class ReadingPart(Part):
    makes = said.Reading
    mode = Choice(Mode, required=True)
    reason = one(WordsPart)
    ambiguities = Many(Code())


class AwaitedPart(Part):
    makes = said.Awaited
    document = one(WordsPart)
    on = Day(required=True, allow_none=True)


class MeasurePart(Part):
    makes = said.Measure
    fact = Choice(said.Fact, required=True)
    asset_kinds = Many(Code(), required=False)
    owners = Choice(said.Owners)
    activity_kinds = Many(Choice(ActivityKind), required=False)
    aspects = Many(Choice(Aspect), required=False)
    stage = Choice(Stage)


class SourcesPart(Part):
    makes = said.Sources
    sources = Many(Code(), allow_none=True)
    raw = text(600, blank=True)


class PartnersPart(Part):
    makes = said.Partners
    bodies = Many(Code())
    raw = text(600, blank=True)


class TitleTotalPart(Part):
    makes = said.TitleTotal
    value = Whole(1, MOST_COUNT, required=True)
    op = fields.String(required=True, validate=validate.OneOf([">="]))


class EndedPart(Part):
    makes = said.Ended
    on = Day(required=True)
    continues_in = Code(required=True, allow_none=True)
    reason = one(WordsPart, required=False, allow_none=True, load_default=None)


class CounterpartPart(Part):
    makes: ClassVar[type] = said.Counterpart
    plan = Code(required=True)
    indicator = Code(required=True)


class FollowedPart(CounterpartPart):
    makes = said.Followed
    carry = Choice(said.Carry, required=True)


class Continued(fields.Field[Any]):
    """The code of an earlier indicator of the same plan, or an indicator of an earlier plan as an object."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        kind = fields.Nested(FollowedPart) if isinstance(value, dict) else Code()
        return kind.deserialize(value, attr, data, **kwargs)


class CountedPart(Part):
    """What goals and leaf rows share."""

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> object:
        if isinstance(data.get("continues"), said.Followed):
            data |= {"follows": data["continues"], "continues": None}
        return self.makes(**data)

    code = Code(required=True)
    title = one(WordsPart)
    clause = text(100)
    unit = one(WordsPart, allow_none=True)
    op = fields.String(required=True, validate=validate.OneOf([">="]))
    targets = ByCode(one(CellPart))
    reading = one(ReadingPart)
    count_unit = Code(required=True)
    geo_scope = Choice(said.GeoScope, required=True)
    standing = Flag()
    not_applicable_until = one(AwaitedPart, allow_none=True)
    measures = Many(MeasurePart)
    notes = Many(WordsPart)
    was = Code(allow_none=True)
    ended = one(EndedPart, required=False, allow_none=True)
    answers = Many(CounterpartPart, required=False)
    by_hand = Many(Choice(RecordType), required=False)


class GoalPart(CountedPart):
    makes = said.Goal
    annex_rows = Many(Code())
    related = Many(Code())
    continues = Continued(required=True, allow_none=True)


class LeafPart(CountedPart):
    makes = said.Leaf
    follows = one(FollowedPart, required=False, allow_none=True, data_key="continues")
    kind = Choice(said.RowKind, required=True)
    parent = Code(required=True)
    label = text(20, allow_none=True)
    title_total = one(TitleTotalPart, allow_none=True)
    budget = ByCode(one(CellPart))
    lead = Code(required=True)
    cooperating = one(PartnersPart)
    funding = one(SourcesPart)
    exclusive = Flag()


class GroupPart(Part):
    makes = said.Group
    code = Code(required=True)
    kind = Choice(said.RowKind, required=True)
    parent = Code(required=True, allow_none=True)
    label = text(20, allow_none=True)
    title = one(WordsPart)
    clause = text(100)
    total = one(CellPart)
    notes = Many(WordsPart)


class Row(fields.Field[Any]):
    """A line of the annex: a leaf, or a heading."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        kind = value.get("kind") if isinstance(value, dict) else "leaf"
        if kind not in {"section", "group", "leaf"}:
            raise ValidationError({"kind": [_("A row's kind is one of: section, group, leaf.")]})
        part = LeafPart if kind == "leaf" else GroupPart
        return fields.Nested(part).deserialize(value, attr, data, **kwargs)


class AmbiguityPart(Part):
    makes = said.Ambiguity
    code = Code(required=True)
    applies_to = Many(Code())
    question = one(WordsPart)
    treatment = one(WordsPart)


class DutyPart(Part):
    makes = said.Duty
    code = Code(required=True)
    title = one(WordsPart)
    clause = text(100)
    repeats = Choice(Repeat, required=True)
    due = text(10, allow_none=True)
    lead = one(PartnersPart)
    cooperating = one(PartnersPart)
    indicators = Many(Code())
    notes = Many(WordsPart)


class DocumentPart(Part):
    """The whole file."""

    makes = said.Document
    format = Whole(FORMAT, FORMAT, required=True)
    plan = one(HeadPart)
    report = one(ReportPart)
    money = one(TotalsPart)
    funding_sources = Many(NamedPart)
    periods = Many(PeriodPart)
    inspection_bodies = Many(Code())
    bodies = Many(BodyPart)
    indicators = Many(GoalPart)
    rows = Many(Row(required=True))
    ambiguities = Many(AmbiguityPart)
    duties = Many(DutyPart, required=False)
