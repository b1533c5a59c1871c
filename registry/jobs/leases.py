"""Leases: one holder at a time across processes and machines, given up when the holder stops renewing.

Each step is one conditional statement, so that of two processes only one can win, on SQLite and on PostgreSQL.
"""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Executable, delete, or_, update
from sqlalchemy.exc import OperationalError

from registry.jobs.models import JobLease
from registry.kernel import clock
from registry.kernel.db import insert_into

LIFE = timedelta(seconds=8)
BEAT = 2.0  # seconds between renewals: three may fail before anybody else takes over


def new_holder() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def take(connection: Connection, name: str, holder: str) -> bool:
    """Take a free or expired lease, or renew one's own; gives whether it is held now."""
    now = clock.now()
    until = {"holder": holder, "expires_at": now + LIFE}
    free = or_(JobLease.holder == holder, JobLease.expires_at <= now)
    if _count(connection, update(JobLease).where(JobLease.name == name, free).values(**until)):
        return True
    insert = insert_into(JobLease, connection.dialect.name)
    return bool(_count(connection, insert.values(name=name, **until).on_conflict_do_nothing()))


def give_back(connection: Connection, name: str, holder: str) -> bool:
    """Give a lease back; False when somebody else holds it by now.

    In the transaction of the work it fences that work: who lost the lease must not commit.
    """
    mine = delete(JobLease).where(JobLease.name == name, JobLease.holder == holder)
    return bool(_count(connection, mine))


@contextmanager
def beating(engine: Engine, name: str, holder: str) -> Iterator[None]:
    """Renew a lease from a thread of its own while the work lasts."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                with engine.begin() as connection:
                    _renew(connection, name, holder)
            except OperationalError:
                continue  # on SQLite the work itself may hold the only write lock, and with it the lease

    thread = threading.Thread(target=beat, name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(connection: Connection, name: str, holder: str) -> None:
    mine = update(JobLease).where(JobLease.name == name, JobLease.holder == holder)
    connection.execute(mine.values(expires_at=clock.now() + LIFE))


def _count(connection: Connection, statement: Executable) -> int:
    result: Any = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)
