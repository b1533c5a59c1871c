"""A repair or a broken seal ends what was verified before it, until it is verified anew."""

from datetime import timedelta
from typing import Any

import pytest

from registry.assets import actions as assets
from registry.assets.fitness import Gap, told_of
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind, UpkeepKind
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind, Status, Validity, validity
from registry.assets.scanning import scan_facts
from registry.calibration import actions, settling
from registry.calibration.due.queries import explanations
from registry.calibration.intervals import StepCode
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, VerificationKind
from registry.calibration.standings import standings
from registry.inspection.checks import freezing
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import types as make_types
from tests.make.calibration import calibration
from tests.people import CENTRE

CODE = "CAN-THU"
DAY = timedelta(days=1)
REPAIRED = Gap.REPAIRED
VERIFIED = [{"kind": ScheduleKind.VERIFICATION, "interval_months": 12}]


@pytest.fixture
def scales(people, session):
    """A way to register scales that the law has verified every year, verified a hundred days ago."""
    make_types.type_(CODE)

    def registered(*, verified: bool = True, **said: Any) -> Asset:
        usual = {"kind": Kind.INSTRUMENT, "name": "Cân bàn", "owner": CENTRE, "instrument_type": CODE}
        made = assets.register(**usual | said, by=None)
        if verified:
            verification(made, 100)
        return made

    return registered


def verification(asset: Asset, days_ago: int, **said: Any) -> Calibration:
    usual = {"kind": CalibrationKind.VERIFICATION, "certificate_no": f"KD-{days_ago}-{asset.id}"}
    return calibration(asset, TODAY - days_ago * DAY, **usual | said)


def repaired(asset: Asset, days_ago: int = 0, kind: UpkeepKind = UpkeepKind.REPAIR) -> None:
    lifecycle.record_upkeep(asset, kind=kind, on=TODAY - days_ago * DAY, description="Thay loadcell", by=None)


def told(asset: Asset) -> tuple[Validity, bool, list[Any]]:
    """What a scan says, which an inspector's phone says too, and which lists agree with."""
    db.session.commit()
    db.session.refresh(asset)
    facts = scan_facts(asset.tag)
    state, due_on, fit, why = told_of(facts, TODAY)
    frozen = freezing.facts_of(asset, freezing.fetched([asset.id], None, TODAY))
    assert told_of(frozen, TODAY) == (state, due_on, fit, why)
    assert (asset.due_on, validity(asset.proof, asset.due_on, TODAY)) == (due_on, state)
    return state, fit, [one.code for one in why]


@pytest.mark.parametrize("kind", [UpkeepKind.REPAIR, UpkeepKind.MODIFICATION])
def test_a_repair_ends_the_verification_though_a_check_puts_it_into_service_again(scales, kind):
    asset = scales()
    assert told(asset) == (Validity.VALID, True, [])
    lifecycle.report_fault(asset, kind=FaultKind.MALFUNCTION, description="Hỏng loadcell", by=None)
    repaired(asset, kind=kind)
    said = {"kind": CheckKind.RETURN, "requirement": "Về 0", "result": CheckResult.PASS}
    lifecycle.check(asset, **said, by=None)
    lifecycle.change_status(asset, status=Status.IN_SERVICE, by=None)
    assert told(asset) == (Validity.NEVER, False, [REPAIRED])
    assert [step.code for step in explanations(asset)[0].steps] == [StepCode.REPAIRED]
    verification(asset, 0, verification_kind=VerificationKind.AFTER_REPAIR)
    assert told(asset) == (Validity.VALID, True, [])


@pytest.mark.parametrize("kind", [UpkeepKind.MAINTENANCE, UpkeepKind.ADJUSTMENT])
def test_other_upkeep_ends_nothing(scales, kind):
    asset = scales()
    repaired(asset, kind=kind)
    assert told(asset) == (Validity.VALID, True, [])


