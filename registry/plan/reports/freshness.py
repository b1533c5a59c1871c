"""What has changed of the plan's own numbers since a report was put together: what is frozen is what is known then."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from registry.plan import queries
from registry.plan.models import Plan
from registry.plan.reports import results
from registry.plan.reports.rules import Window
from registry.plan.reports.scope import of_plan

Lines = Sequence[Mapping[str, Any]]


def changed(plan: Plan, content: Mapping[str, Any]) -> list[str]:
    """Codes of the indicators whose results, evidence or money are not those of a report any more."""
    days = content["window"]
    window = Window(*(date.fromisoformat(days[name]) for name in ("start", "end", "as_of")))
    rollup = queries.rollup(plan, window.as_of)
    money = results.money(rollup, window, rollup.version.document)
    found = {*_differing(results.standing(rollup), [results.unreported(line) for line in content["indicators"]])}
    found |= {*_differing(money["rows"], content["money"]["rows"])}
    digests = results.digests(plan, window, of_plan(plan))
    if digests.whole != content["evidence"]["digest"]:
        before = {line["code"]: (line["records"], line["quantity"]) for line in content["evidence"]["indicators"]}
        found |= {code for code, _now in before.items() ^ digests.sums.items()} or {*before}
    return sorted(found)


def _differing(now: Lines, before: Lines) -> Iterator[str]:
    was = {line["code"]: line for line in before}
    yield from (line["code"] for line in now if was.get(line["code"]) != line)
    yield from was.keys() - {line["code"] for line in now}
