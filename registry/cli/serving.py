"""`registry serve`: pages, API and, beside them, the scheduler."""

import os
import socket
import sys

import click
from flask import Flask

from registry import config
from registry.app import create_app, fetch
from registry.cli.doors import command, ensure_schema, fail, settings
from registry.kernel.db import db
from registry.web.server import Server


@click.command()
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
        ensure_schema(app)
        if not config.is_loopback(host) and _has_known_passwords():
            fail("this database has the sample people, whose passwords are known; use another REGISTRY_HOME")
        if with_demo:
            _fill(app)
        db.session.remove()
        db.engine.dispose()

    def greet() -> None:
        click.echo(f"registry is ready at http://{bind}")
        if with_demo:
            click.echo(_sign_ins())
        sys.stdout.flush()

    Server(app, bind=bind, workers=workers, scheduler=settings(app).scheduler, on_ready=greet).run()


def _has_known_passwords() -> bool:
    from registry import demo_people  # noqa: PLC0415 — it brings passwords along, which no start needs

    return demo_people.has_known_passwords()


def _sign_ins() -> str:
    from registry import demo_people  # noqa: PLC0415 — as above

    return demo_people.SIGN_INS


def _fill(app: Flask) -> None:
    from registry import demo  # noqa: PLC0415 — a server for real has no use for it

    fetch(app)
    demo.fill_if_empty()
    db.session.commit()


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port")
