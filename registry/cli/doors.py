"""What every command has in common: refusals as one line and status 1, and the application around it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from registry import config
from registry.app import create_app, fetch
from registry.kernel import migrate
from registry.kernel.db import db
from registry.kernel.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")


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
            fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))

    return door


def in_app(act: Callable[P, R]) -> Callable[P, R]:
    """Run inside the application, the embedded database made and migrated when needed."""

    @command
    @wraps(act)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        app = create_app()
        fetch(app)  # who writes must know every table
        with inside(app):
            ensure_schema(app)
            load_catalogue()
            return act(*args, **kwargs)

    return door


def in_words(act: Callable[P, R]) -> Callable[P, R]:
    """Run inside the application for its messages, without touching a database."""

    @command
    @wraps(act)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        with inside(create_app()):
            return act(*args, **kwargs)

    return door


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    """The application around a command, which leaves no connection open."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def settings(app: Flask) -> config.Settings:
    """What the environment said."""
    said: config.Settings = app.extensions["registry"]
    return said


def ensure_schema(app: Flask) -> None:
    """Make or migrate the embedded database, or end when another one is outdated."""
    if not migrate.is_current():
        _migrate(app)


def load_catalogue() -> None:
    """Record the instrument types that this version ships and the database does not hold yet."""
    from registry.assets.types import actions as types  # noqa: PLC0415 — a server on a current schema leaves it to the jobs

    types.load_shipped()
    db.session.commit()


def _migrate(app: Flask) -> None:
    if migrate.is_from_the_future():
        fail(f"the database is at {migrate.current()}, from a newer version of the registry; upgrade the registry")
    if not settings(app).embedded:
        fail("the database's schema is not current; run: registry db upgrade")
    migrate.upgrade()
    load_catalogue()
