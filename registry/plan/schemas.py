"""How outsiders say plans, evidence and money. Money is in đồng; percent is text with one decimal."""

from typing import Any

from marshmallow import fields, post_load, validate

from registry.kernel.i18n import current_locale
from registry.kernel.schema import Choice, Code, Day, Dong, ListQuery, Schema, Text, Whole, Year
from registry.plan.document import GeoScope, RowKind
from registry.plan.evidence.falling import Cause
from registry.plan.models import EvidenceState, MoneyKind, PlanRow, RecordType
from registry.plan.records import Record
from registry.plan.rollups.schemas import Known
from registry.plan.rules import Mode, Verdict

MOST_QUANTITY = 1_000_000
MOST_MONEY = 10**14
MOST_ROWS = 50
NULLABLE_TEXT = {"type": ["string", "null"]}


def in_words(row: object, field: str) -> str | None:
    """The field of a row in the language of the request: `title` is `title_vi` or `title_en`."""
    found: str | None = getattr(row, f"{field}_{current_locale()}")
    return found


def kind_of(row: PlanRow) -> str:
    """Whether an indicator stands in the plan's body or in its annex."""
    return "body" if row.kind is RowKind.BODY else "annex"


def lead_of(row: PlanRow) -> str | None:
    """The code of the body that leads a row, under the name the plan gives it."""
    return row.lead.code if row.lead else None


class RecordPart(Schema):
    """A record: its kind and public key."""

    type = Choice(RecordType, required=True)
    id = Text(64, required=True, metadata={"description": "An asset's tag, a code, or a calibration's number."})

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> Record:
        return Record(**data)


class EvidenceEdit(Schema):
    """A changed decision."""

    counted_on = Day(metadata={"description": "The day that decides the period."})
    quantity = Whole(
        1, MOST_QUANTITY, metadata={"description": "One, or the laboratory's scope lines where those are counted."}
    )
    state = Choice(EvidenceState)
    reason = Text(600)
    also_counted_in = fields.List(
        Code(),
        validate=validate.Length(max=MOST_ROWS),
        metadata={"description": "Other rows at which the record openly counts too."},
    )


class EvidenceIn(EvidenceEdit):
    """A decision that a record counts for an indicator, or does not."""

    indicator = Code(required=True)
    record = fields.Nested(RecordPart, required=True)


class FallOut(Schema):
    """Why a record that is counted is not what it was."""

    cause = Choice(Cause, required=True)
    on = fields.Date(required=True, allow_none=True, metadata={"description": "The day, where it was written down."})
    reason = fields.String(required=True, allow_none=True)


class EvidenceOut(Schema):
    """A record and an indicator; what a measure proposes has no `id` yet."""

    id = fields.Integer(required=True, allow_none=True)
    indicator = fields.String(required=True)
    record = fields.Nested(RecordPart, required=True)
    title = fields.String(required=True, allow_none=True)
    counted_on = fields.Date(required=True)
    quantity = fields.Integer(required=True)
    state = Choice(EvidenceState, required=True)
    holds = fields.Boolean(
        required=True,
        metadata={"description": "False: the record is void, no longer issued or never in service, and adds nothing."},
    )
    in_doubt = fields.Boolean(
        required=True,
        metadata={
            "description": "It rests on a standard that was out of tolerance, or on a record that is declared good "
            "while its points fail; it still counts."
        },
    )
    fallen = fields.Nested(
        FallOut,
        attribute="fall",
        required=True,
        allow_none=True,
        metadata={"description": "Set where a counted record fell since; `holds` says whether it still adds."},
    )
    reason = fields.String(required=True, allow_none=True)
    also_counted_in = fields.List(fields.String(), required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class EvidenceQuery(ListQuery):
    """Filters of a plan's evidence; `state=proposed` gives what the facts propose and nobody has decided."""

    class Meta(ListQuery.Meta):
        """Evidence has no text of its own to search in."""

        exclude = ("q",)

    indicator = Code()
    state = Choice(EvidenceState)
    fallen = fields.Boolean(metadata={"description": "True: only what counts and fell since."})
    on = Day(metadata={"description": "Only what counts up to and on this day."})
    known = Known()


class PlanOut(Schema):
    """A plan, with the names it was made with."""

    code = fields.String(required=True)
    number = fields.String(required=True)
    title = fields.Function(lambda plan: in_words(plan, "title"), required=True, metadata={"type": "string"})
    title_vi = fields.String(required=True)
    title_en = fields.String(required=True)
    issuer = fields.Function(lambda plan: plan.issuer.code, required=True, metadata={"type": "string"})
    lead = fields.Function(lambda plan: plan.lead.code, required=True, metadata={"type": "string"})
    issued_on = fields.Date(required=True)
    implements = fields.String(required=True, allow_none=True)


class PlanQuery(ListQuery):
    """Words of the list of plans."""


class RollupQuery(Schema):
    """The day to look at, today when left out; and as it was known when, as it is known now when left out."""

    on = Day()
    known = Known()


class IndicatorQuery(RollupQuery):
    """The day to look at, and which page of the records."""

    cursor = Text(1200)


class ResultOut(Schema):
    """A value under one reading."""

    mode = Choice(Mode, required=True)
    value = fields.Integer(required=True)
    target = fields.Integer(required=True, allow_none=True)
    percent = fields.Decimal(required=True, allow_none=True, as_string=True)
    verdict = Choice(Verdict, required=True)


class PeriodOut(Schema):
    """A period's official result, and the other reading beside it."""

    code = fields.String(attribute="span.code", required=True)
    start = fields.Date(attribute="span.start", required=True)
    end = fields.Date(attribute="span.end", required=True)
    mode = Choice(Mode, attribute="official.mode", required=True)
    value = fields.Integer(attribute="official.value", required=True)
    target = fields.Integer(attribute="official.target", required=True, allow_none=True)
    percent = fields.Decimal(attribute="official.percent", required=True, allow_none=True, as_string=True)
    verdict = Choice(Verdict, attribute="official.verdict", required=True)
    in_period = fields.Integer(attribute="tally.in_period", required=True)
    cumulative = fields.Integer(attribute="tally.running", required=True)
    other = fields.Nested(ResultOut, required=True)


class IndicatorOut(Schema):
    """An indicator in every period; `total` is there where its title promises one over all periods."""

    code = fields.String(attribute="row.code", required=True)
    kind = fields.Function(lambda one: kind_of(one.row), required=True, metadata={"type": "string"})
    title = fields.Function(lambda one: in_words(one.row, "title"), required=True, metadata={"type": "string"})
    title_vi = fields.String(attribute="row.title_vi", required=True)
    title_en = fields.String(attribute="row.title_en", required=True)
    clause = fields.String(attribute="row.clause", required=True)
    unit = fields.Function(lambda one: in_words(one.row, "unit"), required=True, metadata=NULLABLE_TEXT)
    count_unit = fields.String(attribute="row.count_unit", required=True)
    geo_scope = Choice(GeoScope, attribute="row.geo_scope", required=True)
    parent = fields.String(attribute="row.parent_code", required=True, allow_none=True)
    lead = fields.Function(lambda one: lead_of(one.row), required=True, metadata=NULLABLE_TEXT)
    periods = fields.List(fields.Nested(PeriodOut), required=True)
    in_doubt = fields.Integer(
        required=True,
        metadata={"description": "How many of its records are in doubt, or were on that day, as far as it was known."},
    )
    total = fields.Nested(ResultOut, required=True, allow_none=True)
    base = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "What was reached under the plan that it continues, from which its running total starts; "
            "null where it goes on from none."
        },
    )


