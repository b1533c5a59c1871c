"""What is true of a plan's numbers: which period a day belongs to, percent, what is due so far, the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

TENTH = Decimal("0.1")
ALMOST = Decimal("99.9")
HUNDRED = 100


class Mode(StrEnum):
    """How a target is read: as what each period adds, as a running total, or as a total over all periods."""

    PER_PERIOD = "per_period"
    CUMULATIVE = "cumulative"
    TOTAL_MIN = "total_min"


class Verdict(StrEnum):
    """How a value stands against its target on a day."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    NOT_STARTED = "not_started"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Span:
    """A period: its first and last day both belong to it."""

    code: str
    start: date
    end: date

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True)
class Tally:
    """What was counted in a period, and from the plan's first day to the period's last (or the day asked about)."""

    in_period: int = 0
    running: int = 0


@dataclass(frozen=True, kw_only=True)
class Result:
    """A value judged under one reading; `percent` has one decimal and is None without a target above nought."""

    mode: Mode
    value: int
    target: int | None
    percent: Decimal | None
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class PeriodResult:
    """A period's official result, with the other reading beside it."""

    span: Span
    official: Result
    other: Result
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is judged: targets by period code, what an earlier goal already promised, and the title's total.

    A running total starts at `base`, what was reached under an earlier plan.
    """

    mode: Mode
    targets: Mapping[str, int | None]
    carried: Mapping[str, int]
    title_total: int | None
    applicable: bool
    base: int = 0


@dataclass(frozen=True)
class Aim:
    """A target, from where a running total starts towards it, and whether it can be judged yet."""

    target: int | None
    base: int = 0
    applicable: bool = True


def period_of(day: date, spans: Sequence[Span]) -> Span | None:
    """The one period a day belongs to."""
    return next((span for span in spans if span.holds(day)), None)


def overlapping(spans: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Pairs of neighbours, by first day, that share a day."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    return [(one, two) for one, two in pairwise(ordered) if two.start <= one.end]


def apart(spans: Sequence[Span]) -> list[tuple[date, Span]]:
    """Neighbours, by first day, between which days belong to no period: the first such day, and the later period."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    days = [(one.end + timedelta(days=1), two) for one, two in pairwise(ordered) if one.start <= one.end < date.max]
    return [(day, two) for day, two in days if day < two.start]


def percent(value: int, target: int | None) -> Decimal | None:
    """Percent of the target, to one decimal, half up; below the target it never reads 100.0."""
    if not target:
        return None
    exact = Decimal(value * HUNDRED) / Decimal(target)
    rounded = exact.quantize(TENTH, ROUND_HALF_UP)
    return min(rounded, ALMOST) if value < target else rounded


def due_so_far(target: int, span: Span, on: date, *, base: int = 0) -> int:
    """Whole units that a steady pace from `base` to the target asks for by the end of a day."""
    if on < span.start:
        return base
    if on >= span.end:
        return target
    elapsed, days = (on - span.start).days + 1, (span.end - span.start).days + 1
    return base + (target - base) * elapsed // days


def verdict(value: int, aim: Aim, span: Span, on: date) -> Verdict:
    """How a value stands on a day. What was reached is met, whenever; nothing is missed before the period is over.

    What awaits a document is not judged before it exists, not even as met: nobody can have applied it.
    """
    if aim.target is None or not aim.applicable:
        return Verdict.NOT_APPLICABLE
    if value >= aim.target:
        return Verdict.MET
    return _unmet(value, due_so_far(aim.target, span, on, base=aim.base), span, on)


def judged(promise: Promise, tallies: Mapping[str, Tally], spans: Sequence[Span], on: date) -> list[PeriodResult]:
    """Every period under the promise's mode, in order, with the other reading beside it."""
    results = []
    base = promise.base
    for span in spans:
        tally = tallies.get(span.code, Tally())
        target = promise.targets.get(span.code)
        aim = Aim(target, 0, promise.applicable)
        added = _result(Mode.PER_PERIOD, tally.in_period, aim, span, on)
        running = _result(Mode.CUMULATIVE, tally.running, replace(aim, base=base), span, on)
        if promise.mode is Mode.CUMULATIVE:
            official, other = running, added
        elif promise.mode is Mode.TOTAL_MIN:
            official, other = _under_total(promise, tally, added), added
        else:
            official, other = added, running
        results.append(PeriodResult(span=span, official=official, other=other, tally=tally))
        base = max(base, target or 0, promise.carried.get(span.code, 0))
    return results


def total(promise: Promise, tallies: Mapping[str, Tally], spans: Sequence[Span], on: date) -> Result | None:
    """The title's total over all periods, where a title promises one."""
    if promise.title_total is None or not spans:
        return None
    whole = Span("", spans[0].start, spans[-1].end)
    running = max((tally.running for tally in tallies.values()), default=0)
    return _result(Mode.TOTAL_MIN, running, Aim(promise.title_total, 0, promise.applicable), whole, on)


def applicable(awaited: bool, exists_on: date | None, on: date) -> bool:  # noqa: FBT001 — a fact of the row, not a switch
    """Whether an indicator that may await a document can be judged on a day."""
    return not awaited or (exists_on is not None and exists_on <= on)


def _unmet(value: int, due: int, span: Span, on: date) -> Verdict:
    if on > span.end:
        return Verdict.MISSED
    if on < span.start:
        return Verdict.NOT_STARTED
    if value < due:
        return Verdict.BEHIND
    return Verdict.ON_TRACK if value > 0 else Verdict.NOT_STARTED


def _result(mode: Mode, value: int, aim: Aim, span: Span, on: date) -> Result:
    said = verdict(value, aim, span, on)
    return Result(mode=mode, value=value, target=aim.target, percent=percent(value, aim.target), verdict=said)


def _under_total(promise: Promise, tally: Tally, added: Result) -> Result:
    """A period's cell when the total decides: reaching the total meets every cell that has a target."""
    reached = promise.applicable and promise.title_total is not None and tally.running >= promise.title_total
    said = Verdict.MET if reached and added.target is not None else added.verdict
    return Result(mode=Mode.TOTAL_MIN, value=added.value, target=added.target, percent=added.percent, verdict=said)
