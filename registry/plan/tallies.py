"""Sums over what was counted and what was spent: a fixed number of grouped queries, however much there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, case, column, func, select, values

from registry.kernel.db import db
from registry.plan import belonging, distinct, records
from registry.plan.counts.queries import Listed, Present
from registry.plan.counts.wanted import feeds
from registry.plan.distinct import PLACE, ByPeriod, period_of
from registry.plan.models import Evidence, EvidenceState, MoneyEntry, MoneyKind, PlanRow, RecordType
from registry.plan.records import Record
from registry.plan.rollups.knowledge import NOW, Knowledge
from registry.plan.rules import Span, Tally


@dataclass(frozen=True)
class Moved:
    """Money that moved, in đồng."""

    allocated: int = 0
    disbursed: int = 0


def kept_tallies(rows: Sequence[PlanRow], spans: Sequence[Span], on: date, kept: Present) -> dict[str, ByPeriod]:
    """What every row counted in each period up to and on a day, as is known now, from the counts that are kept."""
    feeding = feeds(rows)
    standing = {row.code: feeding[row.code] for row in rows if row.standing and row.code in feeding}
    return kept.tallies | _judged(standing, kept.states, spans, on, NOW)


def tallies(
    rows: Sequence[PlanRow], spans: Sequence[Span], on: date, known: Knowledge = NOW, *, only: str | None = None
) -> dict[str, ByPeriod]:
    """What every row counted in each period up to and on a day, by code; a record counts once for a row.

    All evidence is read for it. `only` asks for one row of them.
    """
    feeding = {code: ids for code, ids in feeds(rows).items() if only in {None, code}}
    rows = [row for row in rows if row.code in feeding]
    standing = {row.code: feeding[row.code] for row in rows if row.standing}
    named = {row.code: row for row in rows if row.count_unit in distinct.UNITS and row.code not in standing}
    flowing = {code: ids for code, ids in feeding.items() if code not in standing and code not in named}
    single = {next(iter(ids)): code for code, ids in flowing.items() if len(ids) == 1}
    shared = {code: ids for code, ids in flowing.items() if len(ids) > 1}
    by_name = distinct.tallies({code: (row.count_unit, feeding[code]) for code, row in named.items()}, spans, on, known)
    flows = _flowing(single, spans, on, known) | _shared(shared, spans, on, known)
    return flows | _standing(standing, spans, on, known) | by_name


def gone(rows: Sequence[PlanRow], on: date) -> dict[int, int]:
    """How many records that were counted at each indicator up to and on a day do not hold any more: one statement."""
    wanted = select(Evidence.indicator_id, func.count()).where(
        Evidence.indicator_id.in_([row.indicator_id for row in rows]),
        Evidence.state == EvidenceState.COUNTED,
        Evidence.counted_on <= on,
        ~records.holding(),
    )
    return dict(db.session.execute(wanted.group_by(Evidence.indicator_id)).all())


def moved(
    indicator_ids: Sequence[int], spans: Sequence[Span], on: date, known_at: datetime | None = None
) -> dict[tuple[int, str], Moved]:
    """Money given and spent up to and on a day, by indicator and period; only what was booked by an instant, if any."""
    period = period_of(MoneyEntry.on, spans)
    allocated = func.sum(case((MoneyEntry.kind == MoneyKind.ALLOCATED, MoneyEntry.amount), else_=0))
    disbursed = func.sum(case((MoneyEntry.kind == MoneyKind.DISBURSED, MoneyEntry.amount), else_=0))
    wanted = (
        select(MoneyEntry.indicator_id, period, allocated, disbursed)
        .where(MoneyEntry.indicator_id.in_(indicator_ids), MoneyEntry.on <= on)
        .group_by(MoneyEntry.indicator_id, PLACE)
    )
    if known_at is not None:
        wanted = wanted.where(MoneyEntry.recorded_at <= known_at)
    return {
        (indicator, spans[at].code): Moved(int(given), int(spent))
        for indicator, at, given, spent in db.session.execute(wanted)
        if at >= 0
    }


def _flowing(codes: Mapping[int, str], spans: Sequence[Span], on: date, known: Knowledge) -> dict[str, ByPeriod]:
    """Rows that only their own evidence feeds: no record can stand twice, so the sum is plain."""
    period = period_of(Evidence.counted_on, spans)
    wanted = (
        select(Evidence.indicator_id, period, func.sum(Evidence.quantity))
        .where(Evidence.indicator_id.in_(codes), *known.counted(on))
        .group_by(Evidence.indicator_id, PLACE)
    )
    return _running({(codes[row], at): int(total) for row, at, total in db.session.execute(known.asked(wanted))}, spans)


def _shared(
    feeding: Mapping[str, frozenset[int]], spans: Sequence[Span], on: date, known: Knowledge
) -> dict[str, ByPeriod]:
    """Rows fed by several: a record that stands in more than one counts once, on its first day."""
    codes = sorted(feeding)
    pairs = [(at, source) for at, code in enumerate(codes) for source in sorted(feeding[code])]
    if not pairs:
        return {}
    feed = values(column("reader", Integer), column("source", Integer), name="feed").data(pairs).cte("feed")
    first, most = func.min(Evidence.counted_on).label("first"), func.max(Evidence.quantity).label("most")
    once = (
        select(feed.c.reader, first, most)
        .join(Evidence, Evidence.indicator_id == feed.c.source)
        .where(*known.counted(on))
        .group_by(feed.c.reader, Evidence.record_type, Evidence.record_id)
        .subquery()
    )
    period = period_of(once.c.first, spans)
    wanted = select(once.c.reader, period, func.sum(once.c.most)).group_by(once.c.reader, PLACE)
    return _running({(codes[row], at): int(total) for row, at, total in db.session.execute(known.asked(wanted))}, spans)


def _standing(
    feeding: Mapping[str, frozenset[int]], spans: Sequence[Span], on: date, known: Knowledge
) -> dict[str, ByPeriod]:
    """Rows that describe a state: a laboratory counts while it holds an accreditation on the day that is judged.

    It counts once, be the evidence itself, an accreditation of it or an assessment; lines of scope count each.
    """
    sources = frozenset[int]().union(*feeding.values())
    wanted = select(
        Evidence.indicator_id, Evidence.record_type, Evidence.record_id, Evidence.counted_on, Evidence.quantity
    ).where(Evidence.indicator_id.in_(sources), *known.counted(on))
    rows = db.session.execute(known.asked(wanted)) if sources else ()
    found = [Listed(source, Record(kind, key), day, quantity) for source, kind, key, day, quantity in rows]
    return _judged(feeding, found, spans, on, known)


def _judged(
    feeding: Mapping[str, frozenset[int]], found: Sequence[Listed], spans: Sequence[Span], on: date, known: Knowledge
) -> dict[str, ByPeriod]:
    owners = belonging.labs_of({one.record for one in found})
    days = {span.code: min(on, span.end) for span in spans}
    holds = known.standing(set(owners.values()), set(days.values()))
    lapsed = {day: known.lapsed(owners, day) for day in set(days.values())}
    tallied: dict[str, ByPeriod] = {}
    for code, ids in feeding.items():
        for span in spans:
            first: dict[Record, tuple[date, int]] = {}
            for source, record, day, quantity in found:
                at = days[span.code]
                lab = owners.get(record)
                fallen = lab is not None and (lab not in holds[at] or record in lapsed[at])
                if source in ids and day <= span.end and not fallen:
                    itself = lab is None or record.type is RecordType.SCOPE_LINE
                    same = record if itself else Record(RecordType.LAB, str(lab))
                    earlier, most = first.get(same, (day, quantity))
                    first[same] = min(day, earlier), max(quantity, most)
            added = sum(quantity for day, quantity in first.values() if span.holds(day))
            tallied.setdefault(code, {})[span.code] = Tally(added, sum(quantity for _day, quantity in first.values()))
    return tallied


def _running(added: Mapping[tuple[str, int], int], spans: Sequence[Span]) -> dict[str, ByPeriod]:
    """Sums by row and place of the period, with the totals that run through the periods."""
    tallied: dict[str, ByPeriod] = {}
    for code in {code for code, _at in added}:
        total = 0
        for at, span in enumerate(spans):
            in_period = added.get((code, at), 0)
            total += in_period
            tallied.setdefault(code, {})[span.code] = Tally(in_period, total)
    return tallied
