"""`registry assets`: the inventory as sheets, in and out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from registry.assets.exchange import actions, exporting, queries, template
from registry.assets.exchange.models import AssetImport, Form, ImportState, Mode, Outcome
from registry.assets.exchange.schemas import ImportRowOut
from registry.cli.doors import fail, in_app
from registry.cli.labels import assets_labels
from registry.kernel.db import db
from registry.kernel.errors import Refusal
from registry.kernel.i18n import current_locale

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
PAGE = 1000


@click.group()
def assets() -> None:
    """The inventory: sheets in and out, labels."""


assets.add_command(assets_labels)


@assets.command("import")
@FILE
@click.option("--dry-run", is_flag=True, help="Say what every row would do and change nothing.")
@click.option("--only-good", is_flag=True, help="Import the good rows although others are wrong.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@in_app
def assets_import(file: Path, form: str, *, dry_run: bool, only_good: bool) -> None:
    """Import assets from an .xlsx or .csv FILE; all rows or, when one is wrong, none."""
    found = actions.keep(file_name=file.name, content=file.read_bytes(), locale=current_locale(), by=None)
    db.session.commit()
    if not dry_run:
        _apply(found, Mode.GOOD if only_good else Mode.ALL)
    if found.state is not ImportState.APPLIED:
        actions.check(found, step=db.session.commit)
        db.session.commit()
    if found.state is ImportState.REFUSED:
        fail(f"{file}: {found.problem}")
    _print(found, form)
    if found.unread_sheets:
        click.echo(f"registry: only one sheet is imported; not read: {', '.join(found.unread_sheets)}", err=True)
    if wrong := found.counted.get(Outcome.ERROR, 0):
        what = "nothing was imported" if found.state is not ImportState.APPLIED else "the others were imported"
        fail(f"{file}: rows with errors: {wrong}; {what}")


@assets.command("export")
@FILE
@in_app
def assets_export(file: Path) -> None:
    """Write every asset into FILE, .xlsx or .csv, which can be imported again."""
    content, count = exporting.exported(_form_of(file), {}, locale=current_locale(), by=None)
    file.write_bytes(content)
    click.echo(f"{count} assets written to {file}")


@assets.command("template")
@FILE
@in_app
def assets_template(file: Path) -> None:
    """Write the empty sheet to fill in into FILE, .xlsx or .csv."""
    file.write_bytes(template.template(_form_of(file), locale=current_locale(), by=None))
    click.echo(f"template written to {file}")


def _apply(found: AssetImport, mode: Mode) -> None:
    """Import, or leave everything as it was: what is wrong is said by the check that follows."""
    try:
        actions.run(found, mode=mode, step=db.session.commit)
        db.session.commit()
    except Refusal:
        db.session.rollback()


def _form_of(file: Path) -> Form:
    try:
        return Form(file.suffix.lower().removeprefix("."))
    except ValueError:
        raise Refusal(f"{file} must end with .xlsx or .csv") from None


def _print(found: AssetImport, form: str) -> None:
    counts = {
        outcome.value: found.counted.get(outcome, 0) for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
    }
    counts = {"rows": found.total, **counts, "errors": found.counted.get(Outcome.ERROR, 0)}
    if form == "json":
        _print_json(counts, _rows(found))
        return
    for row in _rows(found):
        _print_row(row)
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


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


def _rows(found: AssetImport) -> Iterator[dict[str, Any]]:
    schema, cursor = ImportRowOut(), None
    while True:
        page = queries.rows(found, limit=PAGE, cursor=cursor)
        for row in page.items:
            yield schema.dump(row)
        if page.next is None:
            return
        cursor = page.next
