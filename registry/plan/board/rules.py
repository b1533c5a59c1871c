"""What is missing of a plan, and in which order a meeting looks at it."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from registry.plan.rules import Span, due_so_far


class Lack(StrEnum):
    """What is missing, the worst first."""

    MISSED = "missed"
    OVERDUE = "overdue"
    BEHIND = "behind"
    FALLEN = "fallen"
    UNSPENT = "unspent"
    STALE = "stale"


class Gap(NamedTuple):
    """Something that is missing: of the row `code`, or of the duty `key`.

    `proposed` records wait for a decision, `fallen` ones were counted and do not hold any more; `amount` is in đồng.
    """

    lack: Lack
    code: str = ""
    title: str = ""
    period: str = ""
    value: int = 0
    target: int = 0
    proposed: int = 0
    fallen: int = 0
    amount: int = 0
    key: int = 0
    day: date | None = None


def ordered(gaps: Sequence[Gap]) -> list[Gap]:
    """The worst first, and what a decision can mend at once before the rest of its kind."""
    worst = list(Lack)
    return sorted(gaps, key=lambda gap: (worst.index(gap.lack), not gap.proposed, gap.day or date.max, gap.code))


def mark(target: int, span: Span, on: date, base: int) -> float:
    """Where a steady pace would stand on a day, in percent of the target."""
    return 100 * due_so_far(target, span, on, base=base) / target if target else 0


def share(amount: int, most: int) -> float:
    """An amount in percent of the longest bar; what is less than nothing has no bar."""
    return 100 * max(amount, 0) / most if most > 0 else 0
