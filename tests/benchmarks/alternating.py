"""Ours and its floor in turns: medians of wall time and of processor time, the database's included."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from registry.kernel.db import db
from tests.benchmarks.result import Result, at_most

Act = Callable[[], object]


class Cost(NamedTuple):
    """Milliseconds on the wall, and those of the processor: of this process and of the server's that works for it."""

    wall: float
    cpu: float


class Pair(NamedTuple):
    """The medians of ours and of the floor, which were measured in turns."""

    ours: Cost
    floor: Cost

    def at_most(self, name: str, goal: float, note: str = "") -> Result:
        """The result: wall time decides, processor time is told beside it."""
        told = f"processor {self.ours.cpu:.1f} against {self.floor.cpu:.1f} ms, {self.ours.cpu / self.floor.cpu:.3f}"
        return at_most(name, self.ours.wall, self.floor.wall, goal, f"{told}; {note}" if note else told)


def in_turns(ours: Act, floor: Act, *, runs: int, after: Act | None = None) -> Pair:
    """Both so many times; what comes after each puts back what it changed, and is not measured."""
    pairs = [(_and_then(ours, after), _and_then(floor, after)) for _run in range(runs)]
    return Pair(median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs]))


def median(costs: list[Cost]) -> Cost:
    """The median of each."""
    return Cost(statistics.median(one.wall for one in costs), statistics.median(one.cpu for one in costs))


def cost(act: Act) -> Cost:
    """What one call costs."""
    used = processor()
    cpu, begun = used(), time.perf_counter()
    act()
    wall = time.perf_counter() - begun
    return Cost(wall * 1000, (used() - cpu) * 1000)


def processor() -> Callable[[], float]:
    """A clock of the seconds of the processor that are used here and by the database."""
    database = database_processor()
    return database if database is time.process_time else lambda: time.process_time() + database()


def database_processor() -> Callable[[], float]:
    """That of the server's process for this connection, as Linux tells it; SQLite works in this process."""
    if db.engine.dialect.name != "postgresql":
        return time.process_time
    there = Path(f"/proc/{db.session.scalar(text('SELECT pg_backend_pid()'))}/schedstat")
    return lambda: int(there.read_text(encoding="ascii").split()[0]) / 1e9


def _and_then(act: Act, after: Act | None) -> Cost:
    found = cost(act)
    if after is not None:
        after()
    return found
