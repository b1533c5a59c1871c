"""When a digest is due, which offset a due date has come to, and what cannot be put off."""

from datetime import date, timedelta

import pytest

from registry.calibration.notices.rules import (
    LONGEST_SNOOZE,
    OFFSETS,
    WEEKDAYS,
    check_offsets,
    check_snooze,
    is_digest_due,
    last_digest_day,
    reached,
)

MONDAY = date(2026, 6, 15)
DAY = timedelta(days=1)
MONDAYS, DAILY = ["monday"], [day.value for day in WEEKDAYS]


@pytest.mark.parametrize(
    ("days_left", "offset"),
    [
        (91, None),
        (90, 90),
        (31, 90),
        (30, 30),
        (8, 30),
        (7, 7),
        (1, 7),
        (0, 0),
        (-1, 0),
        (-6, 0),
        (-7, -7),
        (-9999, -7),
    ],
)
def test_an_offset_is_reached_on_its_day_and_stays_reached_until_the_next(days_left, offset):
    assert reached(OFFSETS, MONDAY + timedelta(days=days_left), MONDAY) == offset


def test_without_offsets_nothing_is_reached():
    assert reached([], MONDAY, MONDAY) is None


@pytest.mark.parametrize(
    ("days", "on", "looked_on", "due"),
    [
        (MONDAYS, MONDAY, None, True),
        (MONDAYS, MONDAY + DAY, None, False),
        (MONDAYS, MONDAY, MONDAY, False),
        (MONDAYS, MONDAY, MONDAY - DAY, True),
        (MONDAYS, MONDAY + 2 * DAY, MONDAY - 7 * DAY, True),
        (MONDAYS, MONDAY + 2 * DAY, MONDAY, False),
        (MONDAYS, MONDAY - DAY, MONDAY - 7 * DAY, False),
        (DAILY, MONDAY, MONDAY - DAY, True),
        (DAILY, MONDAY - DAY, MONDAY, False),
        ([], MONDAY, None, False),
        ([], MONDAY, MONDAY - 99 * DAY, False),
    ],
    ids=str,
)
def test_a_digest_is_due_once_for_each_of_its_days_also_when_the_day_was_missed(days, on, looked_on, due):
    assert is_digest_due(days, on, looked_on) is due


def test_the_last_digest_day_is_at_most_a_week_back():
    assert {last_digest_day(MONDAYS, MONDAY + number * DAY) for number in range(7)} == {MONDAY}
    assert last_digest_day(MONDAYS, MONDAY + 7 * DAY) == MONDAY + 7 * DAY


def test_a_snooze_ends_after_today_and_not_in_years_and_says_why():
    assert check_snooze(MONDAY + DAY, "chờ phòng thí nghiệm", MONDAY) == {}
    assert check_snooze(MONDAY + LONGEST_SNOOZE, "x", MONDAY) == {}
    assert set(check_snooze(MONDAY, " ", MONDAY)) == {"until", "reason"}
    assert set(check_snooze(MONDAY + LONGEST_SNOOZE + DAY, "x", MONDAY)) == {"until"}


def test_an_offset_is_given_once():
    assert set(check_offsets([30, 7, 30])) == {"offsets"}
    assert check_offsets([]) == check_offsets([7, -7]) == {}
