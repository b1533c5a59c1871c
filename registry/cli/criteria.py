"""`registry criteria`: criteria sets as data files."""

import click

from registry.cli.doors import fail, in_app, in_words
from registry.kernel.db import db
from registry.labs.criteria import files, loading


@click.group()
def criteria() -> None:
    """Criteria sets as data files."""


@criteria.command("load")
@click.argument("file_or_name")
@in_app
def criteria_load(file_or_name: str) -> None:
    """Load a criteria set; the same file twice changes nothing."""
    loaded = loading.load(files.read(file_or_name), by=None)
    db.session.commit()
    done = "loaded as" if loaded.changed else "unchanged, still"
    click.echo(f"{loaded.set.code}: {done} version {loaded.set.number}")


@criteria.command("check")
@click.argument("file")
@in_words
def criteria_check(file: str) -> None:
    """Check the file of a criteria set; each fault with its place."""
    faults = files.check(file)
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        fail(f"{file}: {len(faults)} faults")
    click.echo(f"{file}: no faults")
