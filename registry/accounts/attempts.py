"""Attempts to sign in: counted before they are judged, so that those that arrive together are all counted."""

from datetime import datetime

from sqlalchemy import Delete, delete, func, select, update

from registry.accounts.models import SigninFailure
from registry.accounts.rules import ATTEMPT_WINDOW, MAX_FAILURES, UNJUDGED, digest
from registry.kernel import clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Busy
from registry.kernel.i18n import _


def note(*, email: str, address: str, is_signed_in: bool = False) -> int:
    """Count a sign-in attempt as failed until it succeeds; raises Busy beyond the limits. The door commits it first.

    One of somebody who `is_signed_in` counts for a minute only until it has failed: the process may end meanwhile.
    """
    one_at_a_time("sign-in attempts")
    now = clock.now()
    since = now - ATTEMPT_WINDOW
    hashed = digest(email.strip().casefold())
    recent = select(func.count()).select_from(SigninFailure).where(SigninFailure.at > since)
    counts = {
        "pair": db.session.scalar(recent.where(SigninFailure.email_hash == hashed, SigninFailure.address == address)),
        "email": db.session.scalar(recent.where(SigninFailure.email_hash == hashed)),
        "address": db.session.scalar(recent.where(SigninFailure.address == address)),
    }
    if any((counts[what] or 0) >= most for what, most in MAX_FAILURES.items()):
        minutes = int(ATTEMPT_WINDOW.total_seconds() // 60)
        raise Busy(_("Too many failed sign-ins; wait %(minutes)s minutes and try again.", minutes=minutes))
    at = now - ATTEMPT_WINDOW + UNJUDGED if is_signed_in else now
    row = SigninFailure(at=at, email_hash=hashed, address=address)
    db.session.add(row)
    db.session.flush()
    return row.id


def fail(attempt: int) -> None:
    """An attempt was wrong: it counts for the whole window from now on. The door commits it."""
    db.session.execute(update(SigninFailure).where(SigninFailure.id == attempt).values(at=clock.now()))


def forgive(attempt: int) -> None:
    """An attempt succeeded: it no longer counts as a failure."""
    db.session.execute(delete(SigninFailure).where(SigninFailure.id == attempt))


def outdated(now: datetime) -> Delete:
    """What deletes the attempts that count no more."""
    return delete(SigninFailure).where(SigninFailure.at < now - ATTEMPT_WINDOW)
