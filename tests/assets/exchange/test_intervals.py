"""Intervals in sheets: months as numbers, days, weeks and years in words, and back again unchanged."""

import pytest

from registry.assets.exchange.columns import meant_by
from registry.assets.exchange.reading import Reader
from registry.assets.exchange.sheets import Decimals
from registry.kernel.calendar import Interval, IntervalUnit

DAYS, WEEKS, MONTHS, YEARS = IntervalUnit


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (12.0, 12),
        ("12", 12),
        ("12 tháng", 12),
        ("90 ngày", Interval(90, DAYS)),
        ("90 days", Interval(90, DAYS)),
        ("2 tuần", Interval(2, WEEKS)),
        ("1 week", Interval(1, WEEKS)),
        ("2 năm", Interval(2, YEARS)),
        ("1 năm.", Interval(1, YEARS)),
        ("2 giờ", "2 giờ"),
        ("hai năm", "hai năm"),
    ],
)
def test_what_people_write_for_an_interval_is_understood(cell, read):
    column = meant_by("schedules.calibration")
    assert column is not None
    assert Reader(Decimals.DOT, {}).value(column, cell) == read
