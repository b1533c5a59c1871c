"""Series: what belongs together, units that convert and such that do not, several readings, and checks against them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from registry.calibration.rules import CalibrationKind, Stage
from registry.calibration.stability.rules import Apart, Taken, gathered, last_adjustment, settled

CHECK = CalibrationKind.INTERMEDIATE_CHECK


def taken(record: int, **said: Any) -> Taken:
    """A weight of 100 g whose value was found; the record's number is its month of 2025."""
    usual: dict[str, Any] = {
        "kind": CalibrationKind.CALIBRATION,
        "performed_on": date(2025, record, 1),
        "certificate_no": f"GCN-{record}",
        "adjusted": False,
        "quantity": "khối lượng",
        "unit": "g",
        "nominal": "100",
        "indication": "100.001",
        "stage": Stage.AS_FOUND,
    }
    usual |= said
    numbers = {
        name: None if usual.get(name) is None else Decimal(usual[name])
        for name in (
            "nominal",
            "reference",
            "indication",
            "expanded_uncertainty",
            "coverage_factor",
            "lower_limit",
            "upper_limit",
        )
    }
    return Taken(record, **usual | numbers)


def newest_first(*points: Taken) -> list[Taken]:
    return sorted(points, key=lambda point: (point.performed_on, point.record), reverse=True)


def errors(*points: Taken) -> list[list[str]]:
    return [[str(value.error) for value in one.values] for one in gathered(newest_first(*points)).series]


def test_values_of_one_point_stand_in_the_order_of_their_days():
    assert errors(taken(3, indication="100.003"), taken(1), taken(2, indication="99.998")) == [
        ["0.001", "-0.002", "0.003"]
    ]


def test_a_point_is_the_same_in_any_unit_that_converts_and_its_numbers_are_in_the_newest_one():
    old = taken(1, unit="kg", nominal="0.1", indication="0.100001", expanded_uncertainty="0.0000005", lower_limit="-1")
    (one,) = gathered(newest_first(old, taken(2, nominal="100.000"))).series
    assert (one.unit, one.nominal) == ("g", Decimal(100))
    first = one.values[0]
    assert (first.error, first.expanded_uncertainty, first.lower_limit) == (
        Decimal("0.001"),
        Decimal("0.0005"),
        Decimal(-1000),
    )
    assert (first.unit_then, one.values[1].unit_then) == ("kg", "g")


def test_a_temperature_of_a_point_converts_with_its_zero_and_its_error_without():
    celsius = taken(1, quantity="nhiệt độ", unit="°C", nominal="20", indication="20.5")
    kelvin = taken(2, quantity="Nhiệt độ", unit="K", nominal="293.15", indication="293.35")
    assert errors(celsius, kelvin) == [["0.5", "0.20"]]


@pytest.mark.parametrize(("unit", "other"), [("mm", "g"), ("độ Brix", "g"), ("[pH]", "g")])
def test_what_does_not_convert_stands_apart_and_is_told(unit, other):
    found = gathered(newest_first(taken(1, unit=unit), taken(2)))
    assert sorted(len(one.values) for one in found.series) == [1, 1]
    assert found.apart == [Apart("khối lượng", unit, other)]


def test_stages_and_nominal_values_are_series_of_their_own():
    found = gathered(
        newest_first(
            taken(1), taken(1, stage=Stage.AS_LEFT), taken(1, nominal="200", indication="200"), taken(2), taken(3)
        )
    )
    assert [(one.nominal, one.stage.value, len(one.values)) for one in found.series] == [
        (Decimal(100), "as_found", 3),
        (Decimal(100), "as_left", 1),
        (Decimal(200), "as_found", 1),
    ]
    assert len({one.id for one in found.series}) == 3
    assert found.apart == []


def test_the_id_of_a_series_stays_whatever_unit_is_newest():
    kilograms = taken(3, unit="kg", nominal="0.1", indication="0.1")
    (before,), (after,) = gathered([taken(2)]).series, gathered([kilograms, taken(2)]).series
    assert (before.id, before.unit, after.unit) == (after.id, "g", "kg")


