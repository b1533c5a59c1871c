"""Imports and exports of assets as people look for them."""

from functools import partial
from typing import Final

from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets.exchange.models import AssetExport, AssetImport, AssetImportReason, AssetImportRow
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.sheets import queries

by_key: Final = partial(queries.by_key, AssetImport)
imports: Final = partial(queries.imports, AssetImport)
rows: Final = partial(queries.rows, AssetImportRow, AssetImportReason)


def export_by_key(person: Person, key: int) -> AssetExport:
    """A file the person asked for, without its content; raises NotFound."""
    found = db.session.scalar(select(AssetExport).where(AssetExport.id == key, AssetExport.person_id == person.id))
    if found is None:
        raise NotFound(_("There is no such file; files are kept for a day."))
    return found


def content(found: AssetExport) -> bytes:
    """The bytes of a file that is ready; raises NotFound."""
    whole = select(AssetExport.content).where(AssetExport.id == found.id)
    said: bytes | None = db.session.scalar(whole)
    if said is None and found.failed:
        raise NotFound(_("This file could not be written; ask for it again."))
    if said is None:
        raise NotFound(_("This file is not ready yet; wait a moment."))
    return said
