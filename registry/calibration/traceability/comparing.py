"""One step of a chain held against another: a laboratory's accreditation and scope, and two uncertainties."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from registry.calibration.traceability.measured import Point, same_quantity
from registry.kernel.amounts import comparable, difference_in, folded, minus, reading_in, times
from registry.kernel.i18n import said_number
from registry.kernel.quantities import said_quantity
from registry.labs.scope.judging import Holder, verdict
from registry.labs.scope.rules import Finding, Reason, Work
from registry.labs.standing import Standing


class Verdict(StrEnum):
    """How a step stands; of several the last counts."""

    GOOD = "good"
    REMARK = "remark"
    UNKNOWN = "unknown"
    IN_DOUBT = "in_doubt"
    BROKEN = "broken"


class Code(StrEnum):
    """Why a step stands as it does."""

    STANDARD_VALID = "standard_valid"
    STANDARD_NOT_VALID = "standard_not_valid"
    RECORD_IN_FORCE = "record_in_force"
    RECORD_EXPIRED = "record_expired"
    RECORD_FAILED = "record_failed"
    NO_RECORD = "no_record"
    LAB_ACCREDITED = "lab_accredited"
    LAB_NOT_ACCREDITED = "lab_not_accredited"
    LAB_DESIGNATED = "lab_designated"
    LAB_NOT_DESIGNATED = "lab_not_designated"
    LAB_UNCONFIRMED = "lab_unconfirmed"
    SCOPE_UNCONFIRMED = "scope_unconfirmed"
    BODY_UNKNOWN = "body_unknown"
    BODY_OUTSIDE = "body_outside"
    LAB_CEASED = "lab_ceased"
    NO_LAB = "no_lab"
    WITHIN_SCOPE = "within_scope"
    OUTSIDE_SCOPE = "outside_scope"
    BELOW_CMC = "below_cmc"
    UNSTATED_UNCERTAINTY = "unstated_uncertainty"
    SCOPE_UNKNOWN = "scope_unknown"
    POINTS_UNKNOWN = "points_unknown"
    SCOPE_NAMES_ANOTHER = "scope_names_another"
    SCOPE_FOR_OTHERS = "scope_for_others"
    ACCREDITATION_UNKNOWN = "accreditation_unknown"
    PLACE_UNKNOWN = "place_unknown"
    CMC_UNKNOWN = "cmc_unknown"
    UNCERTAINTY_SMALLER = "uncertainty_smaller"
    UNCERTAINTY_NOT_SMALLER = "uncertainty_not_smaller"
    UNCERTAINTY_UNKNOWN = "uncertainty_unknown"
    OTHER_QUANTITY = "other_quantity"
    NO_STANDARD_OF_QUANTITY = "no_standard_of_quantity"
    BEYOND_STANDARD = "beyond_standard"
    IN_DOUBT = "in_doubt"
    RING = "ring"
    CUT_OFF = "cut_off"
    FOREIGN = "foreign"
    NATIONAL_STANDARD = "national_standard"
    ACCREDITED_TOP = "accredited_top"
    DESIGNATED_TOP = "designated_top"
    CERTIFIED_MATERIAL = "certified_material"
    MATERIAL_EXPIRED = "material_expired"
    MATERIAL_UNCERTIFIED = "material_uncertified"
    NO_STANDARDS = "no_standards"


class Check(NamedTuple):
    """One thing that was looked at: what was found, how it counts, and the values a sentence about it names."""

    code: Code
    verdict: Verdict
    day: date | None = None
    subject: str = ""
    value: str = ""
    other: str = ""


class LabFacts(NamedTuple):
    """A laboratory as it is known today, with those it took over from after the day in question.

    For a verification `designating` are the same with their designations. `remarks` are what is to be said beside, by
    the keys of laboratories.
    """

    code: str
    name: str
    holders: Sequence[Holder]
    designating: Sequence[Holder] = ()
    remarks: Mapping[int, Sequence[Finding]] = MappingProxyType({})


ORDER: Final = tuple(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that counts of several; good when there is none."""
    return max(verdicts, key=ORDER.index, default=Verdict.GOOD)


