"""How fast the service answers after its process starts, and what a worker weighs after a thousand requests."""

import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import seed, serving
from tests.benchmarks.result import Result, at_most

RUNS = 5
REQUESTS = 1000
READY_WITHIN_S = 1.0
MEGABYTES = 85


def results() -> Iterator[Result]:
    """Ready to answer within 1.0 s on an existing database; at most 85 MB a worker."""
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/registry.db"
        tags = seed.assets(url, home, count=1000)
        took: list[float] = []
        heaviest = 0.0
        for _run in range(RUNS):
            with serving.registry(url, home, scheduler="on") as served:
                took.append(served.ready_after)
                for number in range(REQUESTS):
                    address = f"http://127.0.0.1:{served.port}/s/{tags[number % len(tags)]}"
                    urllib.request.urlopen(address, timeout=10).read()
                heaviest = max(heaviest, *(_megabytes(worker) for worker in served.workers()))
        yield at_most("start.ready_s", sorted(took)[RUNS // 2], None, READY_WITHIN_S, f"worst {max(took):.2f} s")
        yield at_most("start.worker_mb", heaviest, None, MEGABYTES, "resident, after 1,000 status pages")


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
