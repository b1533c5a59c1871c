"""The public scan answer with 100,000 assets, against a bare hello-world under the same server and workers."""

import random
import statistics
import tempfile
from collections.abc import Iterator

from tests import postgres
from tests.benchmarks import load, seed, serving
from tests.benchmarks.result import Result, at_least, at_most

ASSETS = 100_000
RUNS = 5
SECONDS = 4.0
WARM_UP = 1.0
GOALS = {"sqlite": 0.70, "postgresql": 0.35}
MOST_P99 = 2.5


def results() -> Iterator[Result]:
    """Requests a second and p99 as ratios, on both databases."""
    with tempfile.TemporaryDirectory() as home:
        yield from _compared("sqlite", f"sqlite:///{home}/registry.db", home)
    with (
        tempfile.TemporaryDirectory() as home,
        postgres.server() as main,
        postgres.fresh_database(main, "bench") as url,
    ):
        yield from _compared("postgresql", url, home)


def _compared(name: str, url: str, home: str) -> Iterator[Result]:
    paths = _paths(seed.assets(url, home, count=ASSETS))
    roots = iter(lambda: "/", "")
    ours: list[load.Load] = []
    floors: list[load.Load] = []
    with serving.registry(url, home) as product, serving.hello() as floor:
        load.run(product.port, paths, seconds=WARM_UP)
        load.run(floor.port, roots, seconds=WARM_UP)
        for _run in range(RUNS):
            floors.append(load.run(floor.port, roots, seconds=SECONDS))
            ours.append(load.run(product.port, paths, seconds=SECONDS))
    speeds, floor_speeds = [run.per_second for run in ours], [run.per_second for run in floors]
    worst = min(our / floor for our, floor in zip(speeds, floor_speeds, strict=True))
    ranges = f"ours {min(speeds):.0f}-{max(speeds):.0f}, floor {min(floor_speeds):.0f}-{max(floor_speeds):.0f}"
    note = f"worst ratio {worst:.3f}, {ranges}"
    yield at_least(
        f"scan.{name}.per_second", statistics.median(speeds), statistics.median(floor_speeds), GOALS[name], note
    )
    p99, floor_p99 = statistics.median(run.p99 for run in ours), statistics.median(run.p99 for run in floors)
    yield at_most(f"scan.{name}.p99_ms", p99 * 1000, floor_p99 * 1000, MOST_P99)


def _paths(tags: list[str]) -> Iterator[str]:
    pick = random.Random(436)  # noqa: S311 — a repeatable choice, not a secret
    while True:
        yield f"/api/v1/scan/{pick.choice(tags)}"
