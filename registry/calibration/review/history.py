"""What earlier calibrations say of an interval: how long each waited, how it was found, and how far readings moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from registry.calibration.review.staircase import ErrorFound
from registry.calibration.review.variables import Change
from registry.calibration.rules import GOOD, Outcome, Stage
from registry.calibration.stability.rules import Series, Taken, Value, error, gathered
from registry.calibration.tolerances import Limits

ABOUT: Final = 0.25  # of an interval: how far from it a calibration is still at about that interval


@dataclass(frozen=True)
class Work:
    """A record that counts, with its points."""

    record: int
    asset: int
    performed_on: date
    outcome: Outcome
    adjusted: bool | None
    points: Sequence[Taken]


class Observed(NamedTuple):
    """A calibration some days after the one before it, and whether the item was found in tolerance; None: unknown."""

    record: int
    days: int
    good: bool | None


class Moved(NamedTuple):
    """How readings of one point moved while nobody touched the item, and the newest value from which it goes on.

    `records` are the keys of those that have a value.
    """

    series: Series
    changes: Sequence[Change]
    newest: Value
    records: frozenset[int]


def found_good(work: Work) -> bool | None:
    """Whether an item was found in tolerance: by its as-found errors, else by what was declared of an untouched one."""
    judged = [found for point in work.points if (found := _error_found(point)) and found.stage is Stage.AS_FOUND]
    if judged:
        return all(Limits(found.lower, found.upper).hold(found.error) for found in judged)
    is_touched = work.adjusted or any(point.stage is Stage.AS_LEFT for point in work.points)
    if is_touched or work.outcome is Outcome.NONE:
        return None
    return work.outcome in GOOD


def observed(works: Sequence[Work]) -> list[Observed]:
    """Every calibration that has one before it, of each item in the order of its days; not two of the same day."""
    found = []
    for line in by_asset(works).values():
        for before, after in pairwise(line):
            days = (after.performed_on - before.performed_on).days
            if days:
                found.append(Observed(after.record, days, found_good(after)))
    return found


def at_about(seen: Sequence[Observed], days: float) -> list[Observed]:
    """Those made at about an interval."""
    return [one for one in seen if abs(one.days - days) <= ABOUT * days]


def errors_found(work: Work) -> list[ErrorFound]:
    """The errors of a record that have limits."""
    return [found for point in work.points if (found := _error_found(point))]


def moved(works: Sequence[Work]) -> list[Moved]:
    """The changes of every point, of all items together; where nothing was left after an adjustment, nothing is known.

    The newest value is, of all items, the one that is nearest to its limits.
    """
    pooled: dict[str, list[Moved]] = {}
    for line in by_asset(works).values():
        points = [point for work in reversed(line) for point in work.points]
        by_point: dict[str, dict[Stage, Series]] = {}
        for series in gathered(points).series:
            by_point.setdefault(series.point, {})[series.stage] = series
        for point, stages in by_point.items():
            found = stages.get(Stage.AS_FOUND)
            if found is not None:
                pooled.setdefault(point, []).append(_moved(found, stages.get(Stage.AS_LEFT)))
    return [
        Moved(
            lines[0].series,
            [change for line in lines for change in line.changes],
            min((line.newest for line in lines), key=_room),
            frozenset().union(*(line.records for line in lines)),
        )
        for lines in pooled.values()
    ]


def by_asset(works: Sequence[Work]) -> Mapping[int, list[Work]]:
    """The records of each item, the oldest first."""
    lines: dict[int, list[Work]] = {}
    for work in sorted(works, key=lambda work: (work.performed_on, work.record)):
        lines.setdefault(work.asset, []).append(work)
    return lines


def _moved(found: Series, left: Series | None) -> Moved:
    """Each as-found value against what the record before it left, also where that says nothing of how it was found."""
    as_found = {value.record: value for value in found.values}
    as_left = {value.record: value for value in left.values} if left else {}
    line = sorted((as_left | as_found).values(), key=lambda value: (value.on, value.record))
    changes = []
    for before, now in pairwise(line):
        start = as_left.get(before.record, None if before.adjusted else before)
        days = (now.on - before.on).days
        if now.record in as_found and start is not None and days:
            changes.append(Change(float(days), float(now.error - start.error)))
    return Moved(found, changes, as_left.get(line[-1].record, line[-1]), frozenset(value.record for value in line))


def _room(value: Value) -> Decimal:
    """How far a value is from its nearest limit; one without limits leaves all the room there is."""
    sides = []
    if value.lower_limit is not None:
        sides.append(value.error - value.lower_limit)
    if value.upper_limit is not None:
        sides.append(value.upper_limit - value.error)
    return min(sides, default=Decimal("Infinity"))


def _error_found(point: Taken) -> ErrorFound | None:
    found = error(point)
    if found is None or (point.lower_limit is None and point.upper_limit is None):
        return None
    return ErrorFound(error=found, lower=point.lower_limit, upper=point.upper_limit, stage=point.stage)
