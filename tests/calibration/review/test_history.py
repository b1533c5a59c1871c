"""What calibrations say of an interval: found good or not, after how long, and how far readings moved untouched."""

from datetime import date
from decimal import Decimal

import pytest

from registry.calibration.review.history import Work, at_about, found_good, moved, observed
from registry.calibration.rules import CalibrationKind, Outcome, Stage
from registry.calibration.stability.rules import Taken


def work(record, on, *points, outcome=Outcome.PASS, adjusted=None, asset=1):
    taken = [
        Taken(
            record,
            CalibrationKind.CALIBRATION,
            on,
            None,
            bool(adjusted),
            "khối lượng",
            "g",
            Decimal(100),
            None,
            100 + Decimal(error),
            None,
            None,
            None if limit is None else -Decimal(limit),
            None if limit is None else Decimal(limit),
            stage,
        )
        for error, limit, stage in points
    ]
    return Work(record, asset, on, outcome, adjusted, taken)


FOUND, LEFT = Stage.AS_FOUND, Stage.AS_LEFT
DAY = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("points", "outcome", "adjusted", "good"),
    [
        ([("0.5", "0.5", FOUND)], Outcome.FAIL, None, True),  # on the limit; the points say it, not the declaration
        ([("0.51", "0.5", FOUND)], Outcome.PASS, None, False),
        ([("0.1", "0.5", FOUND), ("0.6", "0.5", FOUND), ("0", "0.5", LEFT)], Outcome.PASS, True, False),
        ([("0.1", None, FOUND)], Outcome.PASS, None, True),
        ([("0.1", None, FOUND)], Outcome.CONDITIONAL_FAIL, False, False),
        ([], Outcome.NONE, False, None),
        ([], Outcome.PASS, True, None),  # nobody knows what it was before
        ([("0.1", "0.5", LEFT)], Outcome.PASS, None, None),
    ],
)
def test_found_in_tolerance_by_points_before_adjustment_else_by_what_was_declared(points, outcome, adjusted, good):
    assert found_good(work(1, DAY, *points, outcome=outcome, adjusted=adjusted)) is good


def test_only_a_calibration_with_one_before_it_tells_of_an_interval_and_each_item_of_its_own():
    works = [
        work(1, date(2024, 1, 1)),
        work(2, date(2025, 1, 1), outcome=Outcome.FAIL),
        work(3, date(2025, 1, 1)),
        work(4, date(2024, 6, 1), asset=2),
        work(5, date(2024, 7, 1), asset=2, outcome=Outcome.NONE),
    ]
    assert observed(works) == [(2, 366, False), (5, 30, None)]


def test_a_quarter_off_is_still_about_an_interval():
    seen = observed([work(place, date(2025, 1, day)) for place, day in enumerate((1, 4, 8, 13, 19))])
    assert [one.days for one in at_about(seen, 4)] == [3, 4, 5]


def test_a_change_starts_from_what_was_left_and_is_not_known_after_an_adjustment_without_it():
    works = [
        work(1, date(2024, 1, 1), ("0.1", "1", FOUND)),
        work(2, date(2024, 1, 11), ("0.3", "1", FOUND), ("0.0", "1", LEFT), adjusted=True),
        work(3, date(2024, 1, 31), ("0.2", "1", FOUND), adjusted=True),
        work(4, date(2024, 2, 10), ("0.9", "1", FOUND)),
    ]
    (one,) = moved(works)
    assert [(change.time, round(change.change, 9)) for change in one.changes] == [(10, 0.2), (20, 0.2)]
    assert one.newest.error == Decimal("0.9")


def test_a_record_that_says_only_what_it_left_is_where_the_next_change_starts():
    works = [
        work(1, date(2024, 1, 1), ("0.1", "1", LEFT)),
        work(2, date(2024, 1, 11), ("0.3", "1", FOUND), ("0.0", "1", LEFT), adjusted=True),
        work(3, date(2024, 1, 21), ("0.05", "1", LEFT), adjusted=True),
        work(4, date(2024, 1, 31), ("0.25", "1", FOUND)),
        work(5, date(2024, 2, 10), ("-0.5", "1", LEFT), adjusted=True),
    ]
    (one,) = moved(works)
    assert [(change.time, round(change.change, 9)) for change in one.changes] == [(10, 0.2), (10, 0.2)]
    assert (one.newest.error, one.records) == (Decimal("-0.5"), {1, 2, 3, 4, 5})


def test_items_alike_are_pooled_and_go_on_from_the_one_nearest_its_limit():
    works = [
        work(1, date(2024, 1, 1), ("0.1", "1", FOUND)),
        work(2, date(2024, 1, 11), ("0.2", "1", FOUND)),
        work(3, date(2024, 1, 1), ("-0.7", "1", FOUND), asset=2),
        work(4, date(2024, 1, 21), ("-0.8", "1", FOUND), asset=2),
    ]
    (one,) = moved(works)
    assert [round(change.change, 9) for change in one.changes] == [0.1, -0.1]
    assert one.newest.error == Decimal("-0.8")


def test_without_records_nothing_moved():
    assert (moved([]), observed([])) == ([], [])
