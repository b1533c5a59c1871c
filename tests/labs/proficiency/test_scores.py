"""Scores and robust statistics: the printed numbers, right at a bound and beside it, and results that do not differ."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.labs.proficiency import robust
from registry.labs.proficiency.scores import Kind, Said, Verdict, en, z, zeta

SATISFACTORY, QUESTIONABLE, UNSATISFACTORY = Verdict
PRINTED = {"z": 2.299999999999997, "zprime": 1.972233729138849, "zeta": 2.299999999999997}  # of x = 52.3, X = 50
TEN = "10.02 10.05 9.98 10.01 10.03 9.99 10.04 10.00 10.40 10.02"
LEAST = Decimal("1E-20")


def said(value: str, expanded: str, factor: str = "2") -> Said:
    return Said(Decimal(value), Decimal(expanded), Decimal(factor))


def decimals(text: str) -> list[Decimal]:
    return [Decimal(word) for word in text.split()]


@pytest.mark.parametrize(
    ("found", "reference", "score", "verdict"),
    [
        (("10.0021", "0.0010"), ("10.0010", "0.0006"), 0.9432422182846468, SATISFACTORY),
        (("100.25", "0.20"), ("100.00", "0.10"), 1.1180339887498947, UNSATISFACTORY),
        (("5.00", "0.02"), ("5.03", "0.02"), -1.06066017177983, UNSATISFACTORY),
        (("5", "3"), ("0", "4"), 1, SATISFACTORY),
        (("5.00000000000000000001", "3"), ("0", "4"), 1, UNSATISFACTORY),
        (("5", "3", "2"), ("0", "2", "1"), 1, SATISFACTORY),
        (("5.00000000000000000001", "3", "2"), ("0", "2", "1"), 1, UNSATISFACTORY),
    ],
)
def test_e_n_compares_expanded_uncertainties_of_one_coverage(found, reference, score, verdict):
    given_score = en(said(*found), said(*reference))
    assert float(given_score.value) == pytest.approx(score, rel=1e-9)
    assert (given_score.kind, given_score.verdict) == (Kind.EN, verdict)


def test_z_z_prime_and_zeta_are_the_printed_ones():
    doubt = Fraction("0.6") ** 2
    assert float(z(Decimal("52.3"), Decimal(50), Decimal(1), Fraction(0)).value) == pytest.approx(PRINTED["z"])
    prime = z(Decimal("52.3"), Decimal(50), Decimal(1), doubt)
    assert (prime.kind, prime.verdict) == (Kind.Z_PRIME, SATISFACTORY)
    assert float(prime.value) == pytest.approx(PRINTED["zprime"], rel=1e-12)
    score = zeta(said("52.3", "0.8", "1"), said("50", "0.6", "1"))
    assert (score.kind, score.verdict) == (Kind.ZETA, QUESTIONABLE)
    assert float(score.value) == pytest.approx(PRINTED["zeta"])


@pytest.mark.parametrize(
    ("off", "verdict"),
    [
        (Decimal(2), SATISFACTORY),
        (2 + LEAST, QUESTIONABLE),
        (3 - LEAST, QUESTIONABLE),
        (Decimal(3), UNSATISFACTORY),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_two_is_still_satisfactory_and_three_is_not_questionable_any_more(off, verdict, sign):
    """The score itself is rounded: at 2 + 1E-20 it would not be told from 2 at fewer digits."""
    assert z(50 + sign * off, Decimal(50), Decimal(1), Fraction(0)).verdict is verdict
    assert zeta(Said(50 + sign * off, Decimal("0.6"), Decimal(1)), said("50", "0.8", "1")).verdict is verdict
    assert z(50 + sign * off, Decimal(50), Decimal("0.6"), Fraction("0.64")).verdict is verdict


@pytest.mark.parametrize(
    ("doubt", "kind"), [("0.3", Kind.Z), ("0.30000000000000000001", Kind.Z_PRIME), ("0.29999", Kind.Z)]
)
def test_z_gives_way_where_the_assigned_value_is_too_uncertain(doubt, kind):
    assert z(Decimal(1), Decimal(0), Decimal(1), Fraction(doubt) ** 2).kind is kind


@given(st.decimals(-100, 100, places=3), st.decimals("0.001", 10, places=3), st.decimals("0.001", 10, places=3))
def test_a_verdict_agrees_with_its_score(value, ours, reference):
    for score in (
        en(Said(value, ours), Said(Decimal(0), reference)),
        zeta(Said(value, ours), Said(Decimal(0), reference)),
    ):
        bound = 1 if score.kind is Kind.EN else 2
        assert (score.verdict is SATISFACTORY) is (abs(score.value) <= bound)


def test_algorithm_a_gives_the_printed_numbers():
    found = robust.algorithm_a(decimals(TEN))
    assert (round(found.mean, 7), round(found.deviation, 7), round(found.uncertainty, 7)) == tuple(
        decimals("10.0206615 0.0306357 0.0121098")
    )
    assert float(found.mean) == pytest.approx(10.02066150529912, rel=1e-10)
    assert float(found.deviation) == pytest.approx(0.030635698521196016, rel=1e-8)
    assert float(found.uncertainty) == pytest.approx(0.012109823129653951, rel=1e-8)
    assert found.iterations < 30
    assert not found.from_spread


def test_median_and_made_do_not_move_with_one_far_result():
    near, far = decimals("1.0 1.1 0.9 1.0 1.2"), decimals("1.0 1.1 0.9 1.0 99")
    assert robust.middle(near) == robust.middle(far) == (Decimal("1.0"), Decimal("0.1483"))
    assert robust.middle(decimals("1 2 3 10")).median == Decimal("2.5")


@pytest.mark.parametrize("count", [2, 3, 12])
def test_results_that_do_not_differ_have_no_spread(count):
    found = robust.algorithm_a(decimals("5.00 " * count))
    assert (found.mean, found.deviation, found.uncertainty, found.iterations) == (5, 0, 0, 0)
    assert found.is_identical


def test_where_most_are_the_same_the_spread_of_all_is_where_it_starts():
    found = robust.algorithm_a(decimals("5 5 5 5 5 5 5 4.9 5.1 5.2 4.8 5.3"))
    assert found.from_spread
    assert 0 < found.deviation < Decimal("0.15")
    alone = robust.algorithm_a(decimals("5 5 5 5 5 5 5 5 5 5 5 9"))
    assert alone.from_spread
    assert alone.is_identical
    assert (alone.mean, alone.deviation) == (pytest.approx(5), 0)


def test_a_result_that_equals_the_reference_has_a_score_of_nought_as_people_write_it():
    same = said("1000.0010", "0.0006")
    assert [str(score(same, same).value) for score in (en, zeta)] == ["0", "0"]
