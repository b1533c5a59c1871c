"""Plans for tests: the real one, loaded in an application context, and files changed in one place."""

import copy
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from registry.accounts.models import Person
from registry.kernel.db import db
from registry.plan import actions, files, progress, queries, versions
from registry.plan.closing import actions as closing
from registry.plan.closing.models import PeriodClosure
from registry.plan.evidence import actions as decisions
from registry.plan.files import PlanFile
from registry.plan.models import Evidence, EvidenceState, MoneyEntry, MoneyKind, Plan, RecordType
from registry.plan.records import Record

CODE = "436-KH-UBND"
read = cache(files.read)  # a file that ships does not change
EVERYTHING = [kind.value for kind in RecordType]
Change = Callable[[dict[str, Any]], object]


def plan() -> Plan:
    """The plan that ships with the registry, loaded, and left to the caller to commit."""
    return versions.load(read(CODE), by=None).plan


def changed(change: Change) -> PlanFile:
    """The plan's file with a change, as a file that has no fault."""
    return files.parse(text(change))


def text(change: Change) -> str:
    """The text of the plan's file with a change."""
    data = copy.deepcopy(read(CODE).data)
    change(data)
    return json.dumps(data, ensure_ascii=False, indent=1)


def row(data: dict[str, Any], code: str) -> dict[str, Any]:
    """A row or indicator of a file's data."""
    found: dict[str, Any] = next(one for one in [*data["rows"], *data["indicators"]] if one["code"] == code)
    return found


def evidence(
    indicator: str,
    record_id: str,
    *,
    kind: RecordType = RecordType.ASSET,
    by: Person | None = None,
    anything: bool = True,
    **said: Any,
) -> Evidence:
    """A decision that a record counts for an indicator of the plan.

    With `anything` the plan admits every record there, and another day than its own has a reason.
    """
    if anything:
        admit(indicator, *said.get("also_counted_in", ()))
        if said.get("counted_on") and said.get("state") is not EvidenceState.EXCLUDED:
            said = {"reason": "Theo biên bản"} | said
    found = queries.by_code(CODE, None)
    return decisions.count_evidence(found, indicator=indicator, record=Record(kind, record_id), by=by, **said)


def admit(*codes: str, plan: str = CODE) -> None:
    """Let rows of the plan count records of every kind by hand, as a plan's file may say; without codes all rows."""
    for one in progress.counted_rows(queries.current_version(queries.by_code(plan, None))):
        if (one.code in codes or not codes) and one.details.get("by_hand") != EVERYTHING:
            one.details = {**one.details, "by_hand": EVERYTHING}
    db.session.flush()


def money(by: Person | None = None, **said: Any) -> MoneyEntry:
    """Money given to a row of the plan."""
    entry = {"indicator": "II.2.a", "kind": MoneyKind.ALLOCATED, "amount": 500_000_000, "on": date(2026, 1, 15)}
    return actions.book_money(queries.by_code(CODE, None), **entry | {"source": "local_budget"} | said, by=by)


def closure() -> PeriodClosure:
    """A closure up to the end of the plan's first year, opened again, so that it is in nobody's way."""
    found = queries.by_code(CODE, None)
    made = closing.close(found, up_to_on=date(2019, 12, 31), reason="Đã báo cáo", by=None)
    return closing.reopen(found, made, reason="Sai ngày", by=None)


def results(on: date) -> dict[tuple[str, str], tuple[int, str]]:
    """Every indicator's value and verdict on a day, by code and period."""
    rollup = queries.rollup(queries.by_code(CODE, None), on)
    return {
        (one.row.code, period.span.code): (period.official.value, period.official.verdict.value)
        for one in rollup.indicators
        for period in one.periods
    }
