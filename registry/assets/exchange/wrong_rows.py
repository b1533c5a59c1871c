"""The rows of a sheet that were wrong, as they were sent, with what is wrong beside each: to mend and send again."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import select

from registry.assets.exchange.columns import vocabulary
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.assets.exchange.words import WRONG
from registry.kernel.db import db
from registry.kernel.i18n import _, say
from registry.sheets import headings, tables
from registry.sheets.choosing import chosen_of
from registry.sheets.downloads import Value, written
from registry.sheets.models import Form, Outcome
from registry.sheets.reading import exact
from registry.sheets.tables import Cell

PART: Final = 1000


def wrong_rows(found: AssetImport, form: Form, locale: str) -> tuple[bytes, int]:
    """A file of the rows that cannot be imported, under their own headings, and how many they are.

    A number is written as the sheet had it; the column of what is wrong is one that an import does not read.
    """
    table = headings.table(tables.tables(found.content, found.form), vocabulary(), chosen_of(found))
    names = [(at, text) for at, text, _column in table.headings]
    counted = 0

    def rows() -> Iterator[Sequence[Value]]:
        nonlocal counted
        faults = _faults(found.id, locale)
        wanted = next(faults, None)
        for number, cells in table.rows:
            if wanted is not None and wanted[0] == number:
                counted += 1
                yield [*(_value(cells[at]) if at < len(cells) else None for at, _text in names), wanted[1]]
                wanted = next(faults, None)

    title = _("Wrong rows")
    return written(form, title, [*(text for _at, text in names), " / ".join(WRONG)], rows(), ours=False), counted


def _faults(import_id: int, locale: str) -> Iterator[tuple[int, str]]:
    """The numbers of wrong rows in their order, and in words what is wrong with each."""
    words = vocabulary()
    after = 0
    while True:
        wanted = select(AssetImportRow.number, AssetImportRow.errors).where(
            AssetImportRow.import_id == import_id,
            AssetImportRow.outcome == Outcome.ERROR,
            AssetImportRow.number > after,
        )
        found = db.session.execute(wanted.order_by(AssetImportRow.number).limit(PART)).all()
        if not found:
            return
        for number, errors in found:
            told = (f"{words.meaning_of(one['field'], locale)}: {say(one['message'])}" for one in errors or ())
            yield number, "\n".join(told)
        after = found[-1][0]


def _value(cell: Cell) -> Value:
    """A cell as a file says it again: digits that a format alone shows, times and faults as text."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if type(cell) is float:
        return exact(cell)
    if type(cell) is date:
        return cell
    return str(cell)
