"""`registry report`: the report due on 10 December, as a file."""

from pathlib import Path

import click

from registry.cli.doors import fail, in_app
from registry.plan import queries as plans
from registry.plan.reports import documents, files


@click.group()
def report() -> None:
    """Reports on a plan as documents."""


@report.command("annual")
@click.argument("code")
@click.option("--year", type=int, required=True, help="The year that is reported.")
@click.option("--unit", help="Code of the organisation that reports; the whole plan when left out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".docx, .xlsx or .pdf")
@in_app
def annual(code: str, year: int, unit: str | None, out: Path) -> None:
    """Write the report of a year: as it was frozen or submitted, or as a draft from what is known today."""
    form = out.suffix.removeprefix(".").lower()
    if form not in files.MEDIA_TYPES:
        fail(f"{out}: write to a file that ends in .docx, .xlsx or .pdf")
    found = documents.annual(plans.by_code(code, None), year, unit)
    out.write_bytes(files.written(found.paper, form))
    click.echo(f"{out}: {found.said}")
