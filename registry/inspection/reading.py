"""What is read of inspections by whom: the inspecting side everything, the inspected what concerns them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from registry.accounts.models import Organisation, Person
from registry.inspection.models import Inspection
from registry.inspection.queries import inspected_by
from registry.kernel.db import db

INTERNAL: Final[Mapping[str, object]] = {"note": None, "lacks": [], "plan_id": None, "plan": None}


class Withheld:
    """A row of which some values are not told: it has every name of the row, these with other values."""

    __slots__ = ("_row", "_values")

    def __init__(self, row: object, values: Mapping[str, object]) -> None:
        self._row, self._values = row, values

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 — whatever the row has
        return self._values[name] if name in self._values else getattr(self._row, name)


def as_read(person: Person, visits: Sequence[Inspection]) -> list[Any]:
    """Inspections as a person may read them: notes and what a team lacks are for those who inspect."""
    bodies = {visit.authority_id for visit in visits}
    wanted = select(Organisation.id).where(Organisation.id.in_(bodies), inspected_by(person, Organisation.id))
    theirs = set(db.session.scalars(wanted)) if bodies else set()
    return [visit if visit.authority_id in theirs else Withheld(visit, INTERNAL) for visit in visits]
