"""Decisions at and beside their limits, the risks they state, and what they need."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.calibration.decisions import Measured, decide, decide_point, multiplier_for, overall
from registry.calibration.risk import risk_at_acceptance_limit
from registry.calibration.rules import DecisionRule, Outcome, Stage
from registry.calibration.tolerances import Limits
from registry.kernel.errors import Invalid

SIMPLE, GUARD_BAND, NON_BINARY = DecisionRule.SIMPLE, DecisionRule.GUARD_BAND, DecisionRule.NON_BINARY
PASS, FAIL = Outcome.PASS, Outcome.FAIL
CONDITIONAL_PASS, CONDITIONAL_FAIL = Outcome.CONDITIONAL_PASS, Outcome.CONDITIONAL_FAIL
FIFTH = Limits(Decimal("-0.20"), Decimal("0.20"))
BEST_FIRST = [PASS, CONDITIONAL_PASS, CONDITIONAL_FAIL, FAIL]

values = st.decimals(-5, 5, places=2)
uncertainties = st.decimals(0, 3, places=2)
multipliers = st.decimals(0, 3, places=1)
tolerances = st.one_of(
    st.tuples(values, values).map(lambda ends: Limits(*sorted(ends))),
    st.builds(Limits, values, st.none()),
    st.builds(Limits, st.none(), values),
)


def measured(value, uncertainty: str | None = "0.06", factor: str | None = "2"):
    return Measured(
        Decimal(value),
        None if uncertainty is None else Decimal(uncertainty),
        None if factor is None else Decimal(factor),
    )


def mirrored(limits):
    return Limits(*(None if end is None else -end for end in (limits.upper, limits.lower)))


def point(**changes):
    numbers = ("nominal", "reference", "indication", "expanded_uncertainty", "coverage_factor")
    empty = dict.fromkeys((*numbers, "lower_limit", "upper_limit"))
    given = {name: Decimal(text) for name, text in changes.items()}
    return {"quantity": "điện áp", "unit": "V", "stage": Stage.AS_FOUND} | empty | given


@pytest.mark.parametrize(
    ("value", "simple", "guarded", "non_binary", "conformance"),
    [
        ("0.130", PASS, PASS, PASS, 0.9901846713713547),
        ("0.139", PASS, PASS, PASS, 0.9789905711601572),
        ("0.140", PASS, PASS, PASS, 0.9772498680518208),
        ("0.141", PASS, FAIL, CONDITIONAL_PASS, 0.9753891739123499),
        ("0.190", PASS, FAIL, CONDITIONAL_PASS, 0.6305586598182364),
        ("0.200", PASS, FAIL, CONDITIONAL_PASS, 0.5),
        ("0.201", FAIL, FAIL, CONDITIONAL_FAIL, 0.4867043861829079),
        ("0.259", FAIL, FAIL, CONDITIONAL_FAIL, 0.0246108260876501),
        ("0.260", FAIL, FAIL, CONDITIONAL_FAIL, 0.022750131948179195),
        ("0.261", FAIL, FAIL, FAIL, 0.02100942883984279),
        ("-0.150", PASS, FAIL, CONDITIONAL_PASS, 0.9522096477271853),
    ],
)
def test_each_rule_decides_at_its_limits_and_states_its_risk(value, simple, guarded, non_binary, conformance):
    for rule, outcome in ((SIMPLE, simple), (GUARD_BAND, guarded), (NON_BINARY, non_binary)):
        verdict = decide(measured(value), FIFTH, rule)
        assert verdict.outcome is outcome
        assert verdict.conformance == pytest.approx(conformance, rel=1e-12)
        if outcome in {PASS, CONDITIONAL_PASS}:
            assert verdict.false_accept == pytest.approx(1 - conformance, rel=1e-12)
            assert verdict.false_reject is None
        else:
            assert verdict.false_reject == verdict.conformance
            assert verdict.false_accept is None


def test_a_verdict_says_what_it_was_decided_by():
    verdict = decide(measured("0.1"), FIFTH, GUARD_BAND, Decimal("0.5"))
    assert (verdict.rule, verdict.measured, verdict.tolerance) == (GUARD_BAND, measured("0.1"), FIFTH)
    assert (verdict.multiplier, verdict.guard_band) == (Decimal("0.5"), Decimal("0.03"))
    assert verdict.acceptance == Limits(Decimal("-0.17"), Decimal("0.17"))
    simple = decide(measured("0.1"), FIFTH, SIMPLE, Decimal("0.5"))
    assert (simple.multiplier, simple.guard_band, simple.acceptance) == (0, 0, FIFTH)


def test_a_negative_multiplier_accepts_beyond_the_tolerance_and_states_that_risk():
    relaxed = decide(measured("0.26"), FIFTH, GUARD_BAND, Decimal(-1))
    assert relaxed.outcome is PASS
    assert relaxed.acceptance == Limits(Decimal("-0.26"), Decimal("0.26"))
    assert relaxed.false_accept == pytest.approx(0.9772498680518208, rel=1e-12)
    assert decide(measured("0.2601"), FIFTH, GUARD_BAND, Decimal(-1)).outcome is FAIL


def test_a_small_risk_keeps_its_digits():
    verdict = decide(measured("0.2", "0.02", "2"), Limits(None, Decimal("0.3")), SIMPLE)
    assert verdict.conformance == 1.0
    assert verdict.false_accept == pytest.approx(7.61985302416047e-24, rel=1e-12)


def test_a_difference_that_no_float_holds_decides_and_sets_the_risk():
    limits = Limits(None, Decimal(10**19))
    exact = Decimal("10000000000000000000.00000000000000000002")
    over = decide(Measured(exact, Decimal("2E-20"), Decimal(2)), limits, SIMPLE)
    assert over.outcome is FAIL
    assert over.false_reject == pytest.approx(0.022750131948179195, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("-10000000000.00000000000000000001", PASS),
        ("-10000000000", CONDITIONAL_PASS),
        ("10000000000.00000000000000000001", CONDITIONAL_FAIL),
        ("10000000000.00000000000000000002", FAIL),
    ],
)
def test_no_zone_is_rounded(value, outcome):
    wide = measured(value, "10000000000.00000000000000000001")
    assert decide(wide, Limits(None, Decimal(0)), NON_BINARY).outcome is outcome


def test_guard_bands_wider_than_half_the_tolerance_leave_nothing_that_passes():
    verdict = decide(measured("0", "0.2000001"), FIFTH, GUARD_BAND)
    assert (verdict.outcome, verdict.can_pass) == (FAIL, False)
    assert decide(measured("0", "0.2000001"), FIFTH, NON_BINARY).outcome is CONDITIONAL_PASS
    at_half = decide(measured("0", "0.2"), FIFTH, GUARD_BAND)
    assert (at_half.outcome, at_half.can_pass) == (PASS, True)


@pytest.mark.parametrize(("value", "outcome", "conformance"), [("0.20", PASS, 1.0), ("0.2000001", FAIL, 0.0)])
def test_an_uncertainty_of_zero_leaves_no_doubt(value, outcome, conformance):
    for rule in DecisionRule:
        verdict = decide(measured(value, "0.00"), FIFTH, rule)
        assert (verdict.outcome, verdict.conformance) == (outcome, conformance)
        assert (verdict.false_accept, verdict.false_reject) == ((0.0, None) if outcome is PASS else (None, 0.0))


def test_simple_acceptance_decides_without_an_uncertainty_and_states_no_risk():
    verdict = decide(measured("0.2", None, None), FIFTH, SIMPLE)
    assert (verdict.outcome, verdict.conformance, verdict.false_accept, verdict.false_reject) == (
        PASS,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("rule", [GUARD_BAND, NON_BINARY])
def test_a_guard_band_is_not_made_up_where_no_uncertainty_is_given(rule):
    with pytest.raises(Invalid) as refusal:
        decide(measured("0.1", None), FIFTH, rule)
    assert set(refusal.value.errors) == {"expanded_uncertainty"}


def test_a_missing_coverage_factor_is_taken_as_two_and_stays_missing():
    verdict = decide(measured("0.14", factor=None), FIFTH, SIMPLE)
    assert verdict.conformance == decide(measured("0.14"), FIFTH, SIMPLE).conformance
    assert verdict.measured.coverage_factor is None
    assert verdict.conformance != decide(measured("0.14", factor="3"), FIFTH, SIMPLE).conformance


@pytest.mark.parametrize(
    ("say", "field"),
    [
        (lambda: measured("0", "-0.01"), "expanded_uncertainty"),
        (lambda: measured("0", "0.01", "0.99"), "coverage_factor"),
        (lambda: decide(measured("0"), Limits(None, None), SIMPLE), "upper_limit"),
        (lambda: decide(measured("0"), Limits(Decimal(1), Decimal("0.9")), SIMPLE), "upper_limit"),
        (lambda: decide(measured("0"), FIFTH, NON_BINARY, Decimal("-0.1")), "multiplier"),
        (lambda: multiplier_for(0), "risk"),
        (lambda: multiplier_for(1), "risk"),
        (lambda: multiplier_for(float("nan")), "risk"),
    ],
)
def test_numbers_that_decide_nothing_are_refused_beside_their_field(say, field):
    with pytest.raises(Invalid) as refusal:
        say()
    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize(
    ("risk", "multiplier"),
    [(0.025, 0.979981992270027), (0.05, 0.8224268134757361), (0.01, 1.1631739370204204), (0.5, 0)],
)
def test_a_target_risk_chooses_its_guard_band(risk, multiplier):
    found = multiplier_for(risk)
    assert float(found) == pytest.approx(multiplier, rel=1e-11)
    assert found >= multiplier
    assert multiplier_for(1 - risk) == pytest.approx(-found, abs=Decimal("1E-11"))


def test_even_odds_need_no_guard_band_of_either_sign():
    assert str(multiplier_for(0.5)) == "0E-12"


@given(st.floats(1e-12, 0.999), st.decimals(1, 4, places=2))
def test_the_risk_at_the_acceptance_limit_stays_below_its_target(risk, factor):
    at_limit = risk_at_acceptance_limit(float(multiplier_for(risk, factor)), float(factor))
    assert at_limit <= risk * (1 + 1e-12)
    assert at_limit == pytest.approx(risk, rel=1e-9)


def test_a_point_is_decided_by_its_error():
    inside = {"nominal": "100", "reference": "99.98", "indication": "100.12", "lower_limit": "-0.20"}
    given = inside | {"upper_limit": "0.20", "expanded_uncertainty": "0.06", "coverage_factor": "2"}
    verdict = decide_point(point(**given), GUARD_BAND)
    assert (verdict.outcome, verdict.measured) == (PASS, measured("0.14"))
    assert decide_point(point(**given | {"indication": "100.121"}), GUARD_BAND).outcome is FAIL
    assert decide_point(point(**inside), SIMPLE).tolerance == Limits(Decimal("-0.20"), None)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"reference": "1", "indication": "1"},
        {"nominal": "1", "lower_limit": "0", "upper_limit": "2"},
        {"indication": "1", "upper_limit": "2"},
    ],
)
def test_a_point_without_limits_or_without_an_error_has_no_verdict(said):
    assert decide_point(point(**said), GUARD_BAND) is None


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([], Outcome.NONE),
        (["0.1"], PASS),
        (["0.1", "0.141", "0.0"], CONDITIONAL_PASS),
        (["0.141", "0.201", "0.1"], CONDITIONAL_FAIL),
        (["0.1", "0.201", "0.261", "0.141"], FAIL),
    ],
)
def test_the_worst_point_speaks_for_the_whole(values, outcome):
    assert overall(decide(measured(value), FIFTH, NON_BINARY) for value in values) is outcome


@given(values, uncertainties, tolerances, st.sampled_from(DecisionRule), multipliers)
def test_a_sign_changes_no_decision(value, uncertainty, limits, rule, multiplier):
    there = decide(Measured(value, uncertainty), limits, rule, multiplier)
    back = decide(Measured(-value, uncertainty), mirrored(limits), rule, multiplier)
    assert there.outcome is back.outcome
    assert there.conformance == pytest.approx(back.conformance, rel=1e-12, abs=1e-300)
    assert back.acceptance == mirrored(there.acceptance)


@given(values, uncertainties, tolerances, st.sampled_from(DecisionRule), st.tuples(multipliers, multipliers))
def test_a_wider_guard_band_never_makes_more_pass(value, uncertainty, limits, rule, both):
    narrow, wide = (decide(Measured(value, uncertainty), limits, rule, multiplier) for multiplier in sorted(both))
    assert not (wide.outcome is PASS and narrow.outcome is not PASS)
    assert narrow.conformance == wide.conformance


@given(values, uncertainties, tolerances, multipliers)
def test_the_rules_agree_on_what_they_share(value, uncertainty, limits, multiplier):
    result = Measured(value, uncertainty)
    simple = decide(result, limits, SIMPLE)
    assert decide(result, limits, GUARD_BAND, Decimal(0)).outcome is simple.outcome
    assert decide(result, limits, NON_BINARY, Decimal(0)).outcome is simple.outcome
    four = decide(result, limits, NON_BINARY, multiplier).outcome
    assert (four is PASS) == (decide(result, limits, GUARD_BAND, multiplier).outcome is PASS)
    assert (four in {PASS, CONDITIONAL_PASS}) == (simple.outcome is PASS)
    assert (four is FAIL) == (decide(result, limits, GUARD_BAND, -multiplier).outcome is FAIL)


@given(values, values, uncertainties, st.sampled_from(DecisionRule), multipliers)
def test_further_over_one_limit_is_never_better(value, further, uncertainty, rule, multiplier):
    limits = Limits(None, Decimal(0))
    near, far = (decide(Measured(y, uncertainty), limits, rule, multiplier) for y in sorted((value, further)))
    assert BEST_FIRST.index(near.outcome) <= BEST_FIRST.index(far.outcome)
    assert near.conformance >= far.conformance


@given(values, uncertainties, tolerances, st.sampled_from(DecisionRule), multipliers)
def test_what_is_likely_and_what_is_not_make_one(value, uncertainty, limits, rule, multiplier):
    verdict = decide(Measured(value, uncertainty), limits, rule, multiplier)
    risk = verdict.false_accept if verdict.false_reject is None else 1 - verdict.false_reject
    assert verdict.conformance + risk == pytest.approx(1, abs=1e-14)
