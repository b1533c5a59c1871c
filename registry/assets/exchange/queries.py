"""Imports and exports as people look for them: each sees their own, an administrator all."""

from sqlalchemy import Select, select

from registry.accounts.models import Person
from registry.accounts.rules import Role
from registry.assets.exchange.models import AssetExport, AssetImport, AssetImportRow, Outcome
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _


def visible_to(person: Person, statement: Select[AssetImport]) -> Select[AssetImport]:
    """Only what the person gave to us; an administrator looks after everybody's, also what a command did."""
    if any(membership.role is Role.ADMIN for membership in person.memberships):
        return statement
    return statement.where(AssetImport.person_id == person.id)


def by_key(person: Person, key: int) -> AssetImport:
    """An import; raises NotFound."""
    found: AssetImport | None = db.session.scalar(visible_to(person, select(AssetImport).where(AssetImport.id == key)))
    if found is None:
        raise NotFound(_("There is no such import, or you may not see it."))
    return found


def imports(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[AssetImport]:
    """Imports, newest first."""
    order = paging.Order((AssetImport.__table__.c.id,), descending=True)
    return paging.page(visible_to(person, select(AssetImport)), order, limit=limit, cursor=cursor, count=count)


def rows(
    found: AssetImport,
    *,
    outcome: Outcome | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[AssetImportRow]:
    """What was found in the rows of an import, in the order of the sheet."""
    wanted = select(AssetImportRow).where(AssetImportRow.import_id == found.id)
    if outcome:
        wanted = wanted.where(AssetImportRow.outcome == outcome)
    return paging.page(
        wanted, paging.Order((AssetImportRow.__table__.c.number,)), limit=limit, cursor=cursor, count=count
    )


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
    if said is None:
        raise NotFound(_("This file is not ready yet; wait a moment."))
    return said
