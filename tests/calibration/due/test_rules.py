"""Use and grace: counters that are replaced, limits met to the digit, and what must not be extended."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.due.rules import (
    Usage,
    check_extendable,
    check_extension,
    check_first_use,
    check_reading,
    effective,
    usage,
)
from registry.kernel.errors import Conflict, Invalid

WORK, TODAY = date(2026, 1, 1), date(2026, 6, 15)
LIMIT = Decimal("100.0")


@dataclass
class Read:
    on: date
    value: Decimal
    restarted: bool = False


def reads(*said):
    return [Read(date(2026, month, 1), Decimal(value), restarted) for month, value, restarted in said]


def test_without_a_reading_nothing_is_known_of_use():
    assert usage([], LIMIT, WORK) is None


def test_use_counts_from_the_last_reading_up_to_the_work():
    found = usage(reads((1, "50", False), (2, "80", False), (3, "120.5", False)), LIMIT, date(2026, 2, 1))
    assert found is not None
    assert (found.used, found.since_on, found.met_on) == (Decimal("40.5"), date(2026, 2, 1), None)


def test_the_limit_is_met_on_the_day_of_the_reading_that_reaches_it_to_the_digit():
    almost = usage(reads((1, "0", False), (3, "99.99999999999999999999", False)), LIMIT, WORK)
    exactly = usage(reads((1, "0", False), (3, "100", False), (4, "180", False)), LIMIT, WORK)
    assert almost is not None
    assert exactly is not None
    assert (almost.met_on, exactly.met_on) == (None, date(2026, 3, 1))


def test_a_counter_that_was_replaced_counts_on_from_its_new_value():
    found = usage(reads((1, "900", False), (2, "950", False), (3, "10", True), (4, "50", False)), LIMIT, WORK)
    assert found is not None
    assert found.used == Decimal(90)


def test_the_day_is_expected_at_the_rate_so_far_and_not_at_all_without_one():
    found = usage(reads((1, "0", False), (2, "31", False)), LIMIT, WORK)
    assert found == Usage(Decimal(31), WORK, date(2026, 2, 1), None, date(2026, 4, 11))
    for still in (reads((1, "5", False)), reads((1, "5", False), (2, "5", False))):
        assert usage(still, LIMIT, WORK).expected_on is None
    slow = usage(reads((1, "0", False), (2, "0.0000000000000001", False)), LIMIT, WORK)
    assert slow is not None
    assert slow.expected_on is None


@pytest.mark.parametrize(
    ("on", "value", "restarted", "field"),
    [
        (date(2026, 6, 16), "60", False, "on"),
        (date(2026, 1, 31), "60", False, "on"),
        (date(2026, 2, 1), "49.9", False, "value"),
    ],
)
def test_a_reading_that_runs_backwards_is_refused(on, value, restarted, field):
    with pytest.raises(Invalid) as refused:
        check_reading(reads((2, "50", False)), on, Decimal(value), restarted=restarted, today=TODAY)
    assert list(refused.value.errors or {}) == [field]


def test_an_equal_reading_one_of_the_same_day_and_one_of_a_new_counter_are_taken():
    held = reads((2, "50", False))
    check_reading(held, date(2026, 2, 1), Decimal("50.0"), restarted=False, today=TODAY)
    check_reading(held, TODAY, Decimal(0), restarted=True, today=TODAY)
    check_reading([], TODAY, Decimal(-5), restarted=False, today=TODAY)


@pytest.mark.parametrize(
    ("kind", "proof", "due_on", "used_up"),
    [
        (ScheduleKind.VERIFICATION, Proof.GOOD, TODAY, False),
        (ScheduleKind.CALIBRATION, Proof.FAILED, None, False),
        (ScheduleKind.CALIBRATION, Proof.MISSING, None, False),
        (ScheduleKind.CALIBRATION, Proof.GOOD, None, False),
        (ScheduleKind.CALIBRATION, Proof.GOOD, TODAY, True),
    ],
)
def test_only_a_good_proof_that_is_not_the_laws_is_extended(kind, proof, due_on, used_up):
    with pytest.raises(Conflict):
        check_extendable(kind, proof, due_on, is_used_up=used_up)


def test_an_extension_leads_past_the_due_date():
    assert check_extendable(ScheduleKind.TESTING, Proof.GOOD, TODAY, is_used_up=False) == TODAY
    check_extension(TODAY, date(2026, 6, 16), TODAY)
    with pytest.raises(Invalid):
        check_extension(TODAY, TODAY, TODAY)


@pytest.mark.parametrize(
    ("due_on", "until", "today"),
    [
        (date(2025, 1, 10), date(2025, 12, 31), date(2026, 6, 15)),
        (date(2026, 6, 15), date(2027, 6, 17), date(2026, 6, 15)),
        (date(2026, 6, 15), date(2199, 12, 31), date(2026, 6, 15)),
    ],
)
def test_grace_is_not_given_backwards_nor_for_more_than_a_year(due_on, until, today):
    with pytest.raises(Invalid) as refusal:
        check_extension(due_on, until, today)
    assert set(refusal.value.errors or {}) == {"until"}


def test_a_first_use_lies_between_the_work_and_today():
    check_first_use(WORK, WORK, TODAY)
    check_first_use(TODAY, WORK, TODAY)
    for day in (date(2025, 12, 31), date(2026, 6, 16)):
        with pytest.raises(Invalid):
            check_first_use(day, WORK, TODAY)


def test_grace_moves_the_calendar_and_not_the_limit_of_use():
    calendar, later, met = date(2026, 6, 30), date(2026, 9, 30), date(2026, 8, 1)
    assert effective(calendar, None, None) == calendar
    assert effective(calendar, later, None) == later
    assert effective(calendar, later, met) == met
    assert effective(calendar, None, met) == calendar
    assert effective(None, None, met) == met
    assert effective(None, None, None) is None
