"""Run benchmarks by name and print one line, or one JSON object, for each result."""

import argparse
import json

from tests.benchmarks import (
    impact,
    importing,
    kill,
    labels,
    lists,
    papers,
    recording,
    rollup,
    scan,
    scope,
    start,
    sweep,
)
from tests.benchmarks.result import Result

BENCHES = {
    "impact": impact.results,
    "import": importing.results,
    "kill": kill.results,
    "labels": labels.results,
    "papers": papers.results,
    "rollup": rollup.results,
    "scan": scan.results,
    "scope": scope.results,
    "start": start.results,
    "list": lists.results,
    "record": recording.results,
    "sweep": sweep.results,
}


def main() -> None:
    """Run what was asked for; the exit status says whether every goal was met."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which; all when left out")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    met = True
    for name in asked.names or BENCHES:
        for result in BENCHES[name]():
            met &= result.met
            print(json.dumps(result.as_dict()) if asked.json else _line(result), flush=True)
    raise SystemExit(not met)


def _line(result: Result) -> str:
    floor = f"floor {result.floor:.4g}" if result.floor is not None else ""
    verdict = "met" if result.met else "NOT MET"
    figures = f"ours {result.ours:.4g} {floor:<14} ratio {result.ratio:.3f} goal {result.goal}"
    return f"{result.name:<34} {figures} {verdict}  {result.note}"


if __name__ == "__main__":
    main()
