"""Measured points as traceability and cases compare them: in one quantity, in one unit, with every digit."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from registry.calibration.rules import Stage
from registry.kernel.amounts import comparable, folded, minus


class Stored(Protocol):
    """What is read of a point as it was recorded, all numbers in its unit."""

    @property
    def quantity(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def nominal(self) -> Decimal | None: ...
    @property
    def reference(self) -> Decimal | None: ...
    @property
    def indication(self) -> Decimal | None: ...
    @property
    def expanded_uncertainty(self) -> Decimal | None: ...
    @property
    def coverage_factor(self) -> Decimal | None: ...
    @property
    def lower_limit(self) -> Decimal | None: ...
    @property
    def upper_limit(self) -> Decimal | None: ...
    @property
    def stage(self) -> Stage: ...


class Point(NamedTuple):
    """A point: where it was measured, its error (indication less reference) with U and k, and the error's limits.

    `standard` is the key of the asset it was measured with, None for all standards of its record. `condemned` says what
    the decision rule of its record decided, None where it decided nothing.
    """

    quantity: str
    unit: str
    value: Decimal | None = None
    error: Decimal | None = None
    uncertainty: Decimal | None = None
    factor: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    stage: Stage = Stage.AS_FOUND
    standard: int | None = None
    condemned: bool | None = None

    @property
    def fails(self) -> bool | None:
        """Whether it was condemned, or else its error is beyond a limit, itself still good; None: it cannot be told."""
        if self.condemned is not None:
            return self.condemned
        if self.error is None or (self.lower is None and self.upper is None):
            return None
        below = self.lower is not None and self.error < self.lower
        return below or (self.upper is not None and self.error > self.upper)


def point_of(stored: Stored, standard: int | None = None) -> Point:
    """A recorded point; its value is the nominal one, or else the reference, or else what was indicated."""
    known = (stored.nominal, stored.reference, stored.indication)
    true_value = stored.reference if stored.reference is not None else stored.nominal
    error = None
    if stored.indication is not None and true_value is not None:
        error = minus(stored.indication, true_value)
    return Point(
        quantity=stored.quantity,
        unit=stored.unit,
        value=next((value for value in known if value is not None), None),
        error=error,
        uncertainty=stored.expanded_uncertainty,
        factor=stored.coverage_factor,
        lower=stored.lower_limit,
        upper=stored.upper_limit,
        stage=stored.stage,
        standard=standard,
    )


def scope_of(points: Sequence[Point], standards: Collection[int]) -> Sequence[Point]:
    """Those points of a record for which it used one of some standards; a point that names none used them all."""
    return [point for point in points if point.standard is None or point.standard in standards]


def in_force(points: Iterable[Point]) -> list[Point]:
    """The points that tell how an item was when it left the laboratory: as left, where that was measured."""
    listed = list(points)
    left = [point for point in listed if point.stage is Stage.AS_LEFT]
    return left or listed


def leaves_good(points: Iterable[Point]) -> bool:
    """Whether no point says that an item left the laboratory bad: what failed as found was good as left."""
    listed = list(points)
    left = [point for point in listed if point.stage is Stage.AS_LEFT]
    if any(point.fails for point in in_force(listed)):
        return False
    mended = [point for point in left if point.fails is False]
    return all(
        any(folded(one.quantity) == folded(point.quantity) and comparable(one.unit, point.unit) for one in mended)
        for point in listed
        if point.fails
    )


def same_quantity(point: Point, quantity: str, unit: str, *, named: frozenset[str]) -> bool:
    """Whether a point is of a quantity: of its kind of unit, and not of another name that is told apart there.

    `named` are the folded names of that kind among which the other side distinguishes, such as direct and alternating
    voltage; a name it does not know is taken for any of them.
    """
    if not comparable(point.unit, unit):
        return False
    name = folded(point.quantity)
    return name == folded(quantity) or name not in named
