"""`registry jobs`: the timetable, one run by hand, and the scheduler."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from registry.app import create_app, fetch
from registry.cli.doors import command, ensure_schema, fail, in_app, load_catalogue
from registry.cli.values import Day
from registry.jobs import runner, scheduler, timetable
from registry.kernel import clock
from registry.kernel.db import db


@click.group()
def jobs() -> None:
    """Work the clock starts."""


@jobs.command("list")
@command
def jobs_list() -> None:
    """The timetable."""
    for job in timetable.JOBS:
        click.echo(f"{job.name:<20} {job.at:<12} {job.summary}")


@jobs.command("run")
@click.argument("name", type=click.Choice([job.name for job in timetable.JOBS]))
@click.option("--on", type=Day(), help="As if on this date; today when left out.")
@in_app
def jobs_run(name: str, on: date | None) -> None:
    """Run one job now and print what it did."""
    run = runner.run(name, on or clock.today())
    click.echo(
        json.dumps(
            {"job": name, "on": run.for_on, "status": run.status, "result": run.result},
            default=_plain,
            ensure_ascii=False,
        )
    )
    if run.status == "failed":
        fail(f"{name} failed: {run.error}")


@jobs.command("start")
@click.option("--parent", type=int, help="End when this process does.")
@command
def jobs_start(parent: int | None) -> None:
    """Run the scheduler in this process."""
    app = create_app()
    fetch(app)
    with app.app_context():
        ensure_schema(app)
        load_catalogue()
        db.session.remove()
    scheduler.main(app, parent=parent)


def _plain(value: object) -> Any:  # noqa: ANN401 — json's hook
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
