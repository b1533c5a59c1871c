"""What is shown of a record at an indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from registry.plan.evidence.falling import Fall
from registry.plan.models import EvidenceState, Plan, PlanRow
from registry.plan.records import Record
from registry.plan.rules import Span


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """A record and an indicator: decided (with `id` and `version`), or proposed by a measure (without).

    `fall` says why a record that is counted is not what it was; `holds` whether it still adds to the number.
    """

    id: int | None
    indicator: str
    record: Record
    title: str | None
    counted_on: date
    quantity: int
    state: EvidenceState
    reason: str | None = None
    also_counted_in: Sequence[str] = ()
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int | None = None
    holds: bool = True
    in_doubt: bool = False
    fall: Fall | None = None


class Effect(NamedTuple):
    """The official number of a row in a period, with some evidence and without it; `value` is what is reported."""

    row: PlanRow
    span: Span
    with_it: int
    without: int
    value: int


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """What one record does for one indicator; `through` is the row whose evidence it is, if not the indicator's own.

    `effects` are the numbers that rest on it, where it fell.
    """

    plan: Plan
    row: PlanRow
    line: EvidenceLine
    through: PlanRow | None
    effects: Sequence[Effect] = ()
