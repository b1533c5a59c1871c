"""What is known of the bytes in the store, and the columns of every table that hangs them on a record."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice
from registry.kernel.files.rules import PICTURES, FileKind

HELD = text("removed_at IS NULL")


class StoredFile(Base):
    """Bytes in the store, once for each content. `size` in bytes; `width` and `height` in pixels, of pictures only."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    stored_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)

    @property
    def is_picture(self) -> bool:
        """Whether browsers may draw it in the page; it has a thumbnail then."""
        return self.media_type in PICTURES


class Attachment(MappedAsDataclass, kw_only=True, eq=False):
    """A file on a record. One that is removed stays, with its reason, and is no longer shown."""

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[FileKind] = mapped_column(choice(FileKind))
    caption: Mapped[str] = mapped_column(String(500), default="")
    added_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    removed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    removed_reason: Mapped[str | None] = mapped_column(String(500), default=None)


def attached_to(table: str, record: str) -> tuple[Index, Index]:
    """The indexes of a table of attachments: in the order of a list, and one content once on a record."""
    held = Index(f"uq_{table}_held", record, "stored_file_id", unique=True, sqlite_where=HELD)
    return Index(None, record, "id"), held
