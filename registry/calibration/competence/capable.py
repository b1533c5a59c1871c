"""Who can calibrate an item: over its whole range, with an uncertainty that is small beside its permissible error."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from registry.accounts.queries import nearness
from registry.assets.models import Asset, Characteristic
from registry.assets.rules import holds, limit
from registry.calibration.competence import relevant
from registry.calibration.competence.relevant import Scope
from registry.kernel.amounts import comparable, plus, reading_in, times
from registry.kernel.quantities import is_same
from registry.labs.models import Lab, ScopeLine
from registry.labs.scope.judging import Verdict, best_of
from registry.labs.scope.rules import (
    CMC_FACTOR,
    Competence,
    Coverage,
    Finding,
    Reason,
    Work,
    competence,
    in_range,
    judge,
    suits,
)
from registry.labs.standing import Standing

MOST_TOLD: Final = 50
MOST_OTHERS: Final = 50
USUAL_RATIO: Final = Decimal(3)
HALF: Final = Decimal("0.5")


class Order(StrEnum):
    """Which laboratory stands first."""

    NEAREST = "nearest"
    CHEAPEST = "cheapest"


class Needed(NamedTuple):
    """A point that has to be calibrated: its `uncertainty` is the permissible error there, held against a multiple."""

    quantity: str
    unit: str
    value: Decimal | None
    uncertainty: Decimal | None
    factor: Decimal | None


class Candidate(NamedTuple):
    """A laboratory held against what is needed: `near` as of accounts.nearness, `price` in đồng where all is priced."""

    lab: Lab
    verdict: Verdict
    near: int
    price: int | None

    @property
    def fits(self) -> bool:
        """Whether it can do the work; where no limit is known its range alone is compared."""
        by_range = {finding.reason for finding in self.verdict.findings} == {Reason.NO_UNCERTAINTY}
        in_range_only = by_range and self.verdict.standing is Standing.IN_FORCE
        return in_range_only or self.verdict.competence is Competence.IN_SCOPE

    @property
    def is_close(self) -> bool:
        """Whether it measures the quantity at all, so that why it cannot tells something."""
        reasons = {finding.reason for finding in self.verdict.findings}
        return not reasons & {Reason.QUANTITY, Reason.NO_SCOPE}


class Found(NamedTuple):
    """Who can, in the order that was asked for, and who cannot although it measures the quantity.

    Where very many measure it only the first were looked at, those that are accredited before others: `is_cut`.
    """

    capable: Sequence[Candidate]
    others: Sequence[Candidate]
    has_limits: bool
    has_characteristics: bool
    is_cut: bool = False


def capable(
    asset: Asset,
    *,
    on: date,
    ratio: Decimal = USUAL_RATIO,
    sort: Order = Order.NEAREST,
    on_site: bool | None = None,
) -> Found:
    """The laboratories that can calibrate an item on a day with U ≤ its permissible error / `ratio`; a few statements.

    An item without characteristics can be calibrated by nobody that is known; one without limits only by range.
    """
    characteristics = [held for held in asset.characteristics if _ends(held)]
    scopes = relevant.scopes(characteristics, on) if characteristics else []
    type_id = asset.instrument_type_id
    near = nearness(asset.owner_id, {one.lab.organisation_id for one in scopes})
    judged = [
        Candidate(
            one.lab,
            _verdict(one, characteristics, Work((), on, on_site, type_id), ratio),
            near[one.lab.organisation_id],
            _price(characteristics, one.lines, Work((), on, on_site, type_id)),
        )
        for one in scopes
    ]
    fitting = sorted((one for one in judged if one.fits), key=_by_price if sort is Order.CHEAPEST else _by_distance)
    others = sorted((one for one in judged if not one.fits and one.is_close), key=_by_lack)
    has_limits = any(limit(held, end) is not None for held in characteristics for end in _ends(held))
    is_cut = len(scopes) == relevant.MOST_LABS
    return Found(fitting, others[:MOST_OTHERS], has_limits, bool(characteristics), is_cut)


def _verdict(one: Scope, characteristics: Sequence[Characteristic], work: Work, ratio: Decimal) -> Verdict:
    """As `judging.verdict`, each point held against the lines that reach it alone: a long scope costs no square."""
    found: dict[Coverage, list[Finding]] = {}
    for held in characteristics:
        lines = relevant.of(held, one.lines)
        for point in _needed(held, [line for line, _low, _high in lines], ratio):
            reaching = relevant.reaching(lines, point.value)
            said = judge(work._replace(points=[point]), reaching or [line for line, _low, _high in lines[:MOST_TOLD]])
            found.setdefault(said.coverage, []).extend(said.findings)
            if not reaching:
                break  # that its range has a gap is told once
    best = best_of(one.holder, work.day)
    coverage = next(
        (kind for kind in (Coverage.OUTSIDE, Coverage.UNKNOWN, Coverage.IN) if kind in found), Coverage.UNKNOWN
    )
    first = {finding.reason: finding for finding in reversed(found.get(coverage, []))}
    findings = [first[reason] for reason in Reason if reason in first] or [Finding(Reason.NO_POINTS)]
    return Verdict(competence(best.standing, coverage), best.standing, coverage, findings, one.holder, best.confirmed)


def _ends(held: Characteristic) -> list[Decimal]:
    return sorted({end for end in (held.range_low, held.range_high) if end is not None})


def _needed(held: Characteristic, lines: Sequence[ScopeLine], ratio: Decimal) -> list[Needed]:
    """The ends of a range, those of a laboratory's lines in it, and a value between each two: a gap is found."""
    within = [at for at in _turns(held, lines) if holds(held, at)]
    places = sorted({*_ends(held), *within})
    between = [times(plus(low, high), HALF) for low, high in pairwise(places)]
    points = []
    for at in sorted({*places, *between}):
        permitted = limit(held, at)
        if permitted is None or permitted > 0:  # of nothing, as at the zero of a scale, no share is asked for
            points.append(Needed(held.quantity, held.unit, at, permitted, times(CMC_FACTOR, ratio)))
    return points


def _turns(held: Characteristic, lines: Iterable[ScopeLine]) -> list[Decimal]:
    return [
        reading_in(end, line.unit, held.unit)
        for line in lines
        for end in (line.range_low, line.range_high)
        if end is not None
    ]


def _price(characteristics: Sequence[Characteristic], lines: Sequence[ScopeLine], work: Work) -> int | None:
    """What the cheapest lines for the type, place and day cost together; None where one of them has no price."""
    total = 0
    for held in characteristics:
        at = Needed(held.quantity, held.unit, _ends(held)[0], None, None)
        prices = [
            line.price
            for line in lines
            if line.price is not None and comparable(line.unit, held.unit) and in_range(line, at)
            if is_same(line.quantity, held.quantity) and suits(line, work)
        ]
        if not prices:
            return None
        total += min(prices)
    return total


def _by_distance(one: Candidate) -> tuple[int, str]:
    return one.near, one.lab.name


def _by_price(one: Candidate) -> tuple[bool, int, int, str]:
    return one.price is None, one.price or 0, one.near, one.lab.name


def _by_lack(one: Candidate) -> tuple[bool, int, str]:
    """First those whose scope fits and whose accreditation does not, then by how near they are."""
    return one.verdict.coverage is not Coverage.IN, one.near, one.lab.name
