"""Scores: weights, what does not apply, levels at their edges, and answers that contradict themselves."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest

from registry.labs.criteria.rules import (
    Given,
    Grade,
    Level,
    Mark,
    Scale,
    Told,
    Total,
    check_answer,
    score,
)

HALF = Decimal("0.5")
YES, PARTLY, NO, NOT = (Given(mark) for mark in Mark)
LEVELS = [Level("low", Decimal(0), False), Level("high", Decimal(80), True)]


class One(NamedTuple):
    code: str
    group_code: str = "A"
    weight: Decimal = Decimal(1)
    mandatory: bool = False
    scale: Scale = Scale.YES_PARTLY_NO
    most: int | None = None
    may_not_apply: bool = False


A1 = One("A.1", weight=Decimal(3), mandatory=True)
A2 = One("A.2", weight=Decimal(2))
B1 = One("B.1", "B", Decimal(4), scale=Scale.POINTS, most=5, may_not_apply=True)
B2 = One("B.2", "B", scale=Scale.YES_NO, may_not_apply=True)
ALL = [A1, A2, B1, B2]


def counted(answers, total=Total.WEIGHTED, criteria=ALL, levels=LEVELS):
    return score(criteria, answers, partly=HALF, total=total, levels=levels)


@pytest.mark.parametrize(
    ("answers", "percent", "level", "unmet"),
    [
        ({}, None, None, []),
        ({"A.1": YES, "A.2": YES, "B.1": Given(points=5), "B.2": YES}, "100.0", "high", []),
        ({"A.1": YES, "A.2": NO, "B.1": Given(points=5), "B.2": YES}, "80.0", "high", []),
        ({"A.1": YES, "A.2": NO, "B.1": Given(points=5), "B.2": NO}, "70.0", "low", []),
        ({"A.1": PARTLY, "A.2": YES, "B.1": Given(points=5), "B.2": YES}, "85.0", "low", ["A.1"]),
        ({"A.2": YES, "B.1": Given(points=5), "B.2": YES}, "100.0", None, []),
        ({"A.1": YES, "A.2": YES, "B.1": NOT, "B.2": NO}, "83.3", "high", []),
        ({"A.1": NO, "A.2": NO, "B.1": NOT, "B.2": NOT}, "0.0", "low", ["A.1"]),
        ({"B.1": NOT, "B.2": NOT}, None, None, []),
        ({"A.1": YES, "B.1": Given(points=1)}, "54.2", None, []),
    ],
)
def test_a_score_weighs_what_is_answered_and_applies(answers, percent, level, unmet):
    found = counted(answers)
    assert (found.percent, found.level, list(found.unmet)) == (percent and Decimal(percent), level, unmet)


def test_the_sum_is_shown_with_its_parts():
    found = counted({"A.1": YES, "A.2": PARTLY, "B.1": Given(points=3), "B.2": NOT})
    assert [(part.group, part.achieved, part.possible, part.answered, part.criteria) for part in found.parts] == [
        ("A", 4, 5, 2, 2),
        ("B", Fraction(12, 5), 4, 2, 2),
    ]
    assert (found.achieved, found.possible) == (Fraction(32, 5), 9)


def test_groups_are_averaged_only_where_the_set_says_so_and_empty_ones_do_not_count():
    answers = {"A.1": YES, "A.2": NO, "B.1": Given(points=5), "B.2": NO}
    assert counted(answers).percent == Decimal("70.0")
    assert counted(answers, Total.MEAN_OF_GROUPS).percent == Decimal("70.0")
    answers = {"A.1": YES, "A.2": YES, "B.1": NOT, "B.2": NO}
    assert counted(answers, Total.MEAN_OF_GROUPS).percent == Decimal("50.0")
    assert counted({"A.1": YES, "B.1": NOT}, Total.MEAN_OF_GROUPS).percent == Decimal("100.0")


def test_a_level_is_not_reached_by_rounding():
    thirds = [One("1", weight=Decimal("2.3997")), One("2", weight=Decimal("0.6003"))]
    found = counted({"1": YES, "2": NO}, criteria=thirds)
    assert (found.percent, found.level) == (Decimal("79.9"), "low")


@pytest.mark.parametrize(
    ("asked", "told", "fields"),
    [
        (A1, Told(YES, "", None, ""), set()),
        (A1, Told(Given(), "", None, ""), {"mark"}),
        (A1, Told(Given(points=1), "", None, ""), {"points"}),
        (A1, Told(Given(Mark.YES, 1), "", None, ""), {"points"}),
        (A1, Told(NOT, "vì sao", None, ""), {"mark"}),
        (B2, Told(NOT, "", None, ""), {"words"}),
        (B2, Told(NOT, "vì sao", None, ""), set()),
        (B2, Told(PARTLY, "", None, ""), {"mark"}),
        (B1, Told(YES, "", None, ""), {"mark"}),
        (B1, Told(Given(points=6), "", None, ""), {"points"}),
        (B1, Told(Given(), "", None, ""), {"points"}),
        (B1, Told(Given(points=0), "", Grade.MAJOR, "không có"), set()),
        (B1, Told(Given(points=5), "", Grade.MINOR, "thiếu"), {"grade"}),
        (A1, Told(NO, "", Grade.MAJOR, ""), {"finding"}),
        (A1, Told(NO, "", None, "thiếu"), {"grade"}),
        (A1, Told(YES, "", Grade.MINOR, "thiếu"), {"grade"}),
        (A1, Told(YES, "", Grade.OBSERVATION, "có thể hơn"), set()),
        (A1, Told(YES, "", Grade.STRENGTH, "rất tốt"), set()),
    ],
)
def test_an_answer_is_one_of_its_scale_and_agrees_with_its_finding(asked, told, fields):
    assert set(check_answer(asked, told, HALF)) == fields
