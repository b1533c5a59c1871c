"""What differs between two plan files: pure, from their documents alone. Money is in the files' own unit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from registry.plan.document import Cell, Counted, Document, Group, Leaf, Period, Words

Said = str | int | date | Words | None
Row = Counted | Group


class What(StrEnum):
    """What changed."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    ENDED = "ended"
    RESUMED = "resumed"
    MOVED = "moved"
    TITLE = "title"
    UNIT = "unit"
    TARGET = "target"
    BUDGET = "budget"
    TITLE_TOTAL = "title_total"
    MODE = "mode"
    LEAD = "lead"
    COOPERATING = "cooperating"
    FUNDING = "funding"
    AWAITED = "awaited"
    PERIOD_ADDED = "period_added"
    PERIOD_REMOVED = "period_removed"
    PERIOD_DAYS = "period_days"
    GRAND_TOTAL = "grand_total"
    GROUP_TOTAL = "group_total"
    BODY_ADDED = "body_added"
    OTHER = "other"


class Change(NamedTuple):
    """One difference: at which row, period or body (empty: the plan itself), in which part of it, from what to what."""

    what: What
    code: str
    old: Said = None
    new: Said = None
    part: str | None = None


def differences(old: Document, new: Document, renamed: Mapping[str, str]) -> list[Change]:
    """Everything that differs, the plan itself first, then row by row; `renamed` gives old codes by new ones."""
    return [*_head(old, new), *_periods(old.periods, new.periods), *_rows(old, new, renamed), *_rest(old, new, renamed)]


def _head(old: Document, new: Document) -> Iterator[Change]:
    if old.plan.title != new.plan.title:
        yield Change(What.TITLE, "", old.plan.title, new.plan.title)
    if old.money.total_dong != new.money.total_dong:
        yield Change(What.GRAND_TOTAL, "", old.money.total_dong, new.money.total_dong)
    known = {body.code for body in old.bodies}
    for body in new.bodies:
        if body.code not in known:
            yield Change(What.BODY_ADDED, body.code, None, body.name)


def _periods(old: Sequence[Period], new: Sequence[Period]) -> Iterator[Change]:
    before, after = {one.code: one for one in old}, {one.code: one for one in new}
    for code, period in before.items():
        if code not in after:
            yield Change(What.PERIOD_REMOVED, code, period.title)
    for code, period in after.items():
        if code not in before:
            yield Change(What.PERIOD_ADDED, code, None, period.title)
            continue
        was = before[code]
        if (was.start, was.end) != (period.start, period.end):
            yield Change(What.PERIOD_DAYS, code, _days(was), _days(period))
        if was.title != period.title:
            yield Change(What.TITLE, code, was.title, period.title)
        yield from _rest_of(was, period, {"code", "title", "start", "end"})


def _days(period: Period) -> str:
    return f"{period.start.isoformat()}/{period.end.isoformat()}"


def _all(document: Document) -> list[Row]:
    return [*document.indicators, *document.rows]


def _rows(old: Document, new: Document, renamed: Mapping[str, str]) -> Iterator[Change]:
    before = {row.code: row for row in _all(old)}
    after = {row.code: row for row in _all(new)}
    gone = before.keys() - after.keys() - set(renamed.values())
    for code, row in before.items():
        if code in gone:
            yield Change(What.REMOVED, code, row.title)
    for code, row in after.items():
        was = before.get(renamed.get(code, code))
        if was is None:
            yield Change(What.ADDED, code, None, row.title)
            continue
        if was.code != code:
            yield Change(What.RENAMED, code, was.code, code)
        said = list(_row(was, row))
        yield from said
        yield from _rest_of(was, row, {TOLD[change.what] for change in said if change.what in TOLD} | {"code", "was"})


def _rest_of(was: Row | Period, row: Row | Period, told: set[str]) -> Iterator[Change]:
    """Fields without words of their own."""
    for field in fields(row):
        if field.name not in told and getattr(was, field.name, None) != getattr(row, field.name):
            yield Change(What.OTHER, row.code, part=field.name)


