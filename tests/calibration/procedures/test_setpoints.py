"""The points of a procedure on an asset: percentages of its range with every digit, and what lies outside left out."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from registry.calibration.procedures.rules import strayed
from registry.calibration.procedures.setpoints import laid_out
from registry.calibration.rules import Stage


def held(low, high, unit="kPa", quantity="Áp suất"):
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    return SimpleNamespace(quantity=quantity, unit=unit, range_low=ends[0], range_high=ends[1])


def point(nominal=None, percent=None, unit=None, repetitions=1, quantity="áp suất"):
    numbers = {"nominal": nominal, "percent_of_range": percent}
    exact = {name: None if value is None else Decimal(value) for name, value in numbers.items()}
    rest = {"lower_limit": None, "upper_limit": None, "stage": Stage.AS_FOUND}
    return {"quantity": quantity, "unit": unit, "repetitions": repetitions} | exact | rest


@pytest.mark.parametrize(
    ("percent", "low", "high", "unit", "expected"),
    [
        ("0", "-100", "300", None, ("-100", "kPa")),
        ("25", "-100", "300", None, ("0", "kPa")),
        ("100", "0", "1000", None, ("1000", "kPa")),
        ("33.3", "0.0", "0.7", None, ("0.2331", "kPa")),
        ("50", "0", "1000", "MPa", ("0.5", "MPa")),
        ("50", "0", "1000", "kg", (None, "kg")),  # no range in such a unit
        ("50", None, "1000", None, (None, "kPa")),
        ("110", "0", "10", None, ("11", "kPa")),
    ],
)
def test_a_percentage_of_the_range_is_exact(percent, low, high, unit, expected):
    (laid,) = laid_out([point(percent=percent, unit=unit)], [held(low, high)]).points
    assert (None if laid.nominal is None else str(laid.nominal), laid.unit) == expected


@pytest.mark.parametrize(
    ("nominal", "unit", "kept"),
    [("0", "kPa", 1), ("1000", "kPa", 1), ("1001", "kPa", 0), ("1", "MPa", 1), ("1.1", "MPa", 0), ("5000", "V", 1)],
)
def test_what_lies_outside_the_range_is_left_out_and_counted(nominal, unit, kept):
    laid = laid_out([point(nominal, unit=unit)], [held("0", "1000")])
    assert (len(laid.points), laid.left_out) == (kept, 1 - kept)


def test_a_setpoint_stands_as_often_as_it_is_repeated_and_in_its_place():
    laid = laid_out([point("1", unit="kPa", repetitions=3), point("2", unit="kPa")], [held("0", "10")])
    assert [str(one.nominal) for one in laid.points] == ["1", "1", "1", "2"]


def test_an_asset_of_which_nothing_is_described_is_measured_all_the_same():
    laid = laid_out([point("1", unit="kPa"), point(percent="50")], [])
    assert [(one.nominal, one.unit) for one in laid.points] == [(Decimal(1), "kPa"), (None, "")]


def condition(low, high, unit="°C", quantity="Nhiệt độ"):
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    return {"quantity": quantity, "unit": unit, "low": ends[0], "high": ends[1]}


@pytest.mark.parametrize(
    ("read", "strays"),
    [
        (condition("21", "25"), False),
        (condition(None, "25.0"), False),
        (condition("20.9", "22"), True),
        (condition("22", "25.1"), True),
        (condition("22", None, quantity="nhiet  do"), False),
        (condition("295", "296", unit="K"), False),  # not compared
        (condition("22", "23", quantity="Độ ẩm"), True),
    ],
)
def test_conditions_outside_those_of_the_procedure_are_named(read, strays):
    assert strayed([read], [condition("21", "25")]) == (["Nhiệt độ"] if strays else [])
