"""The arithmetic of a plan: periods, percent, pace and verdicts under every reading."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.plan import rules
from registry.plan.rules import Aim, Mode, Promise, Span, Tally, Verdict

P1 = Span("P1", date(2019, 7, 23), date(2025, 12, 31))
P2 = Span("P2", date(2026, 1, 1), date(2030, 12, 31))
SPANS = [P1, P2]
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


def promise(mode: Mode = Mode.PER_PERIOD, p1: int | None = 5, p2: int | None = 10, **said) -> Promise:
    common = {"carried": {}, "title_total": None, "applicable": True} | said
    return Promise(mode=mode, targets={"P1": p1, "P2": p2}, **common)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2019, 7, 22), None),
        (date(2019, 7, 23), "P1"),
        (date(2025, 12, 31), "P1"),
        (date(2026, 1, 1), "P2"),
        (date(2028, 2, 29), "P2"),
        (date(2030, 12, 31), "P2"),
        (date(2031, 1, 1), None),
    ],
)
def test_a_day_belongs_to_one_period(day, code):
    found = rules.period_of(day, SPANS)
    assert (found.code if found else None) == code


@given(DAYS)
def test_no_day_belongs_to_two_periods(day):
    assert sum(span.holds(day) for span in SPANS) <= 1


def test_periods_that_share_their_boundary_day_overlap():
    shared = Span("P2", date(2025, 12, 31), date(2030, 12, 31))
    assert rules.overlapping([shared, P1]) == [(P1, shared)]
    assert rules.overlapping(SPANS) == []


def test_days_between_periods_belong_to_none():
    later = Span("P2", date(2026, 2, 1), date(2030, 12, 31))
    assert rules.apart([later, P1]) == [(date(2026, 1, 1), later)]
    assert rules.apart(SPANS) == []


@pytest.mark.parametrize(
    ("value", "target", "said"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        (1, 16, "6.3"),
        (1999, 2000, "99.9"),
        (19999, 20000, "99.9"),
        (5, 5, "100.0"),
        (7, 5, "140.0"),
        (0, 5, "0.0"),
    ],
)
def test_percent_has_one_decimal_half_up_and_never_says_100_too_early(value, target, said):
    assert rules.percent(value, target) == Decimal(said)


@pytest.mark.parametrize("target", [None, 0])
def test_without_a_target_there_is_no_percent(target):
    assert rules.percent(3, target) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_percent_reads_100_exactly_when_the_target_is_reached(value, target):
    shown = rules.percent(value, target)
    assert shown is not None
    assert (shown >= 100) == (value >= target)


@given(st.integers(1, 500), DAYS)
def test_what_is_due_never_falls_and_ends_at_the_target(target, day):
    due = rules.due_so_far(target, P2, day)
    assert 0 <= due <= rules.due_so_far(target, P2, day + timedelta(days=1)) <= target
    assert rules.due_so_far(target, P2, P2.end) == target
    assert rules.due_so_far(target, P2, P2.start - timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("value", "on", "said"),
    [
        (0, date(2025, 12, 31), Verdict.NOT_STARTED),  # before the period
        (0, date(2026, 1, 1), Verdict.NOT_STARTED),  # nothing whole is due yet
        (0, date(2026, 7, 1), Verdict.NOT_STARTED),  # the last day before one whole unit of ten is due
        (0, date(2026, 7, 2), Verdict.BEHIND),
        (1, date(2026, 7, 2), Verdict.ON_TRACK),
        (9, date(2030, 12, 30), Verdict.ON_TRACK),
        (9, date(2030, 12, 31), Verdict.BEHIND),  # the last day is not over
        (9, date(2031, 1, 1), Verdict.MISSED),
        (10, date(2026, 1, 1), Verdict.MET),
        (10, date(2031, 1, 1), Verdict.MET),
    ],
)
def test_verdict_of_ten_in_five_years(value, on, said):
    assert rules.verdict(value, Aim(10), P2, on) is said


def test_a_row_without_target_is_not_judged():
    assert rules.verdict(3, Aim(None), P1, date(2024, 1, 1)) is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("value", [0, 1, 2])
def test_what_awaits_a_document_is_not_judged_whatever_was_counted(value):
    assert rules.verdict(value, Aim(1, applicable=False), P1, date(2026, 6, 15)) is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("mode", Mode)
def test_what_awaits_a_document_is_not_judged_under_any_reading(mode):
    awaiting = promise(mode, 1, 1, title_total=1, applicable=False)
    tallies, day = {"P1": Tally(1, 1), "P2": Tally(1, 2)}, date(2026, 6, 15)
    found = [result for one in rules.judged(awaiting, tallies, SPANS, day) for result in (one.official, one.other)]
    whole = rules.total(awaiting, tallies, SPANS, day)
    assert {result.verdict for result in (*found, whole)} == {Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("awaited", "exists_on", "can_be_judged"),
    [
        (False, None, True),
        (True, None, False),
        (True, date(2026, 1, 2), False),
        (True, date(2026, 1, 1), True),
    ],
)
def test_an_indicator_can_be_judged_from_the_day_of_its_document(awaited, exists_on, can_be_judged):
    assert rules.applicable(awaited, exists_on, date(2026, 1, 1)) is can_be_judged


def test_both_readings_stand_side_by_side():
    tallies = {"P1": Tally(5, 5), "P2": Tally(5, 10)}
    _first, second = rules.judged(promise(), tallies, SPANS, date(2031, 1, 1))
    assert (second.official.mode, second.official.value, second.official.verdict) == (Mode.PER_PERIOD, 5, "missed")
    assert (second.other.mode, second.other.value, second.other.verdict) == (Mode.CUMULATIVE, 10, "met")


def test_a_running_total_starts_from_what_was_promised_before():
    cumulative = promise(Mode.CUMULATIVE, None, 40, carried={"P1": 15})
    kept = {"P1": Tally(15, 15), "P2": Tally(0, 15)}
    first, second = rules.judged(cumulative, kept, SPANS, date(2026, 1, 1))
    assert (first.official.verdict, second.official.verdict) == ("not_applicable", "on_track")
    lost = {"P1": Tally(14, 14), "P2": Tally(0, 14)}
    assert rules.judged(cumulative, lost, SPANS, date(2026, 1, 1))[1].official.verdict == "behind"
    assert second.other.value == 0


@pytest.mark.parametrize(
    ("p1", "p2", "verdicts", "whole"),
    [
        (1, 1, ("met", "met"), "met"),  # two in all is what the title asks, though the second cell says two
        (0, 2, ("missed", "met"), "met"),
        (2, 0, ("met", "met"), "met"),
        (1, 0, ("met", "missed"), "missed"),
        (0, 0, ("missed", "missed"), "missed"),
    ],
)
def test_at_least_two_in_all_under_cells_of_one_and_two(p1, p2, verdicts, whole):
    total_min = promise(Mode.TOTAL_MIN, 1, 2, title_total=2)
    tallies = {"P1": Tally(p1, p1), "P2": Tally(p2, p1 + p2)}
    on = date(2031, 1, 1)
    found = rules.judged(total_min, tallies, SPANS, on)
    assert tuple(one.official.verdict for one in found) == verdicts
    in_all = rules.total(total_min, tallies, SPANS, on)
    assert in_all is not None
    assert (in_all.value, in_all.verdict) == (p1 + p2, whole)


def test_without_a_promised_total_there_is_none():
    assert rules.total(promise(), {}, SPANS, date(2024, 1, 1)) is None
