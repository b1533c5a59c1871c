"""The plan's own numbers in a report, as plain values: what it promises, what was reached, the evidence and the money.

Money is in đồng; days are ISO dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import case, func, select

from registry.kernel.db import db
from registry.plan import doubting, progress, records, tallies
from registry.plan.distinct import ByPeriod, counted
from registry.plan.models import Evidence, Indicator, MoneyEntry, MoneyKind, Plan, PlanRow, RecordType
from registry.plan.progress import IndicatorProgress, Rollup
from registry.plan.records import Record
from registry.plan.reports.rules import Window
from registry.plan.reports.scope import Scope, evidence_of
from registry.plan.rules import Result, Span, Tally

NAMED: Final = 200  # lines of evidence of one indicator that a document names
LISTED: Final = 20_000  # lines that a report lists in its workbook; all of them are in its digest
AT_ONCE: Final = 1000
REPORTED: Final = "reported"
Plain = dict[str, Any]


def promises(rollup: Rollup, document: Mapping[str, Any]) -> Plain:
    """What the version of the plan promises, every cell as it is printed: its goals, its annex, its totals."""
    return {
        "goals": [_goal(one.row) for one in rollup.indicators if one.row.kind.value == "body"],
        "annex": [_annex_row(row) for row in document["rows"]],
        "unit_dong": document["money"]["unit_dong"],
        "unit": document["money"]["unit"]["vi"],
        "total_dong": document["money"]["total_dong"],
        "total": document["money"]["total"],
        "period_totals": document["money"]["period_totals"],
    }


def reached(rollup: Rollup, window: Window) -> list[Plain]:
    """Every indicator in the reported days, in each period, since the plan began, judged under both readings."""
    rows = [one.row for one in rollup.indicators]
    whole = tallies.tallies(rows, [Span(REPORTED, window.start, window.as_of)], window.as_of)
    by_period = tallies.tallies(rows, _inside(progress.spans_of(rollup.version), window), window.as_of)
    return [
        _reached(one, whole.get(one.row.code, {}).get(REPORTED, Tally()), by_period.get(one.row.code, {}))
        for one in rollup.indicators
    ]


def standing(rollup: Rollup) -> list[Plain]:
    """Every indicator as it stands on the day of a report, without what of it falls into the reported days."""
    return [unreported(_reached(one, Tally(), {})) for one in rollup.indicators]


def unreported(line: Mapping[str, Any]) -> Plain:
    """What `reached` says of an indicator, without what of it falls into the reported days."""
    whole = {name: value for name, value in line.items() if name != REPORTED}
    periods = [{name: value for name, value in one.items() if name != REPORTED} for one in line["periods"]]
    return whole | {"periods": periods}


def _inside(spans: Sequence[Span], window: Window) -> list[Span]:
    """Those days of periods that are reported."""
    cut = [Span(span.code, max(span.start, window.start), min(span.end, window.as_of)) for span in spans]
    return [span for span in cut if span.start <= span.end]


def evidence(plan: Plan, window: Window, scope: Scope) -> Plain:
    """What was counted in the reported days, by indicator: how much, the first lines, and the digest of all lines.

    `more` are the lines that follow the first NAMED of an indicator, as far as a report lists them.
    """
    found: dict[str, Plain] = {}
    digest, named = sha256(), 0
    for code, kind, key, day, quantity in _counted(plan, window, scope):
        digest.update(_said(code, kind, key, day, quantity))
        line = found.setdefault(code, {"code": code, "records": 0, "quantity": 0, "lines": [], "more": []})
        line["records"] += 1
        line["quantity"] += quantity
        if len(line["lines"]) < NAMED or named < LISTED:
            part = "lines" if len(line["lines"]) < NAMED else "more"
            line[part].append({"type": kind.value, "id": key, "counted_on": day.isoformat(), "quantity": quantity})
            named += 1
    _name([line for one in found.values() for line in (*one["lines"], *one["more"])], window.as_of)
    return {"digest": digest.hexdigest(), "indicators": list(found.values())}


class Digests(NamedTuple):
    """The digest of all lines of evidence, and how many there are and how much they add, by indicator."""

    whole: str
    sums: Mapping[str, tuple[int, int]]


def digests(plan: Plan, window: Window, scope: Scope) -> Digests:
    """What `evidence` says in sum, without a list."""
    sums: dict[str, tuple[int, int]] = {}
    digest = sha256()
    for code, kind, key, day, quantity in _counted(plan, window, scope):
        digest.update(_said(code, kind, key, day, quantity))
        records, added = sums.get(code, (0, 0))
        sums[code] = records + 1, added + quantity
    return Digests(digest.hexdigest(), sums)


def _counted(plan: Plan, window: Window, scope: Scope) -> Iterable[Any]:
    wanted = (
        select(Indicator.code, Evidence.record_type, Evidence.record_id, Evidence.counted_on, Evidence.quantity)
        .join(Indicator, Indicator.id == Evidence.indicator_id)
        .where(Indicator.plan_id == plan.id, *counted(window.as_of), Evidence.counted_on >= window.start)
        .order_by(Indicator.code, Evidence.counted_on, Evidence.record_type, Evidence.record_id)
    )
    if not scope.whole:
        wanted = wanted.where(evidence_of(scope))
    return db.session.execute(wanted.execution_options(yield_per=AT_ONCE))


def _said(*line: object) -> bytes:
    return ("\t".join(map(str, line)) + "\n").encode()


def money(rollup: Rollup, window: Window, document: Mapping[str, Any]) -> Plain:
    """Planned, given and spent by row and source: in the reported days, and since the plan began."""
    rows = [line.row for line in rollup.money]
    by_row, by_source = _moved(rows, window)
    lines: list[Plain] = [
        {
            "code": line.row.code,
            "title": line.row.title_vi,
            "planned": line.total.planned,
            **_sums(by_row.get(line.row.indicator_id or 0)),
        }
        for line in rollup.money
    ]
    sources = [
        {"code": one["code"], "name": one["name"]["vi"], **_sums(by_source.get(one["code"]))}
        for one in document["funding_sources"]
    ]
    periods = [
        {"code": one.code, "planned": one.planned, "allocated": one.allocated, "disbursed": one.disbursed}
        for one in rollup.money_periods
    ]
    total = {name: sum(line[name] for line in lines) for name in ("planned", *SUMS)}
    return {"rows": lines, "sources": sources, "periods": periods, "total": total}


SUMS: Final = ("allocated", "disbursed", "allocated_since", "disbursed_since")


def _sums(found: Sequence[int] | None) -> dict[str, int]:
    return dict(zip(SUMS, found or (0, 0, 0, 0), strict=True))


def _moved(rows: Sequence[PlanRow], window: Window) -> tuple[dict[int, list[int]], dict[str, list[int]]]:
    """What was given and spent in the reported days and up to their end, by row and by source: one statement."""
    inside = MoneyEntry.on >= window.start
    sums = [
        func.sum(case(((MoneyEntry.kind == kind) & asked, MoneyEntry.amount), else_=0))
        for asked in (inside, MoneyEntry.on <= window.as_of)
        for kind in (MoneyKind.ALLOCATED, MoneyKind.DISBURSED)
    ]
    keys = [row.indicator_id for row in rows if row.indicator_id]
    wanted = (
        select(MoneyEntry.indicator_id, MoneyEntry.source, *sums)
        .where(MoneyEntry.indicator_id.in_(keys), MoneyEntry.on <= window.as_of)
        .group_by(MoneyEntry.indicator_id, MoneyEntry.source)
    )
    by_row: dict[int, list[int]] = {}
    by_source: dict[str, list[int]] = {}
    for row, source, *found in db.session.execute(wanted):
        for table, key in ((by_row, row), (by_source, source)):
            before = table.get(key, [0, 0, 0, 0])
            table[key] = [one + int(more) for one, more in zip(before, found, strict=True)]
    return by_row, by_source


def _reached(one: IndicatorProgress, whole: Tally, by_period: ByPeriod) -> Plain:
    return {
        "code": one.row.code,
        "kind": one.row.kind.value,
        "title": one.row.title_vi,
        "unit": one.row.unit_vi,
        "mode": one.row.mode.value if one.row.mode else None,
        "reported": whole.in_period,
        "since_start": max((period.tally.running for period in one.periods), default=0),
        "in_doubt": one.in_doubt,
        "total": _judged(one.total) if one.total else None,
        "periods": [
            {
                "code": period.span.code,
                "reported": by_period.get(period.span.code, Tally()).in_period,
                "in_period": period.tally.in_period,
                "cumulative": period.tally.running,
                "official": _judged(period.official),
                "other": _judged(period.other),
            }
            for period in one.periods
        ],
    }


def _judged(result: Result) -> Plain:
    return {
        "mode": result.mode.value,
        "value": result.value,
        "target": result.target,
        "percent": None if result.percent is None else str(result.percent),
        "verdict": result.verdict.value,
    }


def _goal(row: PlanRow) -> Plain:
    return {
        "code": row.code,
        "title": row.title_vi,
        "clause": row.clause,
        "unit": row.unit_vi,
        "mode": row.mode.value if row.mode else None,
        "reason": row.details["reason"]["vi"],
        "targets": {target.period.code: {"value": target.value, "raw": target.raw} for target in row.targets},
    }


def _annex_row(row: Mapping[str, Any]) -> Plain:
    """A row of the annex with its cells as printed; `code` is ours, `label` the plan's."""
    return {
        "code": row["code"],
        "kind": row["kind"],
        "label": row.get("label"),
        "title": row["title"]["vi"],
        "unit": (row.get("unit") or {}).get("vi"),
        "targets": row.get("targets") or {},
        "budget": row.get("budget") or {},
        "total": row.get("total") or (row.get("budget") or {}).get("total"),
        "title_total": (row.get("title_total") or {}).get("value"),
        "lead": row.get("lead"),
        "cooperating": (row.get("cooperating") or {}).get("raw"),
        "funding": (row.get("funding") or {}).get("raw"),
    }


def _name(lines: Sequence[Plain], day: date) -> None:
    """Say what the records of some lines are called, and whether they were in doubt on a day."""
    for some in _in_parts(lines):
        about = [Record(RecordType(line["type"]), line["id"]) for line in some]
        known, doubted = records.facts(about, None), doubting.doubted(set(about), day)
        for line, record in zip(some, about, strict=True):
            fact = known.get(record)
            line["title"] = fact.title if fact else ""
            line["in_doubt"] = record in doubted


def _in_parts(lines: Sequence[Plain]) -> Iterable[Sequence[Plain]]:
    return (lines[at : at + AT_ONCE] for at in range(0, len(lines), AT_ONCE))
