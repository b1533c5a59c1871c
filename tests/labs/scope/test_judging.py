"""The verdict on a result, case by case, as a metrologist reads a scope beside a certificate.

The laboratory is accredited as VILAS 999 from 1 March 2024 to 28 February 2027, and was suspended from 1 to 30 June
2025. Its scope, every CMC an expanded uncertainty with k = 2:

| quantity       | range             | CMC                                    | where       | days                    |
|----------------|-------------------|----------------------------------------|-------------|-------------------------|
| Khối lượng     | 1 mg … 20 kg      | 0.005 g                                | laboratory  | all                     |
| Khối lượng     | 20 kg … 500 kg    | 0.01 % of the value                    | both        | all                     |
| Độ dài         | 0 … 1000 mm       | Q[0.5 µm, 1.2 ppm of the length]       | laboratory  | all                     |
| Nhiệt độ       | -20 … 150 °C      | 0.05 °C + 0.1 % of the reading         | on site     | all                     |
| Áp suất        | 0 … 70 MPa        | 0.02 % of the reading                  | not said    | until 31 December 2025  |
| Điện áp DC     | 0 … 1000 V        | 10 ppm of the reading                  | laboratory  | from 1 January 2026     |
| Tốc độ quay    | 10 … 99 999 r/min | not stated                             | not said    | all                     |
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from registry.calibration.traceability.measured import Point
from registry.labs.rules import AccreditationStatus
from registry.labs.scope.judging import Holder, verdict
from registry.labs.scope.rules import Combined, Place, RelativeUnit, Thing, Work
from registry.labs.standing import DecisionKind


class Decided(NamedTuple):
    kind: DecisionKind
    effective_on: date
    decided_on: date
    until_on: date | None = None
    valid_until: date | None = None
    annulled: bool = False
    confirmed: bool = True
    number: str = "1/QĐ"


class Granted(NamedTuple):
    granted_on: date
    valid_until: date
    decisions: Sequence[Decided] = ()
    granted_until: date | None = None
    status: AccreditationStatus = AccreditationStatus.ACTIVE
    standard: str = "ISO/IEC 17025:2017"
    confirmed: bool = True
    number: str = "VILAS 999"
    body: str = "BoA"


class Line(NamedTuple):
    quantity: str
    unit: str
    range_low: Decimal | None = None
    range_high: Decimal | None = None
    cmc: Decimal | None = None
    cmc_unit: str | None = None
    cmc_relative: Decimal | None = None
    cmc_relative_unit: RelativeUnit | None = None
    cmc_combined: Combined | None = None
    instrument_type_id: int | None = None
    measurand: str | None = None
    accreditation: str | None = None
    place: Place | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed: bool = True


def day(text):
    return date.fromisoformat(text)


def line(quantity, unit, low, high, **said):
    numbers = {name: Decimal(said.pop(name)) for name in ("cmc", "cmc_relative") if name in said}
    return Line(quantity, unit, Decimal(low), Decimal(high), **numbers, **said)


PERCENT, PPM = RelativeUnit.PERCENT, RelativeUnit.PPM
SUSPENDED = Decided(DecisionKind.SUSPENDED, day("2025-06-01"), day("2025-06-01"))
REINSTATED = Decided(DecisionKind.REINSTATED, day("2025-07-01"), day("2025-07-01"))
VILAS_999 = Granted(day("2024-03-01"), day("2027-02-28"), [SUSPENDED, REINSTATED])
SCOPE = [
    line("Khối lượng", "g", "0.001", "20000", cmc="0.005", place=Place.LABORATORY),
    line("Khối lượng", "kg", "20", "500", cmc_relative="0.01", cmc_relative_unit=PERCENT, place=Place.BOTH),
    line(
        *("Độ dài", "mm", "0", "1000"),
        cmc="0.5",
        cmc_unit="µm",
        cmc_relative="1.2",
        cmc_relative_unit=PPM,
        cmc_combined=Combined.ROOT_SUM_SQUARES,
        place=Place.LABORATORY,
    ),
    line(
        *("Nhiệt độ", "°C", "-20", "150"),
        cmc="0.05",
        cmc_relative="0.1",
        cmc_relative_unit=PERCENT,
        cmc_combined=Combined.SUM,
        place=Place.ON_SITE,
    ),
    line(
        *("Áp suất", "MPa", "0", "70"),
        cmc_relative="0.02",
        cmc_relative_unit=PERCENT,
        valid_to=day("2025-12-31"),
    ),
    line(
        *("Điện áp một chiều", "V", "0", "1000"),
        cmc_relative="10",
        cmc_relative_unit=PPM,
        valid_from=day("2026-01-01"),
        place=Place.LABORATORY,
    ),
    line("Tốc độ quay", "{rev}/min", "10", "99999"),
]
LAB = Holder(1, "Phòng hiệu chuẩn", [VILAS_999], SCOPE)
IN, OUT, LAPSED = "in_scope", "outside_scope", "not_in_force"
NEVER, UNKNOWN = "not_accredited", "unknown"


def judged(on, *points, at=False, type_id=None, names=(), holders=(LAB,)):
    """The verdict and its first reason; a point is (quantity, value, U, unit, k), its value and U in one unit."""
    measured = [
        Point(
            quantity=quantity,
            unit=unit,
            value=None if value is None else Decimal(value),
            uncertainty=None if uncertainty is None else Decimal(uncertainty),
            factor=None if factor is None else Decimal(factor),
        )
        for quantity, value, uncertainty, unit, factor in points
    ]
    found = verdict(holders, Work(measured, day(on), at, Thing(type_id, names)))
    return found.competence.value, found.findings[0].reason.value


HERE, SITE, NOWHERE = False, True, None  # the last: nobody wrote down where
CASES = [
    # the day; what was measured: its value, U, both their unit, and k; where; the verdict and its reason
    ("2025-01-15", ("Khối lượng", "100", "0.010", "g", "2"), HERE, IN, "within"),
    ("2025-01-15", ("Mass", "100", "0.010", "g", "2"), HERE, IN, "within"),  # another language
    ("2025-01-15", ("trọng lượng", "100", "0.010", "g", "2"), HERE, IN, "within"),  # another name
    ("2025-01-15", ("Lực", "100", "0.010", "N", "2"), HERE, OUT, "quantity"),
    ("2025-01-15", ("Độ pH", "7", "0.1", "[pH]", "2"), HERE, OUT, "quantity"),
    # edges of ranges are inside
    ("2025-01-15", ("Khối lượng", "0.001", "0.005", "g", "2"), HERE, IN, "within"),
    ("2025-01-15", ("Khối lượng", "0.0009", "0.005", "g", "2"), HERE, OUT, "range"),
    ("2025-01-15", ("Khối lượng", "500", "0.05", "kg", "2"), HERE, IN, "within"),
    ("2025-01-15", ("Khối lượng", "500.001", "0.06", "kg", "2"), HERE, OUT, "range"),
    ("2025-01-15", ("Nhiệt độ", "-20", "0.2", "°C", "2"), SITE, IN, "within"),
    ("2025-01-15", ("Nhiệt độ", "-20.1", "0.2", "°C", "2"), SITE, OUT, "range"),
    # units are turned into each other
    ("2025-01-15", ("Khối lượng", "20", "0.005", "kg", "2"), HERE, IN, "within"),  # of both lines
    ("2025-01-15", ("Khối lượng", "5", "0.000005", "kg", "2"), HERE, IN, "within"),  # U is 0.005 g
    ("2025-01-15", ("Khối lượng", "5", "0.0000049", "kg", "2"), HERE, OUT, "cmc"),
    ("2025-01-15", ("Độ dài", "1", "0.0000013", "m", "2"), HERE, IN, "within"),  # 1.3 µm at 1000 mm
    ("2025-01-15", ("Độ dài", "1.0001", "0.0000014", "m", "2"), HERE, OUT, "range"),
    ("2025-01-15", ("Nhiệt độ", "293.15", "0.07", "K", "2"), SITE, IN, "within"),  # 20 °C, where the CMC is 0.07
    ("2025-01-15", ("Nhiệt độ", "293.15", "0.0699", "K", "2"), SITE, OUT, "cmc"),
    ("2025-01-15", ("Áp suất", "100", "0.02", "bar", "2"), HERE, IN, "within"),
    # the CMC: reached exactly, and missed by the last digit
    ("2025-01-15", ("Khối lượng", "100", "0.005", "g", "2"), HERE, IN, "within"),
    ("2025-01-15", ("Khối lượng", "100", "0.004999", "g", "2"), HERE, OUT, "cmc"),
    ("2025-01-15", ("Khối lượng", "100", "0.005", "g", None), HERE, IN, "within"),  # k = 2 is the usual
    ("2025-01-15", ("Khối lượng", "100", "0.005", "g", "3"), HERE, OUT, "cmc"),  # with k = 2 it is 0.0033 g
    ("2025-01-15", ("Khối lượng", "100", "0.0075", "g", "3"), HERE, IN, "within"),
    ("2025-01-15", ("Khối lượng", "100", "0.0045", "g", "1.8"), HERE, IN, "within"),
    ("2025-01-15", ("Khối lượng", "400", "0.04", "kg", "2"), HERE, IN, "within"),  # 0.01 % of 400 kg
    ("2025-01-15", ("Khối lượng", "400", "0.0399", "kg", "2"), HERE, OUT, "cmc"),
    ("2025-01-15", ("Độ dài", "0", "0.0005", "mm", "2"), HERE, IN, "within"),  # the constant part alone
    ("2025-01-15", ("Độ dài", "1000", "0.0013", "mm", "2"), HERE, IN, "within"),  # Q[0.5, 1.2] is 1.3 µm exactly
    ("2025-01-15", ("Độ dài", "1000", "0.00129999", "mm", "2"), HERE, OUT, "cmc"),
    ("2025-01-15", ("Nhiệt độ", "100", "0.15", "°C", "2"), SITE, IN, "within"),  # 0.05 + 0.1 % of 100
    ("2025-01-15", ("Nhiệt độ", "-10", "0.06", "°C", "2"), SITE, IN, "within"),  # of the reading without its sign
    ("2025-01-15", ("Nhiệt độ", "-10", "0.05", "°C", "2"), SITE, OUT, "cmc"),
    ("2025-01-15", ("Tốc độ quay", "1000", "0.000001", "{rev}/min", "2"), HERE, UNKNOWN, "no_cmc"),
    ("2025-01-15", ("Tốc độ quay", "9", "0.1", "{rev}/min", "2"), HERE, OUT, "range"),
    # where
    ("2025-01-15", ("Khối lượng", "100", "0.010", "g", "2"), SITE, OUT, "place"),
    ("2025-01-15", ("Khối lượng", "100", "0.010", "kg", "2"), SITE, IN, "within"),  # that line holds at both
    ("2025-01-15", ("Nhiệt độ", "100", "0.2", "°C", "2"), HERE, OUT, "place"),
    ("2025-01-15", ("Nhiệt độ", "100", "0.2", "°C", "2"), NOWHERE, UNKNOWN, "no_place"),
    ("2025-01-15", ("Nhiệt độ", "100", "0.1", "°C", "2"), NOWHERE, OUT, "cmc"),  # wherever it was
    ("2025-01-15", ("Khối lượng", "100", "0.010", "kg", "2"), NOWHERE, IN, "within"),  # that line holds at both
    ("2025-01-15", ("Áp suất", "10", "0.01", "MPa", "2"), NOWHERE, IN, "within"),  # that line at any
    ("2025-01-15", ("Áp suất", "10", "0.01", "MPa", "2"), SITE, IN, "within"),  # the scope does not say where
    # what is missing, and what cannot be told
    ("2025-01-15", ("Khối lượng", "100", None, "g", None), HERE, UNKNOWN, "no_uncertainty"),
    ("2025-01-15", ("Tốc độ quay", "1000", None, "{rev}/min", None), HERE, UNKNOWN, "no_cmc"),
    ("2025-01-15", None, HERE, UNKNOWN, "no_points"),
    ("2026-01-15", ("Điện áp xoay chiều", "10", "0.1", "V", "2"), HERE, UNKNOWN, "other_name"),
    ("2026-01-15", ("Điện áp xoay chiều", "2000", "0.1", "V", "2"), HERE, OUT, "range"),
    # a unit alone tells no quantity: names that nobody knows here
    ("2026-01-15", ("Điện áp pin", "10", "0.1", "V", "2"), HERE, UNKNOWN, "other_name"),
    ("2025-01-15", ("Ứng suất", "10", "0.01", "MPa", "2"), HERE, UNKNOWN, "other_name"),
    ("2025-01-15", ("Hiệu nhiệt độ", "10", "1", "°C", "2"), SITE, UNKNOWN, "other_name"),
    ("2025-01-15", ("abcxyz", "10", "1", "mm", "2"), HERE, UNKNOWN, "other_name"),
    ("2025-01-15", ("abcxyz", "2000", "1", "mm", "2"), HERE, OUT, "range"),  # whatever it is
    # lines that ended and began
    ("2025-12-31", ("Áp suất", "10", "0.01", "MPa", "2"), HERE, IN, "within"),
    ("2026-01-01", ("Áp suất", "10", "0.01", "MPa", "2"), HERE, OUT, "not_then"),
    ("2025-12-31", ("Điện áp một chiều", "10", "0.1", "V", "2"), HERE, OUT, "not_then"),
    ("2026-01-01", ("DC voltage", "10", "0.0001", "V", "2"), HERE, IN, "within"),
    # the accreditation on the day
    ("2024-02-29", ("Khối lượng", "100", "0.010", "g", "2"), HERE, NEVER, "within"),
    ("2024-03-01", ("Khối lượng", "100", "0.010", "g", "2"), HERE, IN, "within"),
    ("2025-05-31", ("Khối lượng", "100", "0.010", "g", "2"), HERE, IN, "within"),  # the day before the suspension
    ("2025-06-01", ("Khối lượng", "100", "0.010", "g", "2"), HERE, LAPSED, "within"),
    ("2025-06-30", ("Khối lượng", "100", "0.010", "g", "2"), HERE, LAPSED, "within"),
    ("2025-07-01", ("Khối lượng", "100", "0.010", "g", "2"), HERE, IN, "within"),  # reinstated
    ("2027-02-28", ("Khối lượng", "100", "0.010", "g", "2"), HERE, IN, "within"),  # its last day
    ("2027-03-01", ("Khối lượng", "100", "0.010", "g", "2"), HERE, LAPSED, "within"),
]


@pytest.mark.parametrize(("on", "point", "at", "expected", "reason"), CASES)
def test_the_verdict_on_a_result(on, point, at, expected, reason):
    assert judged(on, *([] if point is None else [point]), at=at) == (expected, reason)


GOOD, BAD = ("Khối lượng", "100", "0.010", "g", "2"), ("Khối lượng", "100", "0.001", "g", "2")


def test_one_point_outside_decides_over_what_cannot_be_told_of_others():
    assert judged("2025-01-15", GOOD, ("Khối lượng", "50", None, "g", None), BAD) == (OUT, "cmc")
    assert judged("2025-01-15", GOOD, ("Khối lượng", "50", None, "g", None)) == (UNKNOWN, "no_uncertainty")


def test_each_reason_is_told_once_with_the_first_point_it_was_found_at():
    worse = ("Khối lượng", "200", "0.002", "g", "2")
    points = [Point(*(one[0], one[3], Decimal(one[1])), uncertainty=Decimal(one[2])) for one in (GOOD, BAD, worse)]
    far = Point("Khối lượng", "kg", Decimal(900), uncertainty=Decimal(1))
    found = verdict([LAB], Work([*points, far], day("2025-01-15"), on_site=False)).findings
    assert [(one.reason.value, one.value, one.unit) for one in found] == [("range", "900", "kg"), ("cmc", "100", "g")]
    assert (found[1].stated, found[1].least) == ("0.001", "0.005")


def test_a_line_for_a_type_of_instrument_holds_that_type_alone():
    scales = Holder(1, "Phòng cân", [VILAS_999], [SCOPE[0]._replace(instrument_type_id=7)])
    assert judged("2025-01-15", GOOD, type_id=7, holders=[scales]) == (IN, "within")
    assert judged("2025-01-15", GOOD, type_id=8, holders=[scales]) == (OUT, "instrument")
    assert judged("2025-01-15", GOOD, holders=[scales]) == (UNKNOWN, "other_item")  # of what type it is nobody said


@pytest.mark.parametrize(
    ("measurand", "names", "expected", "reason"),
    [
        ("Thước cặp, panme", ["Thước cặp điện tử"], IN, "within"),
        ("Thước cặp, panme", ["Thước cuộn 5 m"], OUT, "instrument"),
        ("Thước cặp, panme", ["Số 17"], UNKNOWN, "other_item"),
        ("Thước cặp, panme", ["Số 17", "Panme đo ngoài"], IN, "within"),  # by its type
        ("Thước cặp, panme", [], UNKNOWN, "other_item"),
        ("Chiều dài", ["Thước cuộn 5 m"], IN, "within"),  # what is measured, said once more
        (None, ["Thước cuộn 5 m"], IN, "within"),
    ],
)
def test_a_line_for_some_things_holds_those_alone(measurand, names, expected, reason):
    line = SCOPE[2]._replace(measurand=measurand)
    caliper = ("Độ dài", "100", "0.01", "mm", "2")
    own = [Holder(1, "Phòng độ dài", [VILAS_999], [line])]
    assert judged("2025-01-15", caliper, names=names, holders=own) == (expected, reason)
    both = [Holder(1, "Phòng độ dài", [VILAS_999], [line, SCOPE[2]])]  # and one for everything
    assert judged("2025-01-15", caliper, names=names, holders=both) == (IN, "within")


def test_what_a_line_is_for_is_told_where_it_is_not_known_to_hold_the_item():
    line = SCOPE[2]._replace(measurand="Thước cặp, panme")
    work = Work([Point("Độ dài", "mm", Decimal(1), uncertainty=Decimal(1))], day("2025-01-15"), on_site=False)
    (found,) = verdict([Holder(1, "Phòng", [VILAS_999], [line])], work).findings
    assert (found.reason.value, found.covers) == ("other_item", "Thước cặp, panme")


def test_without_accreditation_or_scope():
    assert judged("2025-01-15", GOOD, holders=[Holder(1, "Phòng mới", [], SCOPE)]) == (NEVER, "within")
    assert judged("2025-01-15", GOOD, holders=[Holder(1, "Phòng kín", [VILAS_999])]) == (UNKNOWN, "no_scope")


def test_a_successor_is_judged_by_the_accreditation_that_its_predecessor_held_on_the_day():
    merged = Holder(2, "Phòng sáp nhập", [Granted(day("2025-07-01"), day("2028-06-30"))], [SCOPE[1]])
    both = [merged, LAB]
    assert judged("2025-01-15", GOOD, holders=both) == (IN, "within")  # by the predecessor's lines
    assert judged("2025-06-15", GOOD, holders=both) == (LAPSED, "within")  # which was suspended then
    assert judged("2025-07-01", GOOD, holders=both) == (OUT, "range")  # by its own from then on
    assert verdict(both, Work([], day("2025-01-15"))).holder is LAB


def test_a_line_put_right_counts_as_it_stands_now():
    mistyped = Holder(1, "Phòng", [VILAS_999], [SCOPE[0]._replace(cmc=Decimal("0.05"))])
    assert judged("2025-01-15", GOOD, holders=[mistyped]) == (OUT, "cmc")
    assert judged("2025-01-15", GOOD, holders=[LAB]) == (IN, "within")


def test_the_better_of_two_accreditations_counts():
    both = [Granted(day("2020-01-01"), day("2024-12-31")), Granted(day("2026-01-01"), day("2028-12-31"))]
    lab = Holder(1, "Phòng", both, SCOPE)
    assert judged("2024-12-31", GOOD, holders=[lab]) == (IN, "within")
    assert judged("2025-06-15", GOOD, holders=[lab]) == (LAPSED, "within")
    assert judged("2026-01-01", GOOD, holders=[lab]) == (IN, "within")


@pytest.mark.parametrize(
    ("on", "named", "expected", "reason"),
    [
        ("2025-05-31", "VILAS 999", IN, "within"),
        ("2025-06-15", "VILAS 999", OUT, "paper"),  # it was suspended, the other one in force
        ("2025-06-15", "vlac 7", IN, "within"),
        ("2025-06-15", None, UNKNOWN, "no_paper"),  # it may be of either
        ("2025-07-01", None, IN, "within"),
        ("2027-06-01", "VILAS 999", OUT, "paper"),  # it had expired
        ("2027-06-01", None, IN, "within"),
        ("2029-01-01", "VILAS 999", LAPSED, "within"),
    ],
)
def test_of_two_accreditations_a_line_holds_by_its_own(on, named, expected, reason):
    both = [VILAS_999, Granted(day("2025-01-01"), day("2028-12-31"), number="VLAC 7", body="AOSC")]
    lab = Holder(1, "Phòng", both, [SCOPE[0]._replace(accreditation=named)])
    assert judged(on, GOOD, holders=[lab]) == (expected, reason)


@pytest.mark.parametrize(
    ("standard", "expected"),
    [
        ("TCVN ISO/IEC 17025:2017", IN),
        ("ISO 17 025", IN),
        ("ISO 15189:2022", NEVER),
        ("ISO/IEC 17020:2012", NEVER),
        ("ISO 9001:2015", NEVER),
        ("DA.170250", NEVER),
    ],
)
def test_only_an_accreditation_to_iso_iec_17025_counts(standard, expected):
    lab = Holder(2, "Phòng xét nghiệm", [VILAS_999._replace(standard=standard)], SCOPE)
    assert judged("2025-01-15", GOOD, holders=[lab])[0] == expected
    assert judged("2025-01-15", GOOD, holders=[lab, LAB])[0] == IN  # what a predecessor held decides then


@pytest.mark.parametrize(
    ("on", "said_by_itself", "confirmed"),
    [
        ("2025-01-15", {"confirmed": False}, False),  # the grant itself
        ("2025-05-31", {"decisions": [SUSPENDED._replace(confirmed=False)]}, True),  # which does not count yet
        ("2025-06-01", {"decisions": [SUSPENDED._replace(confirmed=False)]}, False),
        ("2025-07-01", {"decisions": [SUSPENDED._replace(confirmed=False), REINSTATED]}, True),  # it rests on the last
        ("2025-07-01", {"decisions": [SUSPENDED, REINSTATED._replace(confirmed=False)]}, True),  # it is suspended still
    ],
)
def test_a_verdict_says_whether_it_rests_on_what_the_laboratory_states_itself(on, said_by_itself, confirmed):
    own = Holder(2, "Phòng", [VILAS_999._replace(**said_by_itself)], SCOPE)
    found = verdict([own], Work([], day(on)))
    assert found.confirmed is confirmed
    other = VILAS_999._replace(decisions=VILAS_999.decisions)
    both = own._replace(accreditations=[*own.accreditations, other])
    assert verdict([both], Work([], day("2025-01-15"))).confirmed  # of two alike the confirmed one counts
