"""The scheduler: one process leads by lease and starts the timetable's jobs; others stand by and take over."""

import logging
import os
import signal
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Flask
from flask.logging import default_handler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from registry.jobs import counting, delivery, leases, memory, queries, runner, sealing, work
from registry.jobs.models import LEADERSHIP
from registry.jobs.timetable import JOBS, Job
from registry.kernel import clock
from registry.kernel.db import db, without_windows
from registry.kernel.errors import Conflict
from registry.kernel.outbox.rules import Channel

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.cron import CronTrigger

log = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=8)
RETRY = timedelta(minutes=5)


def main(app: Flask, *, parent: int | None = None) -> None:
    """Lead or stand by until SIGTERM or SIGINT, or until the parent process that was named is gone."""
    app.logger.removeHandler(default_handler)  # or every line would be written twice
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_received: stopping.set())
    with app.app_context():
        engine = db.engine
    without_windows(engine)
    memory.share_heaps()
    for lane, waiting in work.LANES.items():
        threading.Thread(target=work.loop, args=(app, stopping, waiting), name=lane, daemon=True).start()
    threading.Thread(target=sealing.loop, args=(app, stopping), name="seal", daemon=True).start()
    threading.Thread(target=counting.loop, args=(app, stopping), name="count", daemon=True).start()
    for channel in Channel:
        name = f"send-{channel.value}"
        threading.Thread(target=delivery.loop, args=(app, stopping, channel), name=name, daemon=True).start()
    holder = leases.new_holder()
    started: BackgroundScheduler | None = None
    while not stopping.is_set() and (parent is None or os.getppid() == parent):
        leading = _leads(engine, holder)
        if leading and started is None:
            log.info("%s leads", holder)
            started = begin(app)
        elif leading is False and started is not None:
            log.warning("%s lost the lead", holder)
            started.shutdown(wait=False)
            started = None
        stopping.wait(leases.BEAT)
    if started is not None:
        started.shutdown()
        with engine.begin() as connection:  # a standby may lead at once
            leases.give_back(connection, LEADERSHIP, holder)


def due_last(job: Job, now: datetime) -> datetime | None:
    """The latest time, up to now, at which a job should have run; None when it is due more rarely than weekly."""
    trigger = _trigger(job)
    latest = None
    following = trigger.get_next_fire_time(None, now - LOOK_BACK)
    while following is not None and following <= now:
        latest, following = following, trigger.get_next_fire_time(following, following)
    return latest


def due_next(job: Job, now: datetime) -> datetime | None:
    """When a job runs next."""
    following: datetime | None = _trigger(job).get_next_fire_time(None, now)
    return following


def is_missed(job: Job) -> bool:
    """Whether a job that catches up has not succeeded since it was last due."""
    due = due_last(job, clock.now()) if job.catch_up else None
    return due is not None and not queries.was_done(job.name, clock.local(due).date(), clock.today())


def begin(app: Flask) -> "BackgroundScheduler":
    """The timetable in memory, one job after the other; what was missed is run at once and looked for again."""
    from apscheduler.executors.pool import ThreadPoolExecutor  # noqa: PLC0415 — web servers never start it
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 — see above

    scheduler = BackgroundScheduler(
        timezone=clock.zone(),
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_job(_catch_up, args=[app])
    scheduler.add_job(_catch_up, "interval", seconds=RETRY.total_seconds(), args=[app])
    for job in JOBS:
        scheduler.add_job(_run, _trigger(job), args=[app, job.name], id=job.name)
    scheduler.start()
    return scheduler


def _catch_up(app: Flask) -> None:
    """Run what was missed, in the timetable's order; what fails is missed still when this looks again."""
    for job in JOBS:
        with app.app_context():
            missed = is_missed(job)
        if missed:
            _run(app, job.name)


def _run(app: Flask, name: str) -> None:
    with app.app_context():
        try:
            runner.run(name, clock.today())
        except Conflict as conflict:
            log.warning("%s", conflict.detail)
        except DBAPIError:
            log.exception("job %s could not be run", name)


def _trigger(job: Job) -> "CronTrigger":
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 — 80 ms that only a look at the timetable pays

    return CronTrigger.from_crontab(job.at, timezone=clock.zone())


def _leads(engine: Engine, holder: str) -> bool | None:
    """Take or renew the lead; None when the database cannot say, as while a long job writes to SQLite."""
    try:
        with engine.begin() as connection:
            return leases.take(connection, LEADERSHIP, holder)
    except OperationalError:
        log.exception("the database does not answer")
        return None
