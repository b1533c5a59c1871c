"""Bringing what is kept of plans up to date: seconds after the commit, a part a transaction, leading or not.

What changed is folded into the counts of rows and places; what waits for a decision is counted again.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date

from flask import Flask

from registry.jobs.looking import until_told_to_stop
from registry.kernel.db import db, looking
from registry.plan.board import placing, waiting
from registry.plan.counts import checking, folding

log = logging.getLogger(__name__)


def loop(app: Flask, stopping: threading.Event) -> None:
    """Fold in what changes until told to stop."""

    def look() -> None:
        with looking():
            changed = folding.is_waiting() or placing.is_waiting()
        if changed:
            catch_up(stopping.is_set)
        count_waiting(stopping.is_set)

    until_told_to_stop(app, stopping, look, "the counts of plans could not be brought up to date yet")


def catch_up(stops: Callable[[], bool] = bool) -> int:
    """Fold in all there is, with a commit after each part, until told to stop; gives how many notes it was."""
    total = 0
    for fold in (folding.fold, placing.fold):
        while not stops() and (number := fold()):
            db.session.commit()
            total += number
        db.session.commit()
    return total


def count_waiting(stops: Callable[[], bool] = bool) -> int:
    """Count again what waits for a decision where it may have changed, and keep nobody waiting meanwhile.

    Gives of how many versions it was counted.
    """
    with looking():
        found = waiting.due()
    for number, version_id in enumerate(found):
        if stops():
            return number
        with looking():
            counted = waiting.count(version_id)
        waiting.keep(counted)
        db.session.commit()
    return len(found)


def run(on: date) -> Mapping[str, int]:
    """Fold everything in, compare it with all evidence, and have what is wrong counted anew."""
    catch_up()
    count_waiting()
    wrong = checking.differences(on)
    if wrong:
        log.error("counts of plans were wrong: %s", "; ".join(map(str, wrong)))
        folding.start_anew()
        catch_up()
    return {"wrong": len(wrong)}