def test_a_broken_seal_ends_the_verification_and_another_fault_does_not(scales):
    one, other = scales(), scales(name="Cân khác")
    lifecycle.report_fault(one, kind=FaultKind.SEAL_BROKEN, description="Đứt chì", by=None)
    lifecycle.report_fault(other, kind=FaultKind.OVERLOAD, description="Quá tải", by=None)
    assert (told(one)[2], told(other)[2]) == ([Status.QUARANTINED, REPAIRED], [Status.QUARANTINED])


@pytest.mark.parametrize(
    ("days_ago", "kind", "counts"),
    [
        (31, VerificationKind.AFTER_REPAIR, False),
        (30, VerificationKind.PERIODIC, False),
        (30, VerificationKind.AFTER_REPAIR, True),
        (29, VerificationKind.PERIODIC, True),
    ],
)
@pytest.mark.parametrize("repair_first", [True, False])
def test_only_work_after_the_repair_counts_in_whatever_order_they_are_recorded(
    scales, days_ago, kind, counts, repair_first
):
    asset = scales()
    if repair_first:
        repaired(asset, 30)
    verification(asset, days_ago, verification_kind=kind)
    if not repair_first:
        repaired(asset, 30)
    assert told(asset)[1] is counts
    repaired(asset, 400)  # an older repair that is written down later moves nothing
    assert told(asset)[1] is counts


def test_what_was_verified_after_repair_and_is_void_again_leaves_the_repair(scales):
    asset = scales()
    repaired(asset, 30)
    record = verification(asset, 10)
    assert told(asset)[1] is True
    actions.void(record, reason="Nhầm thiết bị", by=None)
    assert told(asset) == (Validity.NEVER, False, [REPAIRED])
    assets.edit(asset, schedules=[{"kind": ScheduleKind.VERIFICATION, "interval_months": 6}], by=None)
    assert told(asset) == (Validity.NEVER, False, [REPAIRED])


def test_the_repair_of_a_part_ends_the_verification_of_its_set(scales):
    whole = scales()
    part = scales(name="Loadcell", instrument_type=None, schedules=[], parent=whole.tag, verified=False)
    repaired(part)
    assert told(whole) == (Validity.NEVER, False, [REPAIRED])
    assert told_of(scan_facts(part.tag), TODAY)[2] is False


def test_a_type_that_is_not_verified_after_repair_loses_it_by_a_broken_seal_alone(people, session):
    make_types.type_(CODE, versions=[make_types.version(after_repair=False)])
    asset = assets.register(kind=Kind.INSTRUMENT, name="Cân", owner=CENTRE, instrument_type=CODE, by=None)
    verification(asset, 100)
    repaired(asset)
    assert told(asset)[1] is True
    lifecycle.report_fault(asset, kind=FaultKind.SEAL_BROKEN, description="Đứt chì", by=None)
    assert told(asset)[2] == [Status.QUARANTINED, REPAIRED]


def test_what_is_only_calibrated_has_no_verification_to_lose(scales):
    asset = scales(
        instrument_type=None, schedules=[{"kind": ScheduleKind.CALIBRATION, "interval_months": 12}], verified=False
    )
    calibration(asset, TODAY - DAY)
    repaired(asset)
    assert (told(asset)[1:], asset.repaired_on) == ((False, [Gap.ALTERED]), None)


def test_the_night_ends_what_was_repaired_before_this_was_known(scales):
    asset = scales()
    asset.repaired_on = TODAY
    db.session.flush()
    assert (settling.adopt_records(), settling.adopt_records()) == (1, 0)
    assert told(asset) == (Validity.NEVER, False, [REPAIRED])


def test_the_page_the_list_and_the_api_say_why(arrange, keeper):
    with arrange():
        make_types.type_(CODE)
        asset = assets.register(kind=Kind.INSTRUMENT, name="Cân", owner=CENTRE, instrument_type=CODE, by=None)
        verification(asset, 100)
        repaired(asset)
        tag = asset.tag
    said = keeper.get(f"/api/v1/scan/{tag}").get_json()
    assert (said["validity"], said["fit_for_use"]) == ("never", False)
    assert [one["code"] for one in said["reasons"]] == ["repaired"]
    assert "sau sửa chữa" in said["reasons"][0]["text"]
    assert "Chưa kiểm định lại sau sửa chữa" in keeper.pages.get("/assets").text
    assert "Chưa kiểm định lại sau sửa chữa" in keeper.pages.get(f"/s/{tag}").text
    assert "kiểm định sau sửa chữa" in keeper.pages.get(f"/assets/{tag}").text


