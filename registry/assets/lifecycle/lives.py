"""How assets, and the sets they belong to, were on past days: out of use, or with a verification that had ended."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import false, select, true, union_all

from registry.assets.components import MOST_LEVELS
from registry.assets.lifecycle.models import Fault, StatusChange, Upkeep
from registry.assets.lifecycle.rules import AWAY, REPAIRING, FaultKind
from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.assets.types.queries import version_on
from registry.kernel.db import db

OUT: Final = AWAY | {Status.DISPOSED}


class Lives:
    """The lives of some assets and of the sets above them, read in a fixed number of statements."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self._held = {one.id: one for one in assets}
        level: Sequence[Asset] = list(self._held.values())
        for _level in range(1, MOST_LEVELS):
            above = {one.parent_id for one in level if one.parent_id is not None} - self._held.keys()
            level = db.session.scalars(select(Asset).where(Asset.id.in_(above))).all() if above else []
            self._held |= {one.id: one for one in level}
        self._turns = _turns([key for key, one in self._held.items() if one.status_since_on is not None])
        self._altered = _altered([key for key, one in self._held.items() if one.altered_on is not None])
        self._ends = _ends([key for key, one in self._held.items() if one.mended_on is not None])

    @property
    def keys(self) -> list[int]:
        """The keys of the assets and of their sets."""
        return list(self._held)

    def sets(self, asset: Asset) -> list[Asset]:
        """The sets an asset belongs to, the nearest first."""
        found: list[Asset] = []
        while (whole := self._held.get((found[-1] if found else asset).parent_id or 0)) is not None:
            found.append(whole)
        return found

    def was_out(self, asset: Asset, day: date) -> bool:
        """Whether an asset, or a set it belongs to, was out of use for the whole of a day, as far as was written down.

        Of what was registered as it stood nobody knows how it stood before.
        """
        return any(self._was_out(one, day) for one in (asset, *self.sets(asset)))

    def ended_on(self, asset: Asset, day: date) -> date | None:
        """The newest day up to some day from which no verification from before held; see `Asset.repaired_on`.

        What ended it before that is read of the asset's own upkeep, faults and seals.
        """
        if asset.repaired_on is None or asset.repaired_on <= day:
            return asset.repaired_on
        mended = self._ends.get(asset.id, ())
        found = [on for on, is_seal in mended if on <= day and (is_seal or _asks(asset, on))]
        found += [asset.seal_found_on] if asset.seal_found_on is not None and asset.seal_found_on <= day else []
        return max(found, default=None)

    def altered_on(self, asset: Asset, day: date) -> date | None:
        """The newest day up to some day from which no calibration from before held; see `Asset.altered_on`.

        What ended it before that is read of the asset's own upkeep.
        """
        if asset.altered_on is None or asset.altered_on <= day:
            return asset.altered_on
        return max((on for on in self._altered.get(asset.id, ()) if on <= day), default=None)

    def _was_out(self, asset: Asset, day: date) -> bool:
        """Whether every status of an asset on a day, from the one it began with, was one out of use."""
        turns = self._turns.get(asset.id, ())
        earlier = [new for on, new in turns if on < day]
        return bool(earlier) and OUT.issuperset([earlier[-1], *(new for on, new in turns if on == day)])


def _altered(keys: Sequence[int]) -> dict[int, list[date]]:
    """The days of work that touched what some assets measure."""
    found: dict[int, list[date]] = {}
    wanted = select(Upkeep.asset_id, Upkeep.on).where(Upkeep.asset_id.in_(keys), Upkeep.alters)
    for key, on in db.session.execute(wanted) if keys else ():
        found.setdefault(key, []).append(on)
    return found


def _turns(keys: Sequence[int]) -> dict[int, list[tuple[date, Status]]]:
    """The changes of status of some assets, the oldest first."""
    found: dict[int, list[tuple[date, Status]]] = {}
    changes = select(StatusChange.asset_id, StatusChange.on, StatusChange.new)
    changes = changes.where(StatusChange.asset_id.in_(keys)).order_by(StatusChange.on, StatusChange.id)
    for key, on, new in db.session.execute(changes) if keys else ():
        found.setdefault(key, []).append((on, new))
    return found


def _ends(keys: Sequence[int]) -> dict[int, list[tuple[date, bool]]]:
    """The days of repairs, modifications and broken seals of some assets; which of them was a seal."""
    if not keys:
        return {}
    mended = select(Upkeep.asset_id, Upkeep.on, false()).where(Upkeep.asset_id.in_(keys), Upkeep.kind.in_(REPAIRING))
    broken = select(Fault.asset_id, Fault.found_on, true()).where(
        Fault.asset_id.in_(keys), Fault.kind == FaultKind.SEAL_BROKEN
    )
    found: dict[int, list[tuple[date, bool]]] = {}
    both: Any = union_all(mended, broken)
    for key, on, is_seal in db.session.execute(both):
        found.setdefault(key, []).append((on, bool(is_seal)))
    return found


def _asks(asset: Asset, on: date) -> bool:
    """Whether the version of its type that was in force asks for verification after a repair."""
    version = version_on(asset, on)
    return version is None or version.after_repair is not False
