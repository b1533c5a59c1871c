"""The metrological characteristics of an asset: put in the place of those before, and asked for a limit."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from registry.assets.models import Asset, Characteristic
from registry.assets.rules import CharacteristicValues, check_characteristics, holds, limit
from registry.kernel import audit, unit_names, units
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown

FIELDS: Final = tuple(CharacteristicValues.__annotations__)


class Limit(NamedTuple):
    """The maximum permissible error at a reading, both in `unit`; `limit` is None where none is stated."""

    quantity: str
    unit: str
    ucum: str | None
    at: Decimal
    limit: Decimal | None


def limits(asset: Asset, *, at: Decimal, unit: str | None = None) -> list[Limit]:
    """What is permitted at a reading by each characteristic whose range holds it, the reading turned into its unit.

    Raises Invalid beside `unit` for a unit that is not known; characteristics of another kind are left out.
    """
    given = unit_names.meant(unit) if unit else None
    if unit and given is None:
        raise Invalid({"unit": [_("The unit “%(unit)s” is not known; write one such as kPa or °C.", unit=shown(unit))]})
    found = []
    for held in asset.characteristics:
        own = unit_names.meant(held.unit)
        reading = _in_unit(at, given, own)
        if reading is not None and holds(held, reading):
            ucum = own.ucum if own else None
            found.append(Limit(held.quantity, held.unit, ucum, reading, limit(held, reading)))
    return found


def _in_unit(at: Decimal, given: units.Unit | None, own: units.Unit | None) -> Decimal | None:
    if given is None:
        return at
    return units.convert(at, given, own) if own is not None and given.converts_to(own) else None


def unknown_units(given: Iterable[str]) -> list[str]:
    """What is to be said of units that the vocabulary does not have: they are kept, and nothing is done with them."""
    return [_unknown(text) for text in dict.fromkeys(given) if text and unit_names.meant(text) is None]


def _unknown(text: str) -> str:
    like = unit_names.nearest(text)
    if like is None:
        return _(
            "The unit “%(unit)s” is not in the vocabulary: it will not be converted or compared.", unit=shown(text)
        )
    return _(
        "The unit “%(unit)s” is not in the vocabulary: it will not be converted or compared. Did you mean %(like)s?",
        unit=shown(text),
        like=like.symbol,
    )


def describe(asset: Asset, given: Sequence[CharacteristicValues]) -> audit.Changes:
    """Put characteristics in the place of those before, row by row: positions are unique at every moment."""
    check_characteristics(given)
    before = _told(asset)
    for place, values in enumerate(given):
        if place < len(asset.characteristics):
            for field in FIELDS:
                setattr(asset.characteristics[place], field, values.get(field))
        else:
            asset.characteristics.append(Characteristic(position=place, **values))
    del asset.characteristics[len(given) :]
    after = _told(asset)
    return {"characteristics": [before, after]} if before != after else {}


def _told(asset: Asset) -> list[object]:
    return [{field: getattr(held, field) for field in FIELDS} for held in asset.characteristics]
