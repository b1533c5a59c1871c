"""E_n scores, right at one and beside it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.calibration.comparisons import normalised_error
from registry.calibration.decisions import Measured
from registry.kernel.errors import Invalid

values = st.decimals(-100, 100, places=3)
uncertainties = st.decimals("0.001", 10, places=3)


def result(value: str, expanded: str | None) -> Measured:
    return Measured(Decimal(value), None if expanded is None else Decimal(expanded))


@pytest.mark.parametrize(
    ("found", "reference", "score", "is_satisfactory"),
    [
        (("10.0021", "0.0010"), ("10.0010", "0.0006"), 0.9432422182837987, True),
        (("100.25", "0.20"), ("100.00", "0.10"), 1.1180339887498947, False),
        (("5.00", "0.02"), ("5.03", "0.02"), -1.0606601717798212, False),
        (("5", "3"), ("0", "4"), 1, True),
        (("5.00000000000000000001", "3"), ("0", "4"), 1, False),
        (("-5", "3"), ("0", "4"), -1, True),
        (("1", "1"), ("1", "0"), 0, True),
    ],
)
def test_a_score_is_satisfactory_up_to_one(found, reference, score, is_satisfactory):
    comparison = normalised_error(result(*found), result(*reference))
    assert float(comparison.score) == pytest.approx(score, rel=1e-12)
    assert comparison.is_satisfactory is is_satisfactory


@pytest.mark.parametrize(("ours", "theirs"), [(None, "1"), ("1", None), (None, None), ("0", "0.0")])
def test_a_score_without_uncertainties_is_refused(ours, theirs):
    with pytest.raises(Invalid) as refusal:
        normalised_error(result("1", ours), result("1", theirs))
    assert set(refusal.value.errors) == {"expanded_uncertainty"}


@given(values, uncertainties, values, uncertainties)
def test_the_other_way_round_only_the_sign_changes(value, ours, reference, theirs):
    there = normalised_error(Measured(value, ours), Measured(reference, theirs))
    back = normalised_error(Measured(reference, theirs), Measured(value, ours))
    assert there.score == -back.score
    assert there.is_satisfactory is back.is_satisfactory
    assert there.is_satisfactory is (abs(there.score) <= 1)