def lab_checks(lab: LabFacts | None, work: Work, *, stands_alone: bool) -> list[Check]:
    """Whether a laboratory was accredited on the day of its work, and for what it measured.

    Where its own standards are known (`stands_alone` is false) their chain shows what an accreditation would, so that a
    lack is a remark; where nothing else is known the chain breaks there.
    """
    lacking, day = Verdict.BROKEN if stands_alone else Verdict.REMARK, work.day
    if lab is None:
        return [Check(Code.NO_LAB, lacking, day)]
    judged = verdict(lab.holders, work)
    if judged.standing is not Standing.IN_FORCE:
        return [_designated(lab, work, lacking) or Check(Code.LAB_NOT_ACCREDITED, lacking, day, lab.name)]
    scope = [_scope_check(judged.holder.name, finding, day, lacking) for finding in judged.findings]
    if not judged.scope_confirmed:
        scope = [Check(Code.SCOPE_UNCONFIRMED, Verdict.REMARK, day, judged.holder.name), *scope]
    if not judged.confirmed:
        scope = [Check(Code.LAB_UNCONFIRMED, Verdict.REMARK, day, judged.holder.name), *scope]
    beside = [
        Check(BESIDE[one.reason], Verdict.REMARK, day, one.number, one.day, one.covers)
        for one in lab.remarks.get(judged.holder.lab_id, ())
    ]
    return [Check(Code.LAB_ACCREDITED, Verdict.GOOD, day, judged.holder.name), *beside, *scope]


def _designated(lab: LabFacts, work: Work, lacking: Verdict) -> Check | None:
    """What a designation says of a verification without an accreditation: its field is prose, which people read."""
    if not lab.designating:
        return None
    judged = verdict(lab.designating, work)
    if judged.standing is not Standing.IN_FORCE:
        return Check(Code.LAB_NOT_DESIGNATED, lacking, work.day, lab.name)
    covers = "; ".join(finding.covers for finding in judged.findings if finding.covers)
    numbers = ", ".join(finding.number for finding in judged.findings)
    return Check(Code.LAB_DESIGNATED, Verdict.UNKNOWN, work.day, judged.holder.name, numbers, covers)


SCOPE_CODES: Final = {
    Reason.WITHIN: Code.WITHIN_SCOPE,
    Reason.CMC: Code.BELOW_CMC,
    Reason.NO_UNCERTAINTY: Code.UNSTATED_UNCERTAINTY,
    Reason.NO_POINTS: Code.POINTS_UNKNOWN,
    Reason.NO_SCOPE: Code.SCOPE_UNKNOWN,
    Reason.OTHER_NAME: Code.SCOPE_NAMES_ANOTHER,
    Reason.OTHER_ITEM: Code.SCOPE_FOR_OTHERS,
    Reason.NO_PAPER: Code.ACCREDITATION_UNKNOWN,
    Reason.NO_PLACE: Code.PLACE_UNKNOWN,
    Reason.NO_CMC: Code.CMC_UNKNOWN,
}


BESIDE: Final = {
    Reason.BODY_UNKNOWN: Code.BODY_UNKNOWN,
    Reason.BODY_OUTSIDE: Code.BODY_OUTSIDE,
    Reason.CEASED: Code.LAB_CEASED,
}


def _scope_check(lab: str, finding: Finding, day: date, lacking: Verdict) -> Check:
    """What a scope says of a result, as a check of the chain."""
    code = SCOPE_CODES.get(finding.reason, Code.OUTSIDE_SCOPE)
    if finding.reason is Reason.WITHIN:
        return Check(code, Verdict.GOOD, day, lab)
    if finding.reason is Reason.CMC:
        stated, least = (_amount(Decimal(value), finding.unit) for value in (finding.stated, finding.least))
        return Check(code, lacking, day, lab, stated, least)
    value = Decimal(finding.value) if finding.value else None
    at = f"{said_quantity(finding.quantity)} {_amount(value, finding.unit)}" if finding.quantity else ""
    return Check(code, Verdict.UNKNOWN if code in SCOPE_CODES.values() else lacking, day, lab, at)


def step_checks(child: Sequence[Point], parent: Sequence[Point], day: date) -> list[Check]:
    """What points that were measured with a standard say against those it was measured at itself."""
    first = uncertainty_check(child, parent, day)
    beyond = None if first.code is Code.OTHER_QUANTITY else _beyond_check(child, parent, day)
    return [first, beyond] if beyond else [first]


def quantity_check(used: Iterable[tuple[Point, Sequence[Point]]], day: date, lacking: Verdict) -> Check | None:
    """Whether each point was measured with something of its own quantity: the first one that was not.

    `used` are points with those of all standards they were measured with. What a thermometer adds to a weighing is of
    another quantity; a volume may follow from a mass. So people read it, unless an accreditation covers the result.
    """
    for point, held in used:
        if not any(comparable(point.unit, one.unit) for one in held):
            return Check(Code.NO_STANDARD_OF_QUANTITY, lacking, day, _at(point))
    return None


