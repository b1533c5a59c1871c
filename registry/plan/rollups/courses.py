"""How an indicator came to its number: what it counted by the end of each quarter, and where that is heading."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from registry.plan import progress, tallies
from registry.plan.links import carrying
from registry.plan.models import Plan, PlanRow
from registry.plan.rollups import knowledge, rules
from registry.plan.rollups.queries import version_on
from registry.plan.rollups.rules import Course, Forecast, Unforeseen
from registry.plan.rules import Mode, Span, Tally, due_so_far


class Point(NamedTuple):
    """What counted at the end of a day, and what a steady pace to the target asks for by then, if there is one."""

    on: date
    value: int
    due: int | None


class Trajectory(NamedTuple):
    """One period of an indicator under its official reading, from where it starts to the day that is looked at.

    The steady pace goes from `base` to the target.
    """

    span: Span
    mode: Mode
    target: int | None
    points: Sequence[Point]
    forecast: Forecast | None
    unforeseen: Unforeseen | None
    base: int = 0


def trajectories(plan: Plan, code: str, on: date, known_at: datetime | None = None) -> list[Trajectory]:
    """Every period of an indicator that has begun and has a target; none for a code the version of that day has not.

    A running total is looked at from the first day of the plan on. As many statements as the plan has periods, thrice.
    """
    version = version_on(plan, on, known_at)
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    row = next((row for row in rows if row.code == code), None)
    if row is None:
        return []
    counts = carrying.counting(version, on, known_at)
    known = knowledge.at(known_at, counts.ids)
    before = [span for span in counts.spans if span.code == carrying.BEFORE]
    promise = progress.promise_of(row, {one.code: one for one in rows}, on)
    found, base = [], 0
    for span in spans:
        target = promise.targets.get(span.code)
        if target is not None and span.start <= on:
            runs = row.mode is Mode.CUMULATIVE
            quarters = rules.quarters(Span(span.code, (spans[0] if runs else span).start, min(span.end, on)))
            counted = tallies.tallies(counts.rows, [*before, *quarters], on, known, only=code).get(code, {})
            base = max(base, counts.base(code, {code: counted}) or 0)
            found.append(_trajectory(row, span, (target, base if runs else 0), quarters, counted))
        base = max(base, target or 0, promise.carried.get(span.code, 0))
    return found


def _trajectory(
    row: PlanRow,
    span: Span,
    aim: tuple[int, int],
    quarters: Sequence[Span],
    counted: dict[str, Tally],
) -> Trajectory:
    target, base = aim
    running = [counted.get(quarter.code, Tally()).running for quarter in quarters]
    points = [
        Point(quarter.end, value, due_so_far(target, span, quarter.end, base=base))
        for quarter, value in zip(quarters, running, strict=True)
    ]
    start = counted[carrying.BEFORE].running if carrying.BEFORE in counted else 0
    added = [value - before for value, before in zip(running, [start, *running[:-1]], strict=True)]
    full = [number for quarter, number in zip(quarters, added, strict=True) if rules.is_full(quarter)]
    days = (quarters[-1].end - quarters[0].start).days + 1
    course = Course(counted=running[-1] - start, full=full, days=days, left=(span.end - quarters[-1].end).days)
    told = Unforeseen.STATE if row.standing and course.left else rules.forecast(course, target - start)
    return Trajectory(
        span=span,
        mode=row.mode or Mode.PER_PERIOD,
        target=target,
        points=points,
        forecast=rules.raised(told, start) if isinstance(told, Forecast) else None,
        unforeseen=None if isinstance(told, Forecast) else told,
        base=base,
    )
