"""The points of a procedure on one asset: percentages become values, and what lies outside its range is left out."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from registry.assets.rules import HUNDRED, holds
from registry.calibration.points import Characteristic
from registry.calibration.procedures.rules import Setpoint
from registry.calibration.tolerances import exactly
from registry.kernel import units
from registry.kernel.text import digits, fold

MOST_LETTERS: Final = 40  # of a number in a form


class Laid(NamedTuple):
    """A setpoint laid on an asset: where it is, in what unit; `nominal` is None where the range is not known."""

    point: Setpoint
    nominal: Decimal | None
    unit: str


class LaidOut(NamedTuple):
    """The points of a procedure on an asset, and how many of its setpoints were left out: outside the range."""

    points: Sequence[Laid]
    left_out: int


def laid_out(setpoints: Sequence[Setpoint], characteristics: Sequence[Characteristic]) -> LaidOut:
    """Each setpoint as often as it is repeated, on an asset of these characteristics."""
    points: list[Laid] = []
    left_out = 0
    for point in setpoints:
        held = [one for one in characteristics if fold(one.quantity) == fold(point["quantity"])]
        laid = _of_range(point, held) if point["percent_of_range"] is not None else _absolute(point, held)
        if laid is None:
            left_out += 1
        else:
            points += [laid] * point["repetitions"]
    return LaidOut(points, left_out)


def _of_range(point: Setpoint, held: Sequence[Characteristic]) -> Laid:
    """At low + (high - low)·p/100, in the setpoint's unit or, without one, the asset's."""
    for one in held:
        low, high = one.range_low, one.range_high
        if low is None or high is None or point["percent_of_range"] is None:
            continue
        with exactly():
            value = low + (high - low) * point["percent_of_range"] / HUNDRED
        unit = point["unit"] or one.unit
        converted = _converted(value, one.unit, unit)
        if converted is not None and len(digits(converted)) <= MOST_LETTERS:
            return Laid(point, _short(converted), unit)
    return Laid(point, None, point["unit"] or (held[0].unit if held else ""))


def _absolute(point: Setpoint, held: Sequence[Characteristic]) -> Laid | None:
    nominal, unit = point["nominal"], point["unit"] or ""
    readings = [(one, _converted(nominal, unit, one.unit)) for one in held] if nominal is not None else []
    known = [(one, value) for one, value in readings if value is not None]
    if known and not any(holds(one, value) for one, value in known):
        return None
    return Laid(point, nominal, unit)


def _converted(value: Decimal, given: str, wanted: str) -> Decimal | None:
    if given == wanted:
        return value
    here, there = units.parse(given), units.parse(wanted)
    if here is None or there is None or not here.converts_to(there):
        return None
    return units.convert(value, here, there)


def _short(value: Decimal) -> Decimal:
    """Without the zeros that a calculation left behind the point: 2.500 is 2.5, and 100 stays 100."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else plain
