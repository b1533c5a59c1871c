"""Searches among a million assets, against the bare trigram SQL behind bare Flask, which finds the same assets."""

import itertools
import json
import statistics
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.benchmarks import load
from tests.benchmarks.result import Result, at_most

RUNS = 5
SECONDS = 3.0
WARM_UP = 2.0
MOST = 2.0
WORDS = {"rare": ("sn-0777777", "0777777"), "some": ("77777", "77777"), "common": ("taximet", "taximet")}


def compared(name: str, port: int, floor_port: int, token: str) -> Iterator[Result]:
    """The time of an answer as a ratio, for a word that finds one asset, some hundreds, and tens of thousands.

    The floor folds nothing: it is told the word as it stands in the texts.
    """
    for kind, (word, folded) in WORDS.items():
        yield _compared(f"search.{name}.{kind}_ms", (word, folded), (port, floor_port), token)


def _compared(name: str, words: tuple[str, str], ports: tuple[int, int], token: str) -> Result:
    (word, folded), (port, floor_port) = words, ports
    ours, floor = f"/api/v1/assets?{urlencode({'q': word})}", f"/search?{urlencode({'q': folded})}"
    assert _tags(port, ours, token) == _tags(floor_port, floor, token), word

    def measured(path: str, at: int, seconds: float, **said: str) -> float:
        return 1000 / load.run(at, itertools.repeat(path), seconds=seconds, connections=1, **said).per_second

    measured(ours, port, WARM_UP, token=token)
    measured(floor, floor_port, WARM_UP)
    rounds = [
        (measured(floor, floor_port, SECONDS), measured(ours, port, SECONDS, token=token)) for _run in range(RUNS)
    ]
    floors, times = zip(*rounds, strict=True)
    worst = max(our / floor_ for floor_, our in rounds)
    return at_most(
        name, statistics.median(times), statistics.median(floors), MOST, f"“{word}”, worst ratio {worst:.2f}"
    )


def _tags(port: int, path: str, token: str) -> list[str]:
    """The tags on the first page, of which there are some."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 — our own address
        found = [item["tag"] for item in json.load(answer)["items"]]
    assert found
    return found
