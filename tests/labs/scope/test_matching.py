"""A result of many points held against a long scope: the same verdict as point by point, and few comparisons."""

import random
from datetime import date
from decimal import Decimal

import pytest

from registry.calibration.traceability.measured import Point
from registry.kernel.amounts import comparable
from registry.kernel.quantities import is_same
from registry.labs.scope import matching
from registry.labs.scope.matching import DOUBTS, doubt, judge
from registry.labs.scope.rules import (
    Coverage,
    Papers,
    Place,
    Reason,
    RelativeUnit,
    Thing,
    Work,
    holds_on,
    in_range,
    is_for,
    is_here,
    reaches,
    stands,
)
from tests.labs.scope.test_judging import Line

DAY = date(2025, 3, 1)


def narrowed(work, point, lines):
    """The lines that bear on a point as a person finds them, step by step, or the reason why none does."""
    left = [line for line in lines if comparable(line.unit, point.unit)]
    if not left:
        return left, False, Reason.QUANTITY
    named = [line for line in left if is_same(line.quantity, point.quantity)]
    left = named or left
    for reason, fits in (
        (Reason.INSTRUMENT, lambda line: is_for(line, work.thing) is not False),
        (Reason.NOT_THEN, lambda line: holds_on(line, work.day)),
        (Reason.PAPER, lambda line: stands(line, work.papers) is not False),
        (Reason.RANGE, lambda line: in_range(line, point)),
        (Reason.PLACE, lambda line: is_here(line, work) is not False),
    ):
        left = [line for line in left if fits(line)]
        if not left:
            return left, bool(named), reason
    return left, bool(named), None


def plainly(work, point, lines):
    """The verdict on one point: coverage, reason, confirmed."""
    left, is_named, reason = narrowed(work, point, lines)
    if reason is not None:
        return Coverage.OUTSIDE, reason, True
    doubts = [doubt(line, work, is_named=is_named) for line in left]
    if point.uncertainty is None:
        return Coverage.UNKNOWN, min(doubts, key=DOUBTS.index) or Reason.NO_UNCERTAINTY, True
    does = [(line, why) for line, why in zip(left, doubts, strict=True) if reaches(line, point)]
    if does:
        least = min((why for _line, why in does), key=DOUBTS.index)
        sure = any(line.confirmed for line, why in does if why is None)
        return (Coverage.UNKNOWN, least, True) if least else (Coverage.IN, Reason.WITHIN, sure)
    if any(reaches(line, point) is None for line in left):
        return Coverage.UNKNOWN, Reason.NO_POINTS, True
    return Coverage.OUTSIDE, Reason.CMC, True


def line_by_line(work, lines):
    """Coverage, the reasons each with the value of its first point, and whether all of it is confirmed."""
    found = [plainly(work, point, lines) for point in work.points]
    for coverage in (Coverage.OUTSIDE, Coverage.UNKNOWN):
        first = {}
        for point, (of, reason, _confirmed) in zip(work.points, found, strict=True):
            if of is coverage:
                first.setdefault(reason, (point.quantity, point.unit, point.value))
        if first:
            return coverage, [(reason, *first[reason]) for reason in Reason if reason in first], True
    return Coverage.IN, [(Reason.WITHIN, "", "", None)], all(confirmed for _of, _reason, confirmed in found)


def some_line(chance):
    quantity, unit = chance.choice([("khối lượng", "g"), ("khối lượng", "kg"), ("nhiệt độ", "°C"), ("điện áp DC", "V")])
    low = Decimal(chance.randrange(-5, 40)) / 2
    relative = chance.choice([None, None, Decimal("0.5")])
    return Line(
        quantity,
        unit,
        chance.choice([low, low, None]),
        chance.choice([low + chance.randrange(0, 20), None]),
        chance.choice([None, Decimal("0.01"), Decimal("0.5"), Decimal("0.5")]),
        cmc_relative=relative,
        cmc_relative_unit=RelativeUnit.PERCENT if relative else None,
        instrument_type_id=chance.choice([None, None, None, 1, 2]),
        place=chance.choice([None, Place.LABORATORY, Place.ON_SITE, Place.BOTH]),
        valid_to=chance.choice([None, None, None, date(2024, 1, 1)]),
        confirmed=chance.random() < 0.8,
        accreditation=chance.choice([None, None, "A", "B"]),
    )


