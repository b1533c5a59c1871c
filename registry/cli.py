"""The `registry` command. Exit status: 0 done; 1 refused or failed, with one line on standard error; 2 wrong usage."""

import json
import os
import socket
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from registry import config, demo
from registry.accounts import actions as accounts
from registry.accounts import queries as people
from registry.accounts.rules import Role
from registry.accounts.schemas import PersonIn, TokenIn
from registry.app import create_app
from registry.jobs import runner, scheduler, timetable
from registry.kernel import clock, copies, migrate, schema
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Refusal
from registry.plan import files as plan_files
from registry.plan import queries as plan_queries
from registry.plan import tables as plan_tables
from registry.plan import versions
from registry.plan.schemas import RollupOut
from registry.web.server import Server

P = ParamSpec("P")
R = TypeVar("R")


@click.group()
def main() -> None:
    """Registry of measurement standards, instruments and the plan they serve."""
    os.umask(0o077)  # the database and its copies hold hashes of passwords and tokens


class Day(click.ParamType[date]):
    """A date argument."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read `YYYY-MM-DD`."""
        try:
            return schema.Day().deserialize(str(value))
        except ValidationError as error:
            self.fail(" ".join(error.messages), param, ctx)


def fail(message: str) -> NoReturn:
    """End with status 1 and a one-line reason."""
    click.echo(f"registry: {' '.join(message.split())}", err=True)
    sys.exit(1)


def command(act: Callable[P, R]) -> Callable[P, R]:
    """Turn refusals into one line and status 1, also when the configuration or the database is at fault."""

    @wraps(act)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except (Refusal, config.ConfigurationError) as refusal:
            fail(str(refusal))
        except SQLAlchemyError as error:
            fail(f"the database refused: {str(error).splitlines()[0]}")
        except OSError as error:
            fail(str(error))

    return door


def in_app(act: Callable[P, R]) -> Callable[P, R]:
    """Run inside the application, the embedded database made and migrated when needed."""

    @command
    @wraps(act)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        app = create_app()
        with app.app_context():
            _ensure_schema(app)
            return act(*args, **kwargs)

    return door


def in_words(act: Callable[P, R]) -> Callable[P, R]:
    """Run inside the application for its messages, without touching a database."""

    @command
    @wraps(act)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        with create_app().app_context():
            return act(*args, **kwargs)

    return door


def _settings(app: Flask) -> config.Settings:
    settings: config.Settings = app.extensions["registry"]
    return settings


def _checked(kind: type[schema.Schema], **said: str) -> dict[str, Any]:
    """What was said, through the schema the pages and the API use; raises Invalid."""
    try:
        return dict(kind().load(said))
    except ValidationError as error:
        raise Invalid(schema.flat_messages(error.messages)) from error


def _ensure_schema(app: Flask) -> None:
    if migrate.is_current():
        return
    if migrate.is_from_the_future():
        fail(f"the database is at {migrate.current()}, from a newer version of the registry; upgrade the registry")
    if not _settings(app).embedded:
        fail("the database's schema is not current; run: registry db upgrade")
    migrate.upgrade()


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2 * (os.cpu_count() or 1), show_default="two a core", type=click.IntRange(1, 64))
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with the plan and sample records.")
@command
def serve(host: str, port: int, workers: int, *, with_demo: bool) -> None:
    """Serve pages and API; on the embedded database, create or migrate it first."""
    if with_demo and not config.is_loopback(host):
        fail(f"--demo has known passwords and is refused on {host}; leave --host out to serve this machine only")
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _check_free(host, port)
    os.environ.setdefault("REGISTRY_BASE_URL", f"http://{bind}")
    app = create_app()
    with app.app_context():
        _ensure_schema(app)
        if not config.is_loopback(host) and demo.has_known_passwords():
            fail("this database has the sample people, whose passwords are known; use another REGISTRY_HOME")
        if with_demo:
            demo.fill_if_empty()
            db.session.commit()
        db.session.remove()
        db.engine.dispose()

    def greet() -> None:
        click.echo(f"registry is ready at http://{bind}")
        if with_demo:
            click.echo(demo.SIGN_INS)
        sys.stdout.flush()

    Server(app, bind=bind, workers=workers, scheduler=_settings(app).scheduler, on_ready=greet).run()


@main.group("db")
def database() -> None:
    """The database's schema and copies."""


@database.command("upgrade")
@command
def db_upgrade() -> None:
    """Bring the schema to this version."""
    with create_app().app_context():
        migrate.upgrade()
        click.echo(f"schema at {migrate.current()}")


@database.command("check")
@command
def db_check() -> None:
    """Say whether the schema is current and the data whole."""
    with create_app().app_context():
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
    click.echo(f"restored from {file}, schema at {migrate.current()}")


@main.group()
def user() -> None:
    """People."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", required=True, help="Its code.")
@in_app
def user_add(email: str, name: str, role: str, organisation: str) -> None:
    """Create a person and print a one-time sign-in secret."""
    said = _checked(PersonIn, email=email.strip(), name=name, role=role, organisation=organisation)
    person, secret = accounts.add_person(**said, by=None)
    db.session.commit()
    click.echo(f"{person.email} signs in first at /claim with the one-time secret:\n{secret}")


@main.group()
def token() -> None:
    """API tokens."""


@token.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@in_app
def token_add(email: str, name: str) -> None:
    """Print a new API token of a person, once."""
    _row, secret = accounts.add_token(people.person_by_email(email), **_checked(TokenIn, name=name), by=None)
    db.session.commit()
    click.echo(secret)


@main.group()
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
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@in_app
def plan_rollup(code: str, on: date | None, form: str) -> None:
    """Value, target, percent and verdict of every indicator, and money, by period."""
    rollup = plan_queries.rollup(plan_queries.by_code(code, None), on or clock.today())
    match form:
        case "json":
            click.echo(json.dumps(RollupOut().dump(rollup), ensure_ascii=False, indent=1))
        case "csv":
            click.echo(plan_tables.rollup_csv(rollup), nl=False)
        case _:
            click.echo(plan_tables.rollup_table(rollup), nl=False)


@main.group()
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
    with app.app_context():
        _ensure_schema(app)
        db.session.remove()
    scheduler.main(app, parent=parent)


def _plain(value: object) -> Any:  # noqa: ANN401 — json's hook
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
