"""Measured points as they are checked and completed: units that convert, limits that follow from the asset itself."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Protocol

from registry.assets.rules import Characterised, holds
from registry.calibration.rules import LEAST_FACTOR, PointValues
from registry.calibration.tolerances import Limits, error_of, permitted_error
from registry.kernel import units
from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_value
from registry.kernel.quantities import foreign_unit, quantity_key
from registry.kernel.text import digits, fold

LEAST_DEGREES: Final = 1
MOST_LETTERS: Final = 64  # of a decimal that is kept


class Characteristic(Characterised, Protocol):
    """What an asset measures: a quantity in a unit, over a range, within a permissible error."""

    @property
    def quantity(self) -> str: ...
    @property
    def unit(self) -> str: ...


def check_points(
    points: Sequence[PointValues],
    *,
    characteristics: Sequence[Characteristic] = (),
    standards: Iterable[str] = (),
) -> Messages:
    """Messages by nested field where the numbers of a point contradict each other, the record or the asset.

    `standards` are the tags of the record's standards, as they were given.
    """
    messages: dict[str, list[str]] = {}
    known = by_quantity(characteristics)
    used = set(standards)
    units_told: dict[tuple[str, str], dict[str, str]] = {}
    for place, point in enumerate(points):
        named = point["quantity"], point["unit"]
        if named not in units_told:
            units_told[named] = _unsound_unit(*named, known)
        found = _contradictions(point) | units_told[named]
        standard = point.get("standard")
        if standard is not None and standard not in used:
            found["standard"] = _("This standard is not among those of the record; add it there too.")
        messages |= {f"points.{place}.{field}": [text] for field, text in found.items()}
    return messages


def _contradictions(point: PointValues) -> dict[str, str]:
    found: dict[str, str] = {}
    low, high = point["lower_limit"], point["upper_limit"]
    uncertainty, factor = point["expanded_uncertainty"], point["coverage_factor"]
    degrees = point.get("degrees_of_freedom")
    if low is not None and high is not None and high < low:
        ends = {"high": said_value(high), "low": said_value(low)}
        found["upper_limit"] = _("%(high)s is below the lower limit, %(low)s.", **ends)
    if uncertainty is not None and uncertainty < 0:
        found["expanded_uncertainty"] = _("An uncertainty cannot be below zero; leave out the sign ±.")
    elif uncertainty == 0:
        found["expanded_uncertainty"] = _(
            "No measurement has an uncertainty of 0. Give U as the certificate states it, or leave it empty."
        )
    if factor is not None and factor < LEAST_FACTOR:
        found["coverage_factor"] = _("A coverage factor is at least 1; it is often 2.")
    elif factor is not None and uncertainty is None:
        found["coverage_factor"] = _("A coverage factor needs the expanded uncertainty it belongs to.")
    if degrees is not None and degrees < LEAST_DEGREES:
        found["degrees_of_freedom"] = _("Degrees of freedom are at least 1; leave them empty when they are many.")
    elif degrees is not None and uncertainty is None:
        found["degrees_of_freedom"] = _("Degrees of freedom need the expanded uncertainty they belong to.")
    return found


def by_quantity(characteristics: Iterable[Characteristic]) -> Mapping[str, list[Characteristic]]:
    """What an asset measures, by the keys of the quantities."""
    found: dict[str, list[Characteristic]] = {}
    for held in characteristics:
        found.setdefault(quantity_key(held.quantity), []).append(held)
    return found


def _unsound_unit(quantity: str, unit: str, known: Mapping[str, Sequence[Characteristic]]) -> dict[str, str]:
    """A unit suits its quantity: it turns into the asset's own where that is described by it, else into a usual one."""
    held = known.get(quantity_key(quantity), ())
    if any(_converts(unit, one.unit) for one in held):
        return {}
    foreign = foreign_unit(quantity, unit)
    if foreign is not None:
        return {"unit": foreign}
    if not held:
        return {}
    text = _(
        "“%(unit)s” cannot be turned into %(own)s, in which this asset's %(quantity)s is described.",
        unit=unit,
        own=held[0].unit,
        quantity=held[0].quantity,
    )
    return {"unit": text}


def _converts(given: str, own: str) -> bool:
    if given == own:
        return True
    here, there = units.parse(given), units.parse(own)
    return here is not None and there is not None and here.converts_to(there)


def derived_limits(point: PointValues, characteristics: Sequence[Characteristic]) -> Limits | None:
    """The limits of the error of a point that names none, from the asset's permissible error; None where none follows.

    A permissible error in percent of the reading is taken at the nominal value, else at the reference value.
    """
    if point["lower_limit"] is not None or point["upper_limit"] is not None or error_of(point) is None:
        return None
    at = next(value for value in (point["nominal"], point["reference"], point["indication"]) if value is not None)
    for held in characteristics:
        if fold(held.quantity) != fold(point["quantity"]):
            continue
        limits = _permitted(held, at, point["unit"])
        if limits is not None and len(digits(limits.upper or Decimal(0))) < MOST_LETTERS:
            return limits
    return None


def _permitted(held: Characteristic, at: Decimal, unit: str) -> Limits | None:
    if unit == held.unit:
        return permitted_error(held, at) if holds(held, at) else None
    here, there = units.parse(unit), units.parse(held.unit)
    if here is None or there is None or not here.converts_to(there):
        return None
    reading = units.convert(at, here, there)
    permitted = permitted_error(held, reading) if holds(held, reading) else None
    if permitted is None:
        return None
    return Limits(
        *(
            None if end is None else units.convert_difference(end, there, here)
            for end in (permitted.lower, permitted.upper)
        )
    )
