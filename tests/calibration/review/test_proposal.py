"""What limits a proposal: the change factor, the shortest and longest interval, the law, and whole steps."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.calibration.review.proposal import Because, Interval, settle
from registry.kernel.errors import Invalid


def codes(reasons):
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("wanted", "proposed", "because"),
    [
        (Fraction(12), 12, []),
        (Fraction(24), 24, []),
        (Fraction(24) + Fraction(1, 10**12), 24, [Because.CHANGE_LIMITED]),
        (Fraction(6), 6, []),
        (Fraction(6) - Fraction(1, 10**12), 6, [Because.CHANGE_LIMITED]),
        (Fraction(0), 6, [Because.CHANGE_LIMITED]),
        (10**9, 24, [Because.CHANGE_LIMITED]),
        (Fraction(75, 4), 18, [Because.ROUNDED_DOWN]),
        (17.9999999999999, 18, []),  # a float that misses a whole step by its rounding
        (17.99, 17, [Because.ROUNDED_DOWN]),
    ],
)
def test_a_change_is_limited_by_its_factor_and_rounded_down(wanted, proposed, because):
    found, reasons = settle(Interval(current=12, shortest=1, longest=60), wanted)
    assert (found, codes(reasons)) == (proposed, because)


def test_the_bounds_win_over_the_change_factor_and_the_law_over_both():
    outside = Interval(current=2, shortest=12, longest=36)
    assert settle(outside, 2) == (12, settle(outside, 2)[1])
    assert codes(settle(outside, 2)[1]) == [Because.SHORTEST]
    long = Interval(current=100, shortest=12, longest=36)
    assert (settle(long, 100)[0], codes(settle(long, 100)[1])) == (36, [Because.LONGEST])
    legal = Interval(current=12, shortest=18, longest=36, legal_cycle=12)
    assert (settle(legal, 20)[0], codes(settle(legal, 20)[1])) == (12, [Because.LEGAL_CYCLE])


@pytest.mark.parametrize(("wanted", "proposed"), [(12, 12), (13, 12), (9, 9)])
def test_a_legal_cycle_may_be_shortened_and_never_lengthened(wanted, proposed):
    assert settle(Interval(current=12, shortest=1, longest=60, legal_cycle=12), wanted)[0] == proposed


@given(
    current=st.integers(1, 400),
    shortest=st.integers(1, 60),
    width=st.integers(0, 400),
    wanted=st.fractions(0, 10**6),
    cycle=st.none() | st.integers(1, 400),
)
def test_a_proposal_is_whole_and_within_every_limit(current, shortest, width, wanted, cycle):
    interval = Interval(current=current, shortest=shortest, longest=shortest + width, legal_cycle=cycle)
    proposed, _reasons = settle(interval, wanted)
    assert isinstance(proposed, int)
    assert proposed >= 1
    assert proposed <= shortest + width
    assert cycle is None or proposed <= cycle
    assert proposed >= shortest or proposed == cycle
    assert proposed <= max(2 * current, shortest)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"current": 0}, "current"),
        ({"shortest": 0}, "shortest"),
        ({"shortest": 13, "longest": 12}, "longest"),
        ({"factor": Decimal(1)}, "factor"),
        ({"legal_cycle": 0}, "legal_cycle"),
        ({"time_per_step": 0}, "time_per_step"),
        ({"time_per_step": float("nan")}, "time_per_step"),
    ],
)
def test_an_interval_that_allows_no_review_is_refused_beside_its_field(wrong, field):
    with pytest.raises(Invalid) as refused:
        Interval(**{"current": 12, "shortest": 1, "longest": 60} | wrong)
    assert list(refused.value.errors) == [field]
