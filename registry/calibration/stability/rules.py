"""Which of an asset's results belong together: values of one point over time, in one unit, before or after adjustment.

A value is the error of indication at the point, for a material measure the deviation of its value from the nominal
one. Several readings of a point in one record are one value, their mean.
"""

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from registry.calibration.comparisons import Comparison, normalised_error
from registry.calibration.decisions import Measured
from registry.calibration.rules import TRACEABLE, CalibrationKind, PointValues, Stage
from registry.calibration.tolerances import error_of
from registry.kernel import units
from registry.kernel.errors import Invalid
from registry.kernel.text import fold

KEY_LETTERS: Final = 12


class Taken(NamedTuple):
    """A measured point with what is needed of its record."""

    record: int
    kind: CalibrationKind
    performed_on: date
    certificate_no: str | None
    adjusted: bool
    quantity: str
    unit: str
    nominal: Decimal | None
    reference: Decimal | None
    indication: Decimal | None
    expanded_uncertainty: Decimal | None
    coverage_factor: Decimal | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    stage: Stage


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a record says of a point, all numbers in the unit of the series, limits those of the error.

    `readings` is how many the mean is of; with several, U is the largest and the limits are the narrowest. `unit_then`
    is the unit of the record. `score` compares a check with the certificate it came after, `certificate`.
    """

    record: int
    kind: CalibrationKind
    on: date
    certificate_no: str | None
    adjusted: bool
    error: Decimal
    expanded_uncertainty: Decimal | None
    coverage_factor: Decimal | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    readings: int
    unit_then: str
    score: Comparison | None = None
    certificate: int | None = None


@dataclass(frozen=True, kw_only=True)
class Series:
    """The values of a point, the oldest first; `id` stays the same as long as the point does.

    `point` is the same at both stages, and for other assets.
    """

    id: str
    point: str
    quantity: str
    unit: str
    nominal: Decimal | None
    stage: Stage
    values: Sequence[Value]


class Apart(NamedTuple):
    """A unit whose values stand apart, because it cannot be turned into `other`, in which the quantity is given too."""

    quantity: str
    unit: str
    other: str


@dataclass(frozen=True)
class Gathered:
    """All series, by quantity, nominal value and stage.

    `valueless` points have no error of indication; `nameless` ones have no nominal value and are not alone in their
    record, so that nobody can tell which belongs to which of another record.
    """

    series: Sequence[Series]
    apart: Sequence[Apart] = ()
    valueless: int = 0
    nameless: int = 0


@dataclass
class _Place:
    """A point of the scale, at both stages: what was taken there, by record."""

    newest: Taken
    taken: dict[tuple[Stage, int], list[Taken]] = field(default_factory=dict)


def gathered(points: Iterable[Taken]) -> Gathered:
    """The series of points, which are given with the newest record first."""
    places: dict[Hashable, _Place] = {}
    valueless = 0
    for point in points:
        if error(point) is None:
            valueless += 1
            continue
        place = places.setdefault(_key(point), _Place(point))
        place.taken.setdefault((point.stage, point.record), []).append(point)
    nameless = 0
    found: list[Series] = []
    for key, place in places.items():
        if place.newest.nominal is None:
            crowd = [one for one, points_ in place.taken.items() if len(points_) > 1]
            nameless += sum(len(place.taken.pop(one)) for one in crowd)
        found += _series(key, place)
    found.sort(key=lambda one: (fold(one.quantity), one.unit, one.nominal or Decimal(0), one.stage))
    return Gathered(found, _apart(places.values()), valueless, nameless)


def last_adjustment(series: Series) -> date | None:
    """The day of the newest record on which it was adjusted, if the values before it say nothing of those after."""
    return max((value.on for value in series.values if value.adjusted), default=None)


def settled(series: Series) -> Sequence[Value]:
    """The values since the last adjustment: drift is what happens between two of them.

    What was found on the day of an adjustment still belongs to the time before, what was left to the time after.
    """
    day = last_adjustment(series)
    if day is None:
        return series.values
    if series.stage is Stage.AS_FOUND:
        return [value for value in series.values if value.on > day]
    return [value for value in series.values if value.on >= day]


def _series(key: Hashable, place: _Place) -> list[Series]:
    newest = place.newest
    by_stage: dict[Stage, list[Value]] = {}
    for (stage, _record), points in place.taken.items():
        by_stage.setdefault(stage, []).append(_value(points, newest.unit))
    certified = sorted(
        ((value.on, value.record, stage is Stage.AS_LEFT, value) for stage in by_stage for value in by_stage[stage]),
        key=lambda one: one[:3],
    )
    certified = [one for one in certified if one[3].kind in TRACEABLE]
    return [
        Series(
            id=_digest(key, stage),
            point=_digest(key),
            quantity=newest.quantity,
            unit=newest.unit,
            nominal=newest.nominal,
            stage=stage,
            values=[
                _compared(value, [one[3] for one in certified if one[:2] < (value.on, value.record)])
                for value in sorted(values, key=lambda value: (value.on, value.record))
            ],
        )
        for stage, values in sorted(by_stage.items())
    ]


def _compared(value: Value, certified: Sequence[Value]) -> Value:
    """A check with its E_n against the newest certificate before it; without uncertainties there is none."""
    if value.kind is not CalibrationKind.INTERMEDIATE_CHECK or not certified:
        return value
    against = certified[-1]
    try:
        score = normalised_error(_measured(value), _measured(against))
    except Invalid:
        score = None
    return replace(value, score=score, certificate=against.record)


def _measured(value: Value) -> Measured:
    return Measured(value.error, value.expanded_uncertainty, value.coverage_factor)


def _value(points: Sequence[Taken], unit: str) -> Value:
    one = points[0]
    errors = [known for point in points if (known := error(point)) is not None]
    exact = sum(map(Fraction, errors), Fraction(0)) / len(errors)
    mean = errors[0] if len(errors) == 1 else Decimal(exact.numerator) / Decimal(exact.denominator)
    given = [(point.expanded_uncertainty, point.coverage_factor) for point in points]
    uncertainty, factor = max(given, key=lambda pair: -1 if pair[0] is None else pair[0])
    lowers = [point.lower_limit for point in points if point.lower_limit is not None]
    uppers = [point.upper_limit for point in points if point.upper_limit is not None]
    numbers = (mean, uncertainty, max(lowers, default=None), min(uppers, default=None))
    turned = [None if number is None else _in_unit(number, one.unit, unit) for number in numbers]
    return Value(
        record=one.record,
        kind=one.kind,
        on=one.performed_on,
        certificate_no=one.certificate_no,
        adjusted=one.adjusted,
        error=turned[0] if turned[0] is not None else mean,
        expanded_uncertainty=turned[1],
        coverage_factor=factor,
        lower_limit=turned[2],
        upper_limit=turned[3],
        readings=len(errors),
        unit_then=one.unit,
    )


def _in_unit(number: Decimal, source: str, target: str) -> Decimal:
    """A difference in another unit; points of one place have units that convert."""
    if source == target:
        return number
    here, there = units.parse(source), units.parse(target)
    if here is None or there is None:
        return number  # two spellings that are the same but for spaces
    return units.convert_difference(number, here, there)


def error(point: Taken) -> Decimal | None:
    """The error of indication at a point, None where it is not known."""
    numbers: PointValues = {
        "quantity": point.quantity,
        "unit": point.unit,
        "nominal": point.nominal,
        "reference": point.reference,
        "indication": point.indication,
        "expanded_uncertainty": None,
        "coverage_factor": None,
        "lower_limit": None,
        "upper_limit": None,
        "stage": point.stage,
    }
    return error_of(numbers)


def _key(point: Taken) -> Hashable:
    """What a point has in common with those of other records: the quantity, and its place in base units, exactly."""
    unit = units.parse(point.unit)
    at = None if point.nominal is None else Fraction(point.nominal)
    if unit is None or unit.factor is None:
        return fold(point.quantity), unit.ucum if unit else point.unit, at
    base = tuple(unit.dimension.items())
    return fold(point.quantity), base, None if at is None else at * unit.factor + unit.offset


def _digest(*key: Hashable) -> str:
    return hashlib.sha256(repr(key).encode()).hexdigest()[:KEY_LETTERS]


def _apart(places: Iterable[_Place]) -> list[Apart]:
    """The units of each quantity that do not convert into that of its newest value."""
    first: dict[str, str] = {}
    found: dict[Apart, None] = {}
    for place in places:
        quantity, unit = place.newest.quantity, place.newest.unit
        other = first.setdefault(fold(quantity), unit)
        here, there = units.parse(unit), units.parse(other)
        if unit != other and not (here and there and here.converts_to(there)):
            found[Apart(quantity, unit, other)] = None
    return list(found)