def some_point(chance):
    quantity, unit = chance.choice([("khối lượng", "g"), ("khối lượng", "kg"), ("điện áp AC", "V"), ("độ dài", "m")])
    value = chance.choice([None, *(Decimal(chance.randrange(-10, 60)) / 2 for _one in range(6))])
    uncertainty = chance.choice([None, Decimal("0.02"), Decimal("0.6"), Decimal(3), Decimal(3)])
    return Point(quantity, unit, value, uncertainty=uncertainty, factor=chance.choice([None, Decimal(2), Decimal(3)]))


@pytest.mark.parametrize("seed", range(150))
def test_many_points_are_judged_as_each_is_line_by_line(seed):
    chance = random.Random(seed)  # noqa: S311 — the same cases every time
    lines = [some_line(chance) for _one in range(chance.choice([1, 3, 12, 40]))]
    points = [some_point(chance) for _one in range(chance.choice([1, 2, 6]))]
    work = Work(points, DAY, chance.choice([None, True, False]), Thing(chance.choice([None, 1])))
    work = work._replace(papers=chance.choice([Papers(), Papers(["a"]), Papers(["a"], may_lapse=True)]))
    judged = judge(work, lines)
    coverage, reasons, confirmed = line_by_line(work, lines)
    told = [(one.reason, one.quantity, one.unit, Decimal(one.value) if one.value else None) for one in judged.findings]
    assert (judged.coverage, told, judged.confirmed) == (coverage, reasons, confirmed)


@pytest.mark.parametrize("uncertainty", ["0.01", "0.0001"])
def test_a_thousand_points_are_not_held_against_a_thousand_lines_each(monkeypatch, uncertainty):
    """Neither against lines of other ranges, nor each against all where the first is too exact already."""
    beside = [
        Line("khối lượng", "g", Decimal(at), Decimal(at + 1), cmc=Decimal("0.001"), confirmed=at % 2 == 0)
        for at in range(500)
    ]
    upon = [Line("khối lượng", "g", Decimal(0), Decimal(1000 + at), cmc=Decimal("0.002")) for at in range(500)]
    points = [
        Point("khối lượng", "g", Decimal(at) / 2, uncertainty=Decimal(uncertainty), factor=Decimal(2))
        for at in range(1000)
    ]
    asked = []
    monkeypatch.setattr(matching, "reaches", lambda line, point: asked.append(line) or reaches(line, point))
    judge(Work(points, DAY), beside + upon)
    assert len(asked) < 5 * len(points)


def test_lines_that_nobody_confirmed_do_not_come_between_points_and_those_that_were_confirmed(monkeypatch):
    stated = [
        Line("khối lượng", "g", Decimal(0), Decimal(300), cmc=Decimal("0.001"), confirmed=False) for _line in range(300)
    ]
    narrow = [Line("khối lượng", "g", Decimal(at), Decimal(at + 1), cmc=Decimal("0.001")) for at in range(0, 300, 2)]
    points = [Point("khối lượng", "g", Decimal(line.range_low), Decimal("0.01"), Decimal(2)) for line in narrow]
    asked = []
    monkeypatch.setattr(matching, "reaches", lambda line, point: asked.append(line) or reaches(line, point))
    judged = judge(Work(points, DAY), [*stated, *narrow])
    assert (judged.coverage, judged.confirmed) == (Coverage.IN, True)
    assert len(asked) <= 2 * len(points)
