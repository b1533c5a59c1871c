"""Where a count is heading, against numbers worked by hand and against a library of statistics."""

from datetime import date
from math import inf

import pytest

from registry.plan.rollups import rules
from registry.plan.rollups.rules import Course, Likelihood, Unforeseen
from registry.plan.rules import Span

EVEN = (5, 5, 5, 5)


def course(counted: int = 20, full=EVEN, days: int = 365, left: int = 365) -> Course:
    return Course(counted=counted, full=full, days=days, left=left)


def test_a_period_is_cut_into_the_quarters_it_touches():
    cut = rules.quarters(Span("P1", date(2019, 7, 23), date(2020, 4, 1)))
    assert [(one.code, str(one.start), str(one.end)) for one in cut] == [
        ("2019-3", "2019-07-23", "2019-09-30"),
        ("2019-4", "2019-10-01", "2019-12-31"),
        ("2020-1", "2020-01-01", "2020-03-31"),
        ("2020-2", "2020-04-01", "2020-04-01"),
    ]
    assert [rules.is_full(one) for one in cut] == [False, True, True, False]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 5, 5, 5), 1.0),  # evener than a steady pace lets them be is a steady pace
        ((0, 10, 0, 10), 100 / 5 / 3),  # Σ(x - 5)² = 100
        ((7,), 1.0),
        ((), 1.0),
        ((0, 0, 0), 1.0),
    ],
)
def test_the_dispersion_is_that_of_pearson(counts, expected):
    assert rules.dispersion(counts) == pytest.approx(expected)


def test_the_band_is_that_of_the_negative_binomial_distribution():
    """n = 20 in as long as is left: what comes is negative binomial with size 20.5 and one half."""
    found = rules.forecast(course(), 40)
    stats = pytest.importorskip("scipy.stats")
    left = stats.nbinom(20.5, 0.5)
    assert (found.low, found.high) == (20 + int(left.ppf(0.05)), 20 + int(left.ppf(0.95)))
    assert found.chance == pytest.approx(left.sf(19), abs=1e-9)
    assert found.expected == 40


@pytest.mark.parametrize(
    ("target", "likelihood"),
    [(20, "reached"), (30, "likely"), (40, "uncertain"), (60, "unlikely")],
)
def test_the_verdict_follows_the_chance(target, likelihood):
    assert rules.forecast(course(), target).likelihood is Likelihood(likelihood)


def test_a_worked_number():
    """Five things in four quarters and a quarter left: of none more the chance is (4/5)^5.5 = 0.29309."""
    found = rules.forecast(course(5, (1, 1, 1, 2), 400, 100), 6)
    assert found.chance == pytest.approx(1 - 0.8**5.5, abs=1e-12)
    assert (found.low, found.expected) == (5, 6.25)


def test_uneven_quarters_widen_the_band_around_the_same_middle():
    even, uneven = rules.forecast(course(), 40), rules.forecast(course(full=(0, 20, 0, 0)), 40)
    assert uneven.expected == even.expected
    assert uneven.low <= even.low < even.high < uneven.high
    assert uneven.dispersion == pytest.approx(20)


def test_a_million_things_are_foreseen_as_well():
    found = rules.forecast(course(1_000_000, (250_000,) * 4), 2_000_000)
    assert 1_997_000 < found.low < found.expected < found.high < 2_003_000
    assert found.chance == pytest.approx(0.5, abs=0.01)
    assert found.high - found.low < inf


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (course(left=0), Unforeseen.OVER),
        (course(full=(5, 5, 5)), Unforeseen.TOO_SHORT),
        (course(4, (1, 1, 1, 1)), Unforeseen.TOO_FEW),
    ],
)
def test_too_little_is_no_ground_for_a_forecast(said, why):
    assert rules.forecast(said, 40) is why
