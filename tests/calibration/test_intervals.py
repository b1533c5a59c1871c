"""Due dates: printed days and intervals."""

from datetime import date

from registry.calibration.intervals import Due, DueSource, due


def test_a_printed_day_wins_over_the_interval():
    printed = date(2026, 9, 30)
    assert due(date(2026, 6, 15), 12, printed) == Due(printed, DueSource.CERTIFICATE)
    assert due(date(2026, 6, 15), None, printed) == Due(printed, DueSource.CERTIFICATE)


def test_the_interval_says_when_nothing_is_printed_and_whether_the_month_was_too_short():
    assert due(date(2026, 1, 31), 1, None) == Due(date(2026, 2, 28), DueSource.INTERVAL, clamped=True)
    assert due(date(2026, 1, 28), 1, None) == Due(date(2026, 2, 28), DueSource.INTERVAL, clamped=False)


def test_without_an_interval_nothing_is_due():
    assert due(date(2026, 6, 15), None, None) is None
