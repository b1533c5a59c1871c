"""Sealing what was written to the audit log: seconds after the commit, a block a transaction, whoever leads or not."""

import threading
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from flask import Flask

from registry.jobs.looking import until_told_to_stop
from registry.kernel import seals
from registry.kernel.db import db

GLANCE: Final = 0.05
GLANCES: Final = 100  # as long as a block waits for transactions that write; one that lasts longer delays it


def loop(app: Flask, stopping: threading.Event) -> None:
    """Seal what is written until told to stop."""

    def look() -> None:
        if seals.is_waiting():
            catch_up(stopping.wait)

    until_told_to_stop(app, stopping, look, "the audit log could not be sealed yet")


def run(_on: date) -> Mapping[str, int]:
    """Seal everything that is committed, for whoever runs no scheduler."""
    return {"sealed": catch_up(threading.Event().wait)}


def catch_up(wait: Callable[[float], bool]) -> int:
    """Seal up to the newest entry of now, once nothing can come below it; gives how many entries were sealed.

    Nothing is sealed while a transaction that writes lasts, as an import does; the next look tries again.
    """
    upto = seals.newest()
    unsettled, glances = seals.writing(), 0
    db.session.commit()
    while unsettled and glances < GLANCES and not wait(GLANCE):
        unsettled &= seals.writing()
        glances += 1
        db.session.commit()
    if unsettled:
        return 0
    total = 0
    while number := seals.seal(upto):
        db.session.commit()
        total += number
    db.session.commit()
    return total