def _beyond_check(child: Sequence[Point], parent: Sequence[Point], day: date) -> Check | None:
    """The first point beyond those of the standard, which tell nothing of it; None where there is none."""
    spans: dict[tuple[str, str], tuple[Decimal, Decimal] | None] = {}
    for point in child:
        key = folded(point.quantity), point.unit
        if key not in spans:
            placed = [at for at, _one in _placed(point, parent)]
            spans[key] = (min(placed), max(placed)) if placed else None
        span = spans[key]
        if point.value is None or span is None or _is_nothing(point):
            continue
        if not span[0] <= point.value <= span[1]:
            low, high = (_amount(value, point.unit) for value in span)
            return Check(Code.BEYOND_STANDARD, Verdict.UNKNOWN, day, _at(point), low, high)
    return None


def _is_nothing(point: Point) -> bool:
    """Whether a point is at nothing at all, as an empty scale, for which no standard is needed; 0 °C is not."""
    return point.value == 0 and point.unit not in {"°C", "°F"}


def uncertainty_check(child: Sequence[Point], parent: Sequence[Point], day: date) -> Check:
    """Whether a standard's uncertainty was smaller than that of each result that rests on it, at comparable points.

    A result is held against the standard's point of the same value, or else against the larger uncertainty of the two
    points around it; beyond the standard's points nothing can be said. Where both have a coverage factor, standard
    uncertainties are compared, else the expanded ones as they are stated.
    """
    stated = [point for point in child if point.uncertainty is not None]
    held = [point for point in parent if point.uncertainty is not None]
    if child and parent and not any(comparable(one.unit, other.unit) for one in child for other in parent):
        return Check(Code.OTHER_QUANTITY, Verdict.GOOD, day)
    if not stated or not held:
        return Check(Code.UNCERTAINTY_UNKNOWN, Verdict.UNKNOWN, day)
    compared = 0
    for point in stated:
        for other in _around(point, held):
            compared += 1
            if not _is_smaller(other, point):
                theirs, its = _amount(other.uncertainty, other.unit), _amount(point.uncertainty, point.unit)
                return Check(Code.UNCERTAINTY_NOT_SMALLER, Verdict.BROKEN, day, _at(point), theirs, its)
    if not compared:
        return Check(Code.UNCERTAINTY_UNKNOWN, Verdict.UNKNOWN, day)
    return Check(Code.UNCERTAINTY_SMALLER, Verdict.GOOD, day)


def _around(point: Point, held: Sequence[Point]) -> list[Point]:
    """The standard's point at a value, or its nearest below and above; none when the value lies beyond them."""
    if point.value is None:
        return []
    placed = _placed(point, held)
    equal = [one for at, one in placed if at == point.value]
    if equal:
        return equal
    below = max((pair for pair in placed if pair[0] < point.value), key=_place, default=None)
    above = min((pair for pair in placed if pair[0] > point.value), key=_place, default=None)
    return [below[1], above[1]] if below and above else []


def _placed(point: Point, held: Sequence[Point]) -> list[tuple[Decimal, Point]]:
    """The standard's points of a point's quantity, each with its value in the point's unit."""
    of_kind = [one for one in held if comparable(one.unit, point.unit)]
    names = frozenset(folded(one.quantity) for one in of_kind)
    same = [one for one in of_kind if same_quantity(point, one.quantity, one.unit, named=names)]
    return [(reading_in(one.value, one.unit, point.unit), one) for one in same if one.value is not None]


def _place(pair: tuple[Decimal, Point]) -> Decimal:
    return pair[0]


def _is_smaller(standard: Point, result: Point) -> bool:
    if standard.uncertainty is None or result.uncertainty is None:
        return False
    theirs, its = difference_in(standard.uncertainty, standard.unit, result.unit), result.uncertainty
    if standard.factor and result.factor:
        return minus(times(theirs, result.factor), times(its, standard.factor)) < 0
    return theirs < its


def _at(point: Point) -> str:
    return f"{said_quantity(point.quantity)} {_amount(point.value, point.unit)}"


def _amount(value: Decimal | None, unit: str) -> str:
    """A value with its unit, as the reader's language writes it."""
    return unit if value is None else f"{said_number(value)} {unit}"
