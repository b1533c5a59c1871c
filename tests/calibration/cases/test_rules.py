"""Which range was bad, and what that does to a result: boundaries, units, missing numbers."""

from decimal import Decimal

import pytest

from registry.assets.rules import Doubt
from registry.calibration.cases.ranges import check_measured
from registry.calibration.cases.rules import (
    AffectedRange,
    Bearing,
    Disposition,
    Significance,
    affected_ranges,
    bearing,
    doubt_of,
    estimate,
)
from registry.calibration.rules import Stage
from registry.calibration.traceability.measured import Point

D = Decimal
MASS = ("khối lượng", "g")


def point(value: str | None, error: str | None = "0", **said) -> Point:
    numbers = {name: D(number) for name, number in said.items() if name in {"uncertainty", "lower", "upper", "factor"}}
    words = {name: word for name, word in said.items() if name not in numbers}
    known = {"value": None if value is None else D(value), "error": None if error is None else D(error)}
    return Point(**{"quantity": MASS[0], "unit": MASS[1]} | known | numbers | words)


def found(value: str | None, error: str | None = "0", limit: str = "1", **said) -> Point:
    return point(value, error, lower=f"-{limit}", upper=limit, **said)


def spans(points: list[Point], before: list[Point] | None = None) -> list[tuple[str | None, str | None, str | None]]:
    made = affected_ranges(points, before or [])
    return [tuple(None if one is None else str(one) for one in (part.low, part.high, part.shift)) for part in made]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([found("1"), found("2")], []),
        ([found("1", "1")], []),
        ([found("1", "1.0000000000000000000001")], [(None, None, "1.0000000000000000000001")]),
        ([found("1"), found("2", "-3"), found("3")], [("1", "3", "3")]),
        ([found("3"), found("2", "3"), found("1", "2")], [(None, "3", "3")]),
        ([found("1", "2"), found("2"), found("3", "4")], [(None, "2", "2"), ("2", None, "4")]),
        ([found("1"), found("2", "5"), point("3", "9"), found("4")], [("1", "4", "5")]),
        ([found("2"), found("2", "5"), found("3")], [(None, "3", "5")]),
        ([found(None, "5"), found("3")], [(None, None, "5")]),
        ([found("-1"), found("0", "5"), found("1")], [("-1", "1", "5")]),
        ([found("1", "9", stage=Stage.AS_LEFT)], []),
    ],
)
def test_a_bad_range_reaches_from_the_good_point_below_to_the_good_point_above(points, expected):
    assert spans(points) == expected


def test_points_of_one_quantity_in_two_units_are_one_series():
    points = [found("1"), found("0.002", "0.005", "0.001", unit="kg"), found("3")]
    assert spans(points) == [("1", "3", "5")]


def test_quantities_of_one_unit_are_kept_apart_by_name():
    points = [found("1", "9", quantity="Điện áp một chiều"), found("1", quantity="Điện áp xoay chiều")]
    assert [one.quantity for one in affected_ranges(points, [])] == ["Điện áp một chiều"]


@pytest.mark.parametrize(
    ("before", "shift"),
    [([point("2", "0.4")], "2.6"), ([point("2", "-0.4")], "3.4"), ([point("2.1", "0.4")], "3"), ([], "3")],
)
def test_a_shift_counts_from_the_last_good_error_at_the_same_value(before, shift):
    assert spans([found("2", "3")], before)[0][2] == shift


BAD = AffectedRange(quantity=MASS[0], unit=MASS[1], low=D(10), high=D(20), shift=D(1))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("10", "g", Bearing.OUTSIDE),
        ("10.0000000000000000001", "g", Bearing.WITHIN),
        ("19.999", "g", Bearing.WITHIN),
        ("20", "g", Bearing.OUTSIDE),
        ("0.015", "kg", Bearing.WITHIN),
        ("15", "kg", Bearing.OUTSIDE),
        (None, "g", Bearing.WITHIN),
        ("15", "mL", Bearing.UNKNOWN),
        ("15", "không rõ", Bearing.UNKNOWN),
    ],
)
def test_the_good_points_at_its_ends_are_not_in_a_range(value, unit, expected):
    assert bearing([point(value, unit=unit)], [BAD], [MASS]) is expected


