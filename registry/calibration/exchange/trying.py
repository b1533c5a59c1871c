"""A trial of records: what stands against them when all of a sheet is there, found without writing one down."""

from collections.abc import Collection, Sequence
from datetime import date
from itertools import count
from typing import Final

from registry.calibration import entry
from registry.calibration.exchange.holdings import Issued, issued
from registry.calibration.exchange.judging import Judged
from registry.calibration.queries import leading_back
from registry.calibration.rules import TRACEABLE
from registry.sheets.models import Outcome

FIRST: Final = 2**62  # key of the first record of a sheet: they come after all that are there
Relied = tuple[int, int | None]  # the asset that was used, and the record of it that was in force


class Trial:
    """The records of a sheet so far, the oldest work first, as if they were recorded."""

    def __init__(self) -> None:
        self._keys = count(FIRST)
        self._issued: dict[int, list[Issued]] = {}
        self._relied: dict[int, list[Relied]] = {}
        self._back: dict[int, set[int]] = {}

    def record(self, rows: Sequence[Judged]) -> None:
        """Take the new records of a part in, and refuse those that close a ring with what was there before."""
        new = {next(self._keys): row for row in rows if row.outcome is Outcome.NEW}
        for key, row in new.items():
            work = row.done
            self._issued.setdefault(row.item.id, []).append(
                Issued(key, row.item.id, work.kind, work.performed_on, work.outcome, None, None)
            )
        self._rely({key: row for key, row in new.items() if row.used})
        for key in [key for key, row in new.items() if row.used and self._leads_back(key, row.item.id)]:
            row = new[key]
            row.refuse("standards", entry.ring(row.done.performed_on))
            del self._relied[key]
            self._issued[row.item.id] = [one for one in self._issued[row.item.id] if one.id != key]

    def _rely(self, rows: dict[int, Judged]) -> None:
        stored = issued(used.id for row in rows.values() for used in row.used) if rows else {}
        for key, row in rows.items():
            day = row.done.performed_on
            self._relied[key] = [(used.id, self._in_force(stored.get(used.id, ()), used.id, day)) for used in row.used]
        asked = {relied for key in rows for _asset, relied in self._relied[key] if relied is not None}
        here = {key for key in asked - self._back.keys() if key < FIRST}
        back = leading_back(here)
        self._back |= {key: back.get(key, set()) for key in here}

    def _in_force(self, stored: Collection[Issued], asset_id: int, day: date) -> int | None:
        """The record that an asset's values came from on a day, of the sheet or the registry; see `queries.stood`."""
        known = [*stored, *self._issued.get(asset_id, ())]
        traceable = [one for one in known if one.kind in TRACEABLE and one.performed_on <= day]
        return max(traceable, key=lambda one: (one.performed_on, one.id)).id if traceable else None

    def _leads_back(self, start: int, asset_id: int) -> bool:
        """Whether the standards of a record rely on its own asset, at any depth."""
        waiting, seen = [relied for _asset, relied in self._relied[start]], set[int]()
        while waiting:
            key = waiting.pop()
            if key is None or key in seen:
                continue
            seen.add(key)
            if key < FIRST:
                if asset_id in self._back[key]:
                    return True
                continue
            for used, relied in self._relied.get(key, ()):
                if used == asset_id:
                    return True
                waiting.append(relied)
        return False
