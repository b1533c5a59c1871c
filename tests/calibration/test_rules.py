"""What outcomes prove, how a standard stood, and who does what."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from registry.assets.rules import Proof
from registry.calibration.rules import CalibrationKind, Outcome, check_lab, check_reason, proof_of
from registry.calibration.standing import Standing, standing

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
CALIBRATION, VERIFICATION, CHECK = (
    CalibrationKind.CALIBRATION,
    CalibrationKind.VERIFICATION,
    CalibrationKind.INTERMEDIATE_CHECK,
)


@dataclass
class Record:
    outcome: Outcome
    due_on: date | None
    performed_on: date = TODAY - 100 * DAY
    id: int = 1


@pytest.mark.parametrize(
    ("outcome", "proof"),
    [
        (Outcome.PASS, Proof.GOOD),
        (Outcome.CONDITIONAL_PASS, Proof.GOOD),
        (Outcome.NONE, Proof.GOOD),
        (Outcome.CONDITIONAL_FAIL, Proof.FAILED),
        (Outcome.FAIL, Proof.FAILED),
    ],
)
def test_each_outcome_proves(outcome, proof):
    assert proof_of(CALIBRATION, outcome) is proof


@pytest.mark.parametrize(
    ("outcome", "proof"),
    [
        (Outcome.PASS, Proof.GOOD),
        (Outcome.CONDITIONAL_PASS, Proof.GOOD),
        (Outcome.NONE, Proof.MISSING),
        (Outcome.FAIL, Proof.FAILED),
    ],
)
def test_a_verification_without_a_conclusion_proves_nothing(outcome, proof):
    assert proof_of(VERIFICATION, outcome) is proof


def test_a_calibration_or_verification_is_a_laboratorys_and_a_check_may_be_the_owners():
    assert set(check_lab(CALIBRATION, None)) == set(check_lab(VERIFICATION, None)) == {"lab"}
    assert check_lab(CHECK, None) == check_lab(CalibrationKind.TESTING, None) == check_lab(CALIBRATION, "L") == {}


def test_a_reason_is_more_than_blanks():
    assert set(check_reason(" \t")) == {"reason"}
    assert check_reason("Sai số chứng nhận") == {}


def with_a_failed_check(**said):
    """A good calibration of a hundred days ago, and a check that failed."""
    return {CALIBRATION: Record(Outcome.PASS, TODAY), CHECK: Record(Outcome.FAIL, None, **said)}


@pytest.mark.parametrize(
    ("newest", "required", "was_valid", "due_on"),
    [
        ({}, set(), False, None),
        ({}, {CALIBRATION}, False, None),
        ({CALIBRATION: Record(Outcome.PASS, TODAY)}, {CALIBRATION}, True, TODAY),
        ({CALIBRATION: Record(Outcome.PASS, TODAY - DAY)}, {CALIBRATION}, False, TODAY - DAY),
        ({CALIBRATION: Record(Outcome.PASS, None)}, set(), True, None),
        ({CALIBRATION: Record(Outcome.FAIL, None)}, {CALIBRATION}, False, None),
        ({CALIBRATION: Record(Outcome.PASS, TODAY)}, {CALIBRATION, VERIFICATION}, False, TODAY),
        (with_a_failed_check(performed_on=TODAY), {CALIBRATION}, False, TODAY),
        (with_a_failed_check(performed_on=TODAY - 100 * DAY, id=2), {CALIBRATION}, False, TODAY),
        (with_a_failed_check(performed_on=TODAY - 100 * DAY, id=0), {CALIBRATION}, True, TODAY),
        (with_a_failed_check(performed_on=TODAY - 101 * DAY, id=2), {CALIBRATION}, True, TODAY),
        ({CHECK: Record(Outcome.PASS, TODAY)}, set(), False, None),
        ({CALIBRATION: Record(Outcome.NONE, TODAY)}, {CALIBRATION}, True, TODAY),
        ({VERIFICATION: Record(Outcome.NONE, None)}, {VERIFICATION}, False, None),
    ],
)
def test_a_standard_stood_if_all_it_had_to_undergo_held_on_that_day(newest, required, was_valid, due_on):
    found = standing(newest, required, TODAY)
    assert (found.was_valid, found.due_on) == (was_valid, due_on)


@pytest.mark.parametrize(
    ("newest", "expires_on", "was_valid", "due_on"),
    [
        ({}, TODAY, True, TODAY),
        ({}, TODAY - DAY, False, TODAY - DAY),
        ({CHECK: Record(Outcome.PASS, TODAY)}, TODAY + DAY, True, TODAY),
        ({CHECK: Record(Outcome.PASS, TODAY - DAY)}, TODAY + DAY, False, TODAY - DAY),
        ({CHECK: Record(Outcome.PASS, TODAY)}, TODAY - DAY, False, TODAY - DAY),
    ],
)
def test_a_reference_material_stood_until_its_shelf_life_ended(newest, expires_on, was_valid, due_on):
    found = standing(newest, set(newest), TODAY, expires_on=expires_on)
    assert found == Standing(was_valid, due_on)
