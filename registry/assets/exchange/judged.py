"""What was found out about a row of a sheet, and what is wrong with it by columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.assets.exchange.checking import TAG, Said
from registry.assets.exchange.holdings import Held, Owner
from registry.assets.exchange.matching import NO_MATCH, Match
from registry.assets.rules import Kind
from registry.assets.schedules import ScheduleValues
from registry.assets.words import unstated_text
from registry.kernel.audit import Changes
from registry.kernel.errors import Refusal
from registry.sheets.headings import Table
from registry.sheets.models import Outcome
from registry.sheets.running import error, in_order


@dataclass(slots=True)
class Judged:
    """A row's outcome; `values` are what the actions are told, `belongings` what those of its slices are.

    `whole` is the row of the set it belongs to, where that one is not registered yet. `joins` is the key and tag of the
    set of a new component that no rule can refuse; `alike` the tags of what is registered like something new.
    """

    said: Said
    outcome: Outcome
    tag: str | None = None
    name: str | None = None
    held: Held | None = None
    match: Match = NO_MATCH
    owner: Owner | None = None
    type_id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    belongings: dict[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    version: int | None = None
    whole: "Judged | None" = None
    joins: tuple[int, str] | None = None

    def refuse(self, refusal: Refusal, places: Sequence[int] = ()) -> None:
        """Take over what an action or a rule said against it; `places` are those of the characteristics it was told."""
        self.outcome = Outcome.ERROR
        for name, messages in (refusal.errors or {TAG: [refusal.detail]}).items():
            column = _column_of(name, places, self.values.get("schedules", ()))
            self.said.faults += [(column, str(message)) for message in messages]

    def note_unstated(self) -> None:
        """Say of a new standard or material that it is not fit before something shows what it is worth."""
        shown = any(self.values.get(name) for name in ("schedules", "parent")) or self.whole or self.belongings
        if self.values["kind"] is not Kind.INSTRUMENT and not shown:
            self.notes.append(unstated_text(self.values["kind"]))

    def says_wrongly(self, column: str) -> bool:
        """Whether a cell of a column was not understood, or one of the columns that its name begins."""
        return any(f"{name}.".startswith(f"{column}.") for name, _message in self.said.faults)


def told(row: Judged, table: Table) -> list[dict[str, str]]:
    """What is wrong with a row: which cell, what stands there, and the remedy."""
    number, raw = row.said.number, row.said.raw
    return [error(table, name, message, number, raw) for name, message in in_order(table, row.said.faults)]


def _column_of(name: str, places: Sequence[int], schedules: Sequence[ScheduleValues]) -> str:
    """The column of a field that a rule names: its lists are counted without the gaps of the sheet."""
    first, _dot, rest = name.partition(".")
    place, _dot, inner = rest.partition(".")
    if first == "characteristics" and place.isdecimal() and int(place) < len(places):
        return f"characteristics.{places[int(place)]}.{inner}"
    if first == "schedules" and place.isdecimal() and int(place) < len(schedules):
        return f"schedules.{schedules[int(place)]['kind']}"
    return name
