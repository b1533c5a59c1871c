"""Who can calibrate an item: over its whole range, with an uncertainty that is small beside its permissible error."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from registry.accounts.queries import nearness
from registry.assets.models import Asset, Characteristic
from registry.assets.rules import holds, limit
from registry.calibration.competence.queries import holder_of
from registry.kernel.amounts import comparable, plus, reading_in, times
from registry.kernel.db import db
from registry.kernel.quantities import is_same
from registry.labs.models import Lab, ScopeLine
from registry.labs.scope.judging import Verdict, verdict
from registry.labs.scope.rules import CMC_FACTOR, Competence, Coverage, Reason, Work, holds_on, in_range
from registry.labs.standing import Standing

MOST_LABS: Final = 300
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
    """Who can, in the order that was asked for, and who cannot although it measures the quantity."""

    capable: Sequence[Candidate]
    others: Sequence[Candidate]
    has_limits: bool
    has_characteristics: bool


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
    labs, type_id = _labs() if characteristics else [], asset.instrument_type_id
    near = nearness(asset.owner_id, {lab.organisation_id for lab in labs})
    judged = [
        Candidate(
            lab,
            verdict([holder_of(lab)], Work(_needed(characteristics, lab, ratio), on, on_site, type_id)),
            near[lab.organisation_id],
            _price(characteristics, lab, on),
        )
        for lab in labs
    ]
    fitting = sorted((one for one in judged if one.fits), key=_by_price if sort is Order.CHEAPEST else _by_distance)
    others = sorted((one for one in judged if not one.fits and one.is_close), key=_by_lack)
    has_limits = any(limit(held, end) is not None for held in characteristics for end in _ends(held))
    return Found(fitting, others[:MOST_OTHERS], has_limits, bool(characteristics))


def _labs() -> Sequence[Lab]:
    shows = selectinload(Lab.accreditations), selectinload(Lab.scope), joinedload(Lab.organisation)
    scoped = exists().where(ScopeLine.lab_id == Lab.id, ScopeLine.corrected_at.is_(None))
    return db.session.scalars(select(Lab).where(scoped).options(*shows).order_by(Lab.code).limit(MOST_LABS)).all()


def _ends(held: Characteristic) -> list[Decimal]:
    return sorted({end for end in (held.range_low, held.range_high) if end is not None})


def _needed(characteristics: Sequence[Characteristic], lab: Lab, ratio: Decimal) -> list[Needed]:
    """The ends of each range, those of a laboratory's lines in it, and a value between each two: a gap is found."""
    points = []
    for held in characteristics:
        within = [at for at in _turns(held, lab.scope) if holds(held, at)]
        places = sorted({*_ends(held), *within})
        between = [times(plus(low, high), HALF) for low, high in pairwise(places)]
        for at in sorted({*places, *between}):
            permitted = limit(held, at)
            if permitted is None or permitted > 0:  # of nothing, as at the zero of a scale, no share is asked for
                points.append(Needed(held.quantity, held.unit, at, permitted, times(CMC_FACTOR, ratio)))
    return points


def _turns(held: Characteristic, lines: Iterable[ScopeLine]) -> list[Decimal]:
    return [
        reading_in(end, line.unit, held.unit)
        for line in lines
        if comparable(line.unit, held.unit)
        for end in (line.range_low, line.range_high)
        if end is not None
    ]


def _price(characteristics: Sequence[Characteristic], lab: Lab, on: date) -> int | None:
    """What the cheapest lines cost together; None where one of them has no price."""
    total = 0
    for held in characteristics:
        at = Needed(held.quantity, held.unit, _ends(held)[0], None, None)
        prices = [
            line.price
            for line in lab.scope
            if line.price is not None and comparable(line.unit, held.unit) and in_range(line, at)
            if is_same(line.quantity, held.quantity) and holds_on(line, on)
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