def _row(was: Row, row: Row) -> Iterator[Change]:
    if was.title != row.title:
        yield Change(What.TITLE, row.code, was.title, row.title)
    if getattr(was, "parent", None) != getattr(row, "parent", None):
        yield Change(What.MOVED, row.code, getattr(was, "parent", None), getattr(row, "parent", None))
    if isinstance(was, Group) and isinstance(row, Group):
        if was.total != row.total:
            yield Change(What.GROUP_TOTAL, row.code, was.total.value, row.total.value)
    elif isinstance(was, Counted) and isinstance(row, Counted):
        yield from _counted(was, row)


TOLD: Final[Mapping[What, str]] = {
    What.TITLE: "title",
    What.MOVED: "parent",
    What.UNIT: "unit",
    What.MODE: "reading",
    What.TITLE_TOTAL: "title_total",
    What.LEAD: "lead",
    What.COOPERATING: "cooperating",
    What.FUNDING: "funding",
    What.AWAITED: "not_applicable_until",
    What.TARGET: "targets",
    What.BUDGET: "budget",
    What.GROUP_TOTAL: "total",
    What.ENDED: "ended",
    What.RESUMED: "ended",
}
COMPARED: Final[Sequence[tuple[What, Callable[[Counted], Said]]]] = (
    (What.UNIT, lambda row: row.unit),
    (What.MODE, lambda row: row.reading.mode.value),
    (What.TITLE_TOTAL, lambda row: row.title_total.value if row.title_total else None),
    (What.LEAD, lambda row: row.lead if isinstance(row, Leaf) else None),
    (What.COOPERATING, lambda row: row.cooperating.raw if isinstance(row, Leaf) else None),
    (What.FUNDING, lambda row: row.funding.raw if isinstance(row, Leaf) else None),
    (What.AWAITED, lambda row: row.not_applicable_until.on if row.not_applicable_until else None),
)


def _counted(was: Counted, row: Counted) -> Iterator[Change]:
    for what, said in COMPARED:
        if said(was) != said(row):
            yield Change(what, row.code, said(was), said(row))
    yield from _cells(What.TARGET, row.code, was.targets, row.targets)
    if isinstance(was, Leaf) and isinstance(row, Leaf):
        yield from _cells(What.BUDGET, row.code, was.budget, row.budget)
    if was.ended != row.ended:
        if row.ended is None:
            yield Change(What.RESUMED, row.code)
        else:
            yield Change(What.ENDED, row.code, None, row.ended.on, row.ended.continues_in)


def _cells(what: What, code: str, before: Mapping[str, Cell], after: Mapping[str, Cell]) -> Iterator[Change]:
    for period in dict.fromkeys([*before, *after]):
        old, new = before.get(period), after.get(period)
        was, now = old.value if old else None, new.value if new else None
        if was != now:
            yield Change(what, code, was, now, period)
        elif (old.raw if old else None) != (new.raw if new else None):
            yield Change(what, code, old.raw if old else None, new.raw if new else None, period)


def _rest(old: Document, new: Document, renamed: Mapping[str, str]) -> Iterator[Change]:
    """What has no words of its own, by the name of its part; a file that differs never shows as the same."""
    order = [renamed.get(row.code, row.code) for row in _all(new)]
    kept = [row.code for row in _all(old) if row.code in order]
    if [code for code in order if code in set(kept)] != kept:
        yield Change(What.OTHER, "", part="order")
    if old.money != new.money and old.money.total_dong == new.money.total_dong:
        yield Change(What.OTHER, "", part="money")
    if replace(old.plan, title=new.plan.title, decision=new.plan.decision) != new.plan:
        yield Change(What.OTHER, "", part="plan")
    for part in ("report", "funding_sources", "inspection_bodies", "ambiguities", "duties"):
        if getattr(old, part) != getattr(new, part):
            yield Change(What.OTHER, "", part=part)
    if {one.code: one for one in old.bodies} != {
        one.code: one for one in new.bodies if one.code in {body.code for body in old.bodies}
    }:
        yield Change(What.OTHER, "", part="bodies")
