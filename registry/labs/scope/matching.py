"""A result held against the lines of a scope: what is outside decides, then what cannot be told.

The lines are narrowed down step by step, and the step that leaves none is the reason: by quantity, instrument and day
once for each quantity and unit, by range in one walk along the points' values. So a point meets only the lines that
reach it, however long the scope is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from heapq import heappop, heappush
from itertools import chain
from typing import Final, Generic, TypeVar

from registry.kernel.amounts import comparable, reading_in
from registry.kernel.quantities import is_same
from registry.kernel.text import digits
from registry.labs.scope.rules import (
    Coverage,
    Finding,
    Judged,
    Line,
    Measured,
    Reason,
    Work,
    cmc_of,
    has_cmc,
    holds_on,
    is_for,
    is_here,
    reaches,
    stands,
)

SHOWN_DIGITS: Final = 6
DOUBTS: Final = (
    None,
    Reason.OTHER_NAME,
    Reason.OTHER_ITEM,
    Reason.NO_PAPER,
    Reason.NO_PLACE,
    Reason.NO_CMC,
)  # as lines are asked
L = TypeVar("L")


class Sweep(Generic[L]):
    """Things with a range that may be open at either end, found by a value inside it, for values that only grow."""

    def __init__(self, ranges: Sequence[tuple[L, Decimal | None, Decimal | None]]) -> None:
        self._all = ranges
        self._waiting = sorted(
            range(len(ranges)), key=lambda place: ((low := ranges[place][1]) is not None, low or 0), reverse=True
        )
        self._ending: list[tuple[Decimal, int]] = []
        self._reaching: dict[int, L] = {}

    def at(self, value: Decimal) -> list[L]:
        """Those whose range holds the value, both ends included, in the order they begin."""
        while self._waiting and ((low := self._all[self._waiting[-1]][1]) is None or low <= value):
            place = self._waiting.pop()
            thing, _low, high = self._all[place]
            self._reaching[place] = thing
            if high is not None:
                heappush(self._ending, (high, place))
        while self._ending and self._ending[0][0] < value:
            del self._reaching[heappop(self._ending)[1]]
        return list(self._reaching.values())


def judge(work: Work, lines: Sequence[Line]) -> Judged:
    """What the lines of a scope say of a result; of each reason the first point it was found at."""
    if not lines:
        return Judged(Coverage.UNKNOWN, [Finding(Reason.NO_SCOPE)])
    if not work.points:
        return Judged(Coverage.UNKNOWN, [Finding(Reason.NO_POINTS)])
    found = _Found()
    fields: dict[tuple[str, str], list[int]] = {}
    for place, point in enumerate(work.points):
        fields.setdefault((point.quantity, point.unit), []).append(place)
    for (quantity, unit), places in fields.items():
        _Field(quantity, unit, work, lines).judge(places, found)
    return found.judged(work.points)


class _Found:
    """What was found so far: of each reason the first place, with what is told about it."""

    def __init__(self) -> None:
        self._first: dict[Coverage, dict[Reason, tuple[int, Mapping[str, str]]]] = {
            Coverage.OUTSIDE: {},
            Coverage.UNKNOWN: {},
        }
        self.confirmed = True

    def put(self, coverage: Coverage, reason: Reason, place: int, **told: str) -> None:
        known = self._first[coverage].get(reason)
        if known is None or place < known[0]:
            self._first[coverage][reason] = place, told

    def settles(self, place: int) -> bool:
        """Whether the uncertainty of a point changes nothing more: that of an earlier one is too small."""
        known = self._first[Coverage.OUTSIDE].get(Reason.CMC)
        return known is not None and known[0] < place

    def judged(self, points: Sequence[Measured]) -> Judged:
        for coverage in (Coverage.OUTSIDE, Coverage.UNKNOWN):
            first = self._first[coverage]
            if first:
                told = [
                    _told(reason, points[first[reason][0]], first[reason][1]) for reason in Reason if reason in first
                ]
                return Judged(coverage, told)
        return Judged(Coverage.IN, [Finding(Reason.WITHIN)], self.confirmed)


def _told(reason: Reason, point: Measured, told: Mapping[str, str]) -> Finding:
    value = "" if point.value is None else digits(point.value)
    return Finding(reason, point.quantity, value, point.unit, **told)


def doubt(line: Line, work: Work, *, is_named: bool) -> Reason | None:
    """Why a line that may hold a result is not known to; None where it is."""
    if not is_named:
        return Reason.OTHER_NAME
    if is_for(line, work.thing) is None:
        return Reason.OTHER_ITEM
    if stands(line, work.papers) is None:
        return Reason.NO_PAPER
    if is_here(line, work) is None:
        return Reason.NO_PLACE
    return None if has_cmc(line) else Reason.NO_CMC


class _Field:
    """The lines that bear on one quantity in one unit, as far as the value of a point does not matter.

    Those that hold a result for certain come before those of which that cannot be told, and of the former those that
    somebody confirmed.
    """

    def __init__(self, quantity: str, unit: str, work: Work, lines: Sequence[Line]) -> None:
        left = [line for line in lines if comparable(line.unit, unit)]
        named = [line for line in left if is_same(line.quantity, quantity)]
        steps: Sequence[tuple[Reason, Callable[[Line], bool]]] = (
            (Reason.QUANTITY, lambda _line: True),
            (Reason.INSTRUMENT, lambda line: is_for(line, work.thing) is not False),
            (Reason.NOT_THEN, lambda line: holds_on(line, work.day)),
            (Reason.PAPER, lambda line: stands(line, work.papers) is not False),
        )
        self._lacks: Reason | None = None
        left = named or left
        for reason, fits in steps:
            left = [line for line in left if fits(line)]
            if not left:
                self._lacks = reason
                break
        self._unit, self._points = unit, work.points
        here = [line for line in left if is_here(line, work) is not False]
        self._doubts = {id(line): doubt(line, work, is_named=bool(named)) for line in here}
        self._are_alike = len(set(self._doubts.values())) == 1
        self._here = sorted(here, key=self._order)
        self._elsewhere = [line for line in left if is_here(line, work) is False]
        self._last: Line | None = None  # what held the point before is asked first

    def _order(self, line: Line) -> tuple[int, bool]:
        reason = self._doubts.get(id(line))
        return DOUBTS.index(reason), not line.confirmed

    def judge(self, places: Sequence[int], found: _Found) -> None:
        """Put down what is found of the points at some places."""
        if self._lacks is not None:
            found.put(Coverage.OUTSIDE, self._lacks, places[0])
            return
        valued = [place for place in places if self._points[place].value is not None]
        valued.sort(key=lambda place: self._points[place].value or 0)
        walk = zip(valued, self._walk(self._here, valued), self._walk(self._elsewhere, valued), strict=True)
        unvalued = (place for place in places if self._points[place].value is None)
        for place, here, elsewhere in chain(walk, ((place, self._here, self._elsewhere) for place in unvalued)):
            if here:
                self._meet(place, here, found)
            else:
                found.put(Coverage.OUTSIDE, Reason.PLACE if elsewhere else Reason.RANGE, place)

    def _walk(self, lines: Sequence[Line], places: Sequence[int]) -> Iterator[Sequence[Line]]:
        """The lines that reach each of some points, whose values grow, in their order."""
        alike: dict[tuple[int, bool, str], list[tuple[Line, Decimal | None, Decimal | None]]] = {}
        for line in lines:
            alike.setdefault((*self._order(line), line.unit), []).append((line, line.range_low, line.range_high))
        in_turn = sorted(alike.items(), key=lambda one: one[0][:2])
        sweeps = [(unit, Sweep(ranges)) for (_doubt, _is_stated, unit), ranges in in_turn]
        for place in places:
            value = self._points[place].value or Decimal(0)
            yield [line for unit, sweep in sweeps for line in sweep.at(reading_in(value, self._unit, unit))]

    def _meet(self, place: int, lines: Sequence[Line], found: _Found) -> None:
        """Whether what was stated is not below the best uncertainty of any of some lines, at the same coverage."""
        point = self._points[place]
        if point.uncertainty is None:
            self._put_doubt(place, lines[0], found, or_else=Reason.NO_UNCERTAINTY)
        elif not found.settles(place):
            self._reach(place, point, lines, found)

    def _put_doubt(self, place: int, line: Line, found: _Found, or_else: Reason | None = None) -> bool:
        reason = self._doubts[id(line)] or or_else
        if reason is not None:
            covers = {"covers": line.measurand or ""} if reason is Reason.OTHER_ITEM else {}
            found.put(Coverage.UNKNOWN, reason, place, **covers)
        return reason is not None

    def _reach(self, place: int, point: Measured, lines: Sequence[Line], found: _Found) -> None:
        """Hold a point against lines up to the first that holds it: the next, if any, is no better.

        What held the point before is asked first; where nobody confirmed it, nothing can be confirmed any more.
        """
        holding, unknown = None, False
        if any(line is self._last for line in lines):
            lines = [self._last, *lines]  # type: ignore[list-item]  # it is one of them
        for line in lines:
            does = reaches(line, point)
            unknown |= does is None
            if does:
                holding = line
                break
        if holding is not None:
            if self._are_alike or self._doubts[id(holding)] is None:
                self._last = holding
            if not self._put_doubt(place, holding, found):
                found.confirmed &= holding.confirmed
        elif unknown:
            found.put(Coverage.UNKNOWN, Reason.NO_POINTS, place)
        elif point.uncertainty is not None:
            least = min(cmc_of(line, point) for line in lines)
            found.put(
                Coverage.OUTSIDE, Reason.CMC, place, stated=digits(point.uncertainty), least=digits(_rounded(least))
            )


def _rounded(value: Decimal) -> Decimal:
    with localcontext(prec=SHOWN_DIGITS):
        rounded = +value
    return value if rounded == value else rounded
