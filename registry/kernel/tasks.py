"""Work that is too long for a request: put down in the transaction that asks for it, done later by whoever is free."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel import clock
from registry.kernel.db import Base, Instant, choice, db


class TaskState(StrEnum):
    """An open task whose worker died is taken by another."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


class Task(Base):
    """One piece of work: what kind, on which thing; `attempts` counts how often it was begun."""

    __tablename__ = "task"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    state: Mapped[TaskState] = mapped_column(choice(TaskState), default=TaskState.OPEN)
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    error: Mapped[str | None] = mapped_column(String(2000), default=None)


def enqueue(kind: str, key: object) -> Task:
    """Ask for work; it begins once the transaction is committed."""
    task = Task(kind=kind, key=str(key))
    db.session.add(task)
    return task


def enqueue_once(kind: str, key: object) -> None:
    """Ask for work unless the same is asked for already and nobody began it.

    What waits is kept from beginning until this is committed, so that it sees what it is asked for.
    """
    same = select(Task.id).where(Task.state == TaskState.OPEN, Task.kind == kind, Task.key == str(key))
    if db.session.scalar(same.where(Task.attempts == 0).limit(1).with_for_update()) is None:
        enqueue(kind, key)
