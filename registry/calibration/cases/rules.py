"""What is true of a standard out of tolerance whatever is stored: which range was bad, and what that does to results.

ISO/IEC 17025:2017, 6.4.9 and 7.10: what was measured with equipment that is found wrong is examined, and what is
decided about each result is recorded.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple, TypedDict

from registry.assets.rules import Doubt
from registry.calibration.rules import FAILED, Outcome, Stage
from registry.calibration.traceability.measured import Point, same_quantity
from registry.kernel.amounts import MOST_DIGITS, comparable, difference_in, folded, minus, plus, reading_in, times
from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_day


class Trigger(StrEnum):
    """What opened a case: a failing result, a fault, a voided one nothing else stands for, or somebody's own reason."""

    RESULT = "result"
    FAULT = "fault"
    VOIDED = "voided"
    MANUAL = "manual"


class CaseState(StrEnum):
    """A case gathers what relied on the standard, is open until all of it is disposed of, and is then signed off.

    One whose record was voided is withdrawn.
    """

    GATHERING = "gathering"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Bearing(StrEnum):
    """How an item bears on the affected range.

    Its points lie in it, or that cannot be told; or they lie outside, or it relied only on results that lie outside.
    """

    PENDING = "pending"
    WITHIN = "within"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"
    UPSTREAM_OUTSIDE = "upstream_outside"


class Significance(StrEnum):
    """What the shift of the standard may do to a result, the worst first."""

    SIGNIFICANT = "significant"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    NEGLIGIBLE = "negligible"


class Ground(StrEnum):
    """Why a shift is of its significance; see `estimate`."""

    LEAVES_LIMITS = "leaves_limits"
    ABOVE_U = "above_u"
    SUM_LEAVES = "sum_leaves"
    NOT_SMALL_TO_U = "not_small_to_u"
    NOT_SMALL_TO_LIMIT = "not_small_to_limit"
    ONE_LIMIT = "one_limit"
    NOTHING_KNOWN = "nothing_known"
    SHIFT_UNKNOWN = "shift_unknown"
    SMALL_TO_U = "small_to_u"
    SMALL_TO_LIMIT = "small_to_limit"


class Disposition(StrEnum):
    """What is decided about an item."""

    NO_EFFECT = "no_effect"
    RECALIBRATE = "recalibrate"
    RECALL = "recall"
    CERTIFICATE_WITHDRAWN = "certificate_withdrawn"


class Way(StrEnum):
    """How an owner is told of a case outside the registry."""

    TELEPHONE = "telephone"
    LETTER = "letter"
    IN_PERSON = "in_person"


IN_SCOPE: Final = frozenset({Bearing.WITHIN, Bearing.UNKNOWN})
ACTIVE: Final = frozenset({CaseState.GATHERING, CaseState.OPEN})
RANKS: Final = {one: rank for rank, one in enumerate(Significance)}
MEANT: Final = {
    Ground.LEAVES_LIMITS: Significance.SIGNIFICANT,
    Ground.ABOVE_U: Significance.SIGNIFICANT,
    Ground.SUM_LEAVES: Significance.POSSIBLE,
    Ground.NOT_SMALL_TO_U: Significance.POSSIBLE,
    Ground.NOT_SMALL_TO_LIMIT: Significance.POSSIBLE,
    Ground.ONE_LIMIT: Significance.POSSIBLE,
    Ground.NOTHING_KNOWN: Significance.UNKNOWN,
    Ground.SHIFT_UNKNOWN: Significance.UNKNOWN,
    Ground.SMALL_TO_U: Significance.NEGLIGIBLE,
    Ground.SMALL_TO_LIMIT: Significance.NEGLIGIBLE,
}
SMALL_PART_OF_U: Final = 3  # a third of an expanded uncertainty adds 5 % to it: √(1 + 1/9)
SMALL_PART_OF_LIMIT: Final = 10  # the tenth rule of tolerances
SHOWN_DIGITS: Final = 3


class RangeValues(TypedDict):
    """An affected range as it is said by hand; see AffectedRange."""

    quantity: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    shift: Decimal | None


class AffectedRange(NamedTuple):
    """Where a standard was bad: between good points, which do not belong to it; None is no end.

    `shift` is how far its error moved since its last good result, without a sign, in `unit`; None when unknown.
    """

    quantity: str
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    shift: Decimal | None = None

    def holds(self, point: Point) -> bool:
        """Whether a point of the same kind of quantity lies in the range; one without a value does."""
        if point.value is None:
            return True
        at = reading_in(point.value, point.unit, self.unit)
        return (self.low is None or at > self.low) and (self.high is None or at < self.high)


class Estimate(NamedTuple):
    """What a shift does to a result: its size in the result's unit, and as a part of U and of half the tolerance.

    The parts are rounded to three digits, for reading; what they mean was decided before.
    """

    significance: Significance
    shift: Decimal | None = None
    unit: str = ""
    of_uncertainty: Decimal | None = None
    of_limit: Decimal | None = None
    ground: Ground | None = None


