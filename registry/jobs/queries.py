"""What became of the jobs."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from registry.jobs.models import LEADERSHIP, JobLease, JobRun, RunStatus
from registry.kernel import clock
from registry.kernel.db import db

LATEST = 50


def last_runs(*, limit: int = LATEST) -> Sequence[JobRun]:
    """The latest runs of all jobs, newest first."""
    return db.session.scalars(select(JobRun).order_by(JobRun.id.desc()).limit(limit)).all()


def last_success(name: str) -> datetime | None:
    """When the latest successful run of a job began; None when there was none."""
    done = select(func.max(JobRun.started_at)).where(JobRun.name == name, JobRun.status == RunStatus.DONE)
    return db.session.scalar(done)


def somebody_works() -> bool:
    """Whether a process is there that does what people ask for in the background."""
    alive = select(JobLease.name).where(JobLease.name == LEADERSHIP, JobLease.expires_at > clock.now())
    return db.session.scalar(alive) is not None


def was_done(name: str, first: date, last: date) -> bool:
    """Whether a job succeeded for any of the days from `first` to `last`, both inclusive."""
    done = select(JobRun.id).where(
        JobRun.name == name, JobRun.status == RunStatus.DONE, JobRun.for_on.between(first, last)
    )
    return db.session.scalar(done.limit(1)) is not None
