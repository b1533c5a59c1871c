"""Due dates in the records: the way to a day, use, grace by two people, the law, and days that never rewind."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.assets import actions as assets
from registry.assets.rules import Proof, ScheduleKind, Validity, validity
from registry.assets.schedules import Anchor, Ends
from registry.assets.types import actions as types
from registry.assets.types.links import link
from registry.calibration import actions as calibrations
from registry.calibration import settling
from registry.calibration.due import actions, queries
from registry.calibration.due.words import sentence
from registry.calibration.intervals import Step, StepCode
from registry.calibration.rules import CalibrationKind, Outcome, VerificationKind
from registry.kernel import audit
from registry.kernel.calendar import IntervalUnit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import types as make_types
from tests.make.calibration import calibration
from tests.people import PASSWORD

DAY = timedelta(days=1)
CALIBRATION, VERIFICATION = ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION
pytestmark = pytest.mark.usefixtures("people", "session")


def scheduled(kind=CALIBRATION, months=12, **terms):
    return make_assets.asset(
        schedules=[make_assets.schedule(kind, interval_months=months, **terms)], proof=Proof.MISSING
    )


def schedule_of(asset, kind=CALIBRATION):
    return queries.schedule_of(asset, kind)


def codes(asset, kind=CALIBRATION):
    return [step.code for step in queries.explained(asset, schedule_of(asset, kind)).steps]


def extension(asset, people, until, *, grant=True):
    schedule = schedule_of(asset)
    asked = actions.ask_extension(
        asset, schedule, until=until, reason="Chờ chuẩn", evidence="Trôi 0,1 U", by=people.technician.person()
    )
    if grant:
        actions.grant_extension(asset, schedule, asked, password=PASSWORD, by=people.keeper.person())
    return asked


def verified_type(*versions):
    made = make_types.type_(versions=list(versions) or [make_types.version()])
    asset = scheduled(VERIFICATION)
    asset.instrument_type = made.code
    link(asset, None)
    db.session.flush()
    return made, asset


def test_the_way_to_a_day_is_told_step_by_step():
    asset = scheduled()
    assert codes(asset) == [StepCode.NO_RECORD]
    made = calibration(asset, date(2024, 2, 29))
    why = queries.explained(asset, schedule_of(asset))
    assert [step.code for step in why.steps] == [
        StepCode.RECORD,
        StepCode.FROM_PERFORMED,
        StepCode.INTERVAL,
        StepCode.LEAP_DAY,
    ]
    assert (why.on, why.record) == (date(2025, 2, 28), made)
    assert all(sentence(step) for step in why.steps)
    calibration(asset, TODAY, outcome=Outcome.FAIL)
    assert codes(asset) == [StepCode.FAILED]


def test_terms_that_change_later_move_nothing_and_that_is_said():
    asset = scheduled()
    calibration(asset, date(2026, 3, 1))
    schedule_of(asset).interval, schedule_of(asset).interval_unit = 90, IntervalUnit.DAYS
    db.session.flush()
    (*_before, said) = queries.explained(asset, schedule_of(asset)).steps
    assert said == Step(StepCode.SAID_THEN, date(2027, 3, 1), {"interval": 12, "unit": IntervalUnit.MONTHS})
    assert "12 tháng" in sentence(said)
    settling.settle(asset, CALIBRATION, by=None)
    assert asset.due_on == date(2027, 3, 1)
    calibration(asset, TODAY)
    assert asset.due_on == TODAY + timedelta(days=90)


@pytest.mark.parametrize(
    ("performed_on", "number", "unit", "due_on"),
    [
        (date(2024, 2, 28), 1, IntervalUnit.DAYS, date(2024, 2, 29)),
        (date(2026, 1, 31), 4, IntervalUnit.WEEKS, date(2026, 2, 28)),
        (date(2024, 2, 29), 2, IntervalUnit.YEARS, date(2026, 2, 28)),
    ],
)
def test_intervals_in_days_weeks_and_years_reach_the_schedule(performed_on, number, unit, due_on):
    asset = scheduled(interval=number, interval_unit=unit)
    calibration(asset, performed_on)
    assert asset.due_on == schedule_of(asset).due_on == due_on
    assert validity(asset.proof, asset.due_on, due_on) is Validity.DUE_SOON
    assert validity(asset.proof, asset.due_on, due_on + DAY) is Validity.OVERDUE


def test_early_work_keeps_the_due_date_and_a_failure_before_it_does_not():
    asset = scheduled(early_days=30)
    calibration(asset, date(2025, 6, 1))
    calibration(asset, date(2026, 5, 10))
    assert asset.due_on == date(2027, 6, 1)
    assert StepCode.EARLY_KEEPS in codes(asset)
    other = scheduled(early_days=30)
    calibration(other, date(2025, 6, 1))
    calibration(other, date(2026, 5, 9), outcome=Outcome.FAIL)
    calibration(other, date(2026, 5, 10))
    assert other.due_on == date(2027, 5, 10)


def test_late_work_does_not_drift():
    asset = scheduled(late_keeps=True)
    calibration(asset, date(2025, 3, 1))
    calibration(asset, date(2026, 5, 10))
    assert asset.due_on == date(2027, 3, 1)


def test_an_old_record_that_is_voided_or_recorded_late_never_rewinds_a_newer_due_date():
    asset = scheduled(early_days=30, late_keeps=True)
    old = calibration(asset, date(2025, 6, 1))
    calibration(asset, date(2026, 5, 20))
    due_on = asset.due_on
    calibrations.void(old, reason="Nhầm", by=None)
    assert asset.due_on == due_on == date(2027, 6, 1)
    assert codes(asset)[-1] is StepCode.SAID_THEN
    late = calibration(asset, date(2025, 5, 1), certificate_no="muộn")
    assert (asset.due_on, late.moved) == (due_on, False)


def test_an_amendment_of_an_old_record_never_rewinds_a_newer_due_date():
    asset = scheduled(early_days=30)
    old = calibration(asset, date(2025, 6, 1))
    calibration(asset, date(2026, 5, 20))
    amendment = calibration(
        asset,
        date(2025, 5, 1),
        certificate_no="sửa",
        valid_until=date(2025, 12, 31),
        amends=old.id,
        amendment_reason="Sai ngày",
    )
    assert (amendment.due_on, amendment.moved) == (date(2025, 12, 31), False)
    assert asset.due_on == date(2027, 6, 1)


def test_an_amendment_of_the_newest_record_comes_up_against_the_same_due_date():
    asset = scheduled(early_days=30)
    calibration(asset, date(2025, 6, 1))
    newest = calibration(asset, date(2026, 5, 20))
    calibration(asset, date(2026, 5, 21), certificate_no="sửa", amends=newest.id, amendment_reason="Sai ngày")
    assert asset.due_on == date(2027, 6, 1)
    assert StepCode.EARLY_KEEPS in codes(asset)


def test_the_day_of_receipt_counts_where_it_is_agreed_and_known():
    asset = scheduled(anchor=Anchor.RECEIVED)
    calibration(asset, date(2026, 3, 10), received_on=date(2026, 3, 2))
    assert asset.due_on == date(2027, 3, 2)
    assert StepCode.FROM_RECEIVED in codes(asset)
    calibration(asset, date(2026, 4, 10))
    assert asset.due_on == date(2027, 4, 10)
    assert StepCode.RECEIPT_UNKNOWN in codes(asset)


def test_the_first_use_counts_once_from_the_work_that_waits_for_it(people):
    asset = scheduled(anchor=Anchor.FIRST_USE)
    schedule, keeper = schedule_of(asset), people.keeper.person()
    with pytest.raises(Conflict):
        actions.use_first(asset, schedule, by=keeper)
    calibration(asset, date(2026, 1, 10))
    assert StepCode.NOT_USED_YET in codes(asset)
    with pytest.raises(Invalid):
        actions.use_first(asset, schedule, on=date(2026, 1, 9), by=keeper)
    actions.use_first(asset, schedule, on=date(2026, 3, 31), by=keeper)
    assert asset.due_on == date(2027, 3, 31)
    assert StepCode.FROM_FIRST_USE in codes(asset)
    with pytest.raises(Conflict):
        actions.use_first(asset, schedule, by=keeper)
    calibration(asset, TODAY)
    assert (schedule.first_use_on, asset.due_on) == (None, date(2027, 6, 15))


def test_use_ends_a_proof_before_its_day_and_a_withdrawn_reading_does_not(people):
    asset = scheduled(usage_limit=Decimal(100), usage_unit="h")
    schedule, keeper = schedule_of(asset), people.keeper.person()
    calibration(asset, date(2026, 1, 10))
    assert StepCode.NO_READING in codes(asset)
    actions.read_usage(asset, schedule, value=Decimal(5), on=date(2026, 1, 10), by=keeper)
    actions.read_usage(asset, schedule, value=Decimal("104.9"), on=date(2026, 5, 1), by=keeper)
    assert (asset.due_on, codes(asset)[-1]) == (date(2027, 1, 10), StepCode.USAGE_LEFT)
    wrong = actions.read_usage(asset, schedule, value=Decimal(105), on=date(2026, 5, 2), by=keeper)
    assert (asset.due_on, codes(asset)[-1]) == (date(2026, 5, 2), StepCode.USAGE_MET)
    assert validity(asset.proof, asset.due_on, TODAY) is Validity.OVERDUE
    why = queries.explained(asset, schedule)
    assert why.record is not None
    assert queries.said(why.record, schedule)[-1].code is StepCode.USAGE_MET
    with pytest.raises(Conflict):
        extension(asset, people, date(2027, 6, 1))
    actions.withdraw_reading(asset, schedule, wrong, reason="Đọc nhầm", by=keeper)
    assert asset.due_on == date(2027, 1, 10)
    with pytest.raises(Conflict):
        actions.withdraw_reading(asset, schedule, wrong, reason="Lại", by=keeper)


def test_use_says_nothing_of_a_failure(people):
    asset = scheduled(usage_limit=Decimal(100), usage_unit="h")
    schedule, keeper = schedule_of(asset), people.keeper.person()
    failed = calibration(asset, date(2026, 1, 10), outcome=Outcome.FAIL)
    actions.read_usage(asset, schedule, value=Decimal(5), on=date(2026, 1, 10), by=keeper)
    actions.read_usage(asset, schedule, value=Decimal(105), on=date(2026, 5, 2), by=keeper)
    assert (asset.proof, asset.due_on, failed.due_on) == (Proof.FAILED, None, None)
    assert codes(asset) == [StepCode.FAILED]


def test_a_counter_without_a_limit_is_not_read(people):
    asset = scheduled()
    with pytest.raises(Conflict):
        actions.read_usage(asset, schedule_of(asset), value=Decimal(1), by=people.keeper.person())


def test_grace_is_given_by_a_second_person_holds_to_its_last_day_and_can_be_revoked(people):
    asset = scheduled()
    record = calibration(asset, date(2025, 6, 1))
    asked = extension(asset, people, date(2026, 8, 31), grant=False)
    assert asset.due_on == date(2026, 6, 1)
    with pytest.raises(Conflict):
        extension(asset, people, date(2026, 9, 30), grant=False)
    schedule = schedule_of(asset)
    with pytest.raises(Forbidden):
        actions.grant_extension(asset, schedule, asked, password=PASSWORD, by=people.technician.person())
    actions.grant_extension(asset, schedule, asked, password=PASSWORD, by=people.keeper.person())
    assert asset.due_on == record.due_on == date(2026, 8, 31)
    assert record.calendar_due_on == date(2026, 6, 1)
    assert validity(asset.proof, asset.due_on, date(2026, 8, 31)) is Validity.DUE_SOON
    assert validity(asset.proof, asset.due_on, date(2026, 9, 1)) is Validity.OVERDUE
    assert codes(asset)[-1] is StepCode.EXTENDED
    with pytest.raises(Forbidden):
        actions.end_extension(asset, schedule, asked, reason="Không an toàn", by=people.technician.person())
    actions.end_extension(asset, schedule, asked, reason="Không an toàn", by=people.keeper.person())
    assert asset.due_on == date(2026, 6, 1)
    with pytest.raises(Conflict):
        actions.grant_extension(asset, schedule, asked, password=PASSWORD, by=people.keeper.person())
    told = [entry.action for entry in audit.history("asset", asset.tag)]
    assert {"asset.ask_extension", "asset.grant_extension", "asset.end_extension"} <= set(told)


def test_who_asked_does_not_grant_even_as_a_manager(people):
    asset, keeper = scheduled(), people.keeper.person()
    calibration(asset, date(2025, 7, 1))
    asked = actions.ask_extension(
        asset, schedule_of(asset), until=date(2026, 8, 1), reason="r", evidence="e", by=keeper
    )
    with pytest.raises(Forbidden):
        actions.grant_extension(asset, schedule_of(asset), asked, password=PASSWORD, by=keeper)


def test_grace_ends_with_the_record_it_was_given_for(people):
    asset = scheduled()
    calibration(asset, date(2025, 7, 1))
    extension(asset, people, date(2026, 12, 31))
    calibration(asset, TODAY)
    assert asset.due_on == date(2027, 6, 15)
    assert StepCode.EXTENDED not in codes(asset)


def test_grace_goes_on_for_an_amendment_that_leaves_the_day_and_ends_with_one_that_moves_it(people):
    asset = scheduled()
    record = calibration(asset, date(2025, 6, 1))
    asked = extension(asset, people, date(2026, 8, 31), grant=False)
    why = {"amendment_reason": "Sai số máy"}
    first = calibration(asset, date(2025, 6, 1), certificate_no="sửa 1", amends=record.id, **why)
    actions.grant_extension(asset, schedule_of(asset), asked, password=PASSWORD, by=people.keeper.person())
    assert asset.due_on == first.due_on == date(2026, 8, 31)
    second = calibration(asset, date(2025, 6, 1), certificate_no="sửa 2", amends=first.id, **why)
    assert asset.due_on == second.due_on == date(2026, 8, 31)
    assert codes(asset)[-1] is StepCode.EXTENDED
    with pytest.raises(Conflict):
        extension(asset, people, date(2026, 9, 30), grant=False)
    calibration(asset, date(2025, 6, 2), certificate_no="sửa 3", amends=second.id, **why)
    assert asset.due_on == date(2026, 6, 2)
    assert StepCode.EXTENDED not in codes(asset)


def test_grace_asked_for_a_day_that_has_moved_is_not_given(people):
    asset = scheduled()
    calibration(asset, date(2025, 7, 1))
    asked = extension(asset, people, date(2026, 12, 31), grant=False)
    calibration(asset, TODAY)
    with pytest.raises(Conflict):
        actions.grant_extension(asset, schedule_of(asset), asked, password=PASSWORD, by=people.keeper.person())


def test_a_verification_is_never_extended(people):
    asset = scheduled(VERIFICATION)
    calibration(asset, date(2025, 7, 1), kind=CalibrationKind.VERIFICATION)
    schedule = schedule_of(asset, VERIFICATION)
    with pytest.raises(Conflict):
        actions.ask_extension(
            asset, schedule, until=date(2027, 1, 1), reason="r", evidence="e", by=people.keeper.person()
        )


def test_the_cycle_of_the_circular_in_force_on_the_day_of_the_work_counts():
    _type, asset = verified_type(
        make_types.version(date(2020, 1, 1), valid_to=date(2024, 10, 14), period_months=6),
        make_types.version(make_types.SECOND, circular="03/2024/TT-BKHCN", period_months=12),
    )
    calibration(asset, date(2024, 10, 14), kind=CalibrationKind.VERIFICATION)
    assert asset.due_on == date(2025, 4, 14)
    found = codes(asset, VERIFICATION)
    assert StepCode.CUT_TO_CYCLE in found
    assert StepCode.CYCLE_CHANGED in found
    calibration(asset, date(2024, 10, 15), kind=CalibrationKind.VERIFICATION)
    assert asset.due_on == date(2025, 10, 15)
    assert codes(asset, VERIFICATION)[-1] is StepCode.LEGAL_CYCLE


def test_a_rule_that_changes_later_is_pointed_at_and_moves_nothing():
    row, asset = verified_type()
    calibration(asset, date(2025, 12, 1), kind=CalibrationKind.VERIFICATION)
    types.add_version(
        row, **make_types.version(date(2026, 1, 1), circular="01/2026/TT-BKHCN", period_months=6), by=None
    )
    db.session.expire_all()
    assert codes(asset, VERIFICATION)[-1] is StepCode.CYCLE_CHANGED
    settling.settle(asset, VERIFICATION, by=None)
    assert asset.due_on == date(2026, 12, 1)


def test_what_is_verified_initially_only_has_no_due_date():
    _type, asset = verified_type(make_types.version(periodic=False, period_months=None))
    calibration(
        asset,
        date(2025, 12, 1),
        kind=CalibrationKind.VERIFICATION,
        verification_kind=VerificationKind.INITIAL,
    )
    assert (asset.proof, asset.due_on) == (Proof.GOOD, None)
    assert StepCode.INITIAL_ONLY in codes(asset, VERIFICATION)
    assert validity(asset.proof, asset.due_on, date(2199, 12, 31)) is Validity.VALID


def test_what_lengthens_a_verification_is_refused_when_it_is_agreed(people):
    asset = scheduled(VERIFICATION)
    for policy in ({"ends": Ends.MONTH_END}, {"early_days": 30}, {"anchor": Anchor.FIRST_USE}):
        with pytest.raises(Invalid) as refused:
            assets.edit(
                asset,
                schedules=[{"kind": VERIFICATION, "interval_months": 12} | policy],
                by=people.keeper.person(),
            )
        assert list(refused.value.errors or {}) == [f"schedules.0.{next(iter(policy))}"]


def test_a_shelf_life_and_a_component_that_end_before_are_pointed_at():
    asset = scheduled()
    calibration(asset, TODAY)
    part = make_assets.asset(parent_id=asset.id, due_on=date(2026, 9, 1))
    asset.expires_on = date(2026, 8, 1)
    db.session.flush()
    why = queries.explained(asset, schedule_of(asset))
    assert [(step.code, step.on) for step in why.warnings] == [
        (StepCode.SHELF_LIFE, date(2026, 8, 1)),
        (StepCode.COMPONENT, date(2026, 9, 1)),
    ]
    assert why.warnings[1].facts["tag"] == part.tag


def test_the_log_keeps_terms_in_the_words_they_are_given_in(people):
    asset, keeper = scheduled(), people.keeper.person()
    given = {"kind": CALIBRATION, "interval": 90, "interval_unit": IntervalUnit.DAYS, "early_days": 7}
    assets.edit(asset, schedules=[given], by=keeper)
    assets.edit(asset, schedules=[{"kind": CALIBRATION, "interval_months": 12}], by=keeper)
    newest, before = audit.history("asset", asset.tag)[:2]
    assert before.changes["schedules"][1] == [given]
    assert newest.changes["schedules"][1] == [{"kind": "calibration", "interval_months": 12, "early_days": 7}]
