"""Judging a measurand: where a value and a spread come from, which score applies, and what cannot be judged."""

from decimal import Decimal

import pytest

from registry.kernel.errors import Invalid
from registry.labs.proficiency.judging import Entry, frozen, judge
from registry.labs.proficiency.rules import Assigned, Judged, Source, check_assigned, check_result, in_unit
from registry.labs.proficiency.scores import Kind, Said, Verdict

TEN = ["10.02", "10.05", "9.98", "10.01", "10.03", "9.99", "10.04", "10.00", "10.40", "10.02"]


def entries(*values: str, unit: str = "g", expanded: str = "0.05") -> list[Entry]:
    return [Entry(place, Said(Decimal(value), Decimal(expanded)), unit) for place, value in enumerate(values)]


def reference(judged_by=Judged.EN, value="10.00", expanded="0.02", sigma=None) -> Assigned:
    numbers = Decimal(value), Decimal(expanded), Decimal(2)
    return Assigned(judged_by, Source.REFERENCE, *numbers, None if sigma is None else Decimal(sigma))


def consensus(sigma=None) -> Assigned:
    return Assigned(Judged.Z, Source.CONSENSUS, None, None, None, None if sigma is None else Decimal(sigma))


def refusal(act, *said) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        act(*said)
    return dict(refused.value.errors or {})


def test_a_consensus_is_made_by_algorithm_a_and_its_far_result_is_shown_and_not_deleted():
    outcome = judge("m", "g", consensus(), 10, entries(*TEN))
    assert round(outcome.assigned.value, 7) == Decimal("10.0206615")
    assert round(outcome.assigned.expanded, 7) == Decimal("0.0242196")
    assert round(outcome.sigma, 7) == Decimal("0.0306357")
    assert outcome.sigma_from_results
    assert len(outcome.judgements) == len(TEN)
    far = outcome.judgements[8]
    assert (far.decides.kind, far.verdict) == (Kind.Z_PRIME, Verdict.UNSATISFACTORY)
    assert set(far.scores) == {Kind.Z_PRIME}


def test_with_a_reference_all_scores_are_told_and_the_round_says_which_decides():
    by_en = judge("m", "g", reference(sigma="0.1"), 12, entries("10.05")).judgements[0]
    assert set(by_en.scores) == {Kind.EN, Kind.Z, Kind.ZETA}
    assert by_en.decides.kind is Kind.EN
    assert judge("m", "g", reference(Judged.ZETA), 12, entries("10.05")).judgements[0].decides.kind is Kind.ZETA
    doubtful = judge("m", "g", reference(Judged.Z, expanded="0.08", sigma="0.1"), 12, entries("10.05"))
    assert doubtful.judgements[0].decides.kind is Kind.Z_PRIME


def test_results_in_other_units_are_judged_exactly_in_that_of_the_round():
    """E_n is 1 to the last digit: 10 g off 0 with U = 6 g and 8 g, said in three units."""
    basis = reference(value="0", expanded="8")
    said = [*entries("10", expanded="6"), *entries("0.01", unit="kg", expanded="0.006")]
    said += entries("10000.0000000001", unit="mg", expanded="6000")
    outcome = judge("m", "g", basis, 12, said)
    verdicts = [judgement.verdict for judgement in outcome.judgements]
    assert verdicts == [Verdict.SATISFACTORY, Verdict.SATISFACTORY, Verdict.UNSATISFACTORY]
    assert [one.found.value for one in outcome.judgements[:2]] == [10, 10]


@pytest.mark.parametrize(
    ("basis", "least", "values", "field", "told"),
    [
        (consensus(), 12, TEN, "results", "12"),
        (consensus(sigma="0.1"), 12, TEN, "results", "12"),
        (consensus(), 5, ["10"], "results", "5"),
        (reference(Judged.Z), 12, TEN, "results", "12"),
        (consensus(), 5, ["10"] * 6, "sigma", "m"),
        (Assigned(Judged.EN, Source.REFERENCE, None, None, None, None), 12, TEN, "assigned_value", "U"),
        (reference(), 12, [], "results", "m"),
    ],
)
def test_what_cannot_be_judged_is_named(basis, least, values, field, told):
    errors = refusal(judge, "m", "g", basis, least, entries(*values))
    assert set(errors) == {field}
    assert told in errors[field][0]


def test_results_that_are_all_the_same_are_judged_by_a_stated_deviation():
    outcome = judge("m", "g", consensus(sigma="0.1"), 5, entries(*["10"] * 6))
    assert outcome.robust.is_identical
    assert {judgement.decides.value for judgement in outcome.judgements} == {0}
    kept = frozen(consensus(sigma="0.1"), 5, outcome)
    zeros = "robust_uncertainty", "robust_deviation", "assigned_uncertainty"
    assert [kept[name] for name in zeros] == ["0", "0", "0"]


@pytest.mark.parametrize(
    ("basis", "field"),
    [
        (Assigned(Judged.EN, Source.CONSENSUS, None, None, None, None), "source"),
        (Assigned(Judged.Z, Source.CONSENSUS, Decimal(1), None, None, None), "assigned_value"),
        (Assigned(Judged.Z, Source.REFERENCE, Decimal(1), Decimal(1), None, None), "assigned_value"),
        (Assigned(Judged.Z, Source.REFERENCE, Decimal(1), Decimal(1), Decimal("0.9"), None), "assigned_factor"),
        (Assigned(Judged.Z, Source.REFERENCE, Decimal(1), Decimal(0), Decimal(2), None), "assigned_uncertainty"),
        (Assigned(Judged.Z, Source.REFERENCE, None, None, None, Decimal(0)), "sigma"),
    ],
)
def test_what_a_measurand_cannot_be_judged_by_is_named(basis, field):
    assert set(refusal(check_assigned, basis)) == {field}


@pytest.mark.parametrize(
    ("expanded", "factor", "field"),
    [
        ("0", "2", "expanded_uncertainty"),
        ("-1", "2", "expanded_uncertainty"),
        ("1", "0.99", "coverage_factor"),
        ("1", "21", "coverage_factor"),
    ],
)
def test_no_result_is_without_uncertainty(expanded, factor, field):
    assert set(refusal(check_result, Decimal(expanded), Decimal(factor))) == {field}


@pytest.mark.parametrize(("unit", "wanted"), [("g", "mm"), ("[pH]", "g"), ("Cel", "K"), ("°C", "K")])
def test_what_does_not_convert_is_refused(unit, wanted):
    """Of °C and K nobody knows whether the value is a temperature or a difference of two."""
    assert set(refusal(in_unit, Said(Decimal(1), Decimal(1)), unit, wanted)) == {"unit"}
