"""A trial of records: what stands against them when all of a sheet is there, found without writing one down."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from registry.assets.lifecycle.lives import Lives
from registry.calibration import entry
from registry.calibration.exchange.dating import TypeOf, due, stood_on
from registry.calibration.exchange.holdings import Issued, issued
from registry.calibration.exchange.judging import Judged
from registry.calibration.exchange.relying import ask_about
from registry.calibration.queries import leading_back
from registry.calibration.standings import granted_on
from registry.sheets.models import Outcome

FIRST: Final = 2**62  # key of the first record of a sheet: they come after all that are there
Relied = tuple[int, int | None]  # the asset that was used, and the record of it that was in force


class Trial:
    """The records of a sheet so far, the oldest work first, as if they were recorded."""

    def __init__(self, type_of: TypeOf) -> None:
        self._type_of = type_of
        self._keys = count(FIRST)
        self._issued: dict[int, list[Issued]] = {}
        self._relied: dict[int, list[Relied]] = {}
        self._back: dict[int, set[int]] = {}

    def record(self, rows: Sequence[Judged]) -> None:
        """Take the new records of a part in, and refuse those that close a ring with what was there before."""
        new = {next(self._keys): row for row in rows if row.outcome is Outcome.NEW}
        for key, row in new.items():
            work = row.done
            due_on = due(row, self._type_of(row.item))
            self._issued.setdefault(row.item.id, []).append(
                Issued(
                    key,
                    row.item.id,
                    work.kind,
                    work.verification_kind,
                    work.performed_on,
                    work.outcome,
                    due_on,
                    due_on,
                )
            )
        self._rely({key: row for key, row in new.items() if row.used})
        for key, row in new.items():
            if row.used and not row.is_wrong() and self._leads_back(key, row.item.id):
                row.refuse("standards", entry.ring(row.done.performed_on))
            if row.is_wrong():
                del self._relied[key]
                self._issued[row.item.id] = [one for one in self._issued[row.item.id] if one.id != key]

    def _rely(self, rows: dict[int, Judged]) -> None:
        lives = Lives({used.id: used for row in rows.values() for used in row.used}.values())
        stored = issued(lives.keys) if rows else {}
        granted = granted_on([one for found in stored.values() for one in found])
        known = {key: self._known(stored, key) for key in lives.keys}
        for key, row in rows.items():
            day = row.done.performed_on
            stood = [(used, stood_on(used, lives, known, granted, day)) for used in row.used]
            self._relied[key] = [(used.id, then.relied_on_id) for used, then in stood]
            ask_about(row, stood)
        asked = {relied for key in rows for _asset, relied in self._relied[key] if relied is not None}
        here = {key for key in asked - self._back.keys() if key < FIRST}
        back = leading_back(here)
        self._back |= {key: back.get(key, set()) for key in here}

    def _known(self, stored: Mapping[int, Sequence[Issued]], asset_id: int) -> list[Issued]:
        """The records of an asset, of the registry and the sheet, the oldest work first."""
        known = [*stored.get(asset_id, ()), *self._issued.get(asset_id, ())]
        return sorted(known, key=lambda one: (one.performed_on, one.id))

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
