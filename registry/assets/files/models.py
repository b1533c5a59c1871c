"""Which files hang on which asset."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.kernel.db import Base
from registry.kernel.files.models import Attachment, StoredFile, attached_to


class AssetFile(Attachment, Base):
    """A file on an asset."""

    __tablename__ = "asset_file"
    __table_args__ = attached_to(__tablename__, "asset_id")

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True)
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="AssetFile.added_by_id", init=False, repr=False, viewonly=True
    )