@pytest.fixture
def standard(people, session):
    """A way to register a standard that is calibrated every year, a hundred days ago for the last time."""

    def registered(*kinds: ScheduleKind, **said: Any) -> Asset:
        held = [{"kind": kind, "interval_months": 12} for kind in (ScheduleKind.CALIBRATION, *kinds)]
        usual = {"kind": Kind.STANDARD, "name": "Pt100", "owner": CENTRE, "schedules": held}
        made = assets.register(**usual | said, by=None)
        for kind in kinds:
            calibration(made, TODAY - 90 * DAY, kind=CalibrationKind(kind), certificate_no=f"KT-{made.id}")
        calibration(made, TODAY - 100 * DAY, certificate_no=f"HC-{made.id}")
        return made

    return registered


ALTERING = (UpkeepKind.REPAIR, UpkeepKind.MODIFICATION, UpkeepKind.ADJUSTMENT)


@pytest.mark.parametrize("kind", UpkeepKind)
@pytest.mark.parametrize("alters", [None, True, False])
def test_work_on_what_is_measured_ends_the_calibration_until_a_new_one(standard, kind, alters):
    asset = standard()
    assert told(asset) == (Validity.VALID, True, [])
    lifecycle.record_upkeep(asset, kind=kind, on=TODAY, description="Thay dây đầu đo", alters=alters, by=None)
    if alters is False or (alters is None and kind not in ALTERING):
        assert told(asset) == (Validity.VALID, True, [])
        return
    assert told(asset) == (Validity.NEVER, False, [Gap.ALTERED])
    assert [step.code for step in explanations(asset)[0].steps] == [StepCode.ALTERED]
    calibration(asset, TODAY, certificate_no="HC-MOI")
    assert told(asset) == (Validity.VALID, True, [])


def test_a_good_intermediate_check_keeps_the_calibration_while_it_stands(standard):
    asset = standard(ScheduleKind.INTERMEDIATE_CHECK)
    repaired(asset, 2)
    assert told(asset)[1:] == (False, [Gap.ALTERED])
    checked = calibration(asset, TODAY - DAY, kind=CalibrationKind.INTERMEDIATE_CHECK, certificate_no="KT-MOI")
    assert told(asset) == (Validity.VALID, True, [])
    actions.void(checked, reason="Nhầm chuẩn", by=None)
    assert told(asset)[1:] == (False, [Gap.ALTERED])


def test_a_calibration_of_the_day_of_the_work_counts_and_older_work_written_down_later_ends_nothing(standard):
    asset = standard()
    repaired(asset, 100, UpkeepKind.ADJUSTMENT)
    assert told(asset) == (Validity.VALID, True, [])
    repaired(asset, 101)
    assert told(asset) == (Validity.VALID, True, [])


def test_a_set_that_is_calibrated_loses_it_with_the_repair_of_a_component(standard):
    whole = standard()
    part = assets.register(kind=Kind.STANDARD, name="Đầu đo", owner=CENTRE, parent=whole.tag, by=None)
    repaired(part)
    assert told(whole) == (Validity.NEVER, False, [Gap.ALTERED])


def test_a_calibration_that_no_schedule_asks_for_is_ended_too(standard):
    asset = standard(schedules=[])
    assert told(asset)[1] is True
    repaired(asset)
    assert told(asset)[1] is False


def test_how_a_standard_stood_before_the_work_is_not_changed_by_it(standard):
    asset = standard()
    repaired(asset, 10)
    db.session.commit()
    for days_ago, was_valid in ((11, True), (10, False), (0, False)):
        day = TODAY - days_ago * DAY
        assert standings([asset], day)[asset.id].was_valid is was_valid, days_ago
