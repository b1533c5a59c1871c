"""A plan on a day: every indicator judged, every row's money, all from sums already made. Money is in đồng."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from registry.plan import rules
from registry.plan.distinct import ByPeriod
from registry.plan.document import RowKind
from registry.plan.going_on import goes_on_from
from registry.plan.models import Plan, PlanRow, PlanVersion
from registry.plan.rules import Mode, PeriodResult, Promise, Result, Span
from registry.plan.tallies import Moved


@dataclass(frozen=True, kw_only=True)
class IndicatorProgress:
    """One indicator in every period, and against its title's total if it has one.

    `in_doubt`: how many of the records it counts are in doubt, see `records.Fact`;
    `base`: what it goes on from, reached under the plan that it continues, None where it goes on from none;
    `doubted`: how many of them the official figure of each period counts, by its code, as far as there are any.
    """

    row: PlanRow
    periods: Sequence[PeriodResult]
    total: Result | None
    base: int | None = None
    in_doubt: int = 0
    doubted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Money:
    """Planned, allocated and disbursed of one row or all rows; `code` names the period, None for all of them."""

    code: str | None
    planned: int
    allocated: int
    disbursed: int


@dataclass(frozen=True, kw_only=True)
class MoneyRow:
    """A row's money by period, and in all."""

    row: PlanRow
    periods: Sequence[Money]
    total: Money


@dataclass(frozen=True, kw_only=True)
class Rollup:
    """The whole plan as of a day; `known_at` is the instant up to which things are known, None is now.

    `gone`: how many records that were decided to count at each indicator do not hold any more, as is known now.
    """

    plan: Plan
    version: PlanVersion
    on: date
    indicators: Sequence[IndicatorProgress]
    money: Sequence[MoneyRow]
    money_periods: Sequence[Money]
    money_total: Money
    known_at: datetime | None = None
    gone: Mapping[int, int] = field(default_factory=dict)


def spans_of(version: PlanVersion) -> list[Span]:
    """The periods of a version as the rules know them."""
    return [Span(period.code, period.start_on, period.end_on) for period in version.periods]


def counted_rows(version: PlanVersion) -> list[PlanRow]:
    """The rows that have a value: goals of the body, then leaves of the annex."""
    return [row for row in version.rows if row.kind in {RowKind.BODY, RowKind.LEAF}]


def indicator(  # noqa: PLR0913 — a row with everything it is judged by
    row: PlanRow,
    rows: Mapping[str, PlanRow],
    tallied: ByPeriod,
    spans: Sequence[Span],
    on: date,
    *,
    doubts: Sequence[date],
    base: int | None = None,
) -> IndicatorProgress:
    """One indicator judged on a day; `doubts` are the days on which its records in doubt count."""
    promise = promise_of(row, rows, on, base=base or 0)
    periods = rules.judged(promise, tallied, spans, on)
    return IndicatorProgress(
        row=row,
        periods=periods,
        total=rules.total(promise, tallied, spans, on),
        base=base,
        in_doubt=len(doubts),
        doubted=_doubted(periods, doubts),
    )


def _doubted(periods: Sequence[PeriodResult], doubts: Sequence[date]) -> dict[str, int]:
    found = {}
    for one in periods:
        begin = one.span.start if one.official.mode is Mode.PER_PERIOD else periods[0].span.start
        number = sum(begin <= day <= one.span.end for day in doubts)
        if number:
            found[one.span.code] = number
    return found


def money(row: PlanRow, moved: Mapping[tuple[int, str], Moved], spans: Sequence[Span]) -> MoneyRow:
    """One row's money."""
    planned = {budget.period.code: budget.planned or 0 for budget in row.budgets}
    periods = []
    for span in spans:
        sums = moved.get((row.indicator_id or 0, span.code), Moved())
        given, spent = sums.allocated, sums.disbursed
        periods.append(Money(code=span.code, planned=planned.get(span.code, 0), allocated=given, disbursed=spent))
    return MoneyRow(row=row, periods=periods, total=added(None, periods))


def by_period(rows: Sequence[MoneyRow], spans: Sequence[Span]) -> list[Money]:
    """All rows' money in each period."""
    return [
        added(span.code, [part for row in rows for part in row.periods if part.code == span.code]) for span in spans
    ]


def added(code: str | None, parts: Iterable[Money]) -> Money:
    """Money added up."""
    parts = list(parts)
    return Money(
        code=code,
        planned=sum(part.planned for part in parts),
        allocated=sum(part.allocated for part in parts),
        disbursed=sum(part.disbursed for part in parts),
    )


def targets_of(row: PlanRow) -> dict[str, int | None]:
    """A row's targets by period code."""
    return {target.period.code: target.value for target in row.targets}


def promise_of(row: PlanRow, rows: Mapping[str, PlanRow], on: date, *, base: int = 0) -> Promise:
    """What a row is judged by on a day, with what goals that it goes on from promised; `rows` are by code."""
    carried: dict[str, int] = {}
    step = row
    while earlier := goes_on_from(step, rows):
        step = earlier
        for code, value in targets_of(step).items():
            carried[code] = max(carried.get(code, 0), value or 0)
    return Promise(
        mode=row.mode or rules.Mode.PER_PERIOD,
        targets=targets_of(row),
        carried=carried,
        title_total=row.title_total,
        applicable=rules.applicable(row.awaits_document, row.document_on, on),
        base=base,
    )
