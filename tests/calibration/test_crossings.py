"""Where a curve first falls to zero."""

import pytest

from registry.calibration.crossings import first_crossing


@pytest.mark.parametrize("where", [1e-9, 1e-4, 0.5, 1.0, 999.9])
def test_the_crossing_is_found_near_and_far(where):
    assert first_crossing(lambda time: where - time, 1.0, 1000.0) == pytest.approx(where, rel=1e-12)


def test_the_first_of_several_is_taken():
    assert first_crossing(lambda time: (time - 3) * (time - 7) * (11 - time), 10.0, 100.0) == pytest.approx(3)


@pytest.mark.parametrize(("horizon", "found"), [(4.999, None), (5.0, 5.0)])
def test_nothing_is_sought_beyond_the_horizon(horizon, found):
    assert first_crossing(lambda time: 5.0 - time, 10.0, horizon) == found


def test_a_step_is_a_crossing_too():
    assert first_crossing(lambda time: 1.0 if time < 2 else -1.0, 1.0, 10.0) == pytest.approx(2)
