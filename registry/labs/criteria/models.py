"""Versions of criteria sets with their criteria, assessments against them, answers, and corrective actions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.kernel import clock
from registry.kernel.db import Base, Exact, Instant, choice
from registry.kernel.files.models import Attachment, StoredFile, attached_to
from registry.kernel.i18n import current_locale
from registry.labs.criteria.rules import (
    GAPS,
    ActionState,
    Closing,
    Conductor,
    Given,
    Grade,
    Kind,
    Level,
    Mark,
    Scale,
    Total,
)
from registry.labs.models import Lab

WORDS = 4000
BASIS_DAYS: Final = ("issued_on", "valid_from", "valid_to")
OPEN_FINDING = text("closed_at IS NULL AND grade IS NOT NULL AND grade <> 'strength'")


class Basis(NamedTuple):
    """A legal document that a set rests on, while it is in force, both days inclusive."""

    document: str
    issued_on: date
    valid_from: date
    valid_to: date | None

    @property
    def in_force(self) -> bool:
        """Whether it is so today."""
        return self.valid_from <= (today := clock.today()) and (self.valid_to is None or today <= self.valid_to)


class CriteriaSet(Base):
    """One version of a set, as its file said it (`data`). `number` counts the versions that were loaded of a code.

    `outline` holds the codes and titles of groups and levels. Days are both inclusive, empty when open or unknown.
    """

    __tablename__ = "criteria_set"
    __table_args__ = (UniqueConstraint("code", "number"), Index(None, "is_newest", "code"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    title_vi: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(100))
    issued_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    total: Mapped[Total] = mapped_column(choice(Total))
    partly: Mapped[Decimal] = mapped_column(Exact)
    outline: Mapped[dict[str, Any]] = mapped_column(JSON, repr=False)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True, repr=False)
    content_hash: Mapped[str] = mapped_column(String(64))
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    loaded_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    is_newest: Mapped[bool] = mapped_column(default=True)
    criteria: Mapped[list["Criterion"]] = relationship(
        order_by="Criterion.position", cascade="all, delete-orphan", default_factory=list, repr=False
    )

    @property
    def title(self) -> str:
        """The title in the language of the request."""
        return self.title_en if current_locale() == "en" else self.title_vi

    @property
    def groups(self) -> dict[str, str]:
        """The groups in their order: code and title in the language of the request."""
        return {one["code"]: one["title"][_language()] for one in self.outline["groups"]}

    @property
    def level_titles(self) -> dict[str, str]:
        """The levels from the lowest to the highest: code and title in the language of the request."""
        return {one["code"]: one["title"][_language()] for one in self.outline["levels"]}

    @property
    def levels(self) -> list[Level]:
        """The levels as the rules know them."""
        return [Level(one["code"], Decimal(one["at_least"]), one["mandatory_met"]) for one in self.outline["levels"]]

    @property
    def bases(self) -> list["Basis"]:
        """The legal documents it rests on, in the order of its file."""
        found = []
        for one in self.outline.get("legal_bases", ()):
            issued, start, end = (one[name] and date.fromisoformat(one[name]) for name in BASIS_DAYS)
            found.append(Basis(one["document"], issued, start, end))
        return found

    def said(self, part: str) -> str:
        """A text of the set's head in the language of the request."""
        found: str = self.outline[part][_language()]
        return found


