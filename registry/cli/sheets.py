"""Importing a sheet by a command, whatever it brings in: tried or done at once, told as a table or as JSON."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
from marshmallow import Schema

from registry.cli.doors import fail
from registry.kernel.db import db
from registry.kernel.errors import Refusal
from registry.kernel.i18n import current_locale
from registry.sheets.actions import Imports
from registry.sheets.models import Form, ImportState, Mode, Outcome, SheetImport
from registry.sheets.schemas import ImportReasonOut

FILE: Final = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
DRY_RUN: Final = click.option("--dry-run", is_flag=True, help="Say what every row would do and change nothing.")
ONLY_GOOD: Final = click.option("--only-good", is_flag=True, help="Import the good rows although others are wrong.")
FORM: Final = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
PAGE: Final = 1000


class Sheets(NamedTuple):
    """A kind of import, what is asked about it, and how its rows are told."""

    imports: Imports[Any]
    queries: Any
    row: type[Schema]

    def bring_in(self, file: Path, form: str, *, dry_run: bool, only_good: bool) -> None:
        """Import a file, all rows or, when one is wrong, none; or only say what it would do."""
        found = self.imports.keep(file_name=file.name, content=file.read_bytes(), locale=current_locale(), by=None)
        db.session.commit()
        if not dry_run:
            self._apply(found, Mode.GOOD if only_good else Mode.ALL)
        if found.state is not ImportState.APPLIED:
            self.imports.check(found, step=db.session.commit)
            db.session.commit()
        if found.state is ImportState.REFUSED:
            fail(f"{file}: {found.problem}")
        self._print(found, form)
        if found.unread_sheets:
            click.echo(f"registry: only one sheet is imported; not read: {', '.join(found.unread_sheets)}", err=True)
        for line in found.left_out:
            click.echo(f"registry: row {line['row']} was left out, as it names nothing: {line['text']}", err=True)
        if found.taken_owner:
            click.echo(f"registry: no column says whose these are; taken to be of {found.taken_owner}", err=True)
        if wrong := found.counted.get(Outcome.ERROR, 0):
            what = "nothing was imported" if found.state is not ImportState.APPLIED else "the others were imported"
            fail(f"{file}: rows with errors: {wrong}; {what}")

    def _apply(self, found: SheetImport, mode: Mode) -> None:
        """Import, or leave everything as it was: what is wrong is said by the check that follows."""
        try:
            self.imports.run(found, mode=mode, step=db.session.commit)
            db.session.commit()
        except Refusal:
            db.session.rollback()

    def _print(self, found: SheetImport, form: str) -> None:
        done = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
        counts = {outcome.value: found.counted.get(outcome, 0) for outcome in done}
        counts = {"rows": found.total, **counts, "errors": found.counted.get(Outcome.ERROR, 0)}
        if form == "json":
            _print_json(counts, self._rows(found))
            return
        for row in self._rows(found):
            _print_row(row)
        for one in map(ImportReasonOut().dump, found.reasons_in_order or ()):
            click.echo(f"{one['rows']:>6} rows: {one['field'] or 'note'}: {one['message']}")
        click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))

    def _rows(self, found: SheetImport) -> Iterator[dict[str, Any]]:
        schema, cursor = self.row(), None
        while True:
            page = self.queries.rows(found, limit=PAGE, cursor=cursor)
            for row in page.items:
                yield schema.dump(row)
            if page.next is None:
                return
            cursor = page.next


def form_of(file: Path) -> Form:
    """The kind of file that a name says."""
    try:
        return Form(file.suffix.lower().removeprefix("."))
    except ValueError:
        raise Refusal(f"{file} must end with .xlsx or .csv") from None


def _print_row(row: dict[str, Any]) -> None:
    """A line for a row that does something, and one for each thing that is wrong with it."""
    if row["outcome"] == Outcome.UNCHANGED:
        return
    is_new = row["outcome"] == Outcome.NEW
    changes = (f"{name}: {new if is_new else f'{old} → {new}'}" for name, (old, new) in (row["changes"] or {}).items())
    click.echo(f"{row['row']:>6} {row['outcome']:<9} {row['tag'] or '':<11} {row['name'] or ''}  {'; '.join(changes)}")
    for error in row["errors"]:
        where = f"{error['cell']} “{error['value']}”" if error["cell"] else error["field"]
        click.echo(f"       {where}: {error['message']}")
    for note in row["notes"]:
        click.echo(f"       {note}")


def _print_json(counts: dict[str, int], rows: Iterator[dict[str, Any]]) -> None:
    """One object, its items written as they come: there may be a hundred thousand."""
    click.echo(json.dumps(counts)[:-1] + ', "items": [', nl=False)
    for place, row in enumerate(rows):
        click.echo((",\n" if place else "\n") + json.dumps(row, ensure_ascii=False), nl=False)
    click.echo("]}")
