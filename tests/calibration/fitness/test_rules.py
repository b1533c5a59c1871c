"""Whether a standard could serve in the years to come: each verdict, and the numbers that give it."""

from datetime import date
from decimal import Decimal

import pytest

from registry.calibration.fitness.rules import Facts, Fitness, Need, Why, judge
from registry.calibration.rules import CalibrationKind, Stage
from registry.calibration.stability.rules import Series, Value

TODAY = date(2026, 6, 15)
NEED = (Need("Khối lượng", "mg", Decimal(3)),)


def series(*errors, uncertainty="0.5", limit="2", unit="mg", stage=Stage.AS_FOUND):
    """Yearly results up to 2026, the last error first told last."""
    values = [
        Value(
            record=at,
            kind=CalibrationKind.CALIBRATION,
            on=date(2026 - len(errors) + 1 + at, 5, 1),
            certificate_no=None,
            adjusted=False,
            error=Decimal(error),
            expanded_uncertainty=None if uncertainty is None else Decimal(uncertainty),
            coverage_factor=Decimal(2),
            lower_limit=None if limit is None else -Decimal(limit),
            upper_limit=None if limit is None else Decimal(limit),
            readings=1,
            unit_then=unit,
        )
        for at, error in enumerate(errors)
    ]
    return Series(id="a", point="a", quantity="khối lượng", unit=unit, nominal=None, stage=stage, values=values)


STABLE = series("0.1", "0.11", "0.09", "0.1", "0.1")


def facts(*found, needs=NEED, traceable=True, in_doubt=False, commissioned_on=date(2020, 1, 1)):
    return Facts(found or (STABLE,), needs, traceable, in_doubt, commissioned_on)


@pytest.mark.parametrize(
    ("known", "fitness", "until", "first"),
    [
        (facts(), Fitness.SUITABLE, None, Why.ENOUGH_UNCERTAINTY),
        (facts(series("0.1", "0.4", "0.7", "1.0", "1.3", uncertainty="0.2")), Fitness.UNTIL, 2027, Why.DRIFTS),
        (facts(series("0.1", "0.4", "0.7", "1.0", "1.3")), Fitness.UNTIL, 2026, Why.DRIFTS),
        (facts(series("0.1", "0.1", "0.1")), Fitness.DOUBTFUL, None, Why.FEW_RESULTS),
        (facts(series("0.1", "0.6", "1.1", "1.6", "2.1")), Fitness.UNSUITABLE, None, Why.BEYOND),
        (facts(series(*["0.1"] * 5, uncertainty="1.01")), Fitness.UNSUITABLE, None, Why.TOO_UNCERTAIN),
        (facts(series(*["0.1"] * 5, uncertainty="1.0")), Fitness.SUITABLE, None, Why.ENOUGH_UNCERTAINTY),
        (facts(series("0.1", "0.1", uncertainty="0.5")), Fitness.DOUBTFUL, None, Why.FEW_RESULTS),
        (facts(series("0.1", "0.1", "0.1", limit=None)), Fitness.DOUBTFUL, None, Why.FEW_RESULTS),
        (facts(series("0.1", "0.1", "0.1", uncertainty=None)), Fitness.UNKNOWN, None, Why.NO_UNCERTAINTY),
        (facts(needs=()), Fitness.UNKNOWN, None, Why.NO_NEED),
        (facts(traceable=None), Fitness.DOUBTFUL, None, Why.NOT_TRACEABLE),
        (facts(in_doubt=True), Fitness.DOUBTFUL, None, Why.IN_DOUBT),
        (facts(commissioned_on=date(2011, 6, 14)), Fitness.DOUBTFUL, None, Why.OLD),
        (facts(commissioned_on=date(2011, 6, 17)), Fitness.SUITABLE, None, Why.ENOUGH_UNCERTAINTY),
        (facts(commissioned_on=None), Fitness.SUITABLE, None, Why.ENOUGH_UNCERTAINTY),
        (Facts((), NEED, True, False, None), Fitness.UNKNOWN, None, Why.NO_RESULTS),
    ],
)
def test_each_verdict_has_its_gravest_reason_first(known, fitness, until, first):
    judged = judge(known, TODAY)
    assert (judged.fitness, judged.until, judged.reasons[0].why) == (fitness, until, first)


def test_a_need_in_another_unit_of_the_quantity_is_turned_and_another_quantity_is_no_need():
    grams = series(*["0.0001"] * 5, uncertainty="0.0011", limit="0.002", unit="g")
    assert judge(facts(grams), TODAY).fitness is Fitness.UNSUITABLE
    length = Need("Chiều dài", "mm", Decimal("0.001"))
    assert judge(facts(grams, needs=(length,)), TODAY).reasons[0].why is Why.NO_UNCERTAINTY


def test_the_smallest_need_decides_and_the_numbers_say_so():
    needs = (*NEED, Need("Khối lượng", "g", Decimal("0.0012")))
    judged = judge(facts(needs=needs), TODAY)
    assert judged.fitness is Fitness.UNSUITABLE
    assert dict(judged.reasons[0].numbers) == {"uncertainty": "0.5 mg", "limit": "0.0012 g", "ratio": "3"}


def test_what_was_found_out_of_its_limits_more_than_once_in_five_is_doubtful():
    often = series("2.5", "0.1", "0.1", "2.5", "0.1", limit="2")
    reasons = {reason.why: dict(reason.numbers) for reason in judge(facts(often), TODAY).reasons}
    assert reasons[Why.OFTEN_OUT] == {"good": "3", "every": "5"}
