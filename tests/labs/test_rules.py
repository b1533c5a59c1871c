"""Accreditations and scopes, whatever is stored."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.kernel.errors import Invalid
from registry.labs.models import Accreditation
from registry.labs.rules import (
    AccreditationStatus,
    Iso17025Status,
    check_accreditations,
    check_status,
    declared_status,
)
from registry.labs.scope.lines import check_lines
from registry.labs.standing import accredited_on
from tests.make.labs import accreditation

GRANTED, LAST = date(2024, 3, 13), date(2027, 3, 13)
DAY = timedelta(days=1)


def line(**changes):
    return {
        "quantity": "khối lượng",
        "unit": "g",
        "range_low": Decimal(1),
        "range_high": Decimal(1000),
        "cmc": Decimal("0.003"),
        "method": None,
    } | changes


@pytest.mark.parametrize(("day", "held"), [(GRANTED - DAY, False), (GRANTED, True), (LAST, True), (LAST + DAY, False)])
def test_an_accreditation_holds_from_its_first_to_its_last_day(day, held):
    assert accredited_on([Accreditation(**accreditation())], day) is held


@pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
def test_a_suspended_or_withdrawn_accreditation_does_not_hold(status):
    assert not accredited_on([Accreditation(**accreditation(status=status))], GRANTED)


def test_one_accreditation_in_force_is_enough():
    held = [accreditation(status=AccreditationStatus.WITHDRAWN), accreditation(number="VLAC 1")]
    assert accredited_on([Accreditation(**one) for one in held], GRANTED)


def test_an_accreditation_for_a_single_day_is_in_order():
    check_accreditations([accreditation(valid_until=GRANTED)])


def test_an_accreditation_cannot_end_before_it_is_granted():
    with pytest.raises(Invalid) as refusal:
        check_accreditations([accreditation(), accreditation(number="VLAC 1", valid_until=GRANTED - DAY)])
    assert list(refusal.value.errors or {}) == ["accreditations.1.valid_until"]


def test_the_same_decision_is_not_listed_twice_but_a_renewal_is_another():
    check_accreditations([accreditation(), accreditation(granted_on=LAST + DAY, valid_until=LAST + DAY)])
    with pytest.raises(Invalid) as refusal:
        check_accreditations([accreditation(), accreditation(number="vilas 999")])
    assert list(refusal.value.errors or {}) == ["accreditations.1.number"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"range_low": Decimal(1001)}, "scope.0.range_high"),
        ({"cmc": Decimal(0)}, "scope.0.cmc"),
        ({"cmc": Decimal("-0.1")}, "scope.0.cmc"),
        ({"unit": "gramme-force-ish"}, "scope.0.unit"),
        ({"cmc_unit": "mm"}, "scope.0.cmc_unit"),
        ({"cmc_unit": "kg", "cmc": None}, "scope.0.cmc"),
        ({"cmc_relative": Decimal(0), "cmc_relative_unit": "ppm"}, "scope.0.cmc_relative"),
        ({"cmc_relative": Decimal(1)}, "scope.0.cmc_relative_unit"),
        ({"valid_from": GRANTED, "valid_to": GRANTED - DAY}, "scope.0.valid_to"),
    ],
)
def test_a_scope_whose_numbers_contradict_each_other_is_refused_beside_the_number(changes, field):
    with pytest.raises(Invalid) as refusal:
        check_lines([line(**changes)])
    assert list(refusal.value.errors or {}) == [field]


@pytest.mark.parametrize("changes", [{"range_high": Decimal(1)}, {"range_low": None}, {"range_high": None}])
def test_a_scope_of_one_value_or_open_at_an_end_is_in_order(changes):
    check_lines([line(**changes)])


HELD = accreditation()["standard"]


def test_a_new_laboratory_is_what_it_says_or_what_its_accreditations_say():
    assert declared_status(Iso17025Status.PREPARING, [HELD]) is Iso17025Status.PREPARING
    assert declared_status(None, ["ISO 15189:2022", HELD]) is Iso17025Status.ACCREDITED
    assert declared_status(None, ["ISO 15189:2022"]) is Iso17025Status.NONE
    assert declared_status(None, []) is Iso17025Status.NONE


def test_an_accredited_laboratory_shows_an_accreditation():
    check_status(Iso17025Status.ACCREDITED, ["ISO/IEC 17020:2012", HELD])
    for standards in ([], ["ISO/IEC 17020:2012"]):
        with pytest.raises(Invalid):
            check_status(Iso17025Status.ACCREDITED, standards)
