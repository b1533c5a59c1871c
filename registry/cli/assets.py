"""`registry assets`: the inventory as sheets, in and out."""

from pathlib import Path
from typing import Final

import click

from registry.assets.exchange import actions, exporting, queries, template
from registry.cli.doors import in_app
from registry.cli.labels import assets_labels
from registry.cli.sheets import DRY_RUN, FILE, FORM, ONLY_GOOD, Sheets, form_of
from registry.kernel.db import looking
from registry.kernel.i18n import current_locale
from registry.sheets.schemas import ImportRowOut

SHEETS: Final = Sheets(actions.IMPORTS, queries, ImportRowOut)


@click.group()
def assets() -> None:
    """The inventory: sheets in and out, labels."""


assets.add_command(assets_labels)


@assets.command("import")
@FILE
@DRY_RUN
@ONLY_GOOD
@FORM
@in_app
def assets_import(file: Path, form: str, *, dry_run: bool, only_good: bool) -> None:
    """Import assets from an .xlsx or .csv FILE; all rows or, when one is wrong, none."""
    SHEETS.bring_in(file, form, dry_run=dry_run, only_good=only_good)


@assets.command("export")
@FILE
@in_app
def assets_export(file: Path) -> None:
    """Write every asset into FILE, .xlsx or .csv, which can be imported again."""
    with looking():
        content, count = exporting.exported(form_of(file), {}, locale=current_locale(), by=None)
    file.write_bytes(content)
    click.echo(f"{count} assets written to {file}")


@assets.command("template")
@FILE
@in_app
def assets_template(file: Path) -> None:
    """Write the empty sheet to fill in into FILE, .xlsx or .csv."""
    file.write_bytes(template.template(form_of(file), locale=current_locale(), by=None))
    click.echo(f"template written to {file}")
