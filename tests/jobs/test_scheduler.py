"""When jobs are due, what was missed, and who leads: raced by real processes."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from registry.jobs import leases, scheduler
from registry.jobs.models import JobLease, JobRun, RunStatus
from registry.jobs.timetable import BY_NAME, JOBS
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from tests.conftest import TODAY

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
FLAG = BY_NAME["flag-overdue"]
DAY = timedelta(days=1)
LIFE, BEAT = timedelta(seconds=3), 0.75  # as in earnest, but sooner
HURRIED = f"""
from datetime import timedelta
from registry.cli import main
from registry.jobs import leases
leases.LIFE, leases.BEAT = timedelta(seconds={LIFE.total_seconds()}), {BEAT}
main()
"""


def at(day, hour, minute):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(TODAY, 0, 4), at(TODAY - DAY, 0, 5)),
        (at(TODAY, 0, 5), at(TODAY, 0, 5)),
        (at(TODAY, 23, 59), at(TODAY, 0, 5)),
        (at(date(2026, 3, 1), 0, 0), at(date(2026, 2, 28), 0, 5)),
        (at(date(2024, 3, 1), 0, 0), at(date(2024, 2, 29), 0, 5)),
        (at(date(2027, 1, 1), 0, 0), at(date(2026, 12, 31), 0, 5)),
    ],
)
def test_the_sweep_is_due_just_after_local_midnight(now, due):
    assert scheduler.due_last(FLAG, now) == due


def test_every_job_is_due_at_least_weekly_and_named_once():
    assert all(scheduler.due_last(job, at(TODAY, 12, 0)) for job in JOBS)
    assert len(BY_NAME) == len(JOBS)


@pytest.mark.parametrize(
    ("for_on", "status", "missed"),
    [
        (None, None, True),
        (TODAY - DAY, RunStatus.DONE, True),
        (TODAY, RunStatus.DONE, False),
        (TODAY, RunStatus.FAILED, True),
        (TODAY, RunStatus.RUNNING, True),
        (TODAY + DAY, RunStatus.DONE, True),
    ],
)
def test_a_night_is_missed_until_a_run_for_it_succeeded(session, for_on, status, missed):
    if for_on is not None:
        session.add(JobRun(name=FLAG.name, for_on=for_on, started_at=kernel_clock.now(), holder="x", status=status))
        session.flush()
    assert scheduler.is_missed(FLAG) is missed


def test_just_after_midnight_last_nights_run_still_counts(session, clock):
    session.add(JobRun(name=FLAG.name, for_on=TODAY, started_at=kernel_clock.now(), holder="x", status=RunStatus.DONE))
    session.flush()
    clock(at(TODAY + DAY, 0, 4))
    assert not scheduler.is_missed(FLAG)
    clock(at(TODAY + DAY, 0, 5))
    assert scheduler.is_missed(FLAG)


def test_what_does_not_catch_up_is_never_missed(session):
    assert not scheduler.is_missed(BY_NAME["forget-expired"])


@contextmanager
def started(app, *options):
    """`registry jobs start` in its own process, on the same database, with leases that live shorter."""
    settings = app.extensions["registry"]
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_HOME": str(settings.home),
    }
    command = [sys.executable, "-c", HURRIED, "jobs", "start", *options]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def leader(app):
    """The key of the process that leads, if any."""
    with app.app_context():
        holder = db.session.scalar(select(JobLease.holder).filter_by(name=scheduler.LEADERSHIP))
    return int(holder.split(":")[-2]) if holder else None


def eventually(holds, patience=30.0):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_a_standby_takes_over_within_seconds_when_the_leader_is_killed(app):
    with started(app) as first:
        assert eventually(lambda: leader(app) == first.pid)
        with started(app) as second:
            time.sleep(4 * BEAT)
            assert leader(app) == first.pid
            first.kill()
            patience = LIFE.total_seconds() + 3 * BEAT
            assert eventually(lambda: leader(app) == second.pid, patience)


def test_a_scheduler_catches_up_leads_and_resigns_when_it_is_asked_to_end(app):
    with started(app) as process:
        assert eventually(lambda: _caught_up(app))
        assert leader(app) == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert leader(app) is None


def test_a_night_missed_through_a_database_error_is_tried_again(app, monkeypatch):
    take, failures = leases.take, [OperationalError("SELECT 1", {}, OSError("gone")) for _time in range(3)]

    def unsteady(*given):
        if failures:
            raise failures.pop()
        return take(*given)

    monkeypatch.setattr(leases, "take", unsteady)
    monkeypatch.setattr(scheduler, "RETRY", timedelta(seconds=0.2))
    leading = scheduler.begin(app)
    try:
        assert eventually(lambda: _caught_up(app))
    finally:
        leading.shutdown()


def test_a_scheduler_ends_with_its_parent(app):
    with started(app, "--parent", "1") as process:
        assert process.wait(30) == 0
    assert leader(app) is None


def _caught_up(app):
    with app.app_context():
        done = select(JobRun.name).where(JobRun.status == RunStatus.DONE)
        return set(db.session.scalars(done)) == {job.name for job in JOBS if job.catch_up}
