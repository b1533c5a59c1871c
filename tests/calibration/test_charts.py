"""Control charts: worked limits, points on and beyond them, and limits that were settled earlier."""

from decimal import Decimal

import pytest

from registry.calibration.charts import individuals
from registry.kernel.errors import Invalid

WORKED = [Decimal(value) for value in ["10.1", "10.2", "9.9", "10.0", "10.3", "10.1", "9.8", "10.0", "10.2", "10.1"]]


def test_the_worked_limits():
    chart = individuals(WORKED)
    assert (chart.centre, chart.lower, chart.upper) == (Decimal("10.07"), Decimal("9.538"), Decimal("10.602"))
    assert (chart.mean_range, chart.upper_range) == (Decimal("0.2"), Decimal("0.6534"))
    assert float(chart.sigma) == pytest.approx(0.17730496453900682, rel=1e-9)
    assert (chart.outside, chart.outside_ranges) == ((), ())


def test_a_point_on_a_limit_is_inside_and_one_a_hair_beyond_is_not():
    on = individuals([*WORKED, Decimal("10.602"), Decimal("9.538")], baseline=10)
    beyond = individuals([*WORKED, Decimal("10.6020000000000000000000000000000001"), Decimal("9.537")], baseline=10)
    assert (on.outside, beyond.outside) == ((), (10, 11))
    assert (on.upper, beyond.upper) == (Decimal("10.602"), Decimal("10.602"))


def test_a_jump_too_far_is_found_among_the_ranges():
    chart = individuals([*WORKED, Decimal("10.7534"), Decimal("10.0999")], baseline=10)
    assert chart.ranges[9:] == (Decimal("0.6534"), Decimal("0.6535"))
    assert chart.outside_ranges == (11,)


def test_values_that_never_moved_leave_no_room():
    chart = individuals([Decimal("5.0")] * 4 + [Decimal("5.0000001")], baseline=4)
    assert (chart.lower, chart.centre, chart.upper, chart.outside) == (5, 5, 5, (4,))


@pytest.mark.parametrize(("values", "baseline"), [([], None), (WORKED[:2], None), (WORKED, 2)])
def test_limits_need_three_values(values, baseline):
    with pytest.raises(Invalid) as refused:
        individuals(values, baseline=baseline)
    assert list(refused.value.errors) == ["points"]
