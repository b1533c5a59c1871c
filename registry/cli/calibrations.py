"""`registry calibrations`: history from sheets."""

from pathlib import Path
from typing import Final

import click

from registry.calibration.exchange import actions, queries, template
from registry.calibration.exchange.schemas import CalibrationImportRowOut
from registry.cli.doors import in_app
from registry.cli.sheets import DRY_RUN, FILE, FORM, ONLY_GOOD, Sheets, form_of
from registry.kernel.i18n import current_locale

SHEETS: Final = Sheets(actions.IMPORTS, queries, CalibrationImportRowOut)


@click.group()
def calibrations() -> None:
    """Calibrations and verifications of years, from sheets."""


@calibrations.command("import")
@FILE
@DRY_RUN
@ONLY_GOOD
@FORM
@in_app
def calibrations_import(file: Path, form: str, *, dry_run: bool, only_good: bool) -> None:
    """Import calibrations from an .xlsx or .csv FILE; all records or, when one is wrong, none."""
    SHEETS.bring_in(file, form, dry_run=dry_run, only_good=only_good)


@calibrations.command("template")
@FILE
@in_app
def calibrations_template(file: Path) -> None:
    """Write the empty sheet to fill in into FILE, .xlsx or .csv."""
    file.write_bytes(template.template(form_of(file), locale=current_locale(), by=None))
    click.echo(f"template written to {file}")
