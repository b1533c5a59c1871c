"""Levelling: never later, never before the range, as few spans too full as there can be."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.calibration.replanning.levelling import Per, Span, Work, levelled, load, spans

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
MONTHS = spans(FIRST, LAST, Per.MONTH)


def works(*days):
    return [Work(key, day) for key, day in enumerate(days, 1)]


def counts(found, planned, within):
    return [(one.before, one.after) for one in load(found, planned, within)]


def test_months_and_weeks_are_cut_to_the_range():
    assert spans(date(2024, 2, 10), date(2024, 3, 1), Per.MONTH) == [
        Span(date(2024, 2, 10), date(2024, 2, 29)),
        Span(date(2024, 3, 1), date(2024, 3, 1)),
    ]
    assert spans(date(2026, 7, 4), date(2026, 7, 15), Per.WEEK) == [
        Span(date(2026, 7, 4), date(2026, 7, 5)),
        Span(date(2026, 7, 6), date(2026, 7, 12)),
        Span(date(2026, 7, 13), date(2026, 7, 15)),
    ]
    assert spans(LAST, FIRST, Per.WEEK) == []


def test_what_fits_is_left_where_it_is_due():
    assert levelled(works(FIRST, date(2026, 8, 15), LAST), MONTHS, 1) == {}


def test_what_does_not_fit_goes_to_an_earlier_working_day():
    found = works(*[date(2026, 9, 10)] * 5)
    planned = levelled(found, MONTHS, 2)
    assert counts(found, planned, MONTHS) == [(0, 1), (0, 2), (5, 2)]
    assert sorted(planned.values()) == [date(2026, 7, 31), date(2026, 8, 28), date(2026, 8, 31)]  # from Friday on


def test_what_fits_nowhere_stays_where_it_is_due():
    found = works(*[LAST] * 10)
    assert counts(found, levelled(found, MONTHS, 2), MONTHS) == [(0, 2), (0, 2), (10, 6)]
    found = works(*[FIRST] * 3, date(2026, 8, 9), date(2026, 8, 10), LAST)
    assert levelled(found, MONTHS, 1) == {}


def test_those_due_first_move_and_all_keep_their_order():
    found = works(date(2026, 8, 5), date(2026, 8, 20), date(2026, 9, 1), date(2026, 9, 30))
    assert levelled(found, MONTHS, 2) == {}
    assert levelled(found, MONTHS, 1) == {1: date(2026, 7, 31)}  # nothing else finds room before
    found = works(date(2026, 8, 5), date(2026, 9, 1), date(2026, 9, 30))
    assert levelled(found, MONTHS, 1) == {1: date(2026, 7, 31), 2: date(2026, 8, 31)}


def test_more_than_there_are_working_days_are_spread_over_all_of_them():
    found = works(*[LAST] * 30)
    planned = levelled(found, spans(date(2026, 8, 29), LAST, Per.MONTH), 10)
    assert sorted(planned.values()) == [date(2026, 8, 31)] * 10


def test_a_span_of_a_weekend_takes_its_own_days():
    within = spans(date(2026, 7, 4), date(2026, 7, 12), Per.WEEK)
    found = works(date(2026, 7, 8), date(2026, 7, 8))
    assert list(levelled(found, within, 1).values()) == [date(2026, 7, 5)]


def test_nothing_to_level_is_nothing():
    assert levelled([], MONTHS, 1) == {}
    assert levelled([], [], 1) == {}


@given(
    days=st.lists(st.integers(0, 91), max_size=60),
    capacity=st.integers(1, 20),
    per=st.sampled_from(Per),
)
def test_nothing_is_ever_planned_late_or_outside_the_range_or_lost(days, capacity, per):
    within = spans(FIRST, LAST, per)
    found = works(*(FIRST + timedelta(days=number) for number in days))
    planned = levelled(found, within, capacity)
    due = {work.key: work.due_on for work in found}
    assert all(FIRST <= day < due[key] for key, day in planned.items())
    loads = load(found, planned, within)
    assert sum(one.after for one in loads) == len(found)
    assert all(one.after <= max(one.before, capacity) for one in loads)
    full = [place for place, one in enumerate(loads) if one.after > capacity]
    assert all(one.after >= capacity for one in loads[: max(full, default=0)])  # no room before is left
