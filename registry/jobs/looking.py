"""Looking again and again whether something waits to be done, in a thread of its own."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from flask import Flask
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)
PAUSE: Final = 5.0


def until_told_to_stop(app: Flask, stopping: threading.Event, look: Callable[[], object], trouble: str) -> None:
    """Look every few seconds; a database that does not answer may do so in a moment, and `trouble` is logged."""
    while not stopping.wait(PAUSE):
        try:
            with app.app_context():
                look()
        except DBAPIError:
            log.exception(trouble)
