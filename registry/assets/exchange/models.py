"""Imports with what was found in every row of their sheets, and exports until they are fetched."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, Dialect, ForeignKey, Index, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.kernel.i18n import kept_of, say

LONGEST_PROBLEM: Final = 2000


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


class Spoken(TypeDecorator[str]):
    """A message as people read it, stored so that each reads it in their language."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """What can be said again as JSON, where there is room for it; everything else as it is."""
        if value is None:
            return None
        kept = kept_of(value)
        text = value if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False)
        return text if len(text) <= LONGEST_PROBLEM else value[:LONGEST_PROBLEM]

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """The message in the language of the request."""
        if value is None or value[:1] not in {"{", "["}:
            return value
        try:
            return say(json.loads(value))
        except ValueError:
            return value


class AssetImport(Base):
    """A sheet that was given to us.

    `counted` says how many rows have which outcome, `problem` why it is not imported, `unread` which headings mean
    nothing to us and, as `{"sheet": name}`, which other sheets have headings of ours; `done` of
    `total` is how far the work is. Entries of the log up to `last_audit_id` are its own.
    """

    __tablename__ = "asset_import"
    __table_args__ = (Index(None, "person_id", "id"),)

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
    problem: Mapped[str | None] = mapped_column(Spoken(LONGEST_PROBLEM), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now, index=True)
    applied_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    last_audit_id: Mapped[int | None] = mapped_column(default=None)
    person: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")

    @property
    def unread_headings(self) -> list[str]:
        """The headings that mean nothing to us."""
        return [one for one in self.unread if isinstance(one, str)]

    @property
    def unread_sheets(self) -> list[str]:
        """The other sheets that look as if they should have been imported too."""
        return [one["sheet"] for one in self.unread if isinstance(one, dict)]


class AssetImportRow(Base):
    """A row of a sheet by its number there.

    `changes` is {field: [old, new]}, of a new asset {column: value} as they were read; `errors` is what was wrong in
    which cell. Messages are kept so that they can be said in any language: i18n.say.
    """

    __tablename__ = "asset_import_row"
    __table_args__ = (Index(None, "import_id", "outcome", "number"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("asset_import.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    tag: Mapped[str | None] = mapped_column(String(11), default=None)
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    version: Mapped[int | None] = mapped_column(default=None)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    errors: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True), default=None)
    notes: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None)


class AssetExport(Base):
    """A file somebody asked for, of the assets under some filters; it is kept for a day."""

    __tablename__ = "asset_export"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    form: Mapped[Form] = mapped_column(choice(Form))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    locale: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[int | None] = mapped_column(default=None)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, default=None, repr=False)
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now, index=True)
    ready_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
