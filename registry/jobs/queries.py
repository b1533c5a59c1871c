"""What became of the jobs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from registry.jobs.models import LEADERSHIP, JobLease, JobRun, RunStatus
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.tasks import Task, TaskState

LATEST = 50


def last_runs(*, limit: int = LATEST) -> Sequence[JobRun]:
    """The latest runs of all jobs, newest first."""
    return db.session.scalars(select(JobRun).order_by(JobRun.id.desc()).limit(limit)).all()


def last_success(name: str) -> datetime | None:
    """When the latest successful run of a job began; None when there was none."""
    done = select(func.max(JobRun.started_at)).where(JobRun.name == name, JobRun.status == RunStatus.DONE)
    return db.session.scalar(done)


class Runs(NamedTuple):
    """How many runs of a job ended or began in a way, and when the latest of them began."""

    name: str
    status: RunStatus
    number: int
    latest_at: datetime


def runs() -> Sequence[Runs]:
    """All runs that are kept, by job and by how they ended: one statement."""
    wanted = select(JobRun.name, JobRun.status, func.count(), func.max(JobRun.started_at))
    grouped = wanted.group_by(JobRun.name, JobRun.status).order_by(JobRun.name, JobRun.status)
    return [Runs(*row) for row in db.session.execute(grouped)]


def unfinished() -> dict[TaskState, int]:
    """How much work that people asked for is open, and how much was given up."""
    told = (TaskState.OPEN, TaskState.FAILED)
    wanted = select(Task.state, func.count()).where(Task.state.in_(told)).group_by(Task.state)
    return dict.fromkeys(told, 0) | dict(db.session.execute(wanted).all())


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
