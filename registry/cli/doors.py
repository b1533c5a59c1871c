"""What every command has in common: refusals as one line and status 1, the application around it, its words."""

import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from registry import config
from registry.app import create_app
from registry.assets.types import actions as types
from registry.kernel import migrate, schema
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Refusal

P = ParamSpec("P")
R = TypeVar("R")


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
            ensure_schema(app)
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


def settings(app: Flask) -> config.Settings:
    """What the environment said."""
    said: config.Settings = app.extensions["registry"]
    return said


def checked(kind: type[schema.Schema], **said: str) -> dict[str, Any]:
    """What was said, through the schema the pages and the API use; raises Invalid."""
    try:
        return dict(kind().load(said))
    except ValidationError as error:
        raise Invalid(schema.flat_messages(error.messages)) from error


def ensure_schema(app: Flask) -> None:
    """Make or migrate the embedded database, or end when another one is outdated; then see to the shipped catalogue."""
    if not migrate.is_current():
        _migrate(app)
    load_catalogue()


def load_catalogue() -> None:
    """Record the instrument types that this version ships and the database does not hold yet."""
    types.load_shipped()
    db.session.commit()


def _migrate(app: Flask) -> None:
    if migrate.is_from_the_future():
        fail(f"the database is at {migrate.current()}, from a newer version of the registry; upgrade the registry")
    if not settings(app).embedded:
        fail("the database's schema is not current; run: registry db upgrade")
    migrate.upgrade()
