"""The staircase: up, level, down, and what it needs to see."""

from decimal import Decimal

import pytest

from registry.calibration.review.proposal import Because, Interval
from registry.calibration.review.staircase import ErrorFound, Steps, review
from registry.calibration.rules import Stage
from registry.kernel.errors import Invalid

YEAR = Interval(current=12, shortest=3, longest=36)


def error(value, lower="-1", upper="1", **more):
    ends = {"lower": None if lower is None else Decimal(lower), "upper": None if upper is None else Decimal(upper)}
    return ErrorFound(error=Decimal(value), **ends, **more)


def test_a_sequence_of_good_and_bad_results_climbs_and_falls():
    steps = Steps(up=Decimal("1.25"), down=Decimal("0.5"))
    current, seen = 12, []
    for share in ("0.5", "0.9", "0.7", "1.1"):
        current = review([error(share)], Interval(current=current, shortest=3, longest=36), steps).proposed
        seen.append(current)
    assert seen == [15, 15, 18, 9]


@pytest.mark.parametrize(
    ("value", "because", "proposed"),
    [
        ("0", Because.WELL_WITHIN, 14),
        ("0.8", Because.WELL_WITHIN, 14),
        ("-0.8", Because.WELL_WITHIN, 14),
        ("0.8000000000000000000000000000000000001", Because.WITHIN, 12),
        ("1", Because.WITHIN, 12),
        ("-1.0", Because.WITHIN, 12),
        ("1.0000000000000000000000000000000000001", Because.OUTSIDE, 7),
        ("-1E+30", Because.OUTSIDE, 7),
    ],
)
def test_equality_counts_as_inside_and_nothing_is_rounded_before_it_is_compared(value, because, proposed):
    found = review([error(value)], YEAR)
    assert (found.reasons[0].code, found.proposed) == (because, proposed)


def test_the_worst_point_decides():
    found = review([error("0.1"), error("-3", "-4", "4"), error("0.2", "-0.1", "0.4")], YEAR)
    assert (found.share, found.points) == (Decimal("0.75"), 3)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "share"),
    [
        ("0.5", "-1", "2", "0.25"),
        ("-0.5", "-1", "2", "0.5"),
        ("-5", None, "2", "0"),
        ("0", "0", "2", "0"),
        ("-0.1", "0", "2", "Infinity"),
    ],
)
def test_each_side_has_its_own_limit(value, lower, upper, share):
    assert review([error(value, lower, upper)], YEAR).share == Decimal(share)


def test_the_uncertainty_takes_its_part_of_the_limit_when_it_is_given():
    assert review([error("0.7")], YEAR).proposed == 14
    assert review([error("-0.7", expanded_uncertainty=Decimal("0.2"))], YEAR).share == Decimal("0.9")
    assert review([error("-0.7", expanded_uncertainty=Decimal("0.4"))], YEAR).reasons[0].code is Because.OUTSIDE


def test_what_was_seen_after_adjustment_says_nothing():
    left = error("0.0", stage=Stage.AS_LEFT)
    assert review([error("1.1"), left], YEAR).points == 1
    with pytest.raises(Invalid) as refused:
        review([left, left], YEAR)
    assert "2" in refused.value.errors["points"][0]
    with pytest.raises(Invalid) as refused:
        review([], YEAR)
    assert list(refused.value.errors) == ["points"]


@pytest.mark.parametrize(
    "point", [error("0.1", None, None), error("0.1", "0.05", "1"), error("0.1", expanded_uncertainty=Decimal("-0.1"))]
)
def test_a_point_that_cannot_be_judged_is_named(point):
    with pytest.raises(Invalid) as refused:
        review([error("0.1"), point], YEAR)
    assert list(refused.value.errors) == ["points.1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"up": Decimal("0.9")},
        {"down": Decimal(0)},
        {"down": Decimal("1.1")},
        {"threshold": Decimal(0)},
        {"threshold": Decimal("1.01")},
    ],
)
def test_steps_that_go_the_wrong_way_are_refused(wrong):
    with pytest.raises(Invalid) as refused:
        Steps(**wrong)
    assert list(refused.value.errors) == list(wrong)