def is_out_of_tolerance(outcome: Outcome, points: Sequence[Point]) -> bool:
    """Whether a result puts earlier results in doubt: a point fails as found, or nothing but the outcome says so.

    An item that was good as found and failed as left puts nothing in doubt: it was good while it was used.
    """
    found = [point.fails for point in points if point.stage is Stage.AS_FOUND]
    if any(found):
        return True
    was_good = bool(found) and None not in found
    left = any(point.stage is Stage.AS_LEFT for point in points)
    return outcome in FAILED and not (was_good and left)


def affected_ranges(points: Sequence[Point], before: Sequence[Point]) -> list[AffectedRange]:
    """Where a standard was bad, from what failed as found; `before` are the points of its last good result.

    Each range reaches from the good point below what failed to the good point above it, which itself was good. Without
    failed points there is no range: all of it is affected.
    """
    found = [point for point in points if point.stage is Stage.AS_FOUND]
    ranges: list[AffectedRange] = []
    for group in _by_quantity(found):
        if any(point.fails for point in group):
            ranges += _bad_stretches(group, before)
    return ranges


def bearing(points: Sequence[Point], ranges: Sequence[AffectedRange], measured: Sequence[tuple[str, str]]) -> Bearing:
    """How an item's points bear on the affected ranges; `measured` are the quantities and units of the standard.

    An item of another quantity, which the standard measures too, relied on a part of it that was good; of a quantity
    that it does not measure, such as a volume weighed, nothing can be told. Nor is anything left out because of a range
    of something that the standard does not measure.
    """
    if not ranges or not points:
        return Bearing.UNKNOWN
    found = {_bears(point, ranges, measured) for point in points}
    if measured and not all(_is_measured(one.quantity, one.unit, measured) for one in ranges):
        found.add(Bearing.UNKNOWN)
    return next(one for one in (Bearing.WITHIN, Bearing.UNKNOWN, Bearing.OUTSIDE) if one in found)


def estimate(points: Sequence[Point], ranges: Sequence[AffectedRange]) -> Estimate:
    """What the shift of a standard does to an item, at its worst point in an affected range.

    A shift is significant when the error moved by it, either way, leaves the limits; or where no limits are known, when
    it is larger than U. It is negligible up to a third of U, while shift and U together keep the limits; or up to a
    tenth of half the tolerance, where no U is known or U alone leaves the limits. Between the two it is possible.
    """
    worst = worst_point(points, ranges)
    return worst[1] if worst else Estimate(Significance.UNKNOWN)


def worst_point(points: Sequence[Point], ranges: Sequence[AffectedRange]) -> tuple[Point, Estimate] | None:
    """The point that an estimate rests on, with it; None where no point lies in an affected range."""
    found = [
        (point, _estimated(point, one))
        for point in points
        for one in ranges
        if comparable(point.unit, one.unit) and one.holds(point)
    ]
    return min(found, key=lambda pair: _order(pair[1]), default=None)


def doubt_of(disposition: Disposition | None) -> Doubt | None:
    """The mark that an item of a case leaves on what rests on it."""
    match disposition:
        case None:
            return Doubt.IN_DOUBT
        case Disposition.NO_EFFECT:
            return None
        case _:
            return Doubt(disposition.value)


def check_reason(reason: str) -> Messages:
    """Messages by field: nothing is decided about a result without saying why."""
    return {} if reason.strip() else {"reason": [_("Say why, so that others can understand it later.")]}


def check_window(since: date | None, until: date | None, today: date) -> Messages:
    """Messages by field: the days that are asked about have come, and stand in their order."""
    messages: dict[str, list[str]] = {}
    for field, day in (("since", since), ("until", until)):
        if day is not None and day > today:
            messages[field] = [_("%(day)s is in the future; give a day that has been.", day=said_day(day))]
    if since is not None and until is not None and until < since and not messages:
        text = _("%(end)s is before the first day, %(start)s.", end=said_day(until), start=said_day(since))
        messages["until"] = [text]
    return messages


def _by_quantity(points: Iterable[Point]) -> list[list[Point]]:
    """Points of one quantity, by name and kind of unit, each group in the unit of its first point."""
    groups: list[list[Point]] = []
    for point in points:
        for group in groups:
            first = group[0]
            if folded(first.quantity) == folded(point.quantity) and comparable(first.unit, point.unit):
                group.append(point)
                break
        else:
            groups.append([point])
    return groups


