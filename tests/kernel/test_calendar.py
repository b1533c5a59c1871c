"""Months, hard cases first: leap days and month ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registry.kernel.calendar import months_later

DAYS = some.dates(date(1900, 1, 1), date(2199, 12, 31))
MONTHS = some.integers(1, 1200)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
        (date(2025, 2, 28), 12, date(2026, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 6, 15), 18, date(2027, 12, 15)),
    ],
)
def test_so_many_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert months_later(day, months) == later


@given(DAYS, MONTHS)
def test_a_later_month_keeps_the_day_unless_the_month_is_too_short(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and months_later(later, 0).month != date.fromordinal(later.toordinal() + 1).month
    )


@given(DAYS, DAYS, MONTHS)
def test_later_work_is_never_due_earlier(one, other, months):
    assert (one <= other) <= (months_later(one, months) <= months_later(other, months))
