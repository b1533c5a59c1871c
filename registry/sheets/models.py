"""What is kept of every import: its file, how far it is, and what was found in every row."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypedDict

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, MappedAsDataclass, declared_attr, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel import clock
from registry.kernel.db import Instant, choice
from registry.kernel.spoken import Spoken
from registry.sheets.reasons import Reason, in_order

LONGEST_PROBLEM: Final = 2000
UNDONE: Final = "undone"  # among the counts of an import: how many of its rows were taken back


class Form(StrEnum):
    """The kinds of file."""

    XLSX = "xlsx"
    CSV = "csv"


class ImportState(StrEnum):
    """Where an import stands; `refused` is a file that cannot be read, `failed` work that broke off."""

    QUEUED = "queued"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    REFUSED = "refused"
    FAILED = "failed"


class Mode(StrEnum):
    """Which rows are imported: all, which takes that none is wrong, or those that are good."""

    ALL = "all"
    GOOD = "good"


class Outcome(StrEnum):
    """What a row of a sheet does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


class Heading(TypedDict):
    """A column of a sheet by its letters and heading, and the field it is taken for; None where it is left out."""

    column: str
    heading: str
    field: str | None


class SheetImport(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """A sheet that was given to us; each kind of thing that is imported has a table of these.

    `counted` says how many rows have which outcome and how many were taken back, `problem` why it is not imported or
    not undone, `unread` which headings mean nothing to us and, as `{"sheet": name}`, which other sheets have headings
    of ours; `told` what was made of the sheet as a whole: `{"row": number, "text": words}` is a line under the last row
    that was left out, `{"owner": code}` the organisation that all of it is of, as no column says whose it is; both are
    kept in one list. `reasons`: see sheets.reasons; `done` of `total` is how far the work is. Entries of the log up to
    `last_audit_id` are its own. `headings` are those of the sheet, each with its column and what it was taken for;
    `chosen` those for which somebody said it, in the same way.
    """

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    file_name: Mapped[str] = mapped_column(String(200))
    form: Mapped[Form] = mapped_column(choice(Form))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, repr=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    locale: Mapped[str] = mapped_column(String(8))
    state: Mapped[ImportState] = mapped_column(choice(ImportState), default=ImportState.QUEUED)
    mode: Mapped[Mode | None] = mapped_column(choice(Mode), default=None)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    counted: Mapped[dict[str, int]] = mapped_column(JSON, default_factory=dict)
    unread: Mapped[list[str | dict[str, str]]] = mapped_column(JSON, default_factory=list)
    headings: Mapped[list[Heading]] = mapped_column(JSON, default_factory=list)
    chosen: Mapped[list[Heading]] = mapped_column(JSON, default_factory=list)
    reasons: Mapped[list[Reason] | None] = mapped_column(JSON(none_as_null=True), deferred=True, default=None)
    problem: Mapped[str | None] = mapped_column(Spoken(LONGEST_PROBLEM), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now, index=True)
    applied_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    last_audit_id: Mapped[int | None] = mapped_column(default=None)

    @declared_attr
    def person(cls) -> Mapped[Person | None]:  # noqa: N805 — SQLAlchemy gives it the class
        """Who gave it to us; None is the command line."""
        return relationship(init=False, repr=False, viewonly=True, lazy="selectin")

    @property
    def reasons_in_order(self) -> list[Reason] | None:
        """What is wrong before what is only to be known, the most frequent first; None before it was checked."""
        return None if self.reasons is None else in_order(self.reasons)

    @property
    def judged(self) -> int:
        """How many rows were judged."""
        return sum(self.counted.get(outcome, 0) for outcome in Outcome)

    @property
    def good(self) -> int:
        """How many rows change something."""
        return sum(self.counted.get(outcome, 0) for outcome in (Outcome.NEW, Outcome.CHANGED))

    @property
    def undone(self) -> int:
        """How many of its rows were taken back: all of an import that was undone, some where the others are needed."""
        return self.good if self.state is ImportState.UNDONE else self.counted.get(UNDONE, 0)

    @property
    def left(self) -> int:
        """How many of its rows were imported and not taken back."""
        return self.good - self.undone if self.applied_at else 0

    @property
    def unread_headings(self) -> list[str]:
        """The headings that mean nothing to us."""
        return [one for one in self.unread if isinstance(one, str)]

    @property
    def unread_sheets(self) -> list[str]:
        """The other sheets that look as if they should have been imported too."""
        return [one["sheet"] for one in self.unread if isinstance(one, dict) and "sheet" in one]

    @property
    def left_out(self) -> list[dict[str, str]]:
        """The lines under the last row that were left out."""
        return [one for one in self.unread if isinstance(one, dict) and "row" in one]

    @property
    def taken_owner(self) -> str | None:
        """The code of the organisation that everything was taken to be of."""
        return next((one["owner"] for one in self.unread if isinstance(one, dict) and "owner" in one), None)

    def tell(self, told: Sequence[dict[str, str]]) -> None:
        """Keep what was made of the sheet as a whole, and nothing of what was made of it before."""
        before = [one for one in self.unread if isinstance(one, str) or "sheet" in one]
        self.unread = [*before, *told]


class SheetImportRow(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """A row of a sheet by its number there, and the asset it is about.

    `changes` is {field: [old, new]}, of something new {column: value} as they were read; `errors` is what was wrong in
    which cell. Messages are kept so that they can be said in any language: i18n.say.
    """

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    tag: Mapped[str | None] = mapped_column(String(11), default=None)
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    errors: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True), default=None)
    notes: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None)

    @property
    def is_undone(self) -> bool:
        """Whether what the row did was taken back while others of the import stay."""
        return False


class SheetImportReason(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """That a row of a sheet has a reason, by its number among those of the import."""

    reason: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
