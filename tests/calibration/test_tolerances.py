"""Limits with their equality, and the error they hold for."""

from decimal import Decimal, Inexact, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assets.rules import MOST_DIGITS
from registry.calibration.rules import Stage
from registry.calibration.tolerances import (
    Limits,
    check_tolerance,
    correction_of,
    error_of,
    exactly,
    limits_around,
    permitted_error,
)
from registry.kernel.errors import Invalid

LONG = Decimal("12345678901234567890.12345678901234567890")
numbers = st.decimals(-(10**20), 10**20, places=20)


class Balance:
    range_low = Decimal(-200)
    range_high = Decimal(1000)
    mpe: Decimal | None = Decimal("0.01")
    mpe_percent_of_reading: Decimal | None = Decimal("0.02")
    mpe_percent_of_range: Decimal | None = Decimal("0.001")


class Unspecified(Balance):
    mpe = mpe_percent_of_reading = mpe_percent_of_range = None


def point(**changes):
    numbers = ("nominal", "reference", "indication", "expanded_uncertainty", "coverage_factor")
    empty = dict.fromkeys((*numbers, "lower_limit", "upper_limit"))
    given = {name: Decimal(text) for name, text in changes.items()}
    return {"quantity": "khối lượng", "unit": "g", "stage": Stage.AS_FOUND} | empty | given


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        ("0.20", True),
        ("-0.2", True),
        ("0.2000000000000000000000000000000000000001", False),
        ("-0.2000000000000000000000000000000000000001", False),
        ("-0", True),
    ],
)
def test_a_value_right_at_a_limit_lies_inside_and_the_next_digit_decides(value, inside):
    assert Limits(Decimal("-0.2"), Decimal("0.2")).hold(Decimal(value)) is inside


def test_a_missing_limit_limits_nothing():
    assert Limits(None, Decimal(1)).hold(Decimal("-1E20"))
    assert not Limits(None, Decimal(1)).hold(Decimal(2))
    assert Limits(Decimal(1), None).hold(Decimal("1E20"))
    assert not Limits(Decimal(1), None).hold(Decimal(0))
    assert Limits(Decimal(1), None).narrowed(Decimal(1)) == Limits(Decimal(2), None)
    assert Limits(None, Decimal(1)).narrowed(Decimal(1)) == Limits(None, Decimal(0))


def test_limits_that_meet_hold_one_value_and_limits_that_cross_hold_none():
    wide = Limits(Decimal(-1), Decimal(1))
    assert not wide.narrowed(Decimal(1)).is_empty
    assert wide.narrowed(Decimal(1)).hold(Decimal(0))
    assert wide.narrowed(Decimal("1.0001")).is_empty
    assert not wide.narrowed(Decimal("1.0001")).hold(Decimal(0))
    assert not Limits(None, Decimal(1)).is_empty


@pytest.mark.parametrize("limits", [Limits(None, None), Limits(Decimal("0.20001"), Decimal("0.2"))])
def test_nothing_conforms_to_no_limits_or_to_crossed_ones(limits):
    with pytest.raises(Invalid) as refusal:
        check_tolerance(limits)
    assert set(refusal.value.errors) == {"upper_limit"}


@pytest.mark.parametrize("limits", [Limits(None, Decimal(0)), Limits(Decimal(0), None), Limits(Decimal(0), Decimal(0))])
def test_one_limit_is_enough_and_both_may_be_the_same(limits):
    check_tolerance(limits)


def test_no_digit_is_lost_and_the_callers_precision_stays():
    before = getcontext().prec
    assert Limits(LONG, None).narrowed(Decimal("1E-20")).lower == Decimal("12345678901234567890.12345678901234567891")
    assert Limits(None, LONG).less(Decimal("-1E-20")).upper == Decimal("12345678901234567890.12345678901234567891")
    assert getcontext().prec == before
    with pytest.raises(Inexact), exactly():
        assert Decimal(1) / 3
    assert MOST_DIGITS > 2 * 41 + 40  # a product of the longest numbers, added to another


@given(numbers, numbers, numbers)
def test_limits_of_an_indication_hold_it_where_those_of_the_error_hold_the_error(reference, mpe, indication):
    around = limits_around(reference, abs(mpe))
    with exactly():
        error = indication - reference
    assert around.hold(indication) == around.less(reference).hold(error)
    assert around.less(reference) == limits_around(Decimal(0), abs(mpe))


def test_the_permitted_error_is_the_sum_of_what_the_asset_says_at_a_reading():
    permitted = Decimal("0.01") + Decimal("0.1") + Decimal("0.012")
    assert permitted_error(Balance(), Decimal(500)) == Limits(-permitted, permitted)
    assert permitted_error(Unspecified(), Decimal(500)) is None
    with pytest.raises(Invalid):
        permitted_error(Balance(), Decimal("1000.1"))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"reference": "99.98", "indication": "100.00"}, "0.02"),
        ({"nominal": "100", "reference": "99.98", "indication": "100.01"}, "0.03"),
        ({"nominal": "100", "indication": "100.01"}, "0.01"),
        ({"nominal": "100", "reference": "100.0002"}, "-0.0002"),
        ({"reference": "-20.1", "indication": "-20.3"}, "-0.2"),
        ({"reference": "5.0", "indication": "5.00"}, "0"),
    ],
)
def test_an_error_is_the_indication_less_the_reference_and_the_correction_its_opposite(said, error):
    assert error_of(point(**said)) == Decimal(error)
    assert correction_of(error_of(point(**said))) == -Decimal(error)


@pytest.mark.parametrize("said", [{}, {"nominal": "1"}, {"reference": "1"}, {"indication": "1"}])
def test_without_two_values_there_is_no_error(said):
    assert error_of(point(**said)) is None
    assert correction_of(error_of(point(**said))) is None


def test_no_error_needs_no_correction_and_zero_has_no_sign():
    assert str(correction_of(error_of(point(reference="5", indication="5")))) == "0"