class PeriodMoneyOut(Schema):
    """A period's money in đồng."""

    code = fields.String(required=True)
    planned = fields.Integer(required=True)
    allocated = fields.Integer(required=True)
    disbursed = fields.Integer(required=True)


class MoneyRowOut(Schema):
    """A row's money in đồng, in all and by period."""

    code = fields.String(attribute="row.code", required=True)
    title = fields.Function(lambda one: in_words(one.row, "title"), required=True, metadata={"type": "string"})
    planned = fields.Integer(attribute="total.planned", required=True)
    allocated = fields.Integer(attribute="total.allocated", required=True)
    disbursed = fields.Integer(attribute="total.disbursed", required=True)
    periods = fields.List(fields.Nested(PeriodMoneyOut), required=True)


class PlanMoneyOut(Schema):
    """The plan's money in đồng: in all, by period, by row."""

    planned = fields.Integer(attribute="money_total.planned", required=True)
    allocated = fields.Integer(attribute="money_total.allocated", required=True)
    disbursed = fields.Integer(attribute="money_total.disbursed", required=True)
    periods = fields.List(fields.Nested(PeriodMoneyOut), attribute="money_periods", required=True)
    rows = fields.List(fields.Nested(MoneyRowOut), attribute="money", required=True)


class RollupOut(Schema):
    """A plan as of a day."""

    plan = fields.String(attribute="plan.code", required=True)
    version = fields.Integer(attribute="version.number", required=True)
    on = fields.Date(required=True)
    known_at = fields.DateTime(
        required=True,
        allow_none=True,
        metadata={"description": "The instant up to which things were known; null is now."},
    )
    indicators = fields.List(fields.Nested(IndicatorOut), required=True)
    money = fields.Nested(PlanMoneyOut, required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """The money is drawn from the rollup itself."""
        return obj if attr == "money" else super().get_attribute(obj, attr, default)


class MoneyIn(Schema):
    """Money given to an annex row or spent on it."""

    indicator = Code(required=True)
    kind = Choice(MoneyKind, required=True)
    amount = Dong(-MOST_MONEY, MOST_MONEY, required=True, metadata={"description": "Whole đồng."})
    on = Day(required=True)
    year = Year(metadata={"description": "Whose budget gives it; that of the day when left out."})
    source = Code(required=True)
    document = Text(200, metadata={"description": "Number of the decision or voucher."})
    document_on = Day()
    reason = Text(600)


class MoneyOut(Schema):
    """Money that moved, in đồng."""

    id = fields.Integer(required=True)
    indicator = fields.Function(lambda entry: entry.indicator.code, required=True, metadata={"type": "string"})
    kind = Choice(MoneyKind, required=True)
    amount = fields.Integer(required=True)
    on = fields.Date(required=True)
    year = fields.Integer(required=True)
    source = fields.String(required=True)
    document = fields.String(required=True, allow_none=True)
    document_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    reverses = fields.Integer(
        attribute="reverses_id",
        required=True,
        allow_none=True,
        metadata={"description": "The number of the entry that this one undoes."},
    )
    recorded_at = fields.DateTime(required=True)


class ReverseIn(Schema):
    """Why an entry is undone."""

    reason = Text(600, required=True)


class MoneyPageQuery(Schema):
    """Which page of a row's entries."""

    cursor = Text(1200)


class ExactQuery(Schema):
    """Whether money is written to the đồng, instead of in triệu đồng."""

    exact = fields.Boolean(load_default=False)


class MoneyQuery(ListQuery):
    """Filters of a plan's money."""

    class Meta(ListQuery.Meta):
        """Money has no text of its own to search in."""

        exclude = ("q",)

    indicator = Code()
    kind = Choice(MoneyKind)
