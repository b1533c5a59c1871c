"""The standards of a result as its form says them: ticked among those offered, or typed by their tags."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from registry.accounts.models import Person
from registry.assets import tags as labels
from registry.assets.models import Asset
from registry.calibration import offered as standards
from registry.calibration.procedures.models import ProcedureVersion
from registry.kernel import clock
from registry.kernel.errors import Messages, NotFound

BETWEEN: Final = re.compile(r"[\s,;]+")
TICKED: Final = "used_"  # and the tag


class Shown(NamedTuple):
    """An offered standard as it is drawn."""

    offer: standards.Offer
    ticked: bool
    recommended: bool


class Offered(NamedTuple):
    """What is offered for work on a day, and what remains in the field: tags that lead to nothing."""

    offers: Sequence[Shown]
    day: date
    rest: str


def tags(said: dict[str, Any]) -> list[str]:
    """Takes what a form says of standards out of it: their tags, those ticked first, each once."""
    found = dict.fromkeys(plain(tag) for tag in [*_ticked(said), *_typed(said)])
    said.pop("standards", None)
    return list(found)


def without(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says beside its ticks."""
    return {name: value for name, value in said.items() if not name.startswith(TICKED)}


def offered(
    person: Person,
    item: Asset,
    typed: Mapping[str, Any],
    version: ProcedureVersion | None,
    *,
    is_proposed: bool = False,
) -> Offered:
    """The standards to tap: those a procedure recommends, those that are said already, and those used lately.

    What is said is ticked; where it `is_proposed` only, by an earlier record, what does not hold today is not.
    """
    day = _day(str(typed.get("performed_on") or ""))
    said = [*_ticked(typed), *_typed(typed)]
    first = list(version.standards) if version else []
    found = standards.offers(person, item, day, first=first, named=said)
    wanted = {plain(tag) for tag in said}
    known = {tag for one in found for tag in (one.asset.tag, one.asset.current_tag)}
    ticked = {
        one.asset.id
        for one in found
        if {one.asset.tag, one.asset.current_tag} & wanted and (one.is_sound or not is_proposed)
    }
    shown = [Shown(one, one.asset.id in ticked, one.asset in first) for one in found]
    rest = [tag for tag in _typed(typed) if plain(tag) not in known]
    return Offered(shown, day, " ".join(rest))


def beside_tags(errors: Messages, typed: Mapping[str, Any]) -> Messages:
    """Faults of standards, each of one of a list, at the one field that people see, with the tag they are of."""
    said = tags(dict(typed))
    found: dict[str, list[str]] = {}
    for field, messages in errors.items():
        name, _dot, place = field.partition(".")
        if name == "standards" and place.isdigit() and int(place) < len(said):
            tag = said[int(place)]
            found.setdefault("standards", []).extend(f"{tag}: {message}" for message in messages)
        else:
            found.setdefault(field, []).extend(messages)
    return found


def _ticked(said: Mapping[str, Any]) -> list[str]:
    return [name.removeprefix(TICKED) for name, value in said.items() if name.startswith(TICKED) and value]


def _typed(said: Mapping[str, Any]) -> list[str]:
    text = said.get("standards") or ""
    return [tag for tag in BETWEEN.split(text) if tag] if isinstance(text, str) else []


def plain(tag: str) -> str:
    """A tag as it is sent, however it was typed; what is none stays as it is."""
    try:
        return labels.parse(tag)
    except NotFound:
        return tag


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()
