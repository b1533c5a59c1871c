"""Checks as they are read: what belongs to the inspecting side, and what others own, is told to those who may know."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.inspection import queries as inspections
from registry.inspection.checks.actions import Told
from registry.inspection.checks.freezing import PUBLIC
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.models import Inspection
from registry.inspection.reading import Withheld

INTERNAL: Final[Mapping[str, object]] = {"clock_ahead": None, "said_at": None, "shown": None}
PARTICULARS: Final = ("asset", "instrument_type", "manufacturer", "model", "serial_no")


def as_read(person: Person, visit: Inspection, rows: Sequence[InspectionCheck]) -> list[Any]:
    """Checks as a person may read them: of what is another's they learn what its label tells everybody."""
    hidden = {} if inspections.inspects_for(person, visit.authority_id) else INTERNAL
    reached = accounts.reached(person)
    seen = None if reached is None else frozenset(reached)
    return [_as_read(row, hidden, seen) for row in rows]


def told(person: Person, visit: Inspection, lines: Sequence[Told]) -> list[Told]:
    """What became of checks, with each as whoever sent it may read it."""
    known = [line.check for line in lines if line.check is not None]
    read = {row.id: one for row, one in zip(known, as_read(person, visit, known), strict=True)}
    return [line._replace(check=read[line.check.id]) if line.check is not None else line for line in lines]


def _as_read(row: InspectionCheck, hidden: Mapping[str, object], seen: Collection[int] | None) -> Any:  # noqa: ANN401 — a check, or the like of it
    values = dict(hidden)
    if _is_strange(row.asset, seen):
        values |= dict.fromkeys(PARTICULARS)
        values["answer"] = {name: row.answer[name] for name in PUBLIC if name in row.answer} if row.answer else None
    if _is_strange(row.registered, seen):
        values["registered"] = None
    return Withheld(row, values) if values else row


def _is_strange(asset: Asset | None, seen: Collection[int] | None) -> bool:
    return asset is not None and seen is not None and asset.owner_id not in seen
