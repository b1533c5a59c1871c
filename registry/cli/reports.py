"""`registry report`: the report due on 10 December as a file, and whether what was frozen is still what it was."""

from pathlib import Path

import click

from registry.cli.doors import fail, in_app
from registry.plan import queries as plans
from registry.plan.reports import documents, files, queries


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
    form = _form(out)
    found = documents.annual(plans.by_code(code, None), year, unit)
    out.write_bytes(files.written(found.document, form))
    click.echo(f"{out}: {found.said}")


@report.command("verify")
@click.argument("code")
@click.option("--year", type=int, required=True, help="The year that was reported.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_app
def verify(code: str, year: int, file: Path | None) -> None:
    """Prove that the frozen report of a year is as it was frozen, and that a FILE is a copy of it."""
    found = queries.frozen(plans.by_code(code, None), year)
    if found is None:
        fail(f"{code}: no report of {year} is frozen")
    if not found.is_intact:
        fail(f"{code}: what is stored of the report of {year} is not what was frozen")
    if file is not None and file.read_bytes() != files.written(documents.report_document(found), _form(file)):
        fail(f"{file}: this is not the report of {year} as it was frozen")
    click.echo(f"{code}: the report of {year} is whole, SHA-256 {found.content_hash}")


def _form(file: Path) -> str:
    form = file.suffix.removeprefix(".").lower()
    if form not in files.MEDIA_TYPES:
        fail(f"{file}: a report is a file that ends in .docx, .xlsx or .pdf")
    return form
