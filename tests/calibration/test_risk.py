"""Probabilities of conformity with their tails, and guard bands from the test uncertainty ratio."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.calibration.risk import (
    Interval,
    Normal,
    check_share,
    conformance,
    cumulative,
    expanded_factor,
    managed_factor,
    nonconformance,
    risk_at_acceptance_limit,
    rss_factor,
    tur,
    updated,
)
from registry.kernel.errors import Invalid

finite = st.floats(-100, 100)
spreads = st.floats(0.001, 100)


def close(value: float):
    return pytest.approx(value, rel=1e-12, abs=0)


def test_the_two_sided_example_of_the_guide():
    assert conformance(Normal(13.6, 1.8), Interval(12.5, 16.3)) == close(0.6626297864953079)


@pytest.mark.parametrize(
    ("multiplier", "risk"),
    [
        (0, 0.5),
        (0.5, 0.15865525393145707),
        (0.82, 0.050502583474103746),
        (0.83, 0.048457226266722775),
        (1, 0.02275013194817921),
        (1.5, 0.0013498980316301035),
    ],
)
def test_the_risk_at_an_acceptance_limit_follows_from_its_guard_band(multiplier, risk):
    assert risk_at_acceptance_limit(multiplier, 2) == close(risk)
    assert risk_at_acceptance_limit(-multiplier, 2) == close(1 - risk)


def test_another_coverage_factor_has_another_risk():
    assert risk_at_acceptance_limit(1, 1.96) == pytest.approx(0.024997895148220435, rel=1e-12)


@pytest.mark.parametrize(
    ("score", "share"),
    [(-38.0, 2.8854e-316), (-10.0, 7.61985302416047e-24), (-5.0, 2.866515718791933e-07), (0.0, 0.5), (inf, 1.0)],
)
def test_the_tails_keep_their_digits(score, share):
    assert cumulative(score) == pytest.approx(share, rel=1e-4 if share < 1e-300 else 1e-12, abs=0)
    assert cumulative(-score) == pytest.approx(1 - share, rel=1e-12, abs=0)


def test_a_value_far_outside_conforms_with_the_small_probability_it_has_on_either_side():
    above = conformance(Normal(10.0, 1.0), Interval(-90.0, 0.0))
    assert above == close(7.61985302416047e-24)
    assert conformance(Normal(-10.0, 1.0), Interval(0.0, 90.0)) == above
    assert nonconformance(Normal(0.0, 1.0), Interval(-10.0, inf)) == close(7.61985302416047e-24)
    assert nonconformance(Normal(0.0, 1.0), Interval(-10.0, 10.0)) == close(2 * 7.61985302416047e-24)


def test_no_limits_hold_everything_and_crossed_or_equal_ones_nothing():
    assert (conformance(Normal(3, 1), Interval()), nonconformance(Normal(3, 1), Interval())) == (1.0, 0.0)
    for limits in (Interval(1, 1), Interval(1, 0)):
        assert (conformance(Normal(0, 1), limits), nonconformance(Normal(0, 1), limits)) == (0.0, 1.0)


def test_what_is_known_of_the_population_moves_the_result_and_its_probability():
    known = updated(Normal(0, 0.10), Normal(0.17, 0.03))
    assert known.mean == close(0.15596330275229361)
    assert known.sd == close(0.02873478855663454)
    assert conformance(known, Interval(-0.2, 0.2)) == close(0.9373031704814105)
    assert conformance(Normal(0.17, 0.03), Interval(-0.2, 0.2)) == close(0.8413447460685429)


@given(finite, spreads, finite, spreads)
def test_knowledge_lies_between_what_it_was_made_of_and_is_narrower_than_both(prior, spread, value, u):
    known = updated(Normal(prior, spread), Normal(value, u))
    assert min(prior, value) - 1e-9 <= known.mean <= max(prior, value) + 1e-9
    assert known.sd <= min(spread, u)
    assert 1 / known.sd**2 == pytest.approx(1 / spread**2 + 1 / u**2, rel=1e-9)


@given(finite, spreads, finite, finite)
def test_a_value_is_in_or_out_and_a_sign_changes_neither(mean, sd, one, other):
    limits = Interval(*sorted((one, other)))
    inside, outside = conformance(Normal(mean, sd), limits), nonconformance(Normal(mean, sd), limits)
    assert inside + outside == pytest.approx(1, abs=1e-14)
    assert conformance(Normal(-mean, sd), Interval(-limits.upper, -limits.lower)) == pytest.approx(inside, rel=1e-12)


def test_the_ratio_compares_the_tolerance_with_the_uncertainty():
    assert tur(Interval(-1, 1), 0.25) == 4
    assert tur(Interval(9, 12), 0.5) == 3


@pytest.mark.parametrize(
    ("ratio", "rss", "managed", "expanded"),
    [
        (1.5, 0.74536, 0.75988, 0.33333),
        (2, 0.86603, 0.85918, 0.5),
        (3, 0.94281, 0.94823, 0.66667),
        (4, 0.96825, 0.98672, 0.75),
    ],
)
def test_a_ratio_gives_each_methods_factor(ratio, rss, managed, expanded):
    assert round(rss_factor(ratio), 5) == rss
    assert round(managed_factor(ratio), 5) == managed
    assert round(expanded_factor(ratio), 5) == expanded


def test_factors_end_where_nothing_is_left_and_where_nothing_need_be_taken():
    assert rss_factor(1) == 0
    assert expanded_factor(1) == 0
    assert expanded_factor(0.5) < 0
    assert managed_factor(4.5) < 1
    assert managed_factor(4.7) == managed_factor(1000) == 1


@pytest.mark.parametrize(
    ("say", "field"),
    [
        (lambda: conformance(Normal(0, 0), Interval(0, 1)), "sd"),
        (lambda: updated(Normal(0, 1), Normal(0, 0)), "sd"),
        (lambda: updated(Normal(0, -1), Normal(0, 1)), "sd"),
        (lambda: tur(Interval(0, 1), 0), "expanded_uncertainty"),
        (lambda: tur(Interval(upper=1), 1), "tolerance"),
        (lambda: rss_factor(0.99), "ratio"),
        (lambda: rss_factor(0), "ratio"),
        (lambda: managed_factor(0), "ratio"),
        (lambda: expanded_factor(-1), "ratio"),
        (lambda: check_share("share", 2), "share"),
    ],
)
def test_numbers_without_a_meaning_are_refused_beside_their_field(say, field):
    with pytest.raises(Invalid) as refusal:
        say()
    assert set(refusal.value.errors) == {field}
