"""Points against themselves, their record and their asset: units, limits that follow, numbers that contradict."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from registry.calibration.points import check_points, derived_limits
from registry.calibration.rules import Stage

D = Decimal


@dataclass
class Held:
    """A characteristic of an asset."""

    quantity: str = "Khối lượng"
    unit: str = "g"
    range_low: Decimal | None = None
    range_high: Decimal | None = None
    mpe: Decimal | None = None
    mpe_percent_of_reading: Decimal | None = None
    mpe_percent_of_range: Decimal | None = None


def point(**changes):
    numbers = ("nominal", "reference", "indication", "expanded_uncertainty", "coverage_factor")
    empty = dict.fromkeys((*numbers, "lower_limit", "upper_limit"))
    return {"quantity": "khối lượng", "unit": "g", "stage": Stage.AS_FOUND} | empty | changes


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"lower_limit": D("-0.2"), "upper_limit": D("0.2")}, set()),
        ({"lower_limit": D("0.2"), "upper_limit": D("0.20")}, set()),
        ({"lower_limit": D("0.2000001"), "upper_limit": D("0.2")}, {"upper_limit"}),
        ({"expanded_uncertainty": D("0.000")}, {"expanded_uncertainty"}),
        ({"expanded_uncertainty": D("0.0001")}, set()),
        ({"expanded_uncertainty": D("-0.01")}, {"expanded_uncertainty"}),
        ({"expanded_uncertainty": D("0.01"), "coverage_factor": D(1)}, set()),
        ({"expanded_uncertainty": D("0.01"), "coverage_factor": D("0.99")}, {"coverage_factor"}),
        ({"coverage_factor": D(2)}, {"coverage_factor"}),
        ({"expanded_uncertainty": D("0.01"), "degrees_of_freedom": D(1)}, set()),
        ({"expanded_uncertainty": D("0.01"), "degrees_of_freedom": D("0.9")}, {"degrees_of_freedom"}),
        ({"degrees_of_freedom": D(50)}, {"degrees_of_freedom"}),
    ],
)
def test_a_points_numbers_do_not_contradict_each_other(changes, fields):
    assert set(check_points([point(), point(**changes)])) == {f"points.1.{field}" for field in fields}


@pytest.mark.parametrize(
    ("quantity", "unit", "refused"),
    [
        ("khối lượng", "g", False),
        ("KHOI LUONG", "kg", False),
        ("khối lượng", "mg", False),
        ("khối lượng", "V", True),
        ("khối lượng", "quả", True),
        ("mass", "t", False),
        ("mass", "lb", False),
        ("khối lượng", "N", True),
        ("áp suất", "g", True),
        ("áp suất", "bar", False),
        ("thể tích", "bar", True),
        ("chiều dài", "quả", False),
        ("độ trong", "bar", False),
    ],
)
def test_a_unit_suits_its_quantity_and_can_be_turned_into_the_assets_own(quantity, unit, refused):
    messages = check_points([point(quantity=quantity, unit=unit)], characteristics=[Held()])
    assert set(messages) == ({"points.0.unit"} if refused else set())


@pytest.mark.parametrize("held", [[], [Held()], [Held("Áp suất", "bar")]])
def test_a_unit_of_another_quantity_is_refused_with_the_quantity_the_unit_and_those_that_suit(held):
    points = [point(), point(unit="bar"), point(unit="bar", nominal=D(7)), point(quantity="Thể tích", unit="mbar")]
    messages = check_points(points, characteristics=held)
    assert set(messages) == {"points.1.unit", "points.2.unit", "points.3.unit"}
    (said,) = messages["points.1.unit"]
    assert said == "“khối lượng” is not measured in bar; give a unit such as g, N."


def test_a_unit_that_no_table_knows_is_good_where_the_asset_is_described_in_it():
    assert check_points([point(unit="vạch")], characteristics=[Held(unit="vạch")]) == {}


def test_a_points_standard_is_one_of_the_records():
    given = [point(standard="A"), point(standard=None), point(standard="B")]
    assert set(check_points(given, standards=["A"])) == {"points.2.standard"}


@pytest.mark.parametrize(
    ("held", "changes", "limits"),
    [
        (Held(mpe=D("0.05")), {}, ("-0.05", "0.05")),
        (Held(mpe=D("0.05")), {"unit": "mg"}, ("-50.00", "50.00")),
        (Held(mpe=D("0.5"), mpe_percent_of_reading=D("0.1")), {"nominal": D(-200)}, ("-0.7", "0.7")),
        (Held(range_low=D(0), range_high=D(100), mpe=D(1)), {"nominal": D(100), "indication": D("100.2")}, ("-1", "1")),
        (Held(range_low=D(0), range_high=D("99.9"), mpe=D(1)), {"nominal": D(100)}, None),
        (Held(mpe=D(1)), {"quantity": "chiều dài"}, None),
        (Held(mpe=D(1)), {"unit": "V"}, None),
        (Held(mpe=D(1)), {"lower_limit": D(-3)}, None),
        (Held(mpe=D(1)), {"reference": None, "indication": None}, None),
        (Held(), {}, None),
    ],
)
def test_limits_follow_from_the_permissible_error_where_none_are_given(held, changes, limits):
    given = point(**{"nominal": D(100), "reference": D("100.01"), "indication": D("100.02")} | changes)
    found = derived_limits(given, [held])
    assert (found and (found.lower, found.upper)) == (limits and (D(limits[0]), D(limits[1])))


def test_a_difference_has_no_zero_so_limits_in_kelvin_are_those_in_celsius():
    held = Held(quantity="nhiệt độ", unit="°C", mpe=D("0.15"))
    given = point(quantity="Nhiệt độ", unit="K", nominal=D("293.15"), indication=D("293.20"))
    found = derived_limits(given, [held])
    assert found is not None
    assert (found.lower, found.upper) == (D("-0.15"), D("0.15"))
