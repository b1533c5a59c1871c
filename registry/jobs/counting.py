"""Folding what changed into the counts of plans: seconds after the commit, a part a transaction, leading or not."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date

from flask import Flask

from registry.jobs.looking import until_told_to_stop
from registry.kernel.db import db
from registry.plan.counts import checking, folding

log = logging.getLogger(__name__)


def loop(app: Flask, stopping: threading.Event) -> None:
    """Fold in what changes until told to stop."""

    def look() -> None:
        if folding.is_waiting():
            catch_up(stopping.is_set)

    until_told_to_stop(app, stopping, look, "the counts of plans could not be brought up to date yet")


def catch_up(stops: Callable[[], bool] = bool) -> int:
    """Fold in all there is, with a commit after each part, until told to stop; gives how many notes it was."""
    total = 0
    while not stops() and (number := folding.fold()):
        db.session.commit()
        total += number
    db.session.commit()
    return total


def run(on: date) -> Mapping[str, int]:
    """Fold everything in, compare it with all evidence, and have what is wrong counted anew."""
    catch_up()
    wrong = checking.differences(on)
    if wrong:
        log.error("counts of plans were wrong: %s", "; ".join(map(str, wrong)))
        folding.start_anew()
        catch_up()
    return {"wrong": len(wrong)}