def test_several_readings_of_one_record_are_their_mean_with_the_largest_u_and_the_narrowest_limits():
    thirds = [
        taken(1, indication="100.001", expanded_uncertainty="0.002", lower_limit="-0.5", upper_limit="0.4"),
        taken(1, indication="100.002", expanded_uncertainty=None, lower_limit="-0.3", upper_limit=None),
        taken(1, indication="100.004", expanded_uncertainty="0.003", lower_limit=None, upper_limit="0.6"),
    ]
    ((value,),) = (one.values for one in gathered(thirds).series)
    assert str(value.error) == "0.002333333333333333333333333333"
    assert (value.readings, value.expanded_uncertainty) == (3, Decimal("0.003"))
    assert (value.lower_limit, value.upper_limit) == (Decimal("-0.3"), Decimal("0.4"))


def test_points_without_an_error_are_counted_and_left_out():
    found = gathered([taken(1, indication=None), taken(1, nominal=None, indication="5")])
    assert (found.series, found.valueless) == ([], 2)


def test_without_a_nominal_value_only_a_lone_reading_can_be_told_from_others():
    lone = [taken(1, nominal=None, reference="100", indication="100.1")]
    crowd = [taken(2, nominal=None, reference=str(at), indication=str(at)) for at in (50, 60, 70)]
    found = gathered([*crowd, *lone])
    assert ([len(one.values) for one in found.series], found.nameless) == ([1], 3)


def scores(*points: Taken) -> list[tuple[int, str | None, int | None]]:
    return [
        (value.record, str(value.score.score)[:8] if value.score else None, value.certificate)
        for one in gathered(newest_first(*points)).series
        for value in one.values
        if value.kind is CHECK
    ]


def test_a_check_is_compared_with_the_newest_certificate_before_it():
    old = taken(1, indication="100.0000", expanded_uncertainty="0.0006")
    new = taken(3, indication="100.0010", expanded_uncertainty="0.0006")
    check = taken(4, kind=CHECK, indication="100.0021", expanded_uncertainty="0.0010")
    later = taken(5, indication="100.9", expanded_uncertainty="0.0006")
    assert scores(old, new, check, later) == [(4, "0.943242", 3)]


def test_a_check_is_compared_with_what_was_left_where_it_was_adjusted():
    adjusted = [
        taken(1, adjusted=True, indication="100.5", expanded_uncertainty="0.1"),
        taken(1, adjusted=True, indication="100.0", expanded_uncertainty="0.1", stage=Stage.AS_LEFT),
    ]
    ((record, score, certificate),) = scores(
        *adjusted, taken(2, kind=CHECK, indication="100.0", expanded_uncertainty="0.1")
    )
    assert (record, Decimal(score), certificate) == (2, 0, 1)


@pytest.mark.parametrize("uncertainty", [None, "0"])
def test_without_uncertainties_a_check_has_no_score_and_says_what_it_came_after(uncertainty):
    certificate = taken(1, expanded_uncertainty=uncertainty)
    assert scores(certificate, taken(2, kind=CHECK, expanded_uncertainty=uncertainty)) == [(2, None, 1)]


def test_a_check_before_any_certificate_is_compared_with_nothing():
    assert scores(taken(1, kind=CHECK, expanded_uncertainty="1"), taken(2, expanded_uncertainty="1")) == [
        (1, None, None)
    ]


def test_drift_counts_from_the_last_adjustment_found_before_and_left_after():
    points = [taken(month, adjusted=month == 3) for month in range(1, 6)]
    points += [taken(month, adjusted=month == 3, stage=Stage.AS_LEFT) for month in range(1, 6)]
    found, left = gathered(newest_first(*points)).series
    assert last_adjustment(found) == date(2025, 3, 1)
    assert [value.record for value in settled(found)] == [4, 5]
    assert [value.record for value in settled(left)] == [3, 4, 5]
