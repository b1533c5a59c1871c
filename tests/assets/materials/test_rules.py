"""Until when a material keeps, and how much of it can be taken."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.assets.materials.rules import (
    LAST_DAY,
    TimeUnit,
    check_draw,
    check_draw_day,
    check_opening,
    check_stock,
    check_values,
    expiry,
    in_unit,
    left,
    total,
)
from registry.kernel.errors import Invalid

TODAY = date(2026, 6, 15)
END = date(2027, 1, 31)
DAYS, MONTHS = TimeUnit.DAYS, TimeUnit.MONTHS


@pytest.mark.parametrize(
    ("expires_on", "opened_on", "stable_for", "unit", "expected"),
    [
        (None, None, None, None, None),
        (END, None, None, None, END),
        (END, None, 30, DAYS, END),
        (END, date(2026, 12, 1), 61, DAYS, END),
        (END, date(2026, 12, 1), 60, DAYS, date(2027, 1, 30)),
        (END, date(2026, 12, 31), 1, MONTHS, END),
        (END, date(2026, 10, 31), 1, MONTHS, date(2026, 11, 30)),
        (None, date(2027, 8, 31), 6, MONTHS, date(2028, 2, 29)),
        (None, TODAY, None, None, None),
        (None, date(2199, 6, 1), 12, MONTHS, LAST_DAY),
        (None, date(2199, 6, 1), 3650, DAYS, LAST_DAY),
    ],
)
def test_the_earlier_end_counts(expires_on, opened_on, stable_for, unit, expected):
    assert expiry(expires_on, opened_on, stable_for, unit) == expected


def test_an_opening_is_no_promise_and_a_stability_has_number_and_unit():
    assert check_opening(TODAY, 6, MONTHS, TODAY) == {}
    assert list(check_opening(TODAY + timedelta(days=1), None, None, TODAY)) == ["opened_on"]
    assert list(check_opening(None, 6, None, TODAY)) == ["stable_unit"]
    assert list(check_opening(None, None, DAYS, TODAY)) == ["stable_for"]


def test_the_numbers_of_a_certified_value_agree():
    fine = {"property": "pH", "value": Decimal(-7), "unit": "pH", "expanded_uncertainty": Decimal(0)}
    negative = fine | {"expanded_uncertainty": Decimal("-0.1")}
    small = fine | {"coverage_factor": Decimal("0.9")}
    alone = {"property": "pH", "value": Decimal(7), "unit": "pH", "coverage_factor": Decimal(2)}
    assert list(check_values([fine, negative, small, alone])) == [  # type: ignore[list-item]
        "certified_values.1.expanded_uncertainty",
        "certified_values.2.coverage_factor",
        "certified_values.3.coverage_factor",
    ]


@pytest.mark.parametrize(
    ("received", "unit", "taken", "field"),
    [
        (None, None, "0", None),
        ("10", "mL", "10", None),
        ("0", "mL", "0", None),
        ("10", None, "0", "unit"),
        (None, "mL", "0", "unit"),
        ("-1", "mL", "0", "quantity"),
        ("9.99", "mL", "10", "quantity"),
        (None, None, "1", "quantity"),
    ],
)
def test_a_stock_has_a_unit_and_was_never_less_than_what_was_taken(received, unit, taken, field):
    messages = check_stock(Decimal(received) if received else None, unit, Decimal(taken))
    assert list(messages) == ([field] if field else [])


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "expected"),
    [("50", "mL", "L", "0.05"), ("0.10", "chai", "chai", "0.10"), ("1", "cm3", "mL", "1"), ("20", "°C", "K", "20")],
)
def test_an_amount_is_turned_into_the_unit_of_the_stock(amount, unit, wanted, expected):
    assert str(in_unit(Decimal(amount), unit, wanted)) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "wanted"),
    [("1", "g", "mL"), ("1", "chai", "mL"), ("1", "mL", "chai"), ("1", "mL", "gal (US)"), ("1e-19", "mg", "t")],
)
def test_an_amount_that_cannot_be_turned_exactly_is_refused(amount, unit, wanted):
    with pytest.raises(Invalid) as refused:
        in_unit(Decimal(amount), unit, wanted)
    assert list(refused.value.errors or {}) == ["unit"]


def test_no_more_is_taken_than_is_left():
    check_draw(Decimal("0.30"), Decimal("0.3"), "mL")
    with pytest.raises(Invalid) as refused:
        check_draw(Decimal("0.300000000000000000001"), Decimal("0.3"), "mL")
    assert list(refused.value.errors or {}) == ["amount"]


def test_what_has_expired_is_taken_only_with_a_word_why():
    assert check_draw_day(TODAY, TODAY, TODAY, None) == {}
    assert list(check_draw_day(TODAY, TODAY, TODAY - timedelta(days=1), None)) == ["note"]
    assert check_draw_day(TODAY, TODAY, TODAY - timedelta(days=1), "Huỷ") == {}
    assert list(check_draw_day(TODAY + timedelta(days=1), TODAY, None, None)) == ["taken_on"]


def test_sums_keep_every_digit():
    many, few = Decimal("12345678901234567890.12345678901234567890"), Decimal("0.00000000000000000001")
    assert str(left(many, few)) == "12345678901234567890.12345678901234567889"
    assert str(total([many, few])) == "12345678901234567890.12345678901234567891"