@pytest.mark.parametrize(
    ("points", "ranges", "expected"),
    [
        ([], [BAD], Bearing.UNKNOWN),
        ([point("15")], [], Bearing.UNKNOWN),
        ([point("1"), point("15")], [BAD], Bearing.WITHIN),
        ([point("1"), point("15", unit="mL")], [BAD], Bearing.UNKNOWN),
        ([point("15", quantity="Lực", unit="N")], [BAD], Bearing.OUTSIDE),
    ],
)
def test_one_point_in_the_range_is_enough_and_what_cannot_be_told_is_in(points, ranges, expected):
    assert bearing(points, ranges, [MASS, ("Lực", "N")]) is expected


@pytest.mark.parametrize("stray", [("Nhiệt độ", "Cel"), ("Khối lượngg", "g"), ("Khối lượng", "bananas")])
def test_a_range_of_what_the_standard_does_not_measure_leaves_nothing_out(stray):
    assert bearing([point("1")], [BAD], [MASS]) is Bearing.OUTSIDE
    assert bearing([point("1")], [AffectedRange(*stray)], [MASS]) is Bearing.UNKNOWN
    assert bearing([point("1")], [BAD, AffectedRange(*stray)], [MASS]) is Bearing.UNKNOWN
    assert bearing([point("15")], [BAD, AffectedRange(*stray)], [MASS]) is Bearing.WITHIN


@pytest.mark.parametrize("unit", ["g", "bananas"])
def test_of_a_standard_of_which_nothing_is_known_a_range_is_of_any_known_unit(unit):
    given = {"quantity": "Lực", "unit": unit, "low": None, "high": None, "shift": None}
    assert list(check_measured([given], [])) == ([] if unit == "g" else ["ranges.0.unit"])


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (point("15", "0", lower="-1", upper="1", uncertainty="9"), Significance.POSSIBLE),
        (point("15", "0.0001", lower="-1", upper="1", uncertainty="9"), Significance.SIGNIFICANT),
        (point("15", "-0.0001", lower="-1", upper="1"), Significance.SIGNIFICANT),
        (point("15", "0", lower="-10", upper="10", uncertainty="3"), Significance.NEGLIGIBLE),
        (point("15", "0", lower="-10", upper="10", uncertainty="2.9999"), Significance.POSSIBLE),
        (point("15", "6.5", lower="-10", upper="10", uncertainty="3"), Significance.POSSIBLE),
        (point("15", "6", lower="-10", upper="10", uncertainty="3"), Significance.NEGLIGIBLE),
        (point("15", "0", lower="-10", upper="10"), Significance.NEGLIGIBLE),
        (point("15", "0", lower="-9.9", upper="10"), Significance.POSSIBLE),
        (point("15", "0", upper="10"), Significance.POSSIBLE),
        (point("15", "0", uncertainty="1"), Significance.POSSIBLE),
        (point("15", "0", uncertainty="0.9999"), Significance.SIGNIFICANT),
        (point("15", None, uncertainty="3"), Significance.NEGLIGIBLE),
        (point("15", "0"), Significance.UNKNOWN),
        (point("15", "0", uncertainty="0"), Significance.SIGNIFICANT),
        (point("5", "0", uncertainty="3"), Significance.UNKNOWN),
    ],
)
def test_a_shift_of_one_is_held_against_limits_and_uncertainty(measured, expected):
    assert estimate([measured], [BAD]).significance is expected


def test_of_several_points_the_worst_decides_and_its_numbers_are_told():
    mild = point("15", "0", lower="-10", upper="10", uncertainty="3")
    grave = point("0.015", "0.0095", lower="-0.01", upper="0.01", uncertainty="0.003", unit="kg")
    estimated = estimate([mild, grave], [BAD])
    assert (estimated.significance, estimated.unit) == (Significance.SIGNIFICANT, "kg")
    assert (estimated.shift, estimated.of_uncertainty, estimated.of_limit) == (D("0.001"), D("0.333"), D("0.1"))


def test_a_shift_that_is_not_known_says_nothing():
    unknown = AffectedRange(quantity=MASS[0], unit=MASS[1])
    assert estimate([point("15", "0", uncertainty="3")], [unknown]).significance is Significance.UNKNOWN


@pytest.mark.parametrize(
    ("disposition", "doubt"),
    [
        (None, Doubt.IN_DOUBT),
        (Disposition.NO_EFFECT, None),
        (Disposition.RECALIBRATE, Doubt.RECALIBRATE),
        (Disposition.RECALL, Doubt.RECALL),
        (Disposition.CERTIFICATE_WITHDRAWN, Doubt.CERTIFICATE_WITHDRAWN),
    ],
)
def test_every_decision_leaves_its_mark_but_that_nothing_is_wrong(disposition, doubt):
    assert doubt_of(disposition) is doubt
