"""Imports as people look for them: each sees their own, an administrator all."""

from typing import Any, TypeVar

from sqlalchemy import Select, select

from registry.accounts.models import Person
from registry.accounts.queries import is_admin
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.sheets.models import Outcome, SheetImport, SheetImportReason, SheetImportRow

SheetT = TypeVar("SheetT", bound=SheetImport)
RowT = TypeVar("RowT", bound=SheetImportRow)


def visible_to(person: Person, statement: Select[SheetT], table: type[SheetT]) -> Select[SheetT]:
    """Only what the person gave to us; an administrator looks after everybody's, also what a command did."""
    if is_admin(person):
        return statement
    return statement.where(table.person_id == person.id)


def by_key(table: type[SheetT], person: Person, key: int) -> SheetT:
    """An import; raises NotFound."""
    found: SheetT | None = db.session.scalar(visible_to(person, select(table).where(table.id == key), table))
    if found is None:
        raise NotFound(_("There is no such import, or you may not see it."))
    return found


def imports(
    table: type[SheetT],
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[SheetT]:
    """Imports, newest first."""
    order = paging.Order((_columns(table).id,), descending=True)
    return paging.page(visible_to(person, select(table), table), order, limit=limit, cursor=cursor, count=count)


def rows(
    table: type[RowT],
    having: type[SheetImportReason],
    found: SheetImport,
    *,
    outcome: Outcome | None = None,
    reason: int | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[RowT]:
    """What was found in the rows of an import, in the order of the sheet; only those with a reason, by its number."""
    columns, links = _columns(table), _columns(having)
    wanted, number = select(table).where(columns.import_id == found.id), columns.number
    if reason is not None:
        both = (links.import_id == columns.import_id) & (links.number == columns.number)
        wanted, number = wanted.join(having, both).where(links.reason == reason), links.number
    if outcome:
        wanted = wanted.where(columns.outcome == outcome)
    return paging.page(wanted, paging.Order((number,)), limit=limit, cursor=cursor, count=count)


def _columns(table: Any) -> Any:  # noqa: ANN401 — the columns of a mapped class
    return table.__table__.c
