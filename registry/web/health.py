"""Whether the process lives and whether it can serve."""

from datetime import timedelta

from flask import Blueprint, Response, json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from registry.accounts.signin import public
from registry.kernel import clock, migrate
from registry.kernel.db import db

blp = Blueprint("health", __name__)
STALE_AFTER = timedelta(hours=26)


@blp.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@blp.get("/readyz")
@public
def ready() -> Response:
    """The database is reachable, its schema current and the last sweep not stale."""
    checks = _checks()
    return Response(json.dumps(checks), 200 if all(checks.values()) else 503, content_type="application/json")


def _checks() -> dict[str, bool]:
    from registry.jobs import queries as jobs  # noqa: PLC0415 — a start does not wait for their tables

    try:
        db.session.execute(text("SELECT 1"))
        current = migrate.is_current()
        last = jobs.last_success("flag-overdue") if current else None
    except SQLAlchemyError:
        return {"database": False, "schema": False, "sweep": False}
    return {"database": True, "schema": current, "sweep": last is not None and clock.now() - last < STALE_AFTER}
