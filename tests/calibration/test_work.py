"""What is said of work: days in their order, verification as the law knows it, rules with what belongs to them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.calibration.rules import (
    CalibrationKind,
    DecisionRule,
    Outcome,
    VerificationKind,
    Work,
    certificate_key,
    check_work,
    usual_kind,
)

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


class Measures:
    """What a type is subject to."""

    def __init__(self, initial=None, periodic=None, after_repair=None):
        self.initial, self.periodic, self.after_repair = initial, periodic, after_repair


def faults(*, commissioned_on=None, measures=None, **said):
    usual = {"kind": CalibrationKind.CALIBRATION, "performed_on": TODAY, "outcome": Outcome.PASS}
    return set(check_work(Work(**usual | said), TODAY, commissioned_on=commissioned_on, measures=measures))


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ({}, set()),
        ({"received_on": TODAY, "began_on": TODAY, "issued_on": TODAY, "valid_until": TODAY}, set()),
        ({"performed_on": TODAY + DAY}, {"performed_on"}),
        ({"issued_on": TODAY + DAY}, {"issued_on"}),
        ({"received_on": TODAY + DAY}, {"received_on"}),
        ({"issued_on": TODAY - DAY}, {"issued_on"}),
        ({"valid_until": TODAY - DAY}, {"valid_until"}),
        ({"performed_on": TODAY - DAY, "began_on": TODAY}, {"began_on"}),
        ({"performed_on": TODAY - DAY, "received_on": TODAY}, {"received_on"}),
        ({"began_on": TODAY - 2 * DAY, "received_on": TODAY - DAY}, {"received_on"}),
        ({"performed_on": TODAY + DAY, "valid_until": TODAY}, {"performed_on", "valid_until"}),
    ],
)
def test_days_stand_in_their_order_and_none_is_to_come(days, fields):
    assert faults(**days) == fields


@pytest.mark.parametrize(
    ("commissioned_on", "fields"),
    [
        (None, set()),
        (TODAY + 30 * DAY, set()),
        (date(2036, 6, 15), set()),
        (date(2036, 6, 16), {"performed_on"}),
    ],
)
def test_work_many_years_before_an_asset_was_in_use_was_done_to_another(commissioned_on, fields):
    assert faults(commissioned_on=commissioned_on) == fields


INITIAL_ONLY = Measures(initial=True, periodic=False, after_repair=False)
INITIAL, PERIODIC, AFTER_REPAIR = VerificationKind


@pytest.mark.parametrize(
    ("kind", "measures", "fields"),
    [
        (INITIAL, INITIAL_ONLY, set()),
        (PERIODIC, INITIAL_ONLY, {"verification_kind"}),
        (AFTER_REPAIR, INITIAL_ONLY, {"verification_kind"}),
        (PERIODIC, Measures(), set()),
        (PERIODIC, None, set()),
        (PERIODIC, Measures(True, True, True), set()),
        (INITIAL, Measures(initial=False, periodic=True), {"verification_kind"}),
    ],
)
def test_a_verification_is_of_a_kind_that_its_type_is_subject_to(kind, measures, fields):
    found = faults(kind=CalibrationKind.VERIFICATION, verification_kind=kind, measures=measures)
    assert found == fields


@pytest.mark.parametrize(
    ("kind", "said", "measures", "usual"),
    [
        (CalibrationKind.CALIBRATION, None, INITIAL_ONLY, None),
        (CalibrationKind.VERIFICATION, None, INITIAL_ONLY, INITIAL),
        (CalibrationKind.VERIFICATION, PERIODIC, INITIAL_ONLY, PERIODIC),
        (CalibrationKind.VERIFICATION, None, Measures(), PERIODIC),
        (CalibrationKind.VERIFICATION, None, Measures(initial=True, periodic=True), PERIODIC),
        (CalibrationKind.VERIFICATION, None, None, PERIODIC),
    ],
)
def test_a_verification_of_which_nothing_is_said_is_initial_where_it_can_only_be_that(kind, said, measures, usual):
    assert usual_kind(kind, said, measures) is usual


def test_only_a_verification_has_a_kind_and_a_stamp_and_only_what_passed_gets_one():
    assert faults(verification_kind=INITIAL, stamp_no="7") == {"verification_kind", "stamp_no"}
    verified = {"kind": CalibrationKind.VERIFICATION, "verification_kind": INITIAL, "stamp_no": "7"}
    assert faults(**verified) == set()
    assert faults(**verified, outcome=Outcome.FAIL) == {"stamp_no"}


def test_a_verification_of_which_nothing_else_is_said_is_periodic():
    assert usual_kind(CalibrationKind.VERIFICATION, None) is PERIODIC
    assert usual_kind(CalibrationKind.VERIFICATION, INITIAL) is INITIAL
    assert usual_kind(CalibrationKind.CALIBRATION, None) is None


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"guard_factor": Decimal(1)}, {"guard_factor"}),
        ({"decision_rule": DecisionRule.SIMPLE, "target_risk": Decimal("0.02")}, {"target_risk"}),
        ({"decision_rule": DecisionRule.GUARD_BAND, "guard_factor": Decimal("-0.5")}, set()),
        ({"decision_rule": DecisionRule.NON_BINARY, "guard_factor": Decimal("-0.5")}, {"guard_factor"}),
        ({"decision_rule": DecisionRule.GUARD_BAND, "guard_factor": Decimal("10.1")}, {"guard_factor"}),
        ({"decision_rule": DecisionRule.GUARD_BAND, "target_risk": Decimal("0.5")}, {"target_risk"}),
        ({"decision_rule": DecisionRule.GUARD_BAND, "target_risk": Decimal(0)}, {"target_risk"}),
        ({"decision_rule": DecisionRule.GUARD_BAND, "target_risk": Decimal("0.49999")}, set()),
        (
            {
                "decision_rule": DecisionRule.GUARD_BAND,
                "target_risk": Decimal("0.02"),
                "guard_factor": Decimal(1),
            },
            {"target_risk"},
        ),
    ],
)
def test_a_guard_band_has_one_width_and_belongs_to_a_rule_that_uses_it(said, fields):
    assert faults(**said) == fields


@pytest.mark.parametrize(
    ("low", "high", "fields"),
    [
        ("20", "20", set()),
        (None, "60", set()),
        (None, None, {"environment.0.low"}),
        ("20.1", "20", {"environment.0.high"}),
    ],
)
def test_ambient_conditions_lie_between_a_lowest_and_a_highest_value(low, high, fields):
    line = {"quantity": "Nhiệt độ", "unit": "°C", "low": low and Decimal(low), "high": high and Decimal(high)}
    assert faults(environment=[line]) == fields


def test_capitals_and_spaces_make_no_other_number_and_the_longest_one_fits():
    assert certificate_key(" KĐ  07/Đ ") == certificate_key("kđ 07/đ")
    assert len(certificate_key("ΐ" * 100)) == 300


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d")
def test_the_kind_of_a_dash_makes_no_other_number(dash):
    assert certificate_key(f"DUP{dash}1") == certificate_key("dup-1")


def test_what_nobody_sees_makes_no_other_number():
    assert certificate_key("DUP\u00ad-\u200b1") == "dup-1"
    assert certificate_key("DUP/1") != "dup-1"


@pytest.mark.parametrize("kind", CalibrationKind)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_verification_knows_pass_and_fail_only(kind, outcome):
    refused = kind is CalibrationKind.VERIFICATION and outcome.value.startswith("conditional")
    assert faults(kind=kind, outcome=outcome) == ({"outcome"} if refused else set())
