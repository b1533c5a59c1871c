"""The instrument types that the rows of a sheet name: what each proposes, and which of them nobody has recorded."""

from datetime import date
from typing import Final

from registry.accounts.models import Person
from registry.assets.rules import Kind, ScheduleKind
from registry.assets.schedules import ScheduleValues
from registry.assets.types import queries
from registry.assets.types.links import law_of, proposed, unfitting
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import in_force, nearest, unlawful
from registry.kernel.calendar import Interval
from registry.kernel.i18n import _
from registry.kernel.text import shown

MOST_COMPARED: Final = 200  # unknown texts of one sheet: a comparison costs milliseconds
Proposal = tuple[int | None, list[ScheduleValues]]
Text = tuple[str, int]  # what is typed, and the key of the owner it is typed for


class Types:
    """What is known of the types of one sheet; each text is looked for once."""

    def __init__(self, by: Person | None, today: date) -> None:
        self._by, self._today = by, today
        self._proposals: dict[Text, Proposal] = {}
        self._found: dict[Text, InstrumentType | None] = {}
        self._laws: dict[int | None, InstrumentTypeVersion | None] = {None: None}
        self._notes: dict[Text, str] = {}
        self._called: dict[int, dict[str, str]] = {}

    def proposal(self, text: str | None, owner_id: int) -> Proposal:
        """The type that a text links to and the schedules it proposes; see types.links."""
        if text is None:
            return None, []
        if (text, owner_id) not in self._proposals:
            found = queries.named(self._by, text, owner_id)
            self._proposals[text, owner_id] = found.id if found else None, proposed(found, self._today)
            self._found[text, owner_id] = found
            if found is not None:
                self._laws[found.id] = law_of(found, self._today)
        return self._proposals[text, owner_id]

    def refusal(self, type_id: int | None, kind: ScheduleKind, interval: Interval) -> str | None:
        """What the law has against a schedule of a type that was named before; see types.rules.unlawful."""
        return unlawful(self._laws[type_id], kind, interval)

    def unfitting(self, kind: Kind, text: str | None, owner_id: int) -> str | None:
        """What stands against a type that was named before of a thing of a kind; see types.links."""
        return unfitting(kind, self._found[text, owner_id]) if text is not None else None

    def note(self, text: str, owner_id: int) -> str | None:
        """What is to be known of an instrument whose type nobody has recorded, with the one called most like it.

        Or whose type is recorded and does not hold today.
        """
        self.proposal(text, owner_id)
        found = self._found[text, owner_id]
        if found is not None:
            return None if in_force(found.versions, self._today) is not None else _out_of_force(text)
        if (text, owner_id) not in self._notes:
            self._notes[text, owner_id] = _unknown(text, self._like(text, owner_id))
        return self._notes[text, owner_id]

    def _like(self, text: str, owner_id: int) -> str | None:
        if len(self._notes) >= MOST_COMPARED:
            return None
        if owner_id not in self._called:
            self._called[owner_id] = queries.called(self._by, owner_id)
        return nearest(text, self._called[owner_id])


def _out_of_force(text: str) -> str:
    return _(
        "The type “%(text)s” is not in force today, so that nothing is taken over from it: choose one that is, or say "
        "by yourself what the asset has to undergo.",
        text=shown(text),
    )


def _unknown(text: str, like: str | None) -> str:
    said = _(
        "The type “%(text)s” is not one of the recorded types: nobody can tell whether the law has it verified.",
        text=shown(text),
    )
    return said if like is None else " ".join((said, _("Do you mean “%(name)s”?", name=like)))
