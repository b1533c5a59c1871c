"""Money of a row by year and source, in đồng: what was given, what was spent, and what may not be booked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, select

from registry.kernel import clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day, said_number
from registry.plan import progress
from registry.plan.models import MoneyEntry, MoneyKind, PlanRow, PlanVersion
from registry.plan.rules import period_of


class Given(NamedTuple):
    """Money of a year's budget from a source: what was given and what was spent."""

    year: int
    source: str
    allocated: int
    disbursed: int


def by_year(indicator_ids: Sequence[int]) -> dict[int, list[Given]]:
    """What was given and spent, by indicator, then by year and source: one statement."""
    entry = MoneyEntry
    sums = [func.sum(case((entry.kind == kind, entry.amount), else_=0)) for kind in MoneyKind]
    wanted = select(entry.indicator_id, entry.year, entry.source, *sums).where(entry.indicator_id.in_(indicator_ids))
    wanted = wanted.group_by(entry.indicator_id, entry.year, entry.source).order_by(entry.year, entry.source)
    found: dict[int, list[Given]] = {}
    for indicator, year, source, allocated, disbursed in db.session.execute(wanted):
        found.setdefault(indicator, []).append(Given(year, source, int(allocated), int(disbursed)))
    return found


def check(entry: MoneyEntry, row: PlanRow, version: PlanVersion) -> None:
    """Raise Invalid for an entry that cannot be booked. Others wait until the transaction ends: two look at one sum."""
    if not row.budgets:
        message = _("%(code)s has no money of its own; book it at a row of the annex.", code=row.code)
        raise Invalid({"indicator": [message]})
    known = [one["code"] for one in version.document["funding_sources"]]
    if entry.source not in known:
        raise Invalid({"source": [_("The plan's sources of money are: %(codes)s.", codes=", ".join(known))]})
    _check_days(entry, version)
    if entry.kind is MoneyKind.DISBURSED and entry.document is None:
        raise Invalid({"document": [_("Give the number of the document by which it was spent.")]})
    if entry.amount == 0:
        raise Invalid({"amount": [_("An entry of nought changes nothing.")]})
    if entry.reason is None and entry.amount < 0:
        raise Invalid({"reason": [_("Say why: money is taken back, or more is spent than was allocated.")]})
    one_at_a_time(f"money {entry.indicator_id}")
    check_remains(entry)
    short = overspent(by_year([entry.indicator_id]).get(entry.indicator_id, []), entry)
    if entry.reason is None and short is not None:
        year, given, spent = short
        message = _(
            "Up to %(year)s this source gave %(given)s đ and %(spent)s đ would be spent; say why.",
            year=str(year),
            given=said_number(given),
            spent=said_number(spent),
        )
        raise Invalid({"reason": [message]})


def check_remains(entry: MoneyEntry) -> None:
    """Raise Invalid for more than was ever given or spent there, up to that year or a later one."""
    if entry.amount >= 0:
        return
    own = [one for one in by_year([entry.indicator_id]).get(entry.indicator_id, []) if one.source == entry.source]
    moved = {one.year: one.allocated if entry.kind is MoneyKind.ALLOCATED else one.disbursed for one in own}
    years = {entry.year, *(year for year in moved if year > entry.year)}
    left = min(sum(amount for year, amount in moved.items() if year <= upto) for upto in years)
    if left + entry.amount < 0:
        message = _("Up to that year only %(left)s đ stand there; no more can be taken back.", left=said_number(left))
        raise Invalid({"amount": [message]})


def overspent(before: Sequence[Given], entry: MoneyEntry) -> tuple[int, int, int] | None:
    """The first year from an entry's on up to which its source has spent more than it gave, with both sums."""
    moved: Mapping[MoneyKind, int] = {kind: entry.amount * (entry.kind is kind) for kind in MoneyKind}
    after = Given(entry.year, entry.source, moved[MoneyKind.ALLOCATED], moved[MoneyKind.DISBURSED])
    own = [one for one in (*before, after) if one.source == entry.source]
    for year in sorted({one.year for one in own if one.year >= entry.year}):
        given = sum(one.allocated for one in own if one.year <= year)
        spent = sum(one.disbursed for one in own if one.year <= year)
        if spent > given:
            return year, given, spent
    return None


def _check_days(entry: MoneyEntry, version: PlanVersion) -> None:
    spans = progress.spans_of(version)
    if period_of(entry.on, spans) is None:
        raise Invalid({"on": [_("%(day)s is in no period of the plan.", day=said_day(entry.on))]})
    _check_past("on", entry.on)
    if entry.document_on is not None:
        if entry.document is None:
            raise Invalid({"document": [_("Give the number of the document, or leave out its day.")]})
        _check_past("document_on", entry.document_on)
    if entry.kind is MoneyKind.DISBURSED and entry.year != entry.on.year:
        raise Invalid({"year": [_("Money is spent in the year of its day; leave the year out.")]})
    if entry.year < entry.on.year - 1:
        message = _(
            "The budget of %(year)s is over; book it in that of %(before)s or of a later year.",
            year=str(entry.year),
            before=str(entry.on.year - 1),
        )
        raise Invalid({"year": [message]})
    if not spans[0].start.year <= entry.year <= spans[-1].end.year:
        first, last = str(spans[0].start.year), str(spans[-1].end.year)
        raise Invalid({"year": [_("The plan runs from %(first)s to %(last)s.", first=first, last=last)]})


def _check_past(field: str, day: date) -> None:
    if day > clock.today():
        raise Invalid({field: [_("%(day)s has not come yet.", day=said_day(day))]})
