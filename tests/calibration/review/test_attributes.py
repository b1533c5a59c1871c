"""The interval test: worked numbers, both branches, the target itself and the ends."""

from decimal import Decimal

import pytest

from registry.calibration.review.attributes import Rule, reliability_range, review
from registry.calibration.review.proposal import Because, Interval
from registry.kernel.errors import Invalid

EXACT = 1e-9
DAYS = {"shortest": 14, "longest": 1826}
# in tolerance, of, interval, target, confidence of the range; Q, calculated interval, range
WORKED = [
    (15, 20, 365, "0.95", "0.5", 0.9948521193306954, 230.84604619402594, 0.6515597371677785, 0.8285696548152859),
    (14, 20, 365, "0.95", "0.5", 0.9993414113509435, 205.33241335376826, 0.5999963237029031, 0.7842997705009644),
    (16, 20, 730, "0.95", "0.5", 0.9681969479604728, 522.5084496170113, 0.7041219028071238, 0.8716011332003665),
    (42, 50, 365, "0.9", "0.3", 0.7557098327974436, 328.81398043352857, 0.8067058229025349, 0.8663923580281168),
    (20, 20, 365, "0.95", "0.5", 0.6415140775914581, 503.2321224575541, 0.9330329915368074, 1),
    (48, 50, 365, "0.9", "0.5", 0.7765424873073055, 677.3299561648286, 0.9230884607215504, 0.9807662929708759),
    (100, 100, 365, "0.9", "0.5", 0.9999734386011124, 730, 0.9862327044933592, 1),
]


@pytest.mark.parametrize("row", WORKED)
def test_the_worked_numbers(row):
    good, count, current, target, share, q, calculated, low, high = row
    rule = Rule(target=Decimal(target), range_confidence=Decimal(share))
    found = review(count, good, Interval(current=current, **DAYS), rule)
    assert found.rejection == pytest.approx(q, rel=EXACT)
    assert found.wanted == pytest.approx(calculated, rel=EXACT)
    assert (found.low, found.high) == pytest.approx((low, high), rel=EXACT)
    assert found.adopted
    assert found.proposed == int(calculated)


def test_on_the_target_nothing_changes():
    found = review(20, 19, Interval(current=365, **DAYS), Rule(target=Decimal("0.95")))
    assert (found.rejection, found.wanted, found.proposed, found.adopted) == (0, 365, 365, False)
    assert [reason.code for reason in found.reasons] == [Because.ON_TARGET, Because.NOT_CONFIDENT]


@pytest.mark.parametrize(("good", "count", "target"), [(9, 10, "0.95"), (47, 50, "0.95"), (46, 50, "0.91")])
def test_a_small_sample_near_the_target_moves_nothing(good, count, target):
    found = review(count, good, Interval(current=365, **DAYS), Rule(target=Decimal(target)))
    assert 0 <= found.rejection <= 0.5
    assert (found.proposed, found.adopted) == (365, False)


def test_none_in_tolerance_halves_the_interval():
    found = review(10, 0, Interval(current=365, **DAYS), Rule(target=Decimal("0.9")))
    assert found.rejection == pytest.approx(1, abs=1e-9)
    assert (found.wanted, found.proposed) == (182.5, 182)
    assert (found.low, found.high) == pytest.approx((0, 1 - 0.5**0.1))


def test_a_certain_rejection_does_not_overflow():
    found = review(10**6, 10**6, Interval(current=365, **DAYS), Rule(target=Decimal("0.9")))
    assert (found.rejection, found.wanted) == (1, pytest.approx(730, rel=EXACT))


def test_a_change_too_small_to_bother_is_not_made():
    found = review(50, 42, Interval(current=10, shortest=1, longest=60), Rule(target=Decimal("0.9")))
    assert found.wanted == pytest.approx(9.00860220366)
    assert (found.proposed, found.adopted) == (10, False)
    assert Because.CHANGE_TOO_SMALL in [reason.code for reason in found.reasons]


def test_an_interval_that_is_kept_still_obeys_the_law():
    interval = Interval(current=365, **DAYS, legal_cycle=360)
    assert review(20, 19, interval, Rule(target=Decimal("0.95"))).proposed == 360


@pytest.mark.parametrize(("count", "good"), [(1, 0), (1, 1), (7, 3), (50, 49)])
def test_the_range_holds_the_observed_share(count, good):
    low, high = reliability_range(count, good, 0.95)
    assert 0 <= low <= good / count <= high <= 1


@pytest.mark.parametrize(
    ("count", "good", "field"), [(0, 0, "calibrations"), (10, 11, "in_tolerance"), (10, -1, "in_tolerance")]
)
def test_counts_that_cannot_be_are_refused(count, good, field):
    with pytest.raises(Invalid) as refused:
        review(count, good, Interval(current=365, **DAYS), Rule(target=Decimal("0.95")))
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("field", ["target", "confidence", "range_confidence"])
@pytest.mark.parametrize("value", ["0", "1", "95"])
def test_a_share_lies_between_none_and_all(field, value):
    with pytest.raises(Invalid) as refused:
        Rule(**{"target": Decimal("0.95")} | {field: Decimal(value)})
    assert list(refused.value.errors) == [field]
