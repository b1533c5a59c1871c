"""How outsiders say versions of plans and what differs between them. Money is in đồng."""

from typing import Any

from marshmallow import fields

from registry.kernel.paging import MAX_INTEGER
from registry.kernel.schema import Choice, ListQuery, Schema, WholeText
from registry.plan.adjustments.differences import What
from registry.plan.adjustments.words import sentence
from registry.plan.document import GeoScope, RowKind
from registry.plan.models import PlanRow, RecordType
from registry.plan.rules import Mode
from registry.plan.schemas import NULLABLE_TEXT, in_words, lead_of


class VersionQuery(ListQuery):
    """Which page of the versions."""

    class Meta(ListQuery.Meta):
        """Versions are not searched."""

        exclude = ("q",)


class SinceQuery(Schema):
    """Which version to compare with; the one before when left out."""

    since = WholeText(1, MAX_INTEGER)


class VersionLine(Schema):
    """A version of a plan and the decision it rests on; the first one needs none."""

    number = fields.Integer(required=True)
    decision = fields.String(required=True, allow_none=True)
    decided_on = fields.Date(required=True, allow_none=True)
    in_force_on = fields.Date(required=True)
    content_hash = fields.String(required=True)
    loaded_at = fields.AwareDateTime(required=True)


class VersionPeriodOut(Schema):
    """A period as the version cuts it; both days belong to it."""

    code = fields.String(required=True)
    title_vi = fields.String(required=True)
    title_en = fields.String(required=True)
    start = fields.Date(attribute="start_on", required=True)
    end = fields.Date(attribute="end_on", required=True)


class VersionCellOut(Schema):
    """What a row says for a period, and as it is printed."""

    period = fields.String(attribute="period.code", required=True)
    value = fields.Integer(required=True, allow_none=True)
    raw = fields.String(required=True, allow_none=True)


class VersionBudgetOut(VersionCellOut):
    """Money planned for a period, in đồng."""

    value = fields.Integer(attribute="planned", required=True, allow_none=True)


class VersionRowOut(Schema):
    """A goal, heading or row as the version words it."""

    code = fields.String(required=True)
    kind = Choice(RowKind, required=True)
    parent = fields.String(attribute="parent_code", required=True, allow_none=True)
    title = fields.Function(lambda row: in_words(row, "title"), required=True, metadata={"type": "string"})
    title_vi = fields.String(required=True)
    title_en = fields.String(required=True)
    clause = fields.String(required=True)
    unit = fields.Function(lambda row: in_words(row, "unit"), required=True, metadata=NULLABLE_TEXT)
    mode = Choice(Mode, required=True, allow_none=True)
    count_unit = fields.String(required=True, allow_none=True)
    geo_scope = Choice(GeoScope, required=True, allow_none=True)
    lead = fields.Function(lead_of, required=True, metadata=NULLABLE_TEXT)
    title_total = fields.Integer(required=True, allow_none=True)
    planned = fields.Integer(attribute="planned_total", required=True, allow_none=True)
    targets = fields.List(fields.Nested(VersionCellOut), required=True)
    budgets = fields.List(fields.Nested(VersionBudgetOut), required=True)
    was = fields.Function(lambda row: _detail(row, "was"), required=True, metadata=NULLABLE_TEXT)
    ended_on = fields.Function(lambda row: ended(row, "on"), required=True, metadata=NULLABLE_TEXT)
    continues_in = fields.Function(lambda row: ended(row, "continues_in"), required=True, metadata=NULLABLE_TEXT)


class PlanVersionOut(VersionLine):
    """One version, whole."""

    periods = fields.List(fields.Nested(VersionPeriodOut), required=True)
    rows = fields.List(fields.Nested(VersionRowOut), required=True)


class ChangeOut(Schema):
    """One difference, in words as well; `code` is empty for what concerns the whole plan."""

    what = Choice(What, required=True)
    code = fields.String(required=True)
    part = fields.String(required=True, allow_none=True)
    text = fields.Function(sentence, required=True, metadata={"type": "string"})


class ComparedOut(Schema):
    """What differs between two versions."""

    since = fields.Integer(required=True, allow_none=True)
    version = fields.Integer(required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)


class LessonOut(Schema):
    """That a row may count records of some kinds by hand, as the file that ships with the registry says."""

    indicator = fields.String(required=True)
    by_hand = fields.List(Choice(RecordType), required=True)


class LessonsOut(Schema):
    """What the version in force could learn; nothing where it says it all."""

    lessons = fields.List(fields.Nested(LessonOut), required=True)


class PlanLoadedOut(ComparedOut):
    """What loading a file did, or would do."""

    plan = fields.String(required=True)
    changed = fields.Boolean(required=True)
    decision = fields.String(required=True, allow_none=True)
    in_force_on = fields.Date(required=True)


def ended(row: PlanRow, name: str) -> str | None:
    """What a row that is given up says of it."""
    found: str | None = (_detail(row, "ended") or {}).get(name)
    return found


def _detail(row: PlanRow, name: str) -> Any:  # noqa: ANN401 — details are plain data
    return row.details.get(name)
