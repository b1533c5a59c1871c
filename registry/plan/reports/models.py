"""Campaigns, what units report with everything they submitted, and consolidated reports as they were frozen."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel.canonical import digest_of
from registry.kernel.db import Base, Instant, choice
from registry.plan.models import Plan
from registry.plan.reports.rules import PARTS, CampaignKind, ReportState, UnitState

TITLE, SHORT, REASON, HASH = 300, 100, 2000, 64
Content = Mapping[str, Any]


class ReportCampaign(Base):
    """A call for reports on a plan about some days, both inclusive; the deadline itself is in time.

    `annual_year` is the year of a yearly one: being unique, it keeps a year from being called for twice. `orphans` are
    bodies of the plan that have ended and that nobody is known to have taken over.
    """

    __tablename__ = "report_campaign"
    __table_args__ = (
        UniqueConstraint("plan_id", "annual_year"),
        CheckConstraint("end_on >= start_on", name="life"),
        Index(None, "plan_id", "due_on", "id"),
        Index(None, "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    kind: Mapped[CampaignKind] = mapped_column(choice(CampaignKind))
    year: Mapped[int]
    annual_year: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(TITLE))
    start_on: Mapped[date]
    end_on: Mapped[date]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    carry_over: Mapped[bool]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    orphans: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    plan: Mapped[Plan] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
    opened_by: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True)
    units: Mapped[list["UnitReport"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="UnitReport.id", back_populates="campaign"
    )


class UnitReport(Base):
    """What one body reports in a campaign; `named` are the names that the plan knows it by.

    `words` is what only it knows, by field. `reminded` is the last reminder that was written, see rules.reminder.
    """

    __tablename__ = "unit_report"
    __table_args__ = (UniqueConstraint("campaign_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("report_campaign.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    named: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[UnitState] = mapped_column(choice(UnitState), default=UnitState.DRAFT)
    words: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    submitted_on: Mapped[date | None] = mapped_column(default=None)
    late: Mapped[bool] = mapped_column(default=False)
    return_reason: Mapped[str | None] = mapped_column(String(REASON), default=None)
    reminded: Mapped[int | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False)
    campaign: Mapped[ReportCampaign] = relationship(
        init=False, repr=False, viewonly=True, lazy="joined", back_populates="units"
    )
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class UnitSubmission(Base):
    """What a unit submitted, for ever, and what the department decided about it."""

    __tablename__ = "unit_submission"
    __table_args__ = (UniqueConstraint("unit_report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    unit_report_id: Mapped[int] = mapped_column(ForeignKey("unit_report.id"))
    number: Mapped[int]
    content: Mapped[Content] = mapped_column(JSON, deferred=True, repr=False)
    content_hash: Mapped[str] = mapped_column(String(HASH))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    late: Mapped[bool]
    decision: Mapped[UnitState | None] = mapped_column(choice(UnitState, "decision"), default=None)
    reason: Mapped[str | None] = mapped_column(String(REASON), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    submitted_by: Mapped[Person | None] = relationship(
        foreign_keys=[submitted_by_id], init=False, repr=False, viewonly=True, lazy="joined"
    )
    decided_by: Mapped[Person | None] = relationship(
        foreign_keys=[decided_by_id], init=False, repr=False, viewonly=True, lazy="joined"
    )

    @property
    def is_intact(self) -> bool:
        """Whether what is stored is still what was submitted."""
        return digest_of(self.content) == self.content_hash


class ConsolidatedReport(Base):
    """A consolidated report: put together in the background, looked at, then frozen with the hash of its content.

    `content` is every number and all evidence as plain values; once frozen, `document` is the document as it is kept
    (kernel.papers.kept). Neither changes then. A later one amends an earlier one, with a reason.
    """

    __tablename__ = "consolidated_report"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("report_campaign.id"))
    number: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ReportState] = mapped_column(choice(ReportState), default=ReportState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(REASON), default=None)
    words: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    content: Mapped[Content | None] = mapped_column(JSON(none_as_null=True), deferred=True, default=None, repr=False)
    gathered_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    document: Mapped[Content | None] = mapped_column(JSON(none_as_null=True), deferred=True, default=None, repr=False)
    content_hash: Mapped[str | None] = mapped_column(String(HASH), default=None)
    document_hash: Mapped[str | None] = mapped_column(String(HASH), default=None)
    frozen_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    report_no: Mapped[str | None] = mapped_column(String(SHORT), default=None)
    signed_on: Mapped[date | None] = mapped_column(default=None)
    signatory: Mapped[str | None] = mapped_column(String(200), default=None)
    amendment_reason: Mapped[str | None] = mapped_column(String(REASON), default=None)
    version: Mapped[int] = mapped_column(init=False)
    campaign: Mapped[ReportCampaign] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
    frozen_by: Mapped[Person | None] = relationship(
        foreign_keys=[frozen_by_id], init=False, repr=False, viewonly=True, lazy="joined"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — see UnitReport

    @property
    def progress(self) -> int:
        """How far it is put together, in percent."""
        return 100 if self.state in {ReportState.READY, ReportState.FROZEN} else self.done * 100 // PARTS

    @property
    def is_intact(self) -> bool:
        """Whether what is stored is still what was frozen: the content and the document, each by its hash."""
        if self.content is None or self.document is None:
            return False
        kept = digest_of(self.content) == self.content_hash
        return kept and digest_of(self.document) == self.document_hash
