"""`registry plan`: plans as data files, and where they stand."""

import json
from datetime import date

import click

from registry.cli.doors import fail, in_app, in_words
from registry.cli.values import Day
from registry.kernel.db import db
from registry.plan import files as plan_files
from registry.plan import queries as plan_queries
from registry.plan import tables as plan_tables
from registry.plan import versions
from registry.plan.rollups import queries as rollups
from registry.plan.schemas import RollupOut


@click.group()
def plan() -> None:
    """Plans as data files."""


@plan.command("load")
@click.argument("file_or_name")
@in_app
def plan_load(file_or_name: str) -> None:
    """Load a plan file; the same file twice changes nothing."""
    loaded = versions.load(plan_files.read(file_or_name), by=None)
    db.session.commit()
    done = "loaded as" if loaded.changed else "unchanged, still"
    click.echo(f"{loaded.plan.code}: {done} version {loaded.version.number}")


@plan.command("check")
@click.argument("file")
@in_words
def plan_check(file: str) -> None:
    """Check a plan file; each fault with its place."""
    faults = plan_files.check(file)
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        fail(f"{file}: {len(faults)} faults")
    click.echo(f"{file}: no faults")


@plan.command("rollup")
@click.argument("code")
@click.option("--on", type=Day(), help="As of this date; today when left out.")
@click.option("--known", type=Day(), help="As it was known on this date; as it is known now when left out.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@in_app
def plan_rollup(code: str, on: date | None, known: date | None, form: str) -> None:
    """Value, target, percent and verdict of every indicator, and money, by period."""
    day = rollups.day_of(on, known)
    rollup = rollups.rollup(plan_queries.by_code(code, None), day, rollups.instant_of(known, day))
    match form:
        case "json":
            click.echo(json.dumps(RollupOut().dump(rollup), ensure_ascii=False, indent=1))
        case "csv":
            click.echo(plan_tables.rollup_csv(rollup), nl=False)
        case _:
            click.echo(plan_tables.rollup_table(rollup), nl=False)
