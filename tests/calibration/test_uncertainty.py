"""Budgets: divisors, effective degrees of freedom, coverage factors, and what each component takes."""

from decimal import Decimal
from math import inf, isinf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.calibration.uncertainty import Component, Distribution, budget, coverage_factor
from registry.kernel.errors import Invalid

components = st.builds(
    Component,
    name=st.just("x"),
    width=st.decimals(0, 100, places=6),
    distribution=st.sampled_from(Distribution),
    sensitivity=st.decimals(-10, 10, places=3),
    degrees=st.one_of(st.none(), st.decimals(1, 200, places=1)),
    factor=st.just(Decimal(1)),
    estimate=st.none(),
)


def of(width: str, **changes) -> Component:
    return Component("x", Decimal(width), **changes)


def test_welch_and_satterthwaites_example():
    inputs = [of("0.3", degrees=Decimal(9)), of("0.4")]
    found = budget(inputs, 0.95)
    assert found.combined == Decimal("0.5")
    assert found.effective_degrees == pytest.approx(69.44444444444444, rel=1e-12)
    assert found.coverage_factor == pytest.approx(1.9947176641020166, rel=1e-12)
    assert float(found.expanded) == pytest.approx(1.9947176641020166 / 2, rel=1e-12)
    assert found.shares == pytest.approx((36, 64), rel=1e-12)
    assert budget(inputs, 0.9545).coverage_factor == pytest.approx(2.036646219358748, rel=1e-12)


@pytest.mark.parametrize(
    ("component", "standard"),
    [
        (of("0.6", factor=Decimal(2)), "0.3"),
        (of("0.3"), "0.3"),
        (of("3", distribution=Distribution.RECTANGULAR), "1.732050807568877293527446342"),
        (of("6", distribution=Distribution.TRIANGULAR), "2.449489742783178098197284075"),
        (of("2", distribution=Distribution.U_SHAPED), "1.414213562373095048801688724"),
        (of("100"), "100"),
        (of("0.000"), "0"),
    ],
)
def test_a_width_is_divided_by_what_its_distribution_asks_for(component, standard):
    assert component.standard_uncertainty == Decimal(standard)
    assert "E" not in str(component.standard_uncertainty)


def test_a_sensitivity_scales_and_its_sign_does_not_matter():
    for sensitivity in ("-2.5", "2.5"):
        assert budget([of("0.2", sensitivity=Decimal(sensitivity))], 0.95).combined == Decimal("0.5")


def test_numbers_of_forty_digits_combine_without_loss():
    width = Decimal("30000000000000000000.00000000000000000003")
    found = budget([of(str(width)), of("0")], 0.95)
    assert found.combined == Decimal("30000000000000000000.00000000")
    assert found.components[0].variance == Decimal(
        "900000000000000000000000000000000000001.8000000000000000000000000000000000000009"
    )


def test_no_uncertainty_has_no_shares_and_does_not_divide_by_zero():
    found = budget([of("0", degrees=Decimal(5)), of("0")], 0.95)
    assert (found.combined, found.expanded, found.shares) == (0, 0, (0, 0))
    assert isinf(found.effective_degrees)


def test_a_component_of_no_weight_takes_no_degrees_of_freedom():
    found = budget([of("1"), of("0", degrees=Decimal(1))], 0.95)
    assert isinf(found.effective_degrees)
    assert found.coverage_factor == pytest.approx(1.959963984540054, rel=1e-12)


@pytest.mark.parametrize(
    ("probability", "degrees", "factor"),
    [
        (0.95, inf, 1.959963984540054),
        (0.95, 4, 2.7764451051977934),
        (0.90, 4, 2.1318467863266495),
        (0.95, 1, 12.706204736174694),
        (0.5, 1, 1.0),
        (0.9973002039367398, inf, 3.0),
        (1 - 2**-40, 2, 1048576.0),
    ],
)
def test_a_coverage_factor_is_a_quantile_of_students_t(probability, degrees, factor):
    assert coverage_factor(probability, degrees) == pytest.approx(factor, rel=1e-5 if factor > 100 else 1e-12)


def test_many_degrees_of_freedom_are_like_infinitely_many():
    assert coverage_factor(0.95, 1e9) == pytest.approx(coverage_factor(0.95), rel=1e-8)


@given(st.lists(components, min_size=1, max_size=8))
def test_a_budget_holds_together(inputs):
    found = budget(inputs, 0.95)
    widest = max(abs(each.sensitivity) * each.standard_uncertainty for each in inputs)
    assert found.combined >= widest * (1 - Decimal("1E-26"))
    assert found.expanded >= found.combined
    finite = [float(each.degrees) for each in inputs if each.degrees is not None]
    assert found.effective_degrees >= min(finite, default=inf) * (1 - 1e-12)
    if found.combined:
        assert sum(found.shares) == pytest.approx(100, rel=1e-12)
    assert budget(inputs[::-1], 0.95).combined == found.combined


@pytest.mark.parametrize(
    ("inputs", "fields"),
    [
        ([], {"components"}),
        ([of("1"), of("-1")], {"components.1.width"}),
        ([of("1", factor=Decimal("0.99"))], {"components.0.factor"}),
        (
            [of("1", degrees=Decimal(0)), of("-1", degrees=Decimal(-1))],
            {"components.0.degrees", "components.1.width", "components.1.degrees"},
        ),
    ],
)
def test_a_budget_that_cannot_be_is_refused_beside_its_fields(inputs, fields):
    with pytest.raises(Invalid) as refusal:
        budget(inputs, 0.95)
    assert set(refusal.value.errors) == fields


@pytest.mark.parametrize(
    ("probability", "degrees", "field"), [(0, inf, "probability"), (1, 5, "probability"), (0.95, 0, "degrees")]
)
def test_a_coverage_that_cannot_be_is_refused(probability, degrees, field):
    with pytest.raises(Invalid) as refusal:
        coverage_factor(probability, degrees)
    assert set(refusal.value.errors) == {field}
