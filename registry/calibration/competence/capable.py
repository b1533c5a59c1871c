"""Who can calibrate an item: over its whole range, with an uncertainty that is small beside its permissible error."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from registry.accounts.queries import nearness
from registry.assets.models import Asset, Characteristic
from registry.assets.rules import limit
from registry.calibration.competence import relevant
from registry.calibration.competence.queries import thing_of
from registry.calibration.competence.ranges import Needed, ends, verdict_on
from registry.calibration.competence.remarking import by_lab
from registry.kernel.amounts import comparable
from registry.kernel.quantities import is_same
from registry.labs.models import Lab, ScopeLine
from registry.labs.scope.judging import Verdict
from registry.labs.scope.rules import Competence, Coverage, Finding, Reason, Work, in_range, suits
from registry.labs.standing import Standing

MOST_OTHERS: Final = 50
USUAL_RATIO: Final = Decimal(3)


class Order(StrEnum):
    """Which laboratory stands first."""

    NEAREST = "nearest"
    CHEAPEST = "cheapest"


class Candidate(NamedTuple):
    """A laboratory held against what is needed: `near` as of accounts.nearness, `price` in đồng where all is priced.

    One with `remarks` comes after all without.
    """

    lab: Lab
    verdict: Verdict
    near: int
    price: int | None
    remarks: Sequence[Finding] = ()

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
    characteristics = [held for held in asset.characteristics if ends(held)]
    scopes = relevant.scopes(characteristics, on) if characteristics else []
    work = Work((), on, on_site, thing_of(asset), anywhere=on_site is None)
    near = nearness(asset.owner_id, {one.lab.organisation_id for one in scopes})
    said = by_lab([one.holder for one in scopes], on)
    judged = [
        Candidate(
            one.lab,
            verdict_on(one, characteristics, work, ratio),
            near[one.lab.organisation_id],
            _price(characteristics, one.lines, work),
            said[one.lab.id],
        )
        for one in scopes
    ]
    fitting = sorted((one for one in judged if one.fits), key=_by_price if sort is Order.CHEAPEST else _by_distance)
    others = sorted((one for one in judged if not one.fits and one.is_close), key=_by_lack)
    has_limits = any(limit(held, end) is not None for held in characteristics for end in ends(held))
    is_cut = len(scopes) == relevant.MOST_LABS
    return Found(fitting, others[:MOST_OTHERS], has_limits, bool(characteristics), is_cut)


def _price(characteristics: Sequence[Characteristic], lines: Sequence[ScopeLine], work: Work) -> int | None:
    """What the cheapest lines for the type, place and day cost together; None where one of them has no price."""
    total = 0
    for held in characteristics:
        at = Needed(held.quantity, held.unit, ends(held)[0], None, None)
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


def _by_distance(one: Candidate) -> tuple[bool, int, str]:
    return bool(one.remarks), one.near, one.lab.name


def _by_price(one: Candidate) -> tuple[bool, bool, int, int, str]:
    return bool(one.remarks), one.price is None, one.price or 0, one.near, one.lab.name


def _by_lack(one: Candidate) -> tuple[bool, int, str]:
    """First those whose scope fits and whose accreditation does not, then by how near they are."""
    return one.verdict.coverage is not Coverage.IN, one.near, one.lab.name
