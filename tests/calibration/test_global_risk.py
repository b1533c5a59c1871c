"""Global risks against published and computed tables, against each other, and where bells are very unlike."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.calibration.global_risk import global_risk, guard_band_for, spread_for
from registry.calibration.risk import Interval, Normal, conformance, managed_factor
from registry.kernel.errors import Invalid

ONE = Interval(-1.0, 1.0)


def close(value: float):
    return pytest.approx(value, rel=1e-10, abs=0)


def population(in_tolerance: float) -> Normal:
    return Normal(0.0, spread_for(in_tolerance, ONE, 0.0))


@pytest.mark.parametrize(
    ("in_tolerance", "ratio", "guarded", "risks"),
    [
        (0.95, 4, False, (0.008582664808923123, 0.01553651303063799, 0.9430461517782842, 0.009101001889185334)),
        (0.95, 4, True, (0.0002077026538976109, 0.10357192591685468, 0.846635776737043, 0.00024532704570801684)),
        (0.95, 2, False, (0.013373408282070006, 0.04177529575429555, 0.9215981125277745, 0.014511106414258165)),
        (0.95, 2, True, (0.00035931609918608126, 0.3292091695460105, 0.6211501465531759, 0.000578468992046387)),
        (0.8, 4, False, (0.01968998679850708, 0.025411592509325343, 0.7942783942891818, 0.024789780182964825)),
        (0.8, 4, True, (0.0004450531453705275, 0.14303345484619231, 0.6574115982991784, 0.0006769779336445329)),
        (0.8, 2, False, (0.034579594966130854, 0.05687651748818392, 0.7777030774779471, 0.04446374968486788)),
        (0.8, 2, True, (0.0008297241555616796, 0.3425447588898004, 0.4582849652657614, 0.0018104983109810706)),
        (0.9, 3, False, (0.017141521741688266, 0.029807329711286454, 0.8873341920304019, 0.01931799979719587)),
        (0.9, 3, True, (0.000413183573266923, 0.19067410509171473, 0.7097390784815523, 0.0005821626366564267)),
    ],
)
def test_both_risks_of_a_population(in_tolerance, ratio, guarded, risks):
    """The share wrongly accepted, wrongly rejected, accepted, and wrongly accepted among the accepted."""
    expanded = 1 / ratio
    acceptance = ONE.narrowed(expanded if guarded else 0)
    found = global_risk(population(in_tolerance), expanded / 2, ONE, acceptance)
    assert (found.false_accept, found.false_reject, found.accepted, found.false_among_accepted) == pytest.approx(
        risks, rel=1e-10, abs=0
    )


@pytest.mark.parametrize(
    ("in_tolerance", "false_accept", "false_among_accepted"),
    [
        (0.6, 4.838603208493636, 8.260081910021864),
        (0.7, 3.9223410709924247, 5.723220398380641),
        (0.8, 2.8558306210055804, 3.6322717835296734),
        (0.9, 1.59995353046447, 1.7988047706861385),
        (0.95, 0.8710101881389505, 0.9238976305569804),
        (0.99, 0.19991696291884806, 0.202438781463189),
    ],
)
def test_the_table_of_a_test_four_times_as_sharp_as_the_process(in_tolerance, false_accept, false_among_accepted):
    process = population(in_tolerance)
    found = global_risk(process, process.sd / 4, ONE, ONE)
    assert 100 * found.false_accept == close(false_accept)
    assert 100 * found.false_among_accepted == close(false_among_accepted)


@pytest.mark.parametrize(("target", "edge"), [(0.02, 0.973153), (0.01, 0.845582)])
def test_a_guard_band_for_a_target_risk_is_found(target, edge):
    process = population(0.9)
    assert round(global_risk(process, 0.25, ONE, ONE).false_accept, 6) == 0.022638
    width = guard_band_for(target, process, 0.25, ONE)
    assert round(1 - width, 6) == edge
    assert global_risk(process, 0.25, ONE, ONE.narrowed(width)).false_accept == close(target)


def test_no_guard_band_is_needed_below_the_target_and_one_limit_may_need_one_too():
    assert guard_band_for(0.023, population(0.9), 0.25, ONE) == 0
    assert guard_band_for(0.5, Normal(0.0, 1.0), 0.25, Interval()) == 0
    one_sided = Interval(upper=1.0)
    width = guard_band_for(0.001, Normal(0.0, 1.0), 0.25, one_sided)
    assert global_risk(Normal(0.0, 1.0), 0.25, one_sided, one_sided.narrowed(width)).false_accept == close(0.001)


def test_a_guard_band_for_next_to_no_risk_leaves_next_to_nothing_to_accept():
    assert guard_band_for(1e-15, Normal(0.0, 1.0), 5.0, ONE) == pytest.approx(1, abs=1e-6)


def test_an_empty_acceptance_accepts_nobody_and_rejects_every_good_one():
    found = global_risk(population(0.9), 0.25, ONE, ONE.narrowed(1.5))
    assert (found.false_accept, found.accepted, found.false_among_accepted) == (0, 0, None)
    assert found.false_reject == close(0.9)


@pytest.mark.parametrize("ratio", [1.2, 1.5, 2, 3, 4, 5, 10])
@pytest.mark.parametrize("in_tolerance", [0.3, 0.6, 0.8, 0.9, 0.99])
def test_the_managed_factor_keeps_two_percent_whatever_the_population(ratio, in_tolerance):
    factor = managed_factor(ratio)
    found = global_risk(population(in_tolerance), 0.5 / ratio, ONE, Interval(-factor, factor))
    assert found.false_accept <= 0.02


@pytest.mark.parametrize(
    ("limits", "mean"), [(ONE, 0.0), (ONE, 0.7), (Interval(-1, 3), 0.5), (Interval(upper=2.0), 1.0), (Interval(0.0), 3)]
)
@pytest.mark.parametrize("in_tolerance", [0.51, 0.95, 0.999999])
def test_the_spread_has_the_share_in_tolerance_it_was_made_for(limits, mean, in_tolerance):
    assert conformance(Normal(mean, spread_for(in_tolerance, limits, mean)), limits) == close(in_tolerance)


@pytest.mark.parametrize(
    ("say", "field"),
    [
        (lambda: spread_for(1.0, ONE, 0.0), "in_tolerance"),
        (lambda: spread_for(0.9, ONE, 1.0), "in_tolerance"),
        (lambda: spread_for(0.9, ONE, -2.0), "in_tolerance"),
        (lambda: spread_for(0.5, Interval(upper=1.0), 0.0), "in_tolerance"),
        (lambda: spread_for(0.9, Interval(), 0.0), "in_tolerance"),
        (lambda: global_risk(Normal(0, 0), 1, ONE, ONE), "sd"),
        (lambda: global_risk(Normal(0, 1), 0, ONE, ONE), "uncertainty"),
        (lambda: guard_band_for(0, Normal(0, 1), 1, ONE), "target"),
        (lambda: guard_band_for(0.1, Normal(0, -1), 1, ONE), "sd"),
        (lambda: guard_band_for(0.1, Normal(0, 1), 0, ONE), "uncertainty"),
    ],
)
def test_numbers_without_a_population_are_refused_beside_their_field(say, field):
    with pytest.raises(Invalid) as refusal:
        say()
    assert set(refusal.value.errors) == {field}


ends = st.one_of(
    st.tuples(st.floats(-3, -0.1), st.floats(0.1, 3)),
    st.tuples(st.just(-inf), st.floats(-2, 2)),
    st.tuples(st.floats(-2, 2), st.just(inf)),
)
magnitudes = st.sampled_from([1e-4, 0.01, 0.2, 1.0, 7.0, 300.0])


@settings(max_examples=60)
@given(st.floats(-1.5, 1.5), magnitudes, magnitudes, ends, st.floats(-0.5, 1.5))
def test_who_is_accepted_is_who_is_good_less_the_wrongly_rejected_and_the_wrongly_accepted(mean, sd, u, limits, width):
    """The left side is a closed form, the right one two integrals."""
    process, tolerance = Normal(mean, sd), Interval(*limits)
    found = global_risk(process, u, tolerance, tolerance.narrowed(width))
    good = conformance(process, tolerance)
    assert found.accepted == pytest.approx(good - found.false_reject + found.false_accept, rel=1e-9, abs=1e-11)


@settings(max_examples=30)
@given(st.floats(-1, 1), st.floats(0.1, 2), st.floats(0.05, 1), st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_wider_guard_band_moves_risk_from_the_consumer_to_the_producer(mean, sd, u, one, other):
    narrow, wide = (global_risk(Normal(mean, sd), u, ONE, ONE.narrowed(width)) for width in sorted((one, other)))
    assert wide.false_accept <= narrow.false_accept * (1 + 1e-9)
    assert wide.false_reject >= narrow.false_reject * (1 - 1e-9)
    mirror = global_risk(Normal(-mean, sd), u, ONE, ONE.narrowed(min(one, other)))
    assert mirror.false_accept == pytest.approx(narrow.false_accept, rel=1e-9)
    assert mirror.false_reject == pytest.approx(narrow.false_reject, rel=1e-9)
