"""Runs of jobs, and the leases that let only one process run each."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel.db import Base, Instant, choice

LEADERSHIP = "scheduler"  # the lease of the process that starts the timetable's jobs


class RunStatus(StrEnum):
    """A run that stays `running` belongs to a process that died; the next run does its work."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Base):
    """One run of a job: `for_on` is the local day it stands for, `holder` the process that ran it."""

    __tablename__ = "job_run"
    __table_args__ = (Index(None, "name", "status", "for_on"), Index(None, "name", "started_at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(60))
    for_on: Mapped[date]
    started_at: Mapped[datetime] = mapped_column(Instant)
    holder: Mapped[str] = mapped_column(String(120))
    status: Mapped[RunStatus] = mapped_column(choice(RunStatus), default=RunStatus.RUNNING)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    result: Mapped[Any] = mapped_column(JSON, nullable=True, default=None)
    error: Mapped[str | None] = mapped_column(String(2000), default=None)


class JobLease(Base):
    """Who may do something until when; past `expires_at` anybody may take it."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime] = mapped_column(Instant)
