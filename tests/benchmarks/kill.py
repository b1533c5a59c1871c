"""What is left after a process was killed two hundred times while it recorded, approved and sent, on each database."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import killing, postgres
from tests.benchmarks.result import Result, at_most

KILLS = int(os.environ.get("REGISTRY_KILLS", "200"))


def results() -> Iterator[Result]:
    """Nothing half done, no notice lost or doubled, a log that verifies; what was not heard of is said beside it."""
    with tempfile.TemporaryDirectory() as home:
        yield from _told("sqlite", killing.kill(f"sqlite:///{home}/registry.db", Path(home), KILLS))
    with (
        tempfile.TemporaryDirectory() as home,
        postgres.server() as server,
        postgres.fresh_database(server, "registry_kills") as url,
    ):
        yield from _told("postgresql", killing.kill(url, Path(home), KILLS))


def _told(database: str, seen: killing.Seen) -> Iterator[Result]:
    where = ", ".join(f"{number} in {what}" for what, number in sorted(seen.died_while.items()))
    of = f"of {seen.records} records after {seen.kills} kills: {where}"
    unheard = f"{seen.unheard} of {seen.notices} not heard of, {seen.unheard_missing} of these missing"
    yield at_most(f"kill.{database}.half_records", seen.half, None, 0, of)
    yield at_most(f"kill.{database}.notices_lost", seen.lost, None, 0, unheard)
    yield at_most(f"kill.{database}.notices_doubled", seen.doubled, None, 0, f"of {seen.notices}")
    whole = seen.fault or f"{seen.entries} entries whole"
    yield at_most(f"kill.{database}.log_faults", float(seen.fault is not None), None, 0, whole)
