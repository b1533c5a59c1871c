"""The whole range of an item held against the lines of a scope: each line is met once, however long the scope is."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from registry.assets.models import Characteristic
from registry.assets.rules import holds, limit
from registry.calibration.competence import relevant
from registry.calibration.competence.relevant import Reach, Scope
from registry.kernel.amounts import plus, times
from registry.kernel.text import digits
from registry.labs.models import ScopeLine
from registry.labs.scope.judging import Verdict, best_of, papers_on
from registry.labs.scope.matching import Sweep, judge
from registry.labs.scope.rules import CMC_FACTOR, Coverage, Finding, Judged, Reason, Work, competence

MOST_TOLD: Final = 50
MOST_COMPARED: Final = 10_000  # lines held against points for one laboratory and one item: under a second
HALF: Final = Decimal("0.5")
DECIDING: Final = (Coverage.OUTSIDE, Coverage.UNKNOWN, Coverage.IN)


class Needed(NamedTuple):
    """A point that has to be calibrated: its `uncertainty` is the permissible error there, held against a multiple."""

    quantity: str
    unit: str
    value: Decimal
    uncertainty: Decimal | None
    factor: Decimal | None


def verdict_on(one: Scope, characteristics: Sequence[Characteristic], work: Work, ratio: Decimal) -> Verdict:
    """As `judging.verdict`, for the ranges of an item and U ≤ its permissible error / `ratio`.

    Where lines overlap so often that they cannot be compared in a moment the answer is unknown, and says so.
    """
    work = work._replace(papers=papers_on(one.holder, work.day))
    met = Met()
    left = MOST_COMPARED
    for held in characteristics:
        lines = relevant.of(held, one.lines)
        if not lines and one.has_lines:
            low = digits(ends(held)[0])
            met.put(Judged(Coverage.OUTSIDE, [Finding(Reason.QUANTITY, held.quantity, low, held.unit)]))
            continue
        left = _compare(_needed(held, lines, ratio), lines, work, met, left)
        if left <= 0:
            met.put(Judged(Coverage.UNKNOWN, [Finding(Reason.TOO_LONG)]))
            break
    best, judged = best_of(one.holder, work.day), met.judged()
    about = best.standing, judged.coverage, judged.findings, one.holder, best.confirmed, judged.confirmed
    return Verdict(competence(best.standing, judged.coverage), *about)


class Met:
    """What was found of all points so far."""

    def __init__(self) -> None:
        self._found: dict[Coverage, list[Finding]] = {}
        self._confirmed = True

    def put(self, said: Judged) -> None:
        """Add what was found of one."""
        self._found.setdefault(said.coverage, []).extend(said.findings)
        self._confirmed = self._confirmed and said.confirmed

    def judged(self) -> Judged:
        """What is outside decides, then what cannot be told; one finding of each reason, the first."""
        coverage = next((kind for kind in DECIDING if kind in self._found), Coverage.UNKNOWN)
        first = {finding.reason: finding for finding in reversed(self._found.get(coverage, []))}
        findings = [first[reason] for reason in Reason if reason in first] or [Finding(Reason.NO_POINTS)]
        return Judged(coverage, findings, self._confirmed or coverage is not Coverage.IN)


def _compare(points: Sequence[Needed], lines: Sequence[Reach], work: Work, met: Met, left: int) -> int:
    """Put down what each point of a range meets; gives how much may be compared after it."""
    sweep = Sweep(lines)
    held_before: ScopeLine | None = None
    for point in points:
        if left <= 0:
            return left
        reaching = sweep.at(point.value)
        alone = work._replace(points=[point])
        if held_before is not None and any(line is held_before for line in reaching):
            left -= 1
            said = judge(alone, [held_before])
            best = said.confirmed or not any(line.confirmed for line in reaching)
            if said.coverage is Coverage.IN and best:
                met.put(said)
                continue
        left -= 2 * max(1, len(reaching))  # once as a whole, once to find the one that holds it
        said = judge(alone, reaching or [line for line, _low, _high in lines[:MOST_TOLD]])
        met.put(said)
        if not reaching:
            break  # that its range has a gap is told once
        held_before = _first_in(alone, reaching) if said.coverage is Coverage.IN else None
    return left


def _first_in(work: Work, lines: Sequence[ScopeLine]) -> ScopeLine | None:
    """The line that holds a point, of those of which one does, a confirmed one first; it is asked first at the next."""
    listed = sorted(lines, key=lambda line: line.confirmed)
    listed.reverse()
    return next((line for line in listed if judge(work, [line]).coverage is Coverage.IN), None)


def ends(held: Characteristic) -> list[Decimal]:
    """The ends of a range that are known, the lower one first."""
    return sorted({end for end in (held.range_low, held.range_high) if end is not None})


def _needed(held: Characteristic, lines: Sequence[Reach], ratio: Decimal) -> list[Needed]:
    """The ends of a range, those of a laboratory's lines in it, and a value between each two: a gap is found."""
    turns = {end for _line, low, high in lines for end in (low, high) if end is not None}
    places = sorted({*ends(held), *(at for at in turns if holds(held, at))})
    between = [times(plus(low, high), HALF) for low, high in pairwise(places)]
    points = []
    for at in sorted({*places, *between}):
        permitted = limit(held, at)
        if permitted is None or permitted > 0:  # of nothing, as at the zero of a scale, no share is asked for
            points.append(Needed(held.quantity, held.unit, at, permitted, times(CMC_FACTOR, ratio)))
    return points
