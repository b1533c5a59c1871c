"""Intervals: days, weeks, months and years, and the ends of short months."""

from datetime import date

import pytest

from registry.kernel.calendar import Interval, IntervalUnit, month_end

DAYS, WEEKS, MONTHS, YEARS = IntervalUnit


@pytest.mark.parametrize(
    ("start", "interval", "times", "end"),
    [
        (date(2026, 1, 31), Interval(1), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), Interval(1), 1, date(2024, 2, 29)),
        (date(2024, 1, 30), Interval(1), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), Interval(12), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), Interval(1, YEARS), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), Interval(1, YEARS), 1, date(2025, 2, 28)),
        (date(1900, 1, 29), Interval(1), 1, date(1900, 2, 28)),
        (date(2026, 12, 31), Interval(2), 1, date(2027, 2, 28)),
        (date(2026, 1, 31), Interval(1), 2, date(2026, 3, 31)),
        (date(2026, 1, 31), Interval(30, DAYS), 1, date(2026, 3, 2)),
        (date(2024, 2, 28), Interval(1, DAYS), 1, date(2024, 2, 29)),
        (date(2025, 12, 29), Interval(52, WEEKS), 1, date(2026, 12, 28)),
        (date(2199, 12, 31), Interval(50, YEARS), 1, date(2249, 12, 31)),
    ],
)
def test_so_many_intervals_later(start, interval, times, end):
    assert interval.after(start, times) == end


@pytest.mark.parametrize(
    ("start", "interval", "day", "times"),
    [
        (date(2026, 1, 31), Interval(1), date(2026, 2, 27), 1),
        (date(2026, 1, 31), Interval(1), date(2026, 2, 28), 2),
        (date(2026, 1, 31), Interval(1), date(2026, 3, 30), 2),
        (date(2026, 1, 31), Interval(1), date(2026, 3, 31), 3),
        (date(2026, 1, 31), Interval(12), date(2020, 1, 1), 1),
        (date(2024, 2, 29), Interval(1, YEARS), date(2027, 2, 28), 4),
        (date(2026, 1, 1), Interval(7, DAYS), date(2026, 1, 7), 1),
        (date(2026, 1, 1), Interval(7, DAYS), date(2026, 1, 8), 2),
        (date(1900, 1, 1), Interval(1, DAYS), date(2199, 12, 31), 109_573),
    ],
)
def test_how_many_it_takes_to_get_past_a_day(start, interval, day, times):
    assert interval.times_past(start, day) == times
    assert interval.after(start, times) > day


def test_days_and_weeks_are_no_months():
    assert [Interval(2, unit).months for unit in IntervalUnit] == [None, None, 2, 24]
    assert [Interval(2, unit).days for unit in IntervalUnit] == [2, 14, None, None]
    spans = (Interval(1, DAYS), Interval(365, DAYS), Interval(366, DAYS), Interval(52, WEEKS), Interval(53, WEEKS))
    assert [span.least_months for span in spans] == [1, 12, 13, 12, 13]


def test_the_end_of_a_month():
    assert [month_end(date(year, 2, 1)).day for year in (1900, 2000, 2024, 2026)] == [28, 29, 29, 28]
    assert month_end(date(2026, 12, 31)) == date(2026, 12, 31)
