"""`registry db`: the schema, and copies of the embedded database."""

from pathlib import Path

import click

from registry.app import create_app
from registry.cli.doors import command, fail, in_app, in_words, inside, load_catalogue
from registry.kernel import copies, migrate


@click.group("db")
def database() -> None:
    """The database's schema and copies."""


@database.command("upgrade")
@command
def db_upgrade() -> None:
    """Bring the schema to this version."""
    with inside(create_app()):
        migrate.upgrade()
        load_catalogue()
        click.echo(f"schema at {migrate.current()}")


@database.command("check")
@command
def db_check() -> None:
    """Say whether the schema is current and the data whole."""
    with inside(create_app()):
        if not migrate.is_current():
            fail(f"schema at {migrate.current() or 'nothing'}, needs {migrate.newest()}; run: registry db upgrade")
        faults = migrate.faults()
        if faults:
            fail("; ".join(faults))
        click.echo(f"schema at {migrate.current()}, data whole")


@database.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@in_app
def db_backup(file: Path) -> None:
    """Copy the embedded database into FILE while it is in use."""
    copies.backup(file)
    click.echo(f"copied to {file}")


@database.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@in_words
def db_restore(file: Path) -> None:
    """Put the copy FILE in the place of the embedded database, then migrate it."""
    copies.restore(file)
    migrate.upgrade()
    load_catalogue()
    click.echo(f"restored from {file}, schema at {migrate.current()}")
