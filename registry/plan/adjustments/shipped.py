"""What the file that ships with the registry says of a plan and the installed version does not say yet.

Only what tells the registry how to count is learned, and only where a row says nothing of it: what is there, be it an
empty list, is the province's word and stays. The text, targets and money of a plan are never touched.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import datafiles
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.plan import files, queries, versions
from registry.plan.models import Plan, RecordType
from registry.plan.versions import Loaded

Data = Mapping[str, Any]


class Lesson(NamedTuple):
    """That a row may count records of some kinds by hand."""

    indicator: str
    by_hand: Sequence[RecordType]


def lessons(plan: Plan, document: Data) -> list[Lesson]:
    """What the version that says `document` could learn of the file that ships under the plan's code."""
    if plan.code not in files.names():
        return []
    says = {row["code"]: row for row in _rows(_shipped(plan.code))}
    return [
        Lesson(row["code"], [RecordType(kind) for kind in says[row["code"]]["by_hand"]])
        for row in _rows(document)
        if _counts(row) and _learns(row, says.get(row["code"], {}))
    ]


def learn(plan: Plan, *, by: Person | None) -> Loaded:
    """Make what is learned a version under the decision that is in force. Raises Conflict where nothing is new."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    data = copy.deepcopy(queries.document(plan))
    found = {one.indicator: one.by_hand for one in lessons(plan, data)}
    if not found:
        raise Conflict(_("The plan says all that the file that ships with the registry says."))
    for row in _rows(data):
        if row["code"] in found:
            row["by_hand"] = [kind.value for kind in found[row["code"]]]
    return versions.load(files.told(data), by=by)


def _learns(row: Data, shipped: Data) -> bool:
    """A row learns what it does not say, of a row that is worded and counted like it and not given up."""
    same = all(row.get(name) == shipped.get(name) for name in ("title", "count_unit"))
    return same and "by_hand" not in row and bool(shipped.get("by_hand")) and not row.get("ended")


def _counts(row: Data) -> bool:
    return "count_unit" in row


def _rows(document: Data) -> list[Any]:
    return [*document["indicators"], *document["rows"]]


@cache  # a file that ships does not change while the registry runs
def _shipped(code: str) -> Data:
    found: Data = json.loads(datafiles.text_of(code, files.PACKAGED))
    return found
