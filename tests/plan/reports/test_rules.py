"""Which days a report covers, when it is late, when a campaign opens: on the days where that turns."""

from datetime import date
from itertools import pairwise

import pytest

from registry.kernel.errors import Conflict, Invalid
from registry.plan.reports import rules
from registry.plan.reports.rules import UnitState, Window

LIFE = (date(2019, 7, 23), date(2030, 12, 31))
RULE = {"due": "12-10", "from": "01-01", "carry_over": True}
LATER = date(2031, 6, 1)


@pytest.mark.parametrize(
    ("year", "rule", "start", "end"),
    [
        (2026, {}, date(2025, 12, 11), date(2026, 12, 10)),
        (2026, {"carry_over": False}, date(2026, 1, 1), date(2026, 12, 10)),
        (2019, {}, LIFE[0], date(2019, 12, 10)),
        (2030, {}, date(2029, 12, 11), date(2030, 12, 10)),
        (2024, {"due": "02-29"}, date(2023, 3, 1), date(2024, 2, 29)),
        (2025, {"due": "02-29"}, date(2024, 3, 1), date(2025, 2, 28)),
    ],
)
def test_a_years_report_covers_its_days_and_no_day_twice(year, rule, start, end):
    days = rules.year_window(year, RULE | rule, LIFE, LATER)
    assert days == Window(start, end, end)


@pytest.mark.parametrize("rule", [RULE, RULE | {"due": "02-29"}])
def test_with_carry_over_the_reports_of_all_years_touch_and_do_not_overlap(rule):
    days = [rules.year_window(year, rule, LIFE, LATER) for year in range(2020, 2031)]
    assert [two.start - one.end for one, two in pairwise(days)] == [rules.DAY] * 10


def test_the_numbers_are_as_of_the_last_day_that_has_come():
    assert rules.year_window(2024, RULE, LIFE, date(2024, 2, 29)).as_of == date(2024, 2, 29)
    assert rules.year_window(2024, RULE, LIFE, date(2024, 12, 31)).as_of == date(2024, 12, 10)


@pytest.mark.parametrize(("year", "today"), [(2018, LATER), (2031, LATER), (2027, date(2026, 12, 31))])
def test_a_year_before_the_plan_behind_it_or_ahead_has_no_report(year, today):
    with pytest.raises(Invalid) as refusal:
        rules.year_window(year, RULE, LIFE, today)
    assert set(refusal.value.errors) == {"year"}
    assert str(year) in refusal.value.errors["year"][0]


def test_the_deadline_itself_is_in_time():
    due = date(2026, 12, 10)
    assert [rules.is_late(due, day) for day in (date(2026, 12, 9), due, date(2026, 12, 11))] == [False, False, True]


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 30), 2026),
        (date(2027, 1, 31), None),
    ],
)
def test_a_campaign_opens_on_the_first_of_november_and_missed_days_are_caught_up(on, year):
    assert rules.latest_opening(on) == year


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2026, 11, 9), None),
        (date(2026, 11, 10), 30),
        (date(2026, 12, 2), 14),
        (date(2026, 12, 3), 7),
        (date(2026, 12, 10), 0),
        (date(2026, 12, 11), -1),
        (date(2027, 1, 5), -7),
    ],
)
def test_reminders_come_up_one_after_the_other(on, stage):
    assert rules.reminder(date(2026, 12, 10), on) == stage


ASKED = {
    "start": date(2026, 1, 1),
    "end": date(2026, 2, 28),
    "asked_on": date(2024, 2, 29),
    "due_on": date(2026, 3, 1),
}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, None),
        ({"end": date(2025, 12, 31)}, "end_on"),
        ({"due_on": date(2024, 2, 28)}, "due_on"),
        ({"start": date(2018, 1, 1), "end": date(2019, 7, 22)}, "start_on"),
        ({"start": date(2031, 1, 1), "end": date(2031, 2, 1)}, "start_on"),
    ],
)
def test_a_report_on_request_has_days_that_fit(said, field):
    asked = ASKED | said
    if field is None:
        rules.check_asked(**asked, life=LIFE)
        return
    with pytest.raises(Invalid) as refusal:
        rules.check_asked(**asked, life=LIFE)
    assert set(refusal.value.errors) == {field}


WRITES = {UnitState.DRAFT, UnitState.RETURNED}
TURNS = {
    UnitState.ACCEPTED: {UnitState.SUBMITTED},
    UnitState.RETURNED: {UnitState.SUBMITTED, UnitState.ACCEPTED},
}


@pytest.mark.parametrize("state", UnitState)
def test_what_can_be_done_follows_from_the_state(state):
    def refused(check, *said):
        try:
            check(*said)
        except Conflict:
            return True
        return False

    assert refused(rules.check_written, state) == (state not in WRITES)
    for into, sources in TURNS.items():
        assert refused(rules.check_judged, state, into) == (state not in sources)
