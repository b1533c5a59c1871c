"""Imports of assets with what was found in every row of their sheets, and exports until they are fetched."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.sheets.models import Form, SheetImport, SheetImportReason, SheetImportRow


class AssetImport(SheetImport, Base):
    """A sheet of assets."""

    __tablename__ = "asset_import"
    __table_args__ = (Index(None, "person_id", "id"),)


class AssetImportRow(SheetImportRow, Base):
    """A row of a sheet of assets; `version` is that of the asset as it was left, None where nothing is left of it.

    Of a trial it is that of the asset as it was found.

    `wrote_to` says that the row was imported: entries of the log about its asset after `wrote_from` and up to it are
    the import's own, and those after `undid_from` and up to `undid_to` what took it back.
    """

    __tablename__ = "asset_import_row"
    __table_args__ = (Index(None, "import_id", "outcome", "number"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("asset_import.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int | None] = mapped_column(default=None)
    wrote_from: Mapped[int | None] = mapped_column(default=None)
    wrote_to: Mapped[int | None] = mapped_column(default=None)
    undid_from: Mapped[int | None] = mapped_column(default=None)
    undid_to: Mapped[int | None] = mapped_column(default=None)

    @property
    def is_undone(self) -> bool:
        """Whether what the row did was taken back."""
        return self.undid_to is not None


class AssetImportReason(SheetImportReason, Base):
    """That a row of a sheet of assets has a reason."""

    __tablename__ = "asset_import_reason"
    __table_args__ = (PrimaryKeyConstraint("import_id", "reason", "number"), {"sqlite_with_rowid": False})

    import_id: Mapped[int] = mapped_column(ForeignKey("asset_import.id", ondelete="CASCADE"), primary_key=True)


class AssetExport(Base):
    """A file somebody asked for, of assets under some filters or of an import's wrong rows; it is kept for a day."""

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

    @property
    def failed(self) -> bool:
        """Whether the file will not come."""
        return self.ready_at is not None and self.rows is None