class Criterion(Base):
    """One criterion of a version of a set; see document.CriterionSaid."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("set_id", "code"), UniqueConstraint("set_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"), init=False)
    position: Mapped[int]
    group_code: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))
    clause: Mapped[str] = mapped_column(String(60))
    text_vi: Mapped[str] = mapped_column(String(1000))
    text_en: Mapped[str] = mapped_column(String(1000))
    weight: Mapped[Decimal] = mapped_column(Exact)
    mandatory: Mapped[bool]
    scale: Mapped[Scale] = mapped_column(choice(Scale))
    most: Mapped[int | None]
    may_not_apply: Mapped[bool]
    evidence: Mapped[list[str]] = mapped_column(JSON)

    @property
    def text(self) -> str:
        """The wording in the language of the request."""
        return self.text_en if current_locale() == "en" else self.text_vi


class Assessment(Base):
    """A look at an organisation, or at one of its laboratories, by a version of a set.

    One that is signed off is frozen: `percent`, `level` and `result` say what came of it, `digest` binds everything
    that was said. `follows_id` is the assessment that is looked at again.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "lab_id", "id"),
        Index(None, "set_id", "signed_at"),
        Index(None, "finished_on", "id"),
        CheckConstraint("planned_on IS NOT NULL OR started_on IS NOT NULL", name="day"),
        CheckConstraint("finished_on >= started_on", name="life"),
        CheckConstraint("(signed_at IS NULL) = (digest IS NULL)", name="signed"),
        CheckConstraint("(follows_id IS NULL) = (kind <> 'reassessment')", name="follows"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"))
    kind: Mapped[Kind] = mapped_column(choice(Kind, "assessmentkind"))
    conductor: Mapped[Conductor] = mapped_column(choice(Conductor))
    assessors: Mapped[list[str]] = mapped_column(JSON)
    planned_on: Mapped[date | None]
    started_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True, default=None)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    opened_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    conclusion: Mapped[str] = mapped_column(String(WORDS), default="")
    percent: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    level: Mapped[str | None] = mapped_column(String(64), default=None)
    signed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    signed_actor: Mapped[str | None] = mapped_column(String(200), default=None)
    digest: Mapped[str | None] = mapped_column(String(64), default=None)
    version: Mapped[int] = mapped_column(init=False)
    set: Mapped[CriteriaSet] = relationship(init=False, repr=False, viewonly=True)
    organisation: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True)
    lab: Mapped[Lab | None] = relationship(init=False, repr=False, viewonly=True)
    follows: Mapped["Assessment | None"] = relationship(remote_side=[id], init=False, repr=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def subject(self) -> str:
        """What was looked at, by name."""
        return self.lab.name if self.lab is not None else self.organisation.name


class Answer(Base):
    """What was answered to a criterion, and what was found; `records` are things of the registry, such as `asset:TAG`.

    A finding is open until `closed_at`; `closed_in_id` is the assessment that found it met, or found it anew.
    """

    __tablename__ = "assessment_answer"
    __table_args__ = (
        UniqueConstraint("assessment_id", "criterion_id"),
        Index(None, "criterion_id", "mark"),
        Index("ix_assessment_answer_open", "assessment_id", sqlite_where=OPEN_FINDING),
        CheckConstraint("(mark IS NULL) <> (points IS NULL)", name="given"),
        CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    mark: Mapped[Mark | None] = mapped_column(choice(Mark))
    points: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(WORDS))
    grade: Mapped[Grade | None] = mapped_column(choice(Grade))
    finding: Mapped[str] = mapped_column(String(WORDS))
    records: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    closing: Mapped[Closing | None] = mapped_column(choice(Closing), default=None)
    closed_in_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True, default=None)
    version: Mapped[int] = mapped_column(init=False)
    criterion: Mapped[Criterion] = relationship(init=False, repr=False, viewonly=True)
    assessment: Mapped[Assessment] = relationship(foreign_keys=[assessment_id], init=False, repr=False, viewonly=True)
    corrections: Mapped[list["CorrectiveAction"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="(CorrectiveAction.due_on, CorrectiveAction.id)"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def given(self) -> Given:
        """The answer as the rules know it."""
        return Given(self.mark, self.points)

    @property
    def is_open(self) -> bool:
        """Whether it is a gap that is not closed."""
        return self.grade in GAPS and self.closed_at is None


class CorrectiveAction(Base):
    """What is done about a finding, by whom and until when; verified by a second person.

    One that was found not effective is open again, and `returned` says why.
    """

    __tablename__ = "corrective_action"
    __table_args__ = (
        Index(None, "answer_id", "due_on", "id"),
        Index(None, "owner_id", "state", "due_on", "id"),
        Index(None, "state", "due_on", "id"),
        CheckConstraint("(done_at IS NULL) = (state = 'open')", name="done"),
        CheckConstraint("(verified_at IS NULL) = (state <> 'effective')", name="verified"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    answer_id: Mapped[int] = mapped_column(ForeignKey("assessment_answer.id"))
    what: Mapped[str] = mapped_column(String(WORDS))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(choice(ActionState), default=ActionState.OPEN)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    outcome: Mapped[str] = mapped_column(String(WORDS), default="")
    done_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    done_actor: Mapped[str | None] = mapped_column(String(200), default=None)
    verification: Mapped[str] = mapped_column(String(WORDS), default="")
    verified_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    verified_actor: Mapped[str | None] = mapped_column(String(200), default=None)
    returned: Mapped[str] = mapped_column(String(WORDS), default="")
    version: Mapped[int] = mapped_column(init=False)
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], init=False, repr=False, viewonly=True)
    answer: Mapped[Answer] = relationship(init=False, repr=False, viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class AnswerFile(Attachment, Base):
    """Evidence of an answer; what was there at the sign-off is part of what was signed."""

    __tablename__ = "assessment_answer_file"
    __table_args__ = attached_to(__tablename__, "answer_id")

    answer_id: Mapped[int] = mapped_column(ForeignKey("assessment_answer.id"))
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True)
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="AnswerFile.added_by_id", init=False, repr=False, viewonly=True
    )


class ActionFile(Attachment, Base):
    """Evidence that a corrective action was done."""

    __tablename__ = "corrective_action_file"
    __table_args__ = attached_to(__tablename__, "action_id")

    action_id: Mapped[int] = mapped_column(ForeignKey("corrective_action.id"))
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True)
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="ActionFile.added_by_id", init=False, repr=False, viewonly=True
    )


def _language() -> str:
    return "en" if current_locale() == "en" else "vi"