def _bad_stretches(group: Sequence[Point], before: Sequence[Point]) -> list[AffectedRange]:
    """The stretches of a quantity around failed points; a value at which any point failed is bad."""
    first = group[0]
    made = partial(AffectedRange, quantity=first.quantity, unit=first.unit)
    placed: dict[Decimal, list[Point]] = {}
    for point in group:
        if point.value is None:
            if point.fails:
                return [made(shift=_largest(group, before, first.unit))]
            continue
        placed.setdefault(reading_in(point.value, point.unit, first.unit), []).append(point)
    ranges: list[AffectedRange] = []
    low: Decimal | None = None
    bad: list[Point] = []
    for at in sorted(placed):
        if any(point.fails for point in placed[at]):
            bad += placed[at]
        elif all(point.fails is False for point in placed[at]):
            if bad:
                ranges.append(made(low=low, high=at, shift=_largest(bad, before, first.unit)))
            low, bad = at, []
    if bad:
        ranges.append(made(low=low, shift=_largest(bad, before, first.unit)))
    return ranges


def _largest(bad: Sequence[Point], before: Sequence[Point], unit: str) -> Decimal | None:
    """The largest shift of failed points, in a unit: from the error of the last good result at the same value."""
    shifts = [_shift(point, before) for point in bad if point.fails]
    pairs = zip(shifts, (point.unit for point in bad if point.fails), strict=True)
    return max((difference_in(shift, theirs, unit) for shift, theirs in pairs if shift is not None), default=None)


def _shift(point: Point, before: Sequence[Point]) -> Decimal | None:
    if point.error is None:
        return None
    for one in before:
        same = folded(one.quantity) == folded(point.quantity) and comparable(one.unit, point.unit)
        if same and one.error is not None and _at_once(one, point):
            return abs(minus(point.error, difference_in(one.error, one.unit, point.unit)))
    return abs(point.error)


def _at_once(one: Point, other: Point) -> bool:
    """Whether two comparable points were measured at the same value."""
    if one.value is None or other.value is None:
        return False
    return reading_in(one.value, one.unit, other.unit) == other.value


def _is_measured(quantity: str, unit: str, measured: Sequence[tuple[str, str]]) -> bool:
    return any(folded(name) == folded(quantity) and comparable(unit, own) for name, own in measured)


def _bears(point: Point, ranges: Sequence[AffectedRange], measured: Sequence[tuple[str, str]]) -> Bearing:
    of_kind = [one for one in ranges if comparable(one.unit, point.unit)]
    theirs = [(quantity, unit) for quantity, unit in measured if comparable(unit, point.unit)]
    if not of_kind:
        return Bearing.OUTSIDE if theirs else Bearing.UNKNOWN
    named = frozenset(folded(quantity) for quantity, _unit in theirs)
    same = [one for one in of_kind if same_quantity(point, one.quantity, one.unit, named=named)]
    return Bearing.WITHIN if any(one.holds(point) for one in same) else Bearing.OUTSIDE


def _estimated(point: Point, affected: AffectedRange) -> Estimate:
    if affected.shift is None:
        return Estimate(Significance.UNKNOWN, ground=Ground.SHIFT_UNKNOWN)
    shift = difference_in(affected.shift, affected.unit, point.unit)
    half = None
    if point.lower is not None and point.upper is not None:
        half = times(minus(point.upper, point.lower), Decimal("0.5"))
    ground = _ground(point, shift, half)
    return Estimate(MEANT[ground], shift, point.unit, _part(shift, point.uncertainty), _part(shift, half), ground)


def _ground(point: Point, shift: Decimal, half: Decimal | None) -> Ground:
    uncertainty = point.uncertainty
    limited = point.error is not None and (point.lower is not None or point.upper is not None)
    if limited and _leaves(point, shift):
        return Ground.LEAVES_LIMITS
    if uncertainty is not None and not (limited and _leaves(point, uncertainty)):
        if not limited and shift > uncertainty:
            return Ground.ABOVE_U
        if times(shift, Decimal(SMALL_PART_OF_U)) > uncertainty:
            return Ground.NOT_SMALL_TO_U
        return Ground.SUM_LEAVES if limited and _leaves(point, plus(shift, uncertainty)) else Ground.SMALL_TO_U
    if half is None:
        return Ground.ONE_LIMIT if limited else Ground.NOTHING_KNOWN
    is_small = times(shift, Decimal(SMALL_PART_OF_LIMIT)) <= half
    return Ground.SMALL_TO_LIMIT if is_small else Ground.NOT_SMALL_TO_LIMIT


def _leaves(point: Point, moved: Decimal) -> bool:
    """Whether the error moved so far, either way, is beyond a limit."""
    if point.error is None:
        return False
    above = point.upper is not None and plus(point.error, moved) > point.upper
    return above or (point.lower is not None and minus(point.error, moved) < point.lower)


def _part(shift: Decimal, whole: Decimal | None) -> Decimal | None:
    if whole is None or whole <= 0:
        return None
    with localcontext(prec=MOST_DIGITS):
        part = shift / whole
    with localcontext(prec=SHOWN_DIGITS):
        return +part


def _order(found: Estimate) -> tuple[int, Decimal]:
    """The worst first: by significance, then by the larger part."""
    parts = [part for part in (found.of_uncertainty, found.of_limit) if part is not None]
    return RANKS[found.significance], -max(parts, default=Decimal(0))
