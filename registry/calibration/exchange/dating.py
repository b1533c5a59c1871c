"""Until when each record of a part counts, and how the standards it used stood on its day: the rules of every record.

The records are those of the registry, with those of the same import and of the part among them; two statements,
however many.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from registry.assets.lifecycle.lives import Lives
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof
from registry.assets.schedules import terms_of
from registry.assets.types.models import InstrumentType
from registry.calibration import intervals, queries
from registry.calibration.due.queries import cycle_of, keeps
from registry.calibration.exchange.holdings import Issued, issued
from registry.calibration.exchange.judging import Judged
from registry.calibration.intervals import WorkDays
from registry.calibration.rules import CalibrationKind, proof_of
from registry.calibration.standing import Standing
from registry.calibration.standings import as_known, granted_on, stood

TypeOf = Callable[[Asset], InstrumentType | None]


class Dates:
    """Due dates of the records of one part; work comes up against what was recorded before it, in the part too."""

    def __init__(self, rows: Sequence[Judged], import_id: int) -> None:
        asked = {row.item.id for row in rows if _keeps(row.item, row.done.kind)}
        self._before: dict[tuple[int, CalibrationKind], list[tuple[date, date | None]]] = {}
        for found in issued(asked, import_id).values() if asked else ():
            for one in found:
                due_on = one.calendar_due_on if proof_of(one.kind, one.outcome) is Proof.GOOD else None
                self._before.setdefault((one.asset_id, one.kind), []).append((one.performed_on, due_on))

    def due(self, row: Judged, type_: InstrumentType | None) -> date | None:
        """The last valid day of a good record by the rules of its day, without use and grace."""
        item, work = row.item, row.done
        earlier = self._before.setdefault((item.id, work.kind), []) if _keeps(item, work.kind) else None
        due_on = due(row, type_, before=_against(earlier, work.performed_on) if earlier else None)
        if earlier is not None:
            earlier.append((work.performed_on, due_on))
            earlier.sort(key=lambda one: one[0])
        return due_on


class Standings:
    """How standards stood on the days of the records of one part."""

    def __init__(self, rows: Sequence[Judged], import_id: int) -> None:
        self._lives = Lives({used.id: used for row in rows for used in row.used}.values())
        self._records: dict[int, list[Issued]] = issued(self._lives.keys, import_id)
        self._granted = granted_on([one for found in self._records.values() for one in found])

    def on(self, asset: Asset, day: date) -> Standing:
        """How a standard stood at the end of a day."""
        return stood_on(asset, self._lives, self._records, self._granted, day)


def stood_on(
    asset: Asset, lives: Lives, records: Mapping[int, Sequence[Issued]], granted: Mapping[int, date], day: date
) -> Standing:
    """How a standard stood at the end of a day, by the records of it and its sets, the oldest work first."""
    known = {}
    for one in (asset, *lives.sets(asset)):
        newest = {record.kind: record for record in records.get(one.id, ()) if record.performed_on <= day}
        known[one.id] = as_known(newest, granted, day)
    return stood(asset, lives, known, day)


def due(row: Judged, type_: InstrumentType | None, *, before: date | None = None) -> date | None:
    """The last valid day of a good record by the rules of its day; `before` is that of the work before it."""
    work, schedule = row.done, queries.schedule_of(row.item, row.done.kind)
    if proof_of(work.kind, work.outcome) is not Proof.GOOD:
        return None
    is_verified = type_ is not None and work.kind is CalibrationKind.VERIFICATION
    cycle = cycle_of(type_, work.performed_on) if is_verified and type_ else None
    return intervals.due(_days(row, schedule), terms_of(schedule) if schedule else None, before=before, cycle=cycle).on


def _days(row: Judged, schedule: Schedule | None) -> WorkDays:
    work = row.done
    first_use_on = schedule.first_use_on if schedule and schedule.last_performed_on == work.performed_on else None
    return WorkDays(work.performed_on, work.valid_until, work.received_on, first_use_on)


def _keeps(item: Asset, kind: CalibrationKind) -> bool:
    schedule = queries.schedule_of(item, kind)
    return schedule is not None and keeps(terms_of(schedule))


def _against(earlier: Sequence[tuple[date, date | None]], day: date) -> date | None:
    place = bisect_left(earlier, day, key=lambda one: one[0])
    return earlier[place - 1][1] if place else None
