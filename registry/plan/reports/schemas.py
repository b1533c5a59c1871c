"""How outsiders say campaigns, units' reports and consolidated reports."""

from typing import Final

from marshmallow import fields

from registry.kernel.schema import Choice, Code, Day, Flag, ListQuery, Schema, Text, Year
from registry.plan.reports.rules import CampaignKind, ReportState, UnitState

LONG: Final = 8000
NULLABLE: Final = {"type": ["string", "null"]}


def _said(description: str) -> Text:
    return Text(LONG, blank=True, metadata={"description": description})


class AnnualIn(Schema):
    """The year whose report is called for; `carry_over` as the plan says where it is left out."""

    year = Year(required=True)
    carry_over = Flag(metadata={"description": "What happened after the last deadline belongs to this report."})


class AskIn(Schema):
    """A report on request, about some days of the plan."""

    title = Text(300, required=True, metadata={"description": "What it is about, as its document says it."})
    start_on = Day(required=True)
    end_on = Day(required=True)
    due_on = Day(required=True, metadata={"description": "The deadline, which is in time."})
    asked_on = Day(metadata={"description": "Today when left out."})


class CampaignQuery(ListQuery):
    """Which page of campaigns."""

    class Meta(ListQuery.Meta):
        """Campaigns have no text of their own to search in."""

        exclude = ("q",)


class CampaignOut(Schema):
    """A campaign; `units` and the numbers beside it are there for a single one."""

    id = fields.Integer(required=True)
    plan = fields.String(attribute="plan.code", required=True)
    kind = Choice(CampaignKind, required=True)
    year = fields.Integer(required=True)
    title = fields.String(required=True)
    start_on = fields.Date(required=True)
    end_on = fields.Date(required=True)
    asked_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    carry_over = fields.Boolean(required=True)
    opened_at = fields.AwareDateTime(required=True)
    orphans = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Bodies of the plan that ended and that nobody is known to have taken over."},
    )


class UnitIn(Schema):
    """An organisation that is to report as well; without one, bodies of the plan that have no draft yet."""

    organisation = Code(metadata={"description": "Code of the organisation."})


class AddedOut(Schema):
    """How many units were given a draft."""

    added = fields.Integer(required=True)


class WordsIn(Schema):
    """What only the unit knows; what is left out stays."""

    leadership = _said("Leadership and guidance.")
    documents = _said("Documents issued.")
    results = _said("Results beside those of the registry.")
    difficulties = _said("Difficulties; wanted before it is submitted.")
    causes = _said("Their causes.")
    proposals = _said("Proposals; wanted before it is submitted.")
    next_year = _said("The plan for the next year; wanted before it is submitted.")


class ReportWordsIn(Schema):
    """What the department says itself; what is left out stays."""

    leadership = _said("Leadership and guidance.")
    documents = _said("Documents issued.")
    difficulties = _said("Difficulties.")
    causes = _said("Their causes.")
    proposals = _said("Proposals.")
    next_year = _said("The plan for the next year.")


class UnitOut(Schema):
    """A unit's report; `named` are the names the plan knows it by."""

    id = fields.Integer(required=True)
    campaign = fields.Integer(attribute="campaign_id", required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    name = fields.String(attribute="organisation.name", required=True)
    named = fields.List(fields.String(), required=True)
    state = Choice(UnitState, required=True)
    words = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    submitted_on = fields.Date(required=True, allow_none=True)
    late = fields.Boolean(required=True, metadata={"description": "It was submitted after the deadline."})
    return_reason = fields.String(required=True, allow_none=True)


class UnitListOut(Schema):
    """The units' reports of a campaign."""

    items = fields.List(fields.Nested(UnitOut), required=True)


class UnitDraftOut(Schema):
    """What a unit's report says now: the numbers of the registry with what only the unit knows."""

    content = fields.Dict(required=True)


class GiveBackIn(Schema):
    """Why a report is returned."""

    reason = Text(2000, required=True)


class JudgeIn(Schema):
    """What is decided about a submitted report on its page."""

    decision = Choice(UnitState, required=True)
    reason = Text(2000)


class NothingIn(Schema):
    """A form that is only sent."""


class PageQuery(Schema):
    """Which page of a list."""

    cursor = Text(1200)


class SubmissionOut(Schema):
    """What was submitted, by its number, and what was decided about it."""

    number = fields.Integer(required=True)
    submitted_at = fields.AwareDateTime(required=True)
    submitted_by = fields.Function(
        lambda row: row.submitted_by.name if row.submitted_by else None, required=True, metadata=NULLABLE
    )
    late = fields.Boolean(required=True)
    content_hash = fields.String(required=True)
    decision = Choice(UnitState, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class SubmissionWithContent(SubmissionOut):
    """A submission with everything it says; `is_intact` whether that is still what was submitted."""

    is_intact = fields.Boolean(required=True)
    content = fields.Dict(required=True)


class SubmissionListOut(Schema):
    """Everything a unit submitted, the newest first."""

    items = fields.List(fields.Nested(SubmissionOut), required=True)


class FreezeIn(Schema):
    """What the document says beside its content, and why it amends where an earlier one is frozen."""

    report_no = Text(100, required=True, metadata={"description": "Its number, such as 120/BC-SKHCN."})
    signatory = Text(200, required=True)
    signed_on = Day(metadata={"description": "The day it is signed; today when left out."})
    authority = Text(200, metadata={"description": "By what right, such as GIÁM ĐỐC or KT. GIÁM ĐỐC."})
    amendment_reason = Text(2000)


class ReportOut(Schema):
    """A consolidated report; `progress` in percent while it is put together."""

    id = fields.Integer(required=True)
    campaign = fields.Integer(attribute="campaign_id", required=True)
    number = fields.Integer(required=True)
    state = Choice(ReportState, required=True)
    progress = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    words = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    gathered_at = fields.AwareDateTime(required=True, allow_none=True)
    content_hash = fields.String(required=True, allow_none=True)
    document_hash = fields.String(required=True, allow_none=True)
    frozen_at = fields.AwareDateTime(required=True, allow_none=True)
    report_no = fields.String(required=True, allow_none=True)
    signed_on = fields.Date(required=True, allow_none=True)
    signatory = fields.String(required=True, allow_none=True)
    amendment_reason = fields.String(required=True, allow_none=True)


class ReportListOut(Schema):
    """The consolidated reports of a campaign, the newest first."""

    items = fields.List(fields.Nested(ReportOut), required=True)


class TablePart(Schema):
    """A table of the document: headings, and rows of texts and numbers; money in triệu đồng as the document has it."""

    caption = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    rows = fields.List(fields.List(fields.Raw(allow_none=True)), required=True)


class ReportContentOut(Schema):
    """Everything a consolidated report says: `content` is what its hash is made of, `tables` those of its document."""

    number = fields.Integer(required=True)
    content_hash = fields.String(required=True, allow_none=True)
    is_intact = fields.Boolean(required=True, allow_none=True, metadata={"description": "None before it is frozen."})
    content = fields.Dict(required=True)
    tables = fields.List(fields.Nested(TablePart), required=True)
