"""What is true of an asset on each day, in Python and in SQL alike."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from sqlalchemy import select

from registry.assets import queries
from registry.assets.fitness import Reason, ScheduleFacts, reasons
from registry.assets.models import Asset, Characteristic
from registry.assets.rules import (
    SOON_DAYS,
    STATUS_CHANGES,
    Kind,
    Proof,
    ScheduleKind,
    Status,
    Validity,
    check_characteristics,
    check_status_change,
    earliest,
    fit_for_use,
    limit,
    summed_up,
    validity,
    worst,
)
from registry.kernel.errors import Invalid
from tests.make import assets as make
from tests.people import People

DUE = date(2026, 6, 15)
LEAP = date(2028, 2, 29)
AROUND = (-400, -61, -60, -59, -1, 0, 1, 400)
CALIBRATION, VERIFICATION = ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION


def on(days: int, due: date = DUE) -> date:
    return due + timedelta(days=days)


@pytest.mark.parametrize(
    ("proof", "due_on", "today", "expected"),
    [
        (Proof.GOOD, DUE, on(-61), Validity.VALID),
        (Proof.GOOD, DUE, on(-60), Validity.DUE_SOON),
        (Proof.GOOD, DUE, on(0), Validity.DUE_SOON),
        (Proof.GOOD, DUE, on(1), Validity.OVERDUE),
        (Proof.GOOD, LEAP, date(2027, 12, 30), Validity.VALID),
        (Proof.GOOD, LEAP, date(2027, 12, 31), Validity.DUE_SOON),
        (Proof.GOOD, LEAP, LEAP, Validity.DUE_SOON),
        (Proof.GOOD, LEAP, date(2028, 3, 1), Validity.OVERDUE),
        (Proof.GOOD, None, on(0), Validity.VALID),
        (Proof.MISSING, None, on(0), Validity.NEVER),
        (Proof.MISSING, DUE, on(0), Validity.NEVER),
        (Proof.MISSING, DUE, on(1), Validity.OVERDUE),
        (Proof.FAILED, DUE, on(1), Validity.FAILED),
        (Proof.FAILED, None, on(0), Validity.FAILED),
        (Proof.NOT_REQUIRED, None, on(0), Validity.NOT_REQUIRED),
        (Proof.NOT_REQUIRED, DUE, on(1), Validity.NOT_REQUIRED),
    ],
)
def test_validity_on_a_day(proof, due_on, today, expected):
    assert validity(proof, due_on, today) is expected


def test_sql_and_python_agree_on_every_day(people: People, session):
    rows = [make.asset(schedules=[], proof=proof, due_on=due_on) for proof, due_on in product(Proof, (None, DUE, LEAP))]
    for today in (*(on(days) for days in AROUND), *(on(days, LEAP) for days in AROUND)):
        for state in Validity:
            found = set(session.scalars(select(Asset.id).where(queries.validity_is(state, today))))
            assert found == {row.id for row in rows if validity(row.proof, row.due_on, today) is state}, (today, state)


@pytest.mark.parametrize(
    ("proofs", "expected"),
    [
        ([], Proof.NOT_REQUIRED),
        ([Proof.NOT_REQUIRED], Proof.NOT_REQUIRED),
        ([Proof.GOOD, Proof.NOT_REQUIRED], Proof.GOOD),
        ([Proof.GOOD, Proof.MISSING], Proof.MISSING),
        ([Proof.MISSING, Proof.FAILED, Proof.GOOD], Proof.FAILED),
    ],
)
def test_the_worst_proof_counts(proofs, expected):
    assert worst(proofs) is expected


def test_the_earliest_day_counts():
    assert earliest([None, LEAP, DUE]) == DUE
    assert earliest([None]) is None
    assert earliest([]) is None


GOOD, MISSING = ScheduleFacts(CALIBRATION, Proof.GOOD, DUE), ScheduleFacts(VERIFICATION, Proof.MISSING, None)


@pytest.mark.parametrize(
    ("schedules", "expires_on", "expected"),
    [
        ([], None, (Proof.NOT_REQUIRED, None)),
        ([], DUE, (Proof.GOOD, DUE)),
        ([GOOD], None, (Proof.GOOD, DUE)),
        ([GOOD], on(-1), (Proof.GOOD, on(-1))),
        ([GOOD], on(1), (Proof.GOOD, DUE)),
        ([GOOD, MISSING], LEAP, (Proof.MISSING, DUE)),
        ([MISSING], DUE, (Proof.MISSING, DUE)),
    ],
)
def test_a_shelf_life_is_proof_until_it_ends(schedules, expires_on, expected):
    assert summed_up(schedules, expires_on) == expected


@pytest.mark.parametrize("days", AROUND)
def test_the_reason_of_a_shelf_life_says_what_the_validity_says(days):
    proof, due_on = summed_up([], DUE)
    state = validity(proof, due_on, on(days))
    expected = [] if state is Validity.VALID else [Reason(state, None, DUE, abs(days))]
    assert reasons(Status.IN_SERVICE, [], on(days), expires_on=DUE) == expected


@pytest.mark.parametrize(("status", "state"), list(product(Status, Validity)))
def test_only_what_is_in_service_and_proven_may_be_used(status, state):
    usable = {Validity.VALID, Validity.DUE_SOON, Validity.NOT_REQUIRED}
    assert fit_for_use(status, state) == (status in {Status.IN_SERVICE, Status.LIMITED_USE} and state in usable)


def test_every_thing_that_stands_against_use_is_named():
    schedules = [
        ScheduleFacts(CALIBRATION, Proof.GOOD, on(-3)),
        ScheduleFacts(VERIFICATION, Proof.GOOD, on(0)),
        ScheduleFacts(ScheduleKind.INTERMEDIATE_CHECK, Proof.MISSING, None),
        ScheduleFacts(ScheduleKind.TESTING, Proof.FAILED, None),
    ]
    assert reasons(Status.QUARANTINED, schedules, DUE) == [
        Reason(Status.QUARANTINED),
        Reason(Validity.OVERDUE, CALIBRATION, on(-3), 3),
        Reason(Validity.DUE_SOON, VERIFICATION, DUE, 0),
        Reason(Validity.NEVER, ScheduleKind.INTERMEDIATE_CHECK),
        Reason(Validity.FAILED, ScheduleKind.TESTING),
    ]


def test_limited_use_says_what_it_is_limited_to():
    found = reasons(Status.LIMITED_USE, [], DUE, restriction="chỉ đến 100 kg")
    assert found == [Reason(Status.LIMITED_USE, restriction="chỉ đến 100 kg")]


def test_nothing_stands_against_a_valid_asset_in_service():
    far = on(SOON_DAYS + 1)
    assert reasons(Status.IN_SERVICE, [ScheduleFacts(CALIBRATION, Proof.GOOD, far)], DUE) == []


@pytest.mark.parametrize(("proof", "due_on"), list(product(Proof, [None, on(-1), on(0), on(61)])))
def test_whatever_must_not_be_used_has_a_reason(proof, due_on):
    facts = [ScheduleFacts(CALIBRATION, proof, due_on)]
    fit = fit_for_use(Status.IN_SERVICE, validity(proof, due_on, DUE))
    against = {reason.code for reason in reasons(Status.IN_SERVICE, facts, DUE)} - {Validity.DUE_SOON}
    assert fit == (not against)


def test_status_changes_are_those_of_the_table():
    for old, new in product(Status, Status):
        if new is old or new in STATUS_CHANGES[old]:
            check_status_change(old, new)
        else:
            with pytest.raises(Invalid) as refused:
                check_status_change(old, new)
            assert list(refused.value.errors or {}) == ["status"]
    assert not any(Status.PLANNED in following for following in STATUS_CHANGES.values())


def test_what_was_disposed_of_is_told_to_stay_so():
    with pytest.raises(Invalid) as refusal:
        check_status_change(Status.DISPOSED, Status.IN_SERVICE)
    (text,) = (refusal.value.errors or {})["status"]
    assert "stays so" in text


def test_numbers_that_contradict_each_other_are_named_by_their_place():
    fine = {"quantity": "Khối lượng", "unit": "g", "range_low": Decimal("0.10"), "range_high": Decimal("0.1")}
    crossed = fine | {"range_low": Decimal(2), "range_high": Decimal("1.999999999999999999")}
    negative = fine | {"mpe": Decimal("-0.1"), "resolution": Decimal(-1)}
    with pytest.raises(Invalid) as refused:
        check_characteristics([fine, crossed, negative])  # type: ignore[list-item]
    assert list(refused.value.errors or {}) == [
        "characteristics.1.range_high",
        "characteristics.2.mpe",
        "characteristics.2.resolution",
    ]
    check_characteristics([fine, {"quantity": "Nhiệt độ", "unit": "°C"}])  # type: ignore[list-item]


def test_a_percentage_of_the_range_needs_both_ends_of_it():
    half = {"quantity": "U", "unit": "V", "range_high": Decimal(10), "mpe_percent_of_range": Decimal("0.1")}
    negative = half | {"range_low": Decimal(0), "mpe_percent_of_reading": Decimal("-0.1")}
    with pytest.raises(Invalid) as refused:
        check_characteristics([half, negative])  # type: ignore[list-item]
    assert list(refused.value.errors or {}) == [
        "characteristics.0.mpe_percent_of_range",
        "characteristics.1.mpe_percent_of_reading",
    ]


def characteristic(**numbers: str) -> Characteristic:
    values = {field: Decimal(number) for field, number in numbers.items()}
    return Characteristic(position=0, quantity="U", unit="mV", **values)


@pytest.mark.parametrize(
    ("numbers", "at", "expected"),
    [
        ({}, "1", None),
        ({"mpe": "0.50"}, "1000", "0.50"),
        ({"mpe_percent_of_reading": "0.02", "mpe": "0.5"}, "1000", "0.7"),
        ({"mpe_percent_of_reading": "0.02", "mpe": "0.5"}, "-1000", "0.7"),
        ({"mpe_percent_of_reading": "0.2", "mpe": "0.15"}, "0", "0.15"),
        ({"range_low": "-100", "range_high": "300", "mpe_percent_of_range": "0.25"}, "0", "1"),
        (
            {"range_low": "0", "range_high": "5", "mpe_percent_of_reading": "0.003", "mpe_percent_of_range": "0.002"},
            "5",
            "0.00025",
        ),
        ({"mpe_percent_of_reading": "0." + "0" * 19 + "1"}, "9" * 20, "0.0099999999999999999999"),
    ],
)
def test_a_limit_is_the_exact_sum_of_its_parts(numbers, at, expected):
    found = limit(characteristic(**numbers), Decimal(at))
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("at", ["-0.0000000000000001", "10.0000000000000001"])
def test_outside_the_range_nothing_is_stated(at):
    held = characteristic(range_low="0", range_high="10", mpe="0.1")
    assert limit(held, Decimal(0)) == limit(held, Decimal(10)) == Decimal("0.1")
    with pytest.raises(Invalid) as refused:
        limit(held, Decimal(at))
    assert list(refused.value.errors or {}) == ["at"]


def test_the_kinds_are_those_of_the_public_surface():
    assert [kind.value for kind in Kind] == ["standard", "reference_material", "instrument"]
