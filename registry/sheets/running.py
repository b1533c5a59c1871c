"""What every import over all its rows needs: rows in parts, and what is wrong told by cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Insert, delete
from sqlalchemy import Table as SqlTable

from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _, kept_of, together
from registry.sheets.headings import Table, letters
from registry.sheets.models import Heading, SheetImport
from registry.sheets.reading import said_cell
from registry.sheets.reasons import Reasons
from registry.sheets.tables import Cell

PART: Final = 1000
Step = Callable[[], None]
Row = TypeVar("Row")


class NotAllGood(Conflict):
    """All rows were to be imported and one of them is wrong, which `why` says; nothing was changed."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(_("Row %(row)s cannot be imported now, so nothing was imported: %(why)s", row=row, why=why))
        self.row, self.why = row, why


class Begin(StrEnum):
    """How what is written down begins: empty, over a trial row by row, or on from where a crash left it."""

    EMPTY = "empty"
    OVER = "over"
    ON = "on"


class Written:
    """What is written down of the rows of an import, in its two tables."""

    def __init__(
        self, found: SheetImport, table: Table, rows: SqlTable, links: SqlTable, begin: Begin = Begin.EMPTY
    ) -> None:
        self._found, self._rows, self._links, self._begin = found, rows, links, begin
        self._reasons = Reasons(found.reasons or () if begin is Begin.ON else ())
        if begin is Begin.ON:
            return
        if begin is Begin.OVER:
            db.session.execute(delete(links).where(links.c.import_id == found.id))
            found.done, found.reasons = 0, []
            return
        for one in (rows, links):
            db.session.execute(delete(one).where(one.c.import_id == found.id))
        found.total, found.done, found.reasons = table.height, 0, []
        found.headings = [
            Heading(column=letters(at), heading=text, field=column.key if column else None)
            for at, text, column in table.headings
        ]
        found.unread = [*table.unread, *({"sheet": name} for name in table.left)]

    def add(self, lines: Sequence[dict[str, Any]]) -> None:
        """Write lines down, and the reasons of their errors and notes."""
        links = [
            {"import_id": self._found.id, "reason": reason, "number": line["number"]}
            for line in lines
            if line["errors"] or line["notes"]
            for reason in self._reasons.of(line["number"], line["errors"] or (), line["notes"] or ())
        ]
        if self._begin is not Begin.EMPTY:
            mine = self._rows.c.import_id == self._found.id
            numbers = [line["number"] for line in lines]
            db.session.execute(delete(self._rows).where(mine, self._rows.c.number.in_(numbers)))
        insert(self._rows.insert(), [{"import_id": self._found.id} | line for line in lines])
        insert(self._links.insert(), links)
        if links:
            self._found.reasons = self._reasons.kept


def parts(rows: Iterable[Row], most: int | None = None) -> Iterator[list[Row]]:
    """Rows some at a time."""
    waiting = iter(rows)
    while part := list(islice(waiting, most or PART)):
        yield part


def error(table: Table, field: str, message: str, number: int, cells: Sequence[Cell]) -> dict[str, str]:
    """What is wrong in a row: which cell, what stands there, and the remedy."""
    return {
        "cell": table.cell(field, number),
        "field": field,
        "value": said_cell(table.said(field, cells)),
        "message": message,
    }


def in_order(table: Table, faults: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Faults in the order of the columns of their fields; those without a column first."""
    return sorted(faults, key=lambda fault: -1 if (place := table.place(fault[0])) is None else place)


def kept(one: dict[str, str]) -> dict[str, object]:
    """An error whose message can be said in another language."""
    return one | {"message": kept_of(one["message"])}


def refuse_all(number: int, first: dict[str, str]) -> None:
    """Raise NotAllGood for the first thing that is wrong."""
    why = together([f"{first['cell']}:", first["message"]] if first["cell"] else [first["message"]])
    raise NotAllGood(number, why)


def insert(statement: Insert, lines: Sequence[dict[str, Any]]) -> None:
    """Insert lines that all name the same columns; those that are empty in every line are left out, which is faster."""
    used = [name for name in lines[0] if any(line[name] is not None for line in lines)] if lines else []
    if used:
        db.session.execute(statement, [{name: line[name] for name in used} for line in lines])
